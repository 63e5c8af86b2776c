import { encodeText } from '../columns/bytes.ts';
import { distinctAscending } from '../columns/distinct.ts';
import { InodeIndex } from '../columns/join.ts';
import type { Table, Warning } from '../columns/table.ts';
import { SockdiagError } from '../errors.ts';
import {
  contextCell,
  NO_CONTEXT,
  NO_PROGRAM,
  noOwners,
  type OwnerColumns,
  type Programs,
  programCell,
} from '../formats/netstat/program.ts';
import { readOwners } from '../query/owners.ts';
import { Processes } from '../sources/processes.ts';
import { readSecurityContext } from '../sources/procfs/security-context.ts';
import type { OwnersRequest } from '../sources/requests.ts';
import type { OwnersSchema } from '../tables/owners.ts';
import type { Output } from './output.ts';

/** The columns of processes for rows about to be printed, given their inodes. */
export type FindPrograms = (inodes: Uint32Array) => Promise<OwnerColumns>;

/** More rows than this, or more searches, and all owners are looked up at once. */
const FEW_ROWS = 256;
const FEW_SEARCHES = 4;

/** All owners, being looked up from now on; says on stderr, in netstat's words, what could not be seen. */
export function allPrograms(output: Output, contexts: boolean): FindPrograms {
  const found = findOwners(output, contexts);
  return async (inodes) => (await found)(inodes);
}

/**
 * For listings of a few rows: their owners alone are looked for, in order of process numbers, until each row has one. So that
 * is the lowest, which netstat shows.
 */
export function fewPrograms(output: Output, contexts: boolean): FindPrograms {
  let all: FindPrograms | undefined;
  let searches = 0;
  return (inodes) => {
    const wanted = inodes.filter((inode) => inode !== 0);
    if (all !== undefined) return all(inodes);
    if (wanted.length === 0) return Promise.resolve(noOwners(contexts));
    searches += 1;
    if (wanted.length <= FEW_ROWS && searches <= FEW_SEARCHES) {
      return findOwners(output, contexts, wanted).then((found) => found(wanted));
    }
    all = allPrograms(output, contexts);
    return all(inodes);
  };
}

/**
 * Of the processes that hold a socket the one with the lowest pid is shown. Command lines are read behind the scan, and only
 * of processes that are still those that were seen.
 */
async function findOwners(output: Output, contexts: boolean, inodes?: Uint32Array): Promise<FindPrograms> {
  const only: Partial<OwnersRequest> = inodes === undefined ? {} : { inodes, stopWhenFound: true, inOrder: true };
  let table: Table<OwnersSchema>;
  try {
    table = await readOwners({ columns: ['inode', 'pid'], leadersOnly: true, ...only });
  } catch (error) {
    if (!(error instanceof SockdiagError)) throw error;
    output.errAhead(nothingRead());
    return async () => noOwners(contexts);
  }
  const index = new InodeIndex(table.column('inode'));
  const found = inodes?.every((inode) => index.first(inode) >= 0) ?? false;
  if (denied(table.warnings) > 0 && !found) output.errAhead(table.length === 0 ? nothingRead() : NOT_ALL);
  const processes = new Processes(undefined, table.takenAt);
  const pids = distinctAscending(table.column('pid'));
  const few = pids.length <= FEW_PROCESSES;
  if (few) await processes.load(pids, ['cmdline']);
  const isGone = (pid: number): boolean => processes.cmdline(pid) === null;
  const holder = holderOf(table, index, few && !pids.some(isGone) ? undefined : isGone);
  const programs = cellsBy(holder, NO_PROGRAM, (pid) => programCell(pid, encodeText(processes.cmdline(pid)!)));
  const columns = { programs, ...(contexts ? { contexts: contextsOf(table, holder) } : {}) };
  return async (listed) => {
    if (!few) await processes.load(holdersOf(table, index, listed), ['cmdline']);
    return columns;
  };
}

/** Command lines of so many are read at once, of more only when one of their sockets is listed: 5 µs each. */
const FEW_PROCESSES = 256;

/** Everybody who holds one of the sockets. */
function holdersOf(table: Table<OwnersSchema>, index: InodeIndex, inodes: Uint32Array): Set<number> {
  const pids = table.column('pid');
  const holders = new Set<number>();
  for (const inode of inodes)
    for (let row = index.first(inode); row >= 0; row = index.next(row)) holders.add(pids[row]!);
  return holders;
}

function nothingRead(): string {
  return `(No info could be read for "-p": geteuid()=${process.geteuid?.() ?? 0} but you should be root.)\n`;
}

const NOT_ALL =
  '(Not all processes could be identified, non-owned process info\n' +
  ' will not be shown, you would have to be root to see it all.)\n';

/** Processes that did not let their descriptors be listed: only these make netstat warn. */
function denied(warnings: readonly Warning[]): number {
  return warnings.reduce((sum, warning) => sum + (warning.denied ?? 0), 0);
}

/** Inode → process shown, -1 = none. Quirk: one that was gone before its command line could be read owns nothing (prg_cache_load). */
function holderOf(
  table: Table<OwnersSchema>,
  index: InodeIndex,
  isGone: ((pid: number) => boolean) | undefined,
): (inode: number) => number {
  const pids = table.column('pid');
  return (inode) => {
    let row = index.first(inode);
    if (isGone !== undefined) while (row >= 0 && isGone(pids[row]!)) row = index.next(row);
    return row < 0 ? -1 : pids[row]!;
  };
}

/** Security contexts are read now, next to the command lines, and of all processes. */
function contextsOf(table: Table<OwnersSchema>, holder: (inode: number) => number): Programs {
  const contexts = new Map<number, string | null>();
  for (const pid of distinctAscending(table.column('pid'))) contexts.set(pid, readSecurityContext(pid));
  return cellsBy(holder, NO_CONTEXT, (pid) => {
    const context = contexts.get(pid) ?? null;
    return context === null ? NO_CONTEXT : contextCell(encodeText(context));
  });
}

/** NB: neighbouring rows are mostly of one process. */
function cellsBy(holder: (inode: number) => number, none: Uint8Array, cellOf: (pid: number) => Uint8Array): Programs {
  const cells = new Map<number, Uint8Array>([[-1, none]]);
  let last = -1;
  let cell = none;
  return {
    cell: (inode) => {
      const pid = holder(inode);
      if (pid === last) return cell;
      cell = cells.get(pid) ?? cellOf(pid);
      cells.set(pid, cell);
      last = pid;
      return cell;
    },
  };
}
