import type { ColumnSpec } from '../columns/type.ts';
import { UsageError } from '../errors.ts';
import { netlinkDiag, packetDiag, unixDiag, vsockDiag } from '../sources/netlink-tables.ts';
import {
  addressesFromProcfs,
  countersFromProcfs,
  groupsFromProcfs,
  linksFromProcfs,
  neighboursFromProcfs,
  netlinkSocketsFromProcfs,
  packetFromProcfs,
  routesFromProcfs,
  sctpFromProcfs,
  unixFromProcfs,
} from '../sources/procfs/sources.ts';
import type {
  AddressesRequest,
  CountersRequest,
  GroupsRequest,
  LinksRequest,
  NeighboursRequest,
  NetlinkSocketsRequest,
  PacketRequest,
  RoutesRequest,
  RulesRequest,
  SctpRequest,
  UnixRequest,
  VsockRequest,
} from '../sources/requests.ts';
import {
  addressesFromNetlink,
  linksFromNetlink,
  neighboursFromNetlink,
  routesFromNetlink,
  rulesFromNetlink,
} from '../sources/rtnetlink.ts';
import { type AddressesSchema, addresses } from '../tables/addresses.ts';
import { type CountersSchema, counters } from '../tables/counters.ts';
import { type GroupsSchema, groups } from '../tables/groups.ts';
import { type LinksSchema, links } from '../tables/links.ts';
import { type NeighboursSchema, neighbours } from '../tables/neighbours.ts';
import { type NetlinkSocketsSchema, netlinkSockets } from '../tables/netlink.ts';
import { type PacketSchema, packet } from '../tables/packet.ts';
import { type RoutesSchema, routes } from '../tables/routes.ts';
import { type RulesSchema, rules } from '../tables/rules.ts';
import { type SctpSchema, sctp } from '../tables/sctp.ts';
import { type UnixSchema, unix } from '../tables/unix.ts';
import { type VsockSchema, vsock } from '../tables/vsock.ts';
import type { TableDefinition } from './definition.ts';
import type {
  AddressesOptions,
  CountersOptions,
  GroupsOptions,
  LinksOptions,
  NeighboursOptions,
  NetlinkSocketsOptions,
  PacketSocketsOptions,
  RoutesOptions,
  RulesOptions,
  SctpSocketsOptions,
  UnixSocketsOptions,
  VsockSocketsOptions,
} from './options.ts';
import { familyNumber, routeTable, stateMask } from './plan.ts';

/** Every table but that of internet sockets: its sources in order of preference, and how options become requests. */

/** UNIX_DIAG_MEMINFO. */
const UNIX_MEMORY = 32;

export const UNIX: TableDefinition<UnixSocketsOptions, UnixRequest, UnixSchema> = {
  schema: unix,
  sources: [unixDiag, unixFromProcfs],
  groups: { memory: (spec: ColumnSpec) => spec.show === UNIX_MEMORY },
  plan: (options, base) => [{ key: 'unix', request: { ...base, states: stateMask(options.state) } }],
};

/** PACKET_DIAG_MEMINFO. */
const PACKET_MEMORY = 16;

export const PACKET: TableDefinition<PacketSocketsOptions, PacketRequest, PacketSchema> = {
  schema: packet,
  sources: [packetDiag, packetFromProcfs],
  groups: { memory: (spec: ColumnSpec) => spec.show === PACKET_MEMORY },
  plan: (_options, base) => [{ key: 'packet', request: base }],
};

/** procfs first: it is complete, see `netlinkDiag`. */
export const NETLINK: TableDefinition<NetlinkSocketsOptions, NetlinkSocketsRequest, NetlinkSocketsSchema> = {
  schema: netlinkSockets,
  sources: [netlinkSocketsFromProcfs, netlinkDiag],
  plan: ({ protocol }, base) => [{ key: 'netlink', request: protocol === undefined ? base : { ...base, protocol } }],
};

export const VSOCK: TableDefinition<VsockSocketsOptions, VsockRequest, VsockSchema> = {
  schema: vsock,
  sources: [vsockDiag],
  plan: (options, base) => [{ key: 'vsock', request: { ...base, states: stateMask(options.state) } }],
};

const SCTP_KINDS = ['endpoint', 'association'] as const;

export const SCTP: TableDefinition<SctpSocketsOptions, SctpRequest, SctpSchema> = {
  schema: sctp,
  sources: [sctpFromProcfs],
  plan: ({ kind }, base) => {
    if (kind !== undefined && !SCTP_KINDS.includes(kind)) {
      throw new UsageError(`kind: '${kind}' is not one of ${SCTP_KINDS.join(', ')}`);
    }
    return [{ key: 'sctp', request: { ...base, kinds: kind === undefined ? SCTP_KINDS : [kind] } }];
  },
};

export const LINKS: TableDefinition<LinksOptions, LinksRequest, LinksSchema> = {
  schema: links,
  sources: [linksFromNetlink, linksFromProcfs],
  plan: (_options, base) => [{ key: 'links', request: base }],
};

export const ADDRESSES: TableDefinition<AddressesOptions, AddressesRequest, AddressesSchema> = {
  schema: addresses,
  sources: [addressesFromNetlink, addressesFromProcfs],
  needed: ['family'],
  plan: ({ family }, base) => [{ key: 'addresses', request: { ...base, family: familyNumber(family) } }],
};

export const ROUTES: TableDefinition<RoutesOptions, RoutesRequest, RoutesSchema> = {
  schema: routes,
  sources: [routesFromNetlink, routesFromProcfs],
  needed: ['family'],
  plan: ({ family, table }, base) => [
    { key: 'routes', request: { ...base, family: familyNumber(family), table: routeTable(table) } },
  ],
};

export const RULES: TableDefinition<RulesOptions, RulesRequest, RulesSchema> = {
  schema: rules,
  sources: [rulesFromNetlink],
  needed: ['family'],
  plan: ({ family }, base) => [{ key: 'rules', request: { ...base, family: familyNumber(family) } }],
};

export const NEIGHBOURS: TableDefinition<NeighboursOptions, NeighboursRequest, NeighboursSchema> = {
  schema: neighbours,
  sources: [neighboursFromNetlink, neighboursFromProcfs],
  needed: ['family'],
  plan: ({ family }, base) => [{ key: 'neighbours', request: { ...base, family: familyNumber(family) } }],
};

export const GROUPS: TableDefinition<GroupsOptions, GroupsRequest, GroupsSchema> = {
  schema: groups,
  sources: [groupsFromProcfs],
  needed: ['family'],
  plan: ({ family }, base) => [{ key: 'groups', request: { ...base, family: familyNumber(family) } }],
};

const COUNTER_FILES: readonly string[] = ['snmp', 'netstat', 'snmp6', 'sctp/snmp'];
const DEFAULT_COUNTER_FILES: readonly string[] = COUNTER_FILES.slice(0, 3);

export const COUNTERS: TableDefinition<CountersOptions, CountersRequest, CountersSchema> = {
  schema: counters,
  sources: [countersFromProcfs],
  plan: ({ files = DEFAULT_COUNTER_FILES }, base) => {
    const unknown = files.find((file) => !COUNTER_FILES.includes(file));
    if (unknown !== undefined) throw new UsageError(`files: '${unknown}' is not one of ${COUNTER_FILES.join(', ')}`);
    return [{ key: 'counters', request: { ...base, files } }];
  },
};
