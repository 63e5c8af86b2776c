import type { Table } from '../columns/table.ts';
import { UsageError } from '../errors.ts';
import { cgroupDirectories } from '../sources/cgroup-directories.ts';
import { withInherited } from '../sources/inherited-owners.ts';
import { Processes } from '../sources/processes.ts';
import type { OwnersRequest } from '../sources/requests.ts';
import type { OwnersSchema } from '../tables/owners.ts';
import type { SocketsSchema } from '../tables/sockets.ts';
import type { FindOptions, PortQuery } from './find.ts';
import type { Owner } from './holders.ts';
import { readOwners } from './owners.ts';
import { portNumber } from './plan.ts';
import { readSockets } from './run.ts';

export const PORT_NETIDS: readonly string[] = ['tcp', 'tcp6', 'udp', 'udp6', 'udplite', 'udplite6'];

/** A socket, as a row gives it: with its user and control group the owner is found sooner. */
export interface OwnedSocket {
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
 * Some process that holds a socket, given its inode or a row that has one; null when nobody is known to. Processes of the
 * socket's control group and user are looked at first, and the search ends at the first holder found.
 */
export async function ownerOf(
  socket: number | OwnedSocket,
  options: Pick<FindOptions, 'root' | 'signal'> = {},
): Promise<Owner | null> {
  const { inode = 0, uid, cgroupId } = typeof socket === 'number' ? { inode: socket } : (socket as OwnedSocket);
  const { root, signal } = options;
  signal?.throwIfAborted();
  if (inode === 0) return null;
  const owners = await readOwners({
    columns: ['inode', 'pid', 'tid', 'fd'],
    inodes: Uint32Array.of(inode),
    ...hintsOf(uid == null ? [] : [uid], cgroupId == null ? [] : [cgroupId]),
    ...(root === undefined ? {} : { root }),
  });
  signal?.throwIfAborted();
  return owners.length === 0 ? null : ownerAt(owners, 0, await namesIn(owners, root));
}

export interface PortOwnersOptions extends Omit<PortQuery, 'port'> {
  /** Looks at every process, for sockets that were passed to strangers (SCM_RIGHTS). Default false. */
  readonly all?: boolean;
}

/**
 * Processes that hold a socket with this local port, each once, lowest process number first.
 *
 * A scan begins with the processes of the sockets' control groups and users, and ends when each socket has an owner; that
 * one's parents and children that share the socket are found too. With `all`, or by BPF, every process is looked at; BPF
 * is left aside where the control groups are known (cgroup v2), whose processes are few.
 */
export async function portOwners(port: number, options: PortOwnersOptions = {}): Promise<Owner[]> {
  const { netid = PORT_NETIDS, all = false, root, ...where } = options;
  const localPort = portNumber('port', port);
  if (localPort === 0) throw new UsageError('port: a port from 1 to 65535 is wanted');
  const place = root === undefined ? {} : { root };
  const columns = ['inode', 'uid', 'cgroupId'];
  const sockets = await readSockets({ ...where, ...place, netid, localPort, columns });
  const inodes = sockets.column('inode').filter((inode) => inode !== 0);
  if (inodes.length === 0) return [];
  const hints = all ? {} : hintsIn(sockets);
  const request: OwnersRequest = { columns: ['inode', 'pid', 'tid', 'fd'], inodes, ...place, ...hints };
  const grouped = request.cgroups !== undefined && request.cgroups.length > 0;
  const found = await readOwners(request, grouped || options.source === 'procfs' ? 'procfs' : 'auto');
  const owners = all || found.source === 'bpf' ? found : await withInherited(found, request);
  options.signal?.throwIfAborted();
  const processes = await namesIn(owners, root);
  const byPid = new Map<number, Owner>();
  for (let row = 0; row < owners.length; row += 1) {
    const owner = ownerAt(owners, row, processes);
    if (!byPid.has(owner.pid)) byPid.set(owner.pid, owner);
  }
  return [...byPid.values()].sort((a, b) => a.pid - b.pid);
}

function hintsIn(sockets: Table<SocketsSchema>): Partial<OwnersRequest> {
  return hintsOf(sockets.column('uid'), sockets.has('cgroupId') ? sockets.column('cgroupId') : []);
}
