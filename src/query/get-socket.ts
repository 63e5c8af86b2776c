import { isIPv4 } from 'node:net';
import type { RowObject, Table } from '../columns/table.ts';
import { UsageError } from '../errors.ts';
import { FAMILIES } from '../families.ts';
import { parseIPv4, parseIPv6 } from '../filters/host.ts';
import { readInterfaceNames } from '../names/interfaces.ts';
import { getInet, type SocketId } from '../sources/netlink-get.ts';
import type { SocketsSchema } from '../tables/sockets.ts';
import { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE } from '../uapi/socket.ts';
import { wantedColumns } from './columns.ts';
import { openNamespace } from './namespace.ts';
import type { ColumnGroups, TableOptions } from './options.ts';
import { SOCKETS_COLUMNS } from './plan.ts';

/** Both ends of a socket as its owner sees them: a row of `sockets()`, a `net.Socket`, or written down. */
export interface SocketEnds {
  /** `tcp` (default), `udp` or `udplite`, of either family: the addresses tell. */
  readonly netid?: string;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  /** Without remote end: `0.0.0.0` or `::`, and port 0. */
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  /** Index of the device the socket is bound to. */
  readonly interface?: number | null;
  /** Identity it must have. */
  readonly cookie?: bigint | null;
}

export interface GetSocketOptions extends Pick<TableOptions<SocketsSchema>, 'columns' | 'netns'>, ColumnGroups {}

/** Protocols of which the kernel looks a socket up by its ends. */
const LOOKED_UP: ReadonlySet<number> = new Set([IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE]);

/**
 * One socket by its two ends, null when there is none: with `info`, all that tcp_info tells of a connection, in
 * microseconds, however many sockets there are. Asks netlink, without a dump, and answers at once.
 *
 * Throws a UsageError for what are no ends, a NetlinkError when the kernel refuses, a SockdiagError where there is no netlink.
 */
export function getSocket(ends: SocketEnds, options: GetSocketOptions = {}): RowObject<SocketsSchema> | null {
  const table = socketTable(socketId(ends), wantedColumns(SOCKETS_COLUMNS, options), options);
  return table.length === 0 ? null : table.toObjects()[0]!;
}

/** The same as a table of one row or none. */
export function socketTable(
  id: SocketId,
  columns: readonly string[],
  { netns }: Pick<GetSocketOptions, 'netns'>,
): Table<SocketsSchema> {
  const namespace = openNamespace(netns);
  try {
    return getInet(id, { ...namespace.place, columns });
  } finally {
    namespace.close();
  }
}

/** The ends as the kernel is told them. */
export function socketId(ends: SocketEnds): SocketId {
  const { netid = 'tcp', cookie } = ends;
  const protocol = FAMILIES.find((row) => row.netid === netid)?.protocol ?? -1;
  if (!LOOKED_UP.has(protocol)) throw new UsageError(`netid: '${netid}' is not one of tcp, udp, udplite`);
  const local = address('localAddress', ends.localAddress);
  const remote = address('remoteAddress', ends.remoteAddress);
  if (local.bytes.length !== remote.bytes.length) {
    throw new UsageError(`remoteAddress: '${ends.remoteAddress}' is of another family than '${ends.localAddress}'`);
  }
  return {
    protocol,
    localAddress: local.bytes,
    localPort: port('localPort', ends.localPort),
    remoteAddress: remote.bytes,
    remotePort: port('remotePort', ends.remotePort),
    interface: ends.interface ?? local.zone ?? remote.zone ?? 0,
    ...(cookie == null ? {} : { cookie }),
  };
}

interface Address {
  readonly bytes: Uint8Array;
  /** Index of the device behind `%`. */
  readonly zone: number | undefined;
}

function address(option: string, text: string | undefined): Address {
  const [plain = '', zone] = (text ?? '').split('%');
  const bytes = isIPv4(plain) ? parseIPv4(plain) : parseIPv6(plain);
  if (bytes === undefined) throw new UsageError(`${option}: '${text}' is no address`);
  return { bytes, zone: zone === undefined ? undefined : zoneIndex(option, zone) };
}

function zoneIndex(option: string, zone: string): number {
  const index = /^\d+$/.test(zone) ? Number(zone) : readInterfaceNames().index(zone);
  if (index === undefined) throw new UsageError(`${option}: there is no device '${zone}'`);
  return index;
}

function port(option: string, value: number | undefined): number {
  if (value === undefined || !Number.isInteger(value) || value < 0 || value > 65535) {
    throw new UsageError(`${option}: ${value} is not a port from 0 to 65535`);
  }
  return value;
}
