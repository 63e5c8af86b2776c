import { FAMILIES, type Family, netidCode } from '../../families.ts';
import { type CountersSchema, counters } from '../../tables/counters.ts';
import { type GroupsSchema, groups } from '../../tables/groups.ts';
import { type NetlinkSocketsSchema, netlinkSockets } from '../../tables/netlink.ts';
import { type PacketSchema, packet } from '../../tables/packet.ts';
import { type RoutesSchema, routes } from '../../tables/routes.ts';
import { type SctpSchema, sctp } from '../../tables/sctp.ts';
import { type SocketsSchema, sockets } from '../../tables/sockets.ts';
import { type UnixSchema, unix } from '../../tables/unix.ts';
import { AF_INET, AF_INET6 } from '../../uapi/socket.ts';
import type {
  CountersRequest,
  GroupsRequest,
  NetlinkSocketsRequest,
  PacketRequest,
  RoutesRequest,
  SctpRequest,
  SocketsRequest,
  UnixRequest,
} from '../requests.ts';
import type { Unavailable } from '../source.ts';
import { parseIgmp, parseIgmp6 } from './igmp.ts';
import { parseInet } from './inet.ts';
import { LITTLE_ENDIAN, TICKS_PER_SECOND } from './machine.ts';
import { parseNetlinkSockets } from './netlink.ts';
import { parsePacket } from './packet.ts';
import { parseIpv6Route, parseRoute } from './route.ts';
import { parseSctpAssociations, parseSctpEndpoints } from './sctp.ts';
import { COUNTERS_PARSERS } from './snmp.ts';
import { type ProcfsSource, procfsSource } from './source.ts';
import { parseUnix } from './unix.ts';

export { addressesFromProcfs } from './addresses.ts';
export { linksFromProcfs } from './links.ts';
export { neighboursFromProcfs } from './neighbours.ts';

const RT_TABLE_MAIN = 254;

/** The files of the families asked for, IPv4 first. */
function byFamily(family: number, file: string, file6: string): string[] {
  const files = family === AF_INET6 ? [] : [file];
  return family === AF_INET ? files : [...files, file6];
}

function familyOf(netid: string): Family | undefined {
  return FAMILIES[netidCode(netid)];
}

/** Internet sockets: /proc/net/{tcp,udp,udplite,raw}[6]. */
export const socketsFromProcfs: ProcfsSource<SocketsRequest, SocketsSchema> = procfsSource({
  schema: sockets,
  files: ({ netids }) => netids.flatMap((netid) => familyOf(netid)?.file ?? []),
  probe: ({ netids }) => {
    const absent = netids.filter((netid) => familyOf(netid)?.file === undefined);
    if (absent.length === 0) return undefined;
    return { code: 'ENOENT', reason: `no file below /proc/net shows ${absent.join(', ')} sockets` };
  },
  parse: (file, { bytes }, builder, { states }) => {
    const netid = FAMILIES.findIndex((row) => row.file === file);
    const { family, protocol } = FAMILIES[netid]!;
    return parseInet(bytes, builder, {
      netid,
      family,
      protocol,
      states,
      littleEndian: LITTLE_ENDIAN,
      ticksPerSecond: TICKS_PER_SECOND,
    });
  },
});

/** Unix domain sockets: /proc/net/unix. */
export const unixFromProcfs: ProcfsSource<UnixRequest, UnixSchema> = procfsSource({
  schema: unix,
  files: () => ['unix'],
  parse: (_file, { bytes }, builder, { states }) => parseUnix(bytes, builder, { states }),
});

/** AF_PACKET sockets: /proc/net/packet. */
export const packetFromProcfs: ProcfsSource<PacketRequest, PacketSchema> = procfsSource({
  schema: packet,
  files: () => ['packet'],
  parse: (_file, { bytes }, builder) => parsePacket(bytes, builder),
});

/** AF_NETLINK sockets: /proc/net/netlink. */
export const netlinkSocketsFromProcfs: ProcfsSource<NetlinkSocketsRequest, NetlinkSocketsSchema> = procfsSource({
  schema: netlinkSockets,
  files: () => ['netlink'],
  parse: (_file, { bytes }, builder, { protocol }) => parseNetlinkSockets(bytes, builder, { protocol }),
});

/** SCTP: eps or assocs in /proc/net/sctp and sctp6. */
export const sctpFromProcfs: ProcfsSource<SctpRequest, SctpSchema> = procfsSource({
  schema: sctp,
  files: ({ kinds, folders = ['sctp'] }) =>
    kinds.flatMap((kind) => folders.map((folder) => `${folder}/${kind === 'endpoint' ? 'eps' : 'assocs'}`)),
  parse: (file, { bytes }, builder) =>
    (file.endsWith('eps') ? parseSctpEndpoints : parseSctpAssociations)(bytes, builder),
});

/** The files do not say which table a route is of, except that `route` shows the main one only. */
function unknownTable({ family, table = 0 }: RoutesRequest): Unavailable | undefined {
  if (table === 0 || (table === RT_TABLE_MAIN && family === AF_INET)) return undefined;
  return { code: 'ENOSYS', reason: `/proc/net does not tell the routes of table ${table} from others` };
}

/** Routes: /proc/net/route (IPv4, table main) and ipv6_route (all tables). */
export const routesFromProcfs: ProcfsSource<RoutesRequest, RoutesSchema> = procfsSource({
  schema: routes,
  files: ({ family }) => byFamily(family, 'route', 'ipv6_route'),
  probe: unknownTable,
  parse: (file, { path, bytes }, builder) =>
    file === 'route'
      ? parseRoute(bytes, builder, { path, littleEndian: LITTLE_ENDIAN })
      : parseIpv6Route(bytes, builder),
});

/** Multicast groups: /proc/net/igmp and igmp6. */
export const groupsFromProcfs: ProcfsSource<GroupsRequest, GroupsSchema> = procfsSource({
  schema: groups,
  files: ({ family }) => byFamily(family, 'igmp', 'igmp6'),
  parse: (file, { bytes }, builder) =>
    file === 'igmp' ? parseIgmp(bytes, builder, { littleEndian: LITTLE_ENDIAN }) : parseIgmp6(bytes, builder),
});

/** SNMP counters: /proc/net/{snmp,netstat,snmp6,sctp/snmp}. */
export const countersFromProcfs: ProcfsSource<CountersRequest, CountersSchema> = procfsSource({
  schema: counters,
  files: ({ files }) => files,
  parse: (file, { bytes }, builder) => COUNTERS_PARSERS[file as keyof typeof COUNTERS_PARSERS](bytes, builder, file),
});
