import type { Table, Warning } from '../columns/table.ts';
import type { Schema } from '../columns/type.ts';
import { ProcfsError, SockdiagError } from '../errors.ts';
import { isUnavailable } from '../sources/source.ts';
import type { Status } from './output.ts';
import { strerror } from './strerror.ts';

/** A file that exists but cannot be opened ends the run with -1, which the shell sees as 255. */
const UNREADABLE: Status = 255;
export const FAILED: Status = 1;

/**
 * What became of reading a table: it is there; the kernel has no such thing (or does not let it be read, which netstat
 * takes for the same); or the run ends.
 */
export type Reading<S extends Schema> =
  | { readonly kind: 'table'; readonly table: Table<S> }
  | { readonly kind: 'missing' }
  | { readonly kind: 'stop'; readonly stderr: string; readonly status: Status; readonly error: SockdiagError };

export async function readTable<S extends Schema>(read: () => Promise<Table<S>>): Promise<Reading<S>> {
  try {
    return { kind: 'table', table: await read() };
  } catch (error) {
    if (!(error instanceof SockdiagError)) throw error;
    if (isUnavailable(error.code)) return { kind: 'missing' };
    if (error instanceof ProcfsError && error.line === 0) {
      return { kind: 'stop', stderr: `${error.path}: ${strerror(error.code)}\n`, status: UNREADABLE, error };
    }
    return { kind: 'stop', stderr: `sockdiag: ${error.message}\n`, status: FAILED, error };
  }
}

/** What warnings about a /proc file carry besides their message. */
interface FileWarning extends Warning {
  readonly part?: string;
  readonly path?: string;
  readonly lines?: readonly number[];
}

/** The warning about one file of a table, if there is one. */
export function fileWarning<S extends Schema>(table: Table<S>, code: string, part: string): FileWarning | undefined {
  return (table.warnings as readonly FileWarning[]).find((warning) => warning.code === code && warning.part === part);
}

/** Is there no such file? */
export function isMissing<S extends Schema>(table: Table<S>, part: string): boolean {
  return fileWarning(table, 'missing', part) !== undefined;
}

/** How many lines of a file could not be read. */
export function malformed<S extends Schema>(table: Table<S>, part: string): number {
  return fileWarning(table, 'malformed', part)?.count ?? 0;
}
