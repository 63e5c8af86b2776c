import type { Table } from '../columns/table.ts';
import type { AddressesSchema } from '../tables/addresses.ts';
import type { CountersSchema } from '../tables/counters.ts';
import type { GroupsSchema } from '../tables/groups.ts';
import type { LinksSchema } from '../tables/links.ts';
import type { NeighboursSchema } from '../tables/neighbours.ts';
import type { NetlinkSocketsSchema } from '../tables/netlink.ts';
import type { PacketSchema } from '../tables/packet.ts';
import type { RoutesSchema } from '../tables/routes.ts';
import type { RulesSchema } from '../tables/rules.ts';
import type { SctpSchema } from '../tables/sctp.ts';
import type { SocketsSchema } from '../tables/sockets.ts';
import type { UnixSchema } from '../tables/unix.ts';
import type { VsockSchema } from '../tables/vsock.ts';
import { readTable } from './definition.ts';
import {
  ADDRESSES,
  COUNTERS,
  GROUPS,
  LINKS,
  NEIGHBOURS,
  NETLINK,
  PACKET,
  ROUTES,
  RULES,
  SCTP,
  UNIX,
  VSOCK,
} from './definitions.ts';
import type {
  AddressesOptions,
  CountersOptions,
  GroupsOptions,
  LinksOptions,
  MptcpSocketsOptions,
  NeighboursOptions,
  NetlinkSocketsOptions,
  PacketSocketsOptions,
  RoutesOptions,
  RulesOptions,
  SctpSocketsOptions,
  UnixSocketsOptions,
  VsockSocketsOptions,
  WithOwners,
} from './options.ts';
import type { OwnedTable } from './owned-table.ts';
import { readSockets } from './run.ts';
import { readSelected } from './selected.ts';

/** Unix domain sockets. */
export function unixSockets(options: UnixSocketsOptions & WithOwners): Promise<OwnedTable<UnixSchema>>;
export function unixSockets(options?: UnixSocketsOptions): Promise<Table<UnixSchema>>;
export function unixSockets(options: UnixSocketsOptions = {}): Promise<Table<UnixSchema> | OwnedTable<UnixSchema>> {
  return readSelected(UNIX, options);
}

/** AF_PACKET sockets. */
export function packetSockets(options: PacketSocketsOptions & WithOwners): Promise<OwnedTable<PacketSchema>>;
export function packetSockets(options?: PacketSocketsOptions): Promise<Table<PacketSchema>>;
export function packetSockets(
  options: PacketSocketsOptions = {},
): Promise<Table<PacketSchema> | OwnedTable<PacketSchema>> {
  return readSelected(PACKET, options);
}

/** AF_NETLINK sockets. */
export function netlinkSockets(options: NetlinkSocketsOptions & WithOwners): Promise<OwnedTable<NetlinkSocketsSchema>>;
export function netlinkSockets(options?: NetlinkSocketsOptions): Promise<Table<NetlinkSocketsSchema>>;
export function netlinkSockets(
  options: NetlinkSocketsOptions = {},
): Promise<Table<NetlinkSocketsSchema> | OwnedTable<NetlinkSocketsSchema>> {
  return readSelected(NETLINK, options);
}

/** AF_VSOCK sockets. Kernel: 4.15, netlink only. */
export function vsockSockets(options: VsockSocketsOptions & WithOwners): Promise<OwnedTable<VsockSchema>>;
export function vsockSockets(options?: VsockSocketsOptions): Promise<Table<VsockSchema>>;
export function vsockSockets(options: VsockSocketsOptions = {}): Promise<Table<VsockSchema> | OwnedTable<VsockSchema>> {
  return readSelected(VSOCK, options);
}

/**
 * SCTP endpoints and associations with all their addresses. procfs only; with netids `sctp` and `sctp6`, `sockets()` asks
 * inet_diag for the same sockets (Kernel: 4.7, a module of its own), which tells one address of each end.
 */
export function sctpSockets(options: SctpSocketsOptions & WithOwners): Promise<OwnedTable<SctpSchema>>;
export function sctpSockets(options?: SctpSocketsOptions): Promise<Table<SctpSchema>>;
export function sctpSockets(options: SctpSocketsOptions = {}): Promise<Table<SctpSchema> | OwnedTable<SctpSchema>> {
  return readSelected(SCTP, options);
}

/** MPTCP connections and listeners; their subflows are among the TCP sockets. Kernel: 5.9, netlink only. */
export function mptcpSockets({ family, ...options }: MptcpSocketsOptions = {}): Promise<Table<SocketsSchema>> {
  const netid = family === undefined ? ['mptcp', 'mptcp6'] : family === 6 ? ['mptcp6'] : ['mptcp'];
  return readSockets({ ...options, netid });
}

/** Network devices, those that are down included. */
export function links(options: LinksOptions = {}): Promise<Table<LinksSchema>> {
  return readTable(LINKS, options);
}

/** Addresses of network devices. */
export function addresses(options: AddressesOptions = {}): Promise<Table<AddressesSchema>> {
  return readTable(ADDRESSES, options);
}

/** Routes of all tables, one row for each next hop. */
export function routes(options: RoutesOptions = {}): Promise<Table<RoutesSchema>> {
  return readTable(ROUTES, options);
}

/** Routing policy rules. Netlink only. */
export function rules(options: RulesOptions = {}): Promise<Table<RulesSchema>> {
  return readTable(RULES, options);
}

/** Neighbours: ARP and ND. */
export function neighbours(options: NeighboursOptions = {}): Promise<Table<NeighboursSchema>> {
  return readTable(NEIGHBOURS, options);
}

/** Multicast group memberships. procfs only: netlink does not count users. */
export function groups(options: GroupsOptions = {}): Promise<Table<GroupsSchema>> {
  return readTable(GROUPS, options);
}

/** SNMP counters by the names the kernel prints. procfs only. */
export function counters(options: CountersOptions = {}): Promise<Table<CountersSchema>> {
  return readTable(COUNTERS, options);
}
