import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { selectRows } from '../columns/selection.ts';
import type { RowObject, Table } from '../columns/table.ts';
import { NetlinkError, ProcfsError, SockdiagError, UsageError } from '../errors.ts';
import { Processes } from '../sources/processes.ts';
import type { NetlinkSocketsSchema } from '../tables/netlink.ts';
import type { PacketSchema } from '../tables/packet.ts';
import type { SctpSchema } from '../tables/sctp.ts';
import type { SocketsSchema } from '../tables/sockets.ts';
import type { UnixSchema } from '../tables/unix.ts';
import type { VsockSchema } from '../tables/vsock.ts';
import { abortable } from './abortable.ts';
import type { SocketEnds } from './get-socket.ts';
import { holdersOf, type Owner } from './holders.ts';
import type { TableOptions } from './options.ts';
import { portNumber } from './plan.ts';
import { ownerOf, PORT_NETIDS } from './port-owners.ts';
import { readSockets } from './run.ts';
import { socketBetween } from './socket-between.ts';
import { netlinkSockets, packetSockets, sctpSockets, unixSockets, vsockSockets } from './tables.ts';

/** Where to look. */
export type FindOptions = Pick<TableOptions, 'source' | 'root' | 'netns' | 'signal'>;

export interface PortQuery extends FindOptions {
  /** Local port. */
  readonly port: number;
  /** Kinds of sockets; default TCP, UDP and UDP-Lite of both families. */
  readonly netid?: string | readonly string[];
}

export interface PidQuery extends FindOptions {
  readonly pid: number;
}

/** Both ends: the kernel looks that one socket up. A `net.Socket` will do. */
export interface EndsQuery extends FindOptions, SocketEnds {
  readonly remotePort: number | undefined;
}

/** A socket and everyone who holds it. */
export type Found = (
  | ({ readonly table: 'sockets' } & RowObject<SocketsSchema>)
  | ({ readonly table: 'unix' } & RowObject<UnixSchema>)
  | ({ readonly table: 'packet' } & RowObject<PacketSchema>)
  | ({ readonly table: 'netlink' } & RowObject<NetlinkSocketsSchema>)
  | ({ readonly table: 'sctp' } & RowObject<SctpSchema>)
  | ({ readonly table: 'vsock' } & RowObject<VsockSchema>)
) & { readonly owners: readonly Owner[] };

/**
 * Sockets with a local port, the one between two ends, or those of a process, with their owners. The kernel is asked for that
 * port or socket alone, and of processes only that one is looked at; its sockets are looked for in its own network namespace.
 *
 * Rejects with a ProcfsError (ESRCH, EACCES) when the process does not exist or its descriptors may not be read.
 */
export function find(query: PortQuery | PidQuery | EndsQuery): Promise<Found[]> {
  const { signal } = query;
  if (signal?.aborted === true) return Promise.reject(signal.reason);
  if ('pid' in query) return abortable(findByPid(query), signal);
  return abortable('port' in query ? findByPort(query) : findByEnds(query), signal);
}

async function findByEnds(query: EndsQuery): Promise<Found[]> {
  const { source, root, netns, signal } = query;
  signal?.throwIfAborted();
  const place = {
    ...(source === undefined ? {} : { source }),
    ...(root === undefined ? {} : { root }),
    ...(netns === undefined ? {} : { netns }),
    ...(signal === undefined ? {} : { signal }),
  };
  return withOwners('sockets', await socketBetween(query, place), place);
}

async function findByPort({ port, netid = PORT_NETIDS, ...options }: PortQuery): Promise<Found[]> {
  const localPort = portNumber('port', port);
  if (localPort === 0) throw new UsageError('port: a port from 1 to 65535 is wanted');
  return withOwners('sockets', await readSockets({ ...options, netid, localPort }), options);
}

async function withOwners<N extends Found['table'], T extends Table<SocketsSchema> | Table<UnixSchema>>(
  table: N,
  rows: T,
  { root, source }: FindOptions,
): Promise<Found[]> {
  const holders = await holdersOf(rows as Table<SocketsSchema>, { root, source });
  return rows.toObjects().map((row, at) => ({ table, ...row, owners: holders.list(at) }) as Found);
}

