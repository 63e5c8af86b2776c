import { fstatSync } from 'node:fs';
import { LowestHolders } from '../columns/lowest-holders.ts';
import type { Table, Warning } from '../columns/table.ts';
import { SockdiagError } from '../errors.ts';
import { noOwners, type OwnerColumns } from '../formats/netstat/program.ts';
import { readOwners } from '../query/read-owners.ts';
import type { OwnersRequest } from '../sources/requests.ts';
import type { OwnersSchema } from '../tables/owners.ts';
import type { CommandLine } from './command-line.ts';
import type { Output } from './output.ts';
import { tellSource } from './reading.ts';
import type { ShownHolders } from './shown-holders.ts';

/** The columns of processes for rows about to be printed, given their inodes. */
export type FindPrograms = (inodes: Uint32Array) => Promise<OwnerColumns>;

/** More rows than this, or more searches, and all owners are looked up at once. */
const FEW_ROWS = 256;
const FEW_SEARCHES = 4;

/** All owners, being looked up from now on; says on stderr, in netstat's words, what could not be seen. */
export function allPrograms(output: Output, line: CommandLine): FindPrograms {
  return programsOf(search(output, line), line);
}

/**
 * For listings of a few rows: their owners alone are looked for, in order of process numbers, until each row has one. So that
 * is the lowest, which netstat shows.
 */
export function fewPrograms(output: Output, line: CommandLine): FindPrograms {
  let all: FindPrograms | undefined;
  let searches = 0;
  return (inodes) => {
    const wanted = inodes.filter((inode) => inode !== 0);
    if (all !== undefined) return all(inodes);
    if (wanted.length === 0) return Promise.resolve(noOwners(line.context));
    searches += 1;
    if (wanted.length <= FEW_ROWS && searches <= FEW_SEARCHES) {
      return programsOf(search(output, line, wanted), line)(inodes);
    }
    all = allPrograms(output, line);
    return all(inodes);
  };
}

/** What a search found; undefined = nothing could be read. */
type Found = { readonly table: Table<OwnersSchema>; readonly lowest: LowestHolders } | undefined;

async function search(output: Output, line: CommandLine, inodes?: Uint32Array): Promise<Found> {
  const only: Partial<OwnersRequest> = inodes === undefined ? {} : { inodes, stopWhenFound: true, inOrder: true };
  let table: Table<OwnersSchema>;
  try {
    table = await readOwners({ columns: ['inode', 'pid'], leadersOnly: true, indexed: true, ...only });
  } catch (error) {
    if (!(error instanceof SockdiagError)) throw error;
    output.errAhead(nothingRead());
    return undefined;
  }
  const lowest = table.lowest ?? LowestHolders.of(table.column('inode'), table.column('pid'));
  const complete = inodes !== undefined && lowest.placesOf(inodes).every((place) => place !== 0);
  if (denied(table.warnings) > 0 && !complete) output.errAhead(isOnlyOurs(table) ? nothingRead() : NOT_ALL);
  await tellSource(table, { line, output });
  return { table, lowest };
}

/** NB: what makes cells is loaded when rows are there to be printed: until then the search has begun, and so has the kernel's listing. */
function programsOf(search: Promise<Found>, { context }: CommandLine): FindPrograms {
  let shown: ShownHolders | undefined;
  search.catch(() => undefined);
  return async (inodes) => {
    if (shown === undefined) {
      const holders = await import('./shown-holders.ts');
      const found = await search;
      if (found === undefined) return noOwners(context);
      shown ??= holders.shownHolders(found.table, found.lowest, context);
    }
    return shown.cellsOf(inodes);
  };
}

function nothingRead(): string {
  return `(No info could be read for "-p": geteuid()=${process.geteuid?.() ?? 0} but you should be root.)\n`;
}

const NOT_ALL =
  '(Not all processes could be identified, non-owned process info\n' +
  ' will not be shown, you would have to be root to see it all.)\n';

/** Are there no sockets but those this process opened? netstat opens none before it looks; what it was started with counts. */
function isOnlyOurs(table: Table<OwnersSchema>): boolean {
  if (table.length === 0) return true;
  return table.column('pid').every((pid) => pid === process.pid) && !STANDARD.some(isSocket);
}

const STANDARD: readonly number[] = [0, 1, 2];

function isSocket(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isSocket();
  } catch {
    return false;
  }
}

/** Processes that did not let their descriptors be listed: only these make netstat warn. */
function denied(warnings: readonly Warning[]): number {
  return warnings.reduce((sum, warning) => sum + (warning.denied ?? 0), 0);
}
