import { addr, defineTable, dict, enum8, u8, u32 } from '../columns/type.ts';

const FAMILY_NAMES: readonly (string | undefined)[] = Object.assign([], { 2: 'IPv4', 10: 'IPv6' });

/**
 * Addresses of devices. Netlink: RTM_GETADDR; procfs: /proc/net/if_inet6 (IPv6); of IPv4 what Node.js tells by
 * getifaddrs(3).
 */
export const addresses = defineTable('addresses', {
  family: enum8(FAMILY_NAMES, { doc: 'Address family', netlink: 'ifa_family', procfs: 'file name', basic: true }),
  interface: u32({ doc: 'Device index', netlink: 'ifa_index', procfs: 'if_inet6 column 2; IPv4: igmp', basic: true }),
  label: dict({
    doc: 'IPv4: label; IPv6: device name',
    netlink: 'IFA_LABEL',
    procfs: 'if_inet6 column 6; IPv4: getifaddrs(3)',
    basic: true,
  }),
  address: addr({
    doc: 'The local address',
    netlink: 'IFA_LOCAL, else IFA_ADDRESS',
    procfs: 'if_inet6 column 1; IPv4: getifaddrs(3)',
    basic: true,
  }),
  prefixLength: u8({
    doc: 'Prefix length',
    netlink: 'ifa_prefixlen',
    procfs: 'if_inet6 column 3; IPv4: getifaddrs(3)',
    basic: true,
  }),
  peer: addr({ doc: 'Other end of a point-to-point link', netlink: 'IFA_ADDRESS', nullable: true, basic: true }),
  broadcast: addr({ doc: 'Broadcast address', netlink: 'IFA_BROADCAST', nullable: true, basic: true }),
  scope: u8({ doc: 'Netlink: RT_SCOPE_*; see also scopeId', netlink: 'ifa_scope', nullable: true, basic: true }),
  scopeId: u8({
    doc: 'IPv6 scope bits as if_inet6 shows them: 0 global, 0x10 host, 0x20 link, 0x40 site',
    procfs: 'if_inet6 column 4',
    nullable: true,
  }),
  flags: u32({ doc: 'IFA_F_* bits', netlink: 'IFA_FLAGS', procfs: 'if_inet6 column 5', nullable: true, basic: true }),
  preferredLifetime: u32({
    doc: 'Preferred lifetime, 2^32-1 = for ever',
    unit: 's',
    netlink: 'IFA_CACHEINFO',
    nullable: true,
  }),
  validLifetime: u32({ doc: 'Valid lifetime, 2^32-1 = for ever', unit: 's', netlink: 'IFA_CACHEINFO', nullable: true }),
  protocol: u8({ doc: 'Who added it: IFAPROT_*', netlink: 'IFA_PROTO', since: '5.18', nullable: true }),
});

export type AddressesSchema = (typeof addresses)['columns'];
