import type { Table, Warning } from '../../columns/table.ts';
import type { Schema } from '../../columns/type.ts';
import { FilterError, NetlinkError, SockdiagError, UsageError } from '../../errors.ts';
import { visible } from '../../formats/cell.ts';
import { prepareFilter } from '../../query/filter.ts';
import type { OwnOptions } from '../command-line.ts';
import type { Output, Status } from '../output.ts';
import { OWN_FLAGS } from '../own-options.ts';
import { placeOptions, socketsOptions } from './query-options.ts';

const FAILED: Status = 1;
/** As for every other option error. */
const USAGE: Status = 3;

/** Warnings that say that the rows are not all there is. The others matter to who asks where rows came from. */
const ALWAYS: ReadonlySet<string> = new Set(['interrupted', 'malformed', 'truncated', 'unreadable', 'unrecorded']);

/** Columns were asked for that the source does not have; that one of several sources does not is no news. */
function isOfColumns({ code, count }: Warning): boolean {
  return code === 'missing' && count !== undefined;
}

function line(text: string): string {
  return `sockdiag: ${visible(text)}\n`;
}

/** What is to be said on stderr of the tables of a run. Those of a stream are told as one. */
export class Notes {
  readonly #verbose: boolean;
  readonly #rows = new Map<string, number>();
  readonly #warnings = new Set<string>();

  constructor({ verboseSource }: Pick<OwnOptions, 'verboseSource'>) {
    this.#verbose = verboseSource;
  }

  add<S extends Schema>({ parts, schema, source, length, warnings }: Table<S>): void {
    const named = parts.length === 0 ? [{ name: schema.name, source, rows: length, reason: undefined }] : parts;
    for (const { name, source: from, rows, reason } of named) {
      const why = reason === undefined ? '' : ` (${reason})`;
      this.#count(JSON.stringify([`${name}: ${from}, `, why]), rows);
    }
    for (const warning of warnings) {
      const { code, message } = warning;
      const told = ALWAYS.has(code) || (source !== 'mixed' && isOfColumns(warning));
      if (told || (this.#verbose && code !== 'fallback')) this.#warnings.add(message);
    }
  }

  /** A stream ended without a table: only netlink's do. */
  addNone(name: string): void {
    this.#count(JSON.stringify([`${name}: netlink, `, '']), 0);
  }

  #count(key: string, rows: number): void {
    this.#rows.set(key, (this.#rows.get(key) ?? 0) + rows);
  }

  /** With `--verbose-source` where the rows of each part came from, and why not from elsewhere; then the warnings. */
  text(): string {
    const sources = Array.from(this.#rows, ([key, rows]) => {
      const [before, why] = JSON.parse(key) as [string, string];
      return `${before}${rows} rows${why}`;
    });
    return [...(this.#verbose ? sources : []), ...this.#warnings].map(line).join('');
  }
}

/**
 * Exit status for a filter or namespace that is wrong, told before anything is printed; undefined when there is nothing
 * to say.
 */
export async function checkOwn(own: OwnOptions, output: Output): Promise<Status | undefined> {
  try {
    if (own.netns !== null) {
      const { openNamespace } = await import('../../query/namespace.ts');
      openNamespace(placeOptions(own).netns).close();
    }
    await prepareFilter(socketsOptions(own));
    return undefined;
  } catch (error) {
    return tellError(error, own, output);
  }
}

/** An error of the library as the command tells it. Errors that are not the library's are thrown on. */
export async function tellError(error: unknown, own: OwnOptions, output: Output): Promise<Status> {
  if (!(error instanceof SockdiagError)) throw error;
  if (error instanceof FilterError) {
    const { explainFilterError } = await import('../../filters/format.ts');
    const [first, ...more] = explainFilterError(error, own.filter ?? '').split('\n');
    output.err([`sockdiag: --filter: ${visible(first!)}`, ...more.map(visible)].map((text) => `${text}\n`).join(''));
    return USAGE;
  }
  const isUsage = error instanceof UsageError;
  output.err(isUsage ? line(asOption(error.message)) : failureLine(error));
  return isUsage ? USAGE : FAILED;
}

/** A failure as one line. */
export function failureLine(error: SockdiagError, where = ''): string {
  return line(`${where}${error.message}${hintOf(error)}`);
}

/** The library names its option first; an option of the command is named as it is given. */
function asOption(message: string): string {
  const name = /^([a-z-]+): /.exec(message)?.[1];
  return OWN_FLAGS.some((flag) => flag.name === name) ? `--${message}` : message;
}

/** What errno names mean to people, where the kernel answered with nothing else. */
const HINTS: Readonly<Record<string, string>> = {
  ENOENT: ' (this kernel does not list them)',
  EPERM: ' (not permitted to this user)',
  EACCES: ' (not permitted to this user)',
};

function hintOf(error: SockdiagError): string {
  const answered = error instanceof NetlinkError && error.detail === '' && /^(NLMSG_|setns)/.test(error.op);
  return answered ? (HINTS[error.code] ?? '') : '';
}
