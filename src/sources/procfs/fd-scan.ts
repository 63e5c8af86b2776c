import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Cell, TableBuilder } from '../../columns/builder.ts';
import type { Table } from '../../columns/table.ts';
import { ProcfsError } from '../../errors.ts';
import { type OwnersSchema, owners } from '../../tables/owners.ts';
import type { OwnersRequest } from '../requests.ts';
import { scanWarnings } from '../scan-warnings.ts';
import { kernelError, type Source } from '../source.ts';
import { DEFAULT_ROOT } from './file.ts';
import { ticksSinceBoot } from './process.ts';

/** Descriptors looked at before the event loop gets its turn; about 3 µs each. */
const SLICE = 1000;

const SOCKET_LINK = /^socket:\[(\d+)\]$/;
const DIGITS = /^\d+$/;

/** This scan cannot be complete, whatever process it happened at. */
const FATAL: ReadonlySet<string | undefined> = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

/** One scan: what is asked, what was found. */
interface Scan {
  readonly request: OwnersRequest;
  readonly builder: TableBuilder<OwnersSchema>;
  readonly cells: Readonly<Record<keyof OwnersSchema, Cell<number>>>;
  /** Inodes still wanted; undefined = all. */
  readonly wanted: Set<number> | undefined;
  readonly missing: Set<number> | undefined;
  unreadable: number;
  denied: number;
  looked: number;
}

/**
 * Owners from the links of /proc/PID/fd, in TypeScript: for when there is no addon. Ascending pid; the leader's table
 * first, then those of threads that have another one, which is all there is when the leader has exited.
 */
export const fdScan: Source<OwnersRequest, OwnersSchema> = {
  name: 'procfs',
  probe: () => undefined,
  async read(request) {
    const root = request.root ?? DEFAULT_ROOT;
    const names: Listed = request.pids === undefined ? listOf(root) : { numbers: request.pids };
    if (names.error !== undefined) {
      throw kernelError(new ProcfsError(names.error, root, `cannot be read: ${names.error}`));
    }
    const wanted = request.inodes === undefined ? undefined : new Set(request.inodes);
    const builder = new TableBuilder(owners);
    const missing = request.stopWhenFound === true ? new Set(wanted) : undefined;
    const cells = {
      inode: builder.number('inode'),
      pid: builder.number('pid'),
      tid: builder.number('tid'),
      fd: builder.number('fd'),
      leader: builder.number('leader'),
    };
    const scan: Scan = { request, builder, cells, wanted, missing, unreadable: 0, denied: 0, looked: 0 };
    for (const pid of names.numbers) {
      if (scan.missing?.size === 0) break;
      scanProcess(scan, join(root, String(pid)), pid);
      if (scan.looked >= SLICE) {
        scan.looked = 0;
        await new Promise((resume) => setImmediate(resume));
      }
    }
    return finish(scan, names.numbers.length, ticksSinceBoot(root));
  },
};

function finish({ request, builder, unreadable, denied }: Scan, listed: number, takenAt: number): Table<OwnersSchema> {
  const looked = request.pids === undefined ? listed : 1;
  const warnings = scanWarnings(request.root ?? DEFAULT_ROOT, looked, unreadable, denied);
  const parts = [{ name: 'owners', source: 'procfs', rows: builder.length } as const];
  return builder.finish({ source: 'procfs', warnings, parts, takenAt });
}

interface Listed {
  /** Names that are numbers, ascending. */
  readonly numbers: readonly number[];
  readonly error?: string;
}

function listOf(path: string): Listed {
  try {
    const numbers = readdirSync(path).filter((name) => DIGITS.test(name));
    return { numbers: numbers.map(Number).sort((a, b) => a - b) };
  } catch (error) {
    return { numbers: [], error: (error as NodeJS.ErrnoException).code ?? 'EIO' };
  }
}

/** One descriptor table. */
interface DescriptorTable {
  readonly path: string;
  readonly fds: readonly number[];
  /** Why it could not be listed, when it is there: EACCES, with hidepid=noaccess EPERM. */
  readonly refused: string | undefined;
  /** Everything in it could be read. */
  readonly whole: boolean;
}

function scanProcess(scan: Scan, path: string, pid: number): void {
  const leader = scanTable(scan, join(path, 'fd'), pid, pid);
  scan.looked += 1;
  const known = [leader];
  const alone = scan.request.leadersOnly === true || (leader.refused !== undefined && !isOurs(join(path, 'task')));
  for (const tid of alone ? [] : listOf(join(path, 'task')).numbers) {
    const table = join(path, 'task', String(tid), 'fd');
    if (tid === pid || known.some((other) => isSameTable(other, table))) continue;
    known.push(scanTable(scan, table, pid, tid));
  }
  scan.unreadable += known.every(({ whole }) => whole) ? 0 : 1;
  scan.denied += leader.refused === 'EACCES' ? 1 : 0;
}

/**
 * Kernel: the descriptors of a leader that has exited are root's, whoever it was; those of its living threads are their
 * user's. NB: such a process stays counted among the unreadable, as netstat has it.
 */
function isOurs(path: string): boolean {
  try {
    return statSync(path).uid === process.geteuid?.();
  } catch {
    return false;
  }
}

/** Larger tables than this are compared by their last descriptors alone. */
const COMPARED_WHOLE = 64;
const COMPARED_LAST = 8;

/**
 * Is a thread's table the one that was read already? kcmp(2) would tell; here the number of descriptors (st_size of the
 * directory, Linux 6.2), then their numbers, then where they point decide.
 */
function isSameTable({ path, fds }: DescriptorTable, other: string): boolean {
  try {
    const size = statSync(other).size;
    if (size !== 0 && size !== fds.length) return false;
  } catch {
    return true;
  }
  const { numbers, error } = listOf(other);
  if (error !== undefined || numbers.length !== fds.length) return error !== undefined;
  const compared = fds.length <= COMPARED_WHOLE ? fds : fds.slice(-COMPARED_LAST);
  return fds.every((fd, at) => numbers[at] === fd) && compared.every((fd) => linkOf(path, fd) === linkOf(other, fd));
}

function linkOf(path: string, fd: number): string | undefined {
  try {
    return readlinkSync(`${path}/${fd}`);
  } catch {
    return undefined;
  }
}

/** Adds the sockets of one descriptor table. */
function scanTable(scan: Scan, path: string, pid: number, tid: number): DescriptorTable {
  const { numbers, error } = listOf(path);
  if (FATAL.has(error)) throw new ProcfsError(error!, path, `cannot be read: ${error}`);
  const refused = error === 'EACCES' || error === 'EPERM' ? error : undefined;
  let whole = refused === undefined;
  for (const fd of numbers) whole = addDescriptor(scan, `${path}/${fd}`, pid, tid, fd) && whole;
  scan.looked += numbers.length;
  return { path, fds: numbers, refused, whole };
}

/** False when the link may not be read. */
function addDescriptor(scan: Scan, path: string, pid: number, tid: number, fd: number): boolean {
  let link: string;
  try {
    link = readlinkSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code !== 'EACCES' && code !== 'EPERM';
  }
  const inode = Number(SOCKET_LINK.exec(link)?.[1] ?? 0);
  if (inode === 0 || scan.wanted?.has(inode) === false) return true;
  scan.missing?.delete(inode);
  const { builder, cells } = scan;
  builder.addRow();
  cells.inode.set(inode);
  cells.pid.set(pid);
  cells.tid.set(tid);
  cells.fd.set(fd);
  cells.leader.set(pid === tid ? 1 : 0);
  return true;
}
