import { addr, defineTable, dict, enum8, i32, u8, u32 } from '../columns/type.ts';

const FAMILY_NAMES: readonly (string | undefined)[] = Object.assign([], { 2: 'IPv4', 10: 'IPv6' });

/** rtm_type, linux/rtnetlink.h. */
export const ROUTE_TYPES: readonly string[] = [
  'unspec',
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
  'nat',
  'xresolve',
];

/**
 * Routes: one row per next hop. Netlink: RTM_GETROUTE; procfs: /proc/net/route (IPv4, table main), /proc/net/ipv6_route
 * (all tables). `flags`, `mss`, `refCount` and `use` have the meaning of the /proc files, which netstat shows.
 */
export const routes = defineTable('routes', {
  family: enum8(FAMILY_NAMES, { doc: 'Address family', netlink: 'rtm_family', procfs: 'file name', basic: true }),
  table: u32({ doc: 'Routing table, 254 = main, 255 = local', netlink: 'RTA_TABLE', nullable: true, basic: true }),
  type: enum8(ROUTE_TYPES, { doc: 'Route type', netlink: 'rtm_type', nullable: true, basic: true }),
  protocol: u8({ doc: 'Who made it: RTPROT_*', netlink: 'rtm_protocol', nullable: true, basic: true }),
  scope: u8({ doc: 'RT_SCOPE_*', netlink: 'rtm_scope', nullable: true }),
  destination: addr({ doc: 'Destination network', netlink: 'RTA_DST', procfs: 'Destination', basic: true }),
  destinationLength: u8({ doc: 'Prefix length', netlink: 'rtm_dst_len', procfs: 'Mask', basic: true }),
  source: addr({
    doc: 'Source network of source-specific routes',
    netlink: 'RTA_SRC',
    procfs: 'ipv6_route',
    nullable: true,
  }),
  sourceLength: u8({ doc: 'Its prefix length', netlink: 'rtm_src_len', procfs: 'ipv6_route', nullable: true }),
  gateway: addr({
    doc: 'Next hop; all zero = on link. IPv6 next hop of an IPv4 route: see via',
    netlink: 'RTA_GATEWAY',
    procfs: 'Gateway',
    basic: true,
  }),
  via: addr({ doc: 'IPv6 next hop of an IPv4 route', netlink: 'RTA_VIA', nullable: true }),
  preferredSource: addr({ doc: 'Preferred source address', netlink: 'RTA_PREFSRC', nullable: true, basic: true }),
  interface: u32({ doc: 'Device index, 0 = none', netlink: 'RTA_OIF', nullable: true, basic: true }),
  device: dict({ doc: 'Device name; null = none (procfs shows *)', netlink: 'RTA_OIF', procfs: 'Iface', basic: true }),
  metric: i32({
    doc: 'Priority; the /proc files show it as a signed number',
    netlink: 'RTA_PRIORITY',
    procfs: 'Metric',
    basic: true,
  }),
  flags: u32({
    doc: 'RTF_* bits, linux/route.h and linux/ipv6_route.h',
    netlink: 'derived',
    procfs: 'Flags',
    basic: true,
  }),
  refCount: i32({ doc: 'References (IPv6; netlink does not tell)', procfs: 'RefCnt', nullable: true }),
  use: i32({ doc: 'Lookups, 0 on current kernels', procfs: 'Use', nullable: true }),
  mss: u32({
    doc: 'advmss + 40 where an advmss is set, else 0 (column MTU of /proc/net/route)',
    unit: 'bytes',
    netlink: 'RTAX_ADVMSS',
    procfs: 'MTU',
    nullable: true,
  }),
  window: u32({ doc: 'Window clamp', unit: 'bytes', netlink: 'RTAX_WINDOW', procfs: 'Window', nullable: true }),
  irtt: u32({ doc: 'Initial round trip time', unit: 'ms', netlink: 'RTAX_RTT / 8', procfs: 'IRTT', nullable: true }),
  mtu: u32({ doc: 'Path MTU set on the route', unit: 'bytes', netlink: 'RTAX_MTU', nullable: true, basic: true }),
  advmss: u32({ doc: 'MSS to advertise', unit: 'bytes', netlink: 'RTAX_ADVMSS', nullable: true }),
  weight: u32({ doc: 'Weight of this next hop of a multipath route', netlink: 'rtnh_hops + 1', nullable: true }),
  hop: u32({ doc: 'Number of this next hop in its route, from 0', netlink: 'RTA_MULTIPATH', nullable: true }),
  nexthopId: u32({ doc: 'Next hop object', netlink: 'RTA_NH_ID', since: '5.3', nullable: true }),
  tos: u8({ doc: 'Type of service the route is for', netlink: 'rtm_tos', nullable: true }),
  expires: u32({
    doc: 'Time left, 0 = for ever',
    unit: 's',
    netlink: 'RTA_CACHEINFO.rta_expires / HZ',
    nullable: true,
  }),
});

export type RoutesSchema = (typeof routes)['columns'];
