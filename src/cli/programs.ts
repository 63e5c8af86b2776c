import { encodeText } from '../columns/bytes.ts';
import { distinctAscending } from '../columns/distinct.ts';
import { InodeIndex } from '../columns/join.ts';
import type { Table, Warning } from '../columns/table.ts';
import { SockdiagError } from '../errors.ts';
import { contextCell, noOwners, type OwnerColumns, type Programs, programCell } from '../formats/netstat/program.ts';
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
  const programs = readPrograms(output, contexts);
  return () => programs;
}

/**
 * For listings of a few rows: their owners alone are looked for, in order of process numbers, until each row has one. So that
 * is the lowest, which netstat shows.
 */
export function fewPrograms(output: Output, contexts: boolean): FindPrograms {
  let all: Promise<OwnerColumns> | undefined;
  let searches = 0;
  return (inodes) => {
    const wanted = inodes.filter((inode) => inode !== 0);
    if (all !== undefined) return all;
    if (wanted.length === 0) return Promise.resolve(noOwners(contexts));
    searches += 1;
    if (wanted.length <= FEW_ROWS && searches <= FEW_SEARCHES) return readPrograms(output, contexts, wanted);
    all = readPrograms(output, contexts);
    return all;
  };
}

/**
 * Of the processes that hold a socket the one with the lowest pid is shown. Command lines are read behind the scan, and only
 * of processes that are still those that were seen.
 */
async function readPrograms(output: Output, contexts: boolean, inodes?: Uint32Array): Promise<OwnerColumns> {
  const few: Partial<OwnersRequest> = inodes === undefined ? {} : { inodes, stopWhenFound: true, inOrder: true };
  let table: Table<OwnersSchema>;
  try {
    table = await readOwners({ columns: ['inode', 'pid'], leadersOnly: true, ...few });
  } catch (error) {
    if (!(error instanceof SockdiagError)) throw error;
    output.errAhead(nothingRead());
    return noOwners(contexts);
  }
  const index = new InodeIndex(table.column('inode'));
  const found = inodes?.every((inode) => index.first(inode) >= 0) ?? false;
  if (denied(table.warnings) > 0 && !found) output.errAhead(table.length === 0 ? nothingRead() : NOT_ALL);
  const processes = new Processes(undefined, table.takenAt);
  await processes.load(distinctAscending(table.column('pid')), ['cmdline']);
  const holder = holderOf(table, index, processes);
  const programs = cellsBy(holder, (pid) => programCell(pid, encodeText(processes.cmdline(pid)!)));
  return { programs, ...(contexts ? { contexts: contextsOf(table, holder) } : {}) };
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
function holderOf(table: Table<OwnersSchema>, index: InodeIndex, processes: Processes): (inode: number) => number {
  const pids = table.column('pid');
  const gone = new Set(distinctAscending(pids).filter((pid) => processes.cmdline(pid) === null));
  return (inode) => {
    let row = index.first(inode);
    if (gone.size > 0) while (row >= 0 && gone.has(pids[row]!)) row = index.next(row);
    return row < 0 ? -1 : pids[row]!;
  };
}

/** Security contexts are read now, next to the command lines, and of all processes. */
function contextsOf(table: Table<OwnersSchema>, holder: (inode: number) => number): Programs {
  const contexts = new Map<number, string | null>();
  for (const pid of distinctAscending(table.column('pid'))) contexts.set(pid, readSecurityContext(pid));
  return cellsBy(holder, (pid) => {
    const context = contexts.get(pid) ?? null;
    return context === null ? '-' : contextCell(encodeText(context));
  });
}

/** NB: neighbouring rows are mostly of one process. */
function cellsBy(holder: (inode: number) => number, cellOf: (pid: number) => string): Programs {
  const cells = new Map<number, string>([[-1, '-']]);
  let last = -1;
  let text = '-';
  return {
    cell: (inode) => {
      const pid = holder(inode);
      if (pid === last) return text;
      text = cells.get(pid) ?? cellOf(pid);
      cells.set(pid, text);
      last = pid;
      return text;
    },
  };
}