async function findByPid({ pid, ...options }: PidQuery): Promise<Found[]> {
  const { root = '/proc' } = options;
  const held = descriptorsOf(root, pid);
  const place = options.netns ?? (options.root === undefined && !inOurNamespace(pid) ? { pid } : undefined);
  const where = { ...options, ...(place === undefined ? {} : { netns: place }) };
  const processes = new Processes(options.root);
  await processes.load([pid], ['comm']);
  const process = processes.comm(pid);
  const found: Found[] = [];
  const missing = new Set(held.keys());
  for (const [table, read] of HELD_TABLES) {
    if (missing.size === 0) break;
    for (const row of await rowsOf(read(where), held)) {
      missing.delete(row.inode!);
      const fds = held.get(row.inode!)!;
      found.push({ table, ...row, owners: fds.map((fd) => ({ pid, tid: pid, fd, process })) } as Found);
    }
  }
  return found;
}

type HeldTable = Table<{ readonly inode: SocketsSchema['inode'] }>;

/** Where the sockets of a process are looked for, the likeliest first, until each is found. */
const HELD_TABLES: readonly [Found['table'], (where: FindOptions) => Promise<unknown>][] = [
  ['sockets', readSockets],
  ['unix', unixSockets],
  ['netlink', netlinkSockets],
  ['packet', packetSockets],
  ['sctp', sctpSockets],
  ['vsock', vsockSockets],
];

/** Rows with an inode that is held; none of a table this kernel, or the source asked for, does not have. */
async function rowsOf(
  reading: Promise<unknown>,
  held: ReadonlyMap<number, unknown>,
): Promise<readonly { readonly inode?: number }[]> {
  try {
    const table = (await reading) as HeldTable;
    const inodes = table.column('inode');
    return table.toObjects(selectRows(table.length, (row) => held.has(inodes[row]!)));
  } catch (error) {
    if (error instanceof SockdiagError && isAbsent(error)) return [];
    throw error;
  }
}

/** NB: ENOENT is also what a namespace that does not exist is answered with, by open(2). */
function isAbsent(error: SockdiagError): boolean {
  if (error instanceof NetlinkError) return error.op.startsWith('NLMSG_') && error.code === 'ENOENT';
  return error.code === 'ENOSYS' || error.code === 'ERR_DLOPEN_FAILED';
}

const SOCKET_LINK = /^socket:\[(\d+)\]$/;

/** Descriptors of a process that are sockets, by inode. */
function descriptorsOf(root: string, pid: number): Map<number, number[]> {
  if (!Number.isInteger(pid) || pid < 1) throw new UsageError(`pid: ${pid} is no process number`);
  const path = `${root}/${pid}/fd`;
  const held = new Map<number, number[]>();
  for (const fd of entriesOf(path, pid)) {
    const inode = Number(SOCKET_LINK.exec(linkOf(`${path}/${fd}`))?.[1] ?? 0);
    if (inode !== 0) held.set(inode, [...(held.get(inode) ?? []), Number(fd)]);
  }
  return held;
}

function entriesOf(path: string, pid: number): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'EIO';
    if (code === 'ENOENT') throw new ProcfsError('ESRCH', path, `no process ${pid}`, 0, '', { cause: error });
    throw new ProcfsError(code, path, `cannot be read: ${code}`, 0, '', { cause: error });
  }
}

/** '' for a descriptor that was closed meanwhile. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function inOurNamespace(pid: number): boolean {
  try {
    return statSync(`/proc/${pid}/ns/net`).ino === statSync('/proc/self/ns/net').ino;
  } catch {
    return true;
  }
}

export interface WaitOptions extends FindOptions {
  /** How often the kernel is asked. Default 50 ms. */
  readonly intervalMs?: number;
}

/** What waited for came true. */
export interface Listening {
  readonly socket: RowObject<SocketsSchema>;
  /** null: the holder may not be looked at. */
  readonly owner: Owner | null;
}

const INTERVAL_MS = 50;

/**
 * Resolves when something listens on a TCP port, with the socket and who holds it. Nothing connects to it: the kernel is
 * asked for its listeners on that port, which takes microseconds. Rejects with the signal's reason when it is aborted;
 * `AbortSignal.timeout()` makes a time limit.
 */
export async function waitForPort(port: number, options: WaitOptions = {}): Promise<Listening> {
  const { intervalMs = INTERVAL_MS, ...where } = options;
  const query = { ...where, netid: ['tcp', 'tcp6'], state: 'listen', localPort: portNumber('port', port) };
  if (query.localPort === 0) throw new UsageError('port: a port from 1 to 65535 is wanted');
  for (;;) {
    const [socket] = (await readSockets(query)).toObjects();
    if (socket !== undefined) return { socket, owner: await ownerOf(socket, where) };
    await pause(intervalMs, where.signal);
  }
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
