import type { Table } from '../columns/table.ts';
import { UsageError } from '../errors.ts';
import { cgroupDirectories } from '../sources/cgroup-directories.ts';
import { withInherited } from '../sources/inherited-owners.ts';
import { Processes } from '../sources/processes.ts';
import type { OwnersRequest } from '../sources/requests.ts';
import type { OwnersSchema } from '../tables/owners.ts';
import type { SocketsSchema } from '../tables/sockets.ts';
import { abortable } from './abortable.ts';
import type { FindOptions, PortQuery } from './find.ts';
import type { SocketEnds } from './get-socket.ts';
import type { Owner } from './holders.ts';
import { portNumber } from './plan.ts';
import { readOwners } from './read-owners.ts';
import { readSockets } from './run.ts';
import { socketBetween } from './socket-between.ts';

export const PORT_NETIDS: readonly string[] = ['tcp', 'tcp6', 'udp', 'udp6', 'udplite', 'udplite6'];

/** A socket, as a row gives it: with its user and control group the owner is found sooner. Without inode, by its ends. */
export interface OwnedSocket extends SocketEnds {
  readonly inode?: number;
  readonly uid?: number | null;
  readonly cgroupId?: bigint | null;
}

/** Where to look first: whoever made a socket mostly has it, in its control group and as its user. */
function hintsOf(uids: Iterable<number>, groups: Iterable<bigint>): Partial<OwnersRequest> {
  return { stopWhenFound: true, uids: Uint32Array.from(new Set(uids)), cgroups: cgroupDirectories(groups) };
}

function ownerAt(table: Table<OwnersSchema>, row: number, processes: Processes): Owner {
  const [pid, tid, fd] = [table.column('pid')[row]!, table.column('tid')[row]!, table.column('fd')[row]!];
  return { pid, tid, fd, process: processes.comm(pid) };
}

async function namesIn(table: Table<OwnersSchema>, root: string | undefined): Promise<Processes> {
  const processes = new Processes(root, table.takenAt);
  await processes.load(table.column('pid'), ['comm']);
  return processes;
}

/**
 * Some process that holds a socket, given its inode, a row that has one, or both ends (a `net.Socket`); null when nobody is known to. Processes of the
 * socket's control group and user are looked at first, and the search ends at the first holder found.
 */
export function ownerOf(socket: number | OwnedSocket, options: FindOptions = {}): Promise<Owner | null> {
  return abortable(findOwner(socket, options), options.signal);
}

async function findOwner(socket: number | OwnedSocket, options: FindOptions): Promise<Owner | null> {
  const { root } = options;
  options.signal?.throwIfAborted();
  const { inode = 0, uid, cgroupId } = typeof socket === 'number' ? { inode: socket } : await known(socket, options);
  if (inode === 0) return null;
  const owners = await readOwners({
    columns: ['inode', 'pid', 'tid', 'fd'],
    inodes: Uint32Array.of(inode),
    ...hintsOf(uid == null ? [] : [uid], cgroupId == null ? [] : [cgroupId]),
    ...(root === undefined ? {} : { root }),
  });
  return owners.length === 0 ? null : ownerAt(owners, 0, await namesIn(owners, root));
}

async function known(socket: OwnedSocket, options: FindOptions): Promise<OwnedSocket> {
  if (socket.inode !== undefined) return socket;
  const table = await socketBetween(socket, { ...options, columns: ['inode', 'uid', 'cgroupId'] });
  return table.length === 0 ? {} : table.at(0);
}

export interface PortOwnersOptions extends Omit<PortQuery, 'port'> {
  /**
   * Also those who hold nothing but connections of a port that something listens on, and looks at every process, for sockets
   * that were passed to strangers (SCM_RIGHTS). Default false.
   */
  readonly all?: boolean;
}

/**
 * Processes that a local port belongs to, each once, lowest process number first: those that hold its TCP listener, or a
 * connection from it when nothing listens, and its UDP sockets.
 *
 * The search begins with the processes of the sockets' control groups and users, and ends when each socket has an owner; that
 * one's parents and children that share the socket are found too. BPF is left aside where the control groups are known
 * (cgroup v2), whose processes are few. With `all` every process that holds any socket with that port is found.
 */
export function portOwners(port: number, options: PortOwnersOptions = {}): Promise<Owner[]> {
  return abortable(findPortOwners(port, options), options.signal);
}

async function findPortOwners(port: number, options: PortOwnersOptions): Promise<Owner[]> {
  const { all = false, root } = options;
  const sockets = await socketsOf(port, options);
  const inodes = Uint32Array.from(sockets.flatMap((table) => [...table.column('inode')])).filter(
    (inode) => inode !== 0,
  );
  if (inodes.length === 0) return [];
  const place = root === undefined ? {} : { root };
  const hints = all ? {} : hintsIn(sockets);
  const request: OwnersRequest = { columns: ['inode', 'pid', 'tid', 'fd'], inodes, ...place, ...hints };
  const grouped = request.cgroups !== undefined && request.cgroups.length > 0;
  const found = await readOwners(request, grouped || options.source === 'procfs' ? 'procfs' : 'auto');
  const owners = all ? found : await withInherited(found, request);
  const processes = await namesIn(owners, root);
  const byPid = new Map<number, Owner>();
  for (let row = 0; row < owners.length; row += 1) {
    const owner = ownerAt(owners, row, processes);
    if (!byPid.has(owner.pid)) byPid.set(owner.pid, owner);
  }
  return [...byPid.values()].sort((a, b) => a.pid - b.pid);
}

/** Netids whose listeners have a table of their own in the kernel: they are found without a walk over all connections. */
const LISTENING: readonly string[] = ['tcp', 'tcp6'];

/** Sockets a port belongs to, or all that have it. */
async function socketsOf(port: number, options: PortOwnersOptions): Promise<readonly Table<SocketsSchema>[]> {
  const { netid = PORT_NETIDS, all = false, ...where } = options;
  const localPort = portNumber('port', port);
  if (localPort === 0) throw new UsageError('port: a port from 1 to 65535 is wanted');
  const read = (netids: readonly string[], state?: string) =>
    readSockets({
      ...where,
      netid: netids,
      localPort,
      columns: ['inode', 'uid', 'cgroupId'],
      ...(state === undefined ? {} : { state }),
    });
  const netids = typeof netid === 'string' ? [netid] : netid;
  const listening = netids.filter((name) => LISTENING.includes(name));
  if (all || listening.length === 0) return [await read(netids)];
  const others = netids.filter((name) => !LISTENING.includes(name));
  const tables = await Promise.all([read(listening, 'listen'), ...(others.length === 0 ? [] : [read(others)])]);
  return tables[0]!.length > 0 ? tables : [await read(listening), ...tables];
}

/** NB: rows without inode have no owner, and may show another user than their socket had. */
function hintsIn(sockets: readonly Table<SocketsSchema>[]): Partial<OwnersRequest> {
  const uids: number[] = [];
  const groups: bigint[] = [];
  for (const table of sockets) {
    for (const [row, inode] of table.column('inode').entries()) {
      if (inode === 0) continue;
      uids.push(table.column('uid')[row]!);
      if (table.has('cgroupId')) groups.push(table.column('cgroupId')[row]!);
    }
  }
  return hintsOf(uids, groups);
}
