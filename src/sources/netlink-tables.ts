import type { DumpRequest } from '../addon.ts';
import type { Schema, TableSchema } from '../columns/type.ts';
import { type NetlinkSocketsSchema, netlinkSockets } from '../tables/netlink.ts';
import { type PacketSchema, packet } from '../tables/packet.ts';
import { type UnixSchema, unix } from '../tables/unix.ts';
import { type VsockSchema, vsock } from '../tables/vsock.ts';
import { netlinkUnavailable, readDump, readError, showBits } from './netlink.ts';
import type { Columns, NetlinkSocketsRequest, PacketRequest, Place, UnixRequest, VsockRequest } from './requests.ts';
import type { Source } from './source.ts';

/** `sdiag_protocol` of an AF_NETLINK dump that means every protocol. */
const NDIAG_PROTO_ALL = 255;

/** A table that one kind of dump fills, as one row: what is asked for in words, and in numbers. */
export function netlinkSource<R extends Place & Columns, S extends Schema>(
  schema: TableSchema<S>,
  words: string,
  requests: (request: R) => readonly DumpRequest[],
): Source<R, S> {
  return {
    name: 'netlink',
    probe: (request) => netlinkUnavailable(schema, request),
    read: (request) =>
      readDump(schema, words, request, requests(request)).catch((error: unknown) => {
        throw readError(error);
      }),
  };
}

/** unix_diag. Kernel: 3.3, a module of its own; not privileged. */
export const unixDiag: Source<UnixRequest, UnixSchema> = netlinkSource(unix, 'unix', ({ columns, states }) => [
  { kind: 'unix', states, show: showBits(unix, columns) },
]);

/** packet_diag. Kernel: 3.6, a module of its own; not privileged. */
export const packetDiag: Source<PacketRequest, PacketSchema> = netlinkSource(packet, 'packet', ({ columns }) => [
  { kind: 'packet', show: showBits(packet, columns) },
]);

/**
 * netlink_diag. Kernel: 3.10, a module of its own; not privileged. 6.18 loses one socket at every batch boundary and lists
 * members of multicast groups twice, so that /proc/net/netlink comes first wherever it has the columns.
 */
export const netlinkDiag: Source<NetlinkSocketsRequest, NetlinkSocketsSchema> = netlinkSource(
  netlinkSockets,
  'netlink',
  ({ columns, protocol }) => [
    { kind: 'netlink', protocol: protocol ?? NDIAG_PROTO_ALL, show: showBits(netlinkSockets, columns) },
  ],
);

/** vsock_diag. Kernel: 4.15, a module of its own; not privileged. */
export const vsockDiag: Source<VsockRequest, VsockSchema> = netlinkSource(vsock, 'vsock', ({ states }) => [
  { kind: 'vsock', states },
]);
