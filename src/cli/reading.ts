import type { Table, Warning } from '../columns/table.ts';
import type { Schema } from '../columns/type.ts';
import { ProcfsError, SockdiagError } from '../errors.ts';
import { isUnavailable } from '../sources/source.ts';
import type { CommandLine } from './command-line.ts';
import type { Output, Status } from './output.ts';
import { strerror } from './strerror.ts';

/** A file that exists but cannot be opened ends the run with -1, which the shell sees as 255. */
export const UNREADABLE: Status = 255;
export const FAILED: Status = 1;

/** The kernel has no such thing (or does not let it be read, which netstat takes for the same), or the run ends. */
export type Refusal =
  | { readonly kind: 'missing'; readonly error: SockdiagError }
  | { readonly kind: 'stop'; readonly stderr: string; readonly status: Status; readonly error: SockdiagError };

/** What became of reading a table. */
export type Reading<S extends Schema> = { readonly kind: 'table'; readonly table: Table<S> } | Refusal;

/** What `--source` and `--verbose-source` said, and where notes go. */
export interface Told {
  readonly line: Pick<CommandLine, 'own'>;
  readonly output: Output;
}

/** The table; with `--verbose-source` stderr is told where its rows came from, or why there are none. */
export async function readTable<S extends Schema>(read: () => Promise<Table<S>>, told: Told): Promise<Reading<S>> {
  const reading = await attempt(read);
  if (reading.kind !== 'table') return toldRefusal(reading, told);
  await tellSource(reading.table, told);
  return reading;
}

/** A refusal with what `--source` makes of it; with `--verbose-source` stderr is told. */
export function toldRefusal(refusal: Refusal, { line: { own }, output }: Told): Refusal {
  if (refusal.kind !== 'missing') return refusal;
  if (own.verboseSource) output.err(stopped(refusal.error).stderr);
  if (own.source !== 'netlink') return refusal;
  // A source that was insisted on has no stand-in, and no file netstat would miss.
  return own.verboseSource ? { ...stopped(refusal.error), stderr: '' } : stopped(refusal.error);
}

/** With `--verbose-source` where the rows of a table came from. */
export async function tellSource<S extends Schema>(table: Table<S>, { line: { own }, output }: Told): Promise<void> {
  if (!own.verboseSource) return;
  const { Notes } = await import('./report/notes.ts');
  const notes = new Notes(own);
  notes.add(table);
  output.err(notes.text());
}

async function attempt<S extends Schema>(read: () => Promise<Table<S>>): Promise<Reading<S>> {
  try {
    return { kind: 'table', table: await read() };
  } catch (error) {
    return refusalOf(error);
  }
}

/**
 * Uses each table of a stream as it comes; `done` when the stream came to its end. NB: what breaks off behind its first
 * rows is never `missing`, whatever the reason: part of a table must not pass for the whole.
 */
export async function readAll<S extends Schema>(
  tables: AsyncIterable<Table<S>>,
  use: (table: Table<S>) => Promise<void>,
): Promise<{ readonly kind: 'done' } | Refusal> {
  let rows = 0;
  try {
    for await (const table of tables) {
      rows += table.length;
      await use(table);
    }
    return { kind: 'done' };
  } catch (error) {
    return rows > 0 && error instanceof SockdiagError ? stopped(error) : refusalOf(error);
  }
}

function refusalOf(error: unknown): Refusal {
  if (!(error instanceof SockdiagError)) throw error;
  if (isUnavailable(error.code)) return { kind: 'missing', error };
  if (error instanceof ProcfsError && error.line === 0) {
    return { kind: 'stop', stderr: `${error.path}: ${strerror(error.code)}\n`, status: UNREADABLE, error };
  }
  return stopped(error);
}

/** Ends the run because a table cannot be read. NB: of an IPv6 file that cannot be opened nothing is said. */
export function stop(
  { stderr, status }: { readonly stderr: string; readonly status: Status },
  { inet }: { readonly inet: boolean },
  output: Output,
): Status {
  if (!inet && status === UNREADABLE) return 0;
  output.err(stderr);
  return status;
}

function stopped(error: SockdiagError): Extract<Refusal, { kind: 'stop' }> {
  return { kind: 'stop', stderr: `sockdiag: ${error.message}\n`, status: FAILED, error };
}

/** The warning about one file of a table, if there is one. */
export function fileWarning<S extends Schema>(table: Table<S>, code: string, part: string): Warning | undefined {
  return table.warnings.find((warning) => warning.code === code && warning.part === part);
}

/** Is there no such file, or may it not be read, which netstat takes for the same? */
export function isMissing<S extends Schema>(table: Table<S>, part: string): boolean {
  return (fileWarning(table, 'missing', part) ?? fileWarning(table, 'unreadable', part)) !== undefined;
}

/** How many lines of a file could not be read. */
export function malformed<S extends Schema>(table: Table<S>, part: string): number {
  return fileWarning(table, 'malformed', part)?.count ?? 0;
}

/** Said where no notes of the tables are. */
export function interrupted(what: string): string {
  return `sockdiag: ${what}: the kernel's table changed while it was read\n`;
}
