import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Cell, TableBuilder } from '../../columns/builder.ts';
import type { Table, Warning } from '../../columns/table.ts';
import { ProcfsError } from '../../errors.ts';
import { type OwnersSchema, owners } from '../../tables/owners.ts';
import type { OwnersRequest } from '../requests.ts';
import { kernelError, type Source } from '../source.ts';
import { DEFAULT_ROOT } from './file.ts';

/** Descriptors looked at before the event loop gets its turn; about 3 µs each. */
const SLICE = 1000;

const SOCKET_LINK = /^socket:\[(\d+)\]$/;
const DIGITS = /^\d+$/;

/** A warning about processes whose descriptors could not be read. */
export interface ScanWarning extends Warning {
  readonly code: 'unreadable';
  /** Of these, how many did not even let their descriptors be listed (EACCES on opendir). */
  readonly denied: number;
}

/** Bounds of one scan. */
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
 * first, then those of threads when the leader has exited.
 */
export const fdScan: Source<OwnersRequest, OwnersSchema> = {
  name: 'procfs',
  probe: () => undefined,
  async read(request) {
    const root = request.root ?? DEFAULT_ROOT;
    const names = listOf(root);
    if (names.error !== undefined)
      throw kernelError(new ProcfsError(names.error, root, `cannot be read: ${names.error}`));
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
    const pids = names.entries.filter((name) => DIGITS.test(name)).map(Number);
    for (const pid of pids.sort((a, b) => a - b)) {
      if (scan.missing?.size === 0) break;
      scanProcess(scan, join(root, String(pid)), pid);
      if (scan.looked >= SLICE) {
        scan.looked = 0;
        await new Promise((resume) => setImmediate(resume));
      }
    }
    return finish(scan);
  },
};

function finish({ builder, unreadable, denied }: Scan): Table<OwnersSchema> {
  const warnings: ScanWarning[] = [];
  if (unreadable > 0) {
    const message = `the descriptors of ${unreadable} processes could not be read`;
    warnings.push({ code: 'unreadable', message, count: unreadable, denied });
  }
  const parts = [{ name: 'owners', source: 'procfs', rows: builder.length } as const];
  return builder.finish({ source: 'procfs', warnings, parts });
}

function listOf(path: string): { readonly entries: readonly string[]; readonly error?: string } {
  try {
    return { entries: readdirSync(path) };
  } catch (error) {
    return { entries: [], error: (error as NodeJS.ErrnoException).code ?? 'EIO' };
  }
}

function scanProcess(scan: Scan, path: string, pid: number): void {
  const found = scanTable(scan, join(path, 'fd'), pid, pid);
  scan.looked += 1;
  if (found !== 0 || scan.request.leadersOnly === true) return;
  for (const tid of listOf(join(path, 'task')).entries) {
    if (Number(tid) !== pid && DIGITS.test(tid)) scanTable(scan, join(path, 'task', tid, 'fd'), pid, Number(tid));
  }
}

/** Adds the sockets of one descriptor table; returns how many descriptors it has, -1 when it cannot be read. */
function scanTable(scan: Scan, path: string, pid: number, tid: number): number {
  const { entries, error } = listOf(path);
  if (error !== undefined) {
    const denied = error === 'EACCES' || error === 'EPERM';
    scan.denied += denied ? 1 : 0;
    scan.unreadable += denied ? 1 : 0;
    return denied ? -1 : 0;
  }
  let refused = false;
  for (const fd of entries) refused = !addDescriptor(scan, join(path, fd), pid, tid, Number(fd)) || refused;
  scan.unreadable += refused ? 1 : 0;
  scan.looked += entries.length;
  return entries.length;
}

/** False when the link may not be read. */
function addDescriptor(scan: Scan, path: string, pid: number, tid: number, fd: number): boolean {
  let link: string;
  try {
    link = readlinkSync(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EACCES';
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
