import { addr, defineTable, enum8, lladdr, u8, u16, u32 } from '../columns/type.ts';

const FAMILY_NAMES: readonly (string | undefined)[] = Object.assign([], { 2: 'IPv4', 10: 'IPv6' });

/** Neighbours (ARP and ND). Netlink: RTM_GETNEIGH; procfs: /proc/net/arp (IPv4 only). */
export const neighbours = defineTable('neighbours', {
  family: enum8(FAMILY_NAMES, { doc: 'Address family', netlink: 'ndm_family', procfs: 'file name', basic: true }),
  interface: u32({ doc: 'Device index', netlink: 'ndm_ifindex', basic: true, nullable: true }),
  address: addr({ doc: 'Neighbour address', netlink: 'NDA_DST', procfs: 'IP address', basic: true }),
  lladdr: lladdr({
    doc: 'Link layer address',
    netlink: 'NDA_LLADDR',
    procfs: 'HW address',
    nullable: true,
    basic: true,
  }),
  state: u16({ doc: 'NUD_* bits', netlink: 'ndm_state', basic: true, nullable: true }),
  flags: u8({ doc: 'NTF_* bits', netlink: 'ndm_flags', procfs: 'Flags', basic: true }),
  type: u8({ doc: 'RTN_* type', netlink: 'ndm_type', nullable: true }),
  probes: u32({ doc: 'Probes sent', netlink: 'NDA_PROBES', nullable: true }),
  confirmed: u32({ doc: 'Since last confirmed', unit: 'ms', netlink: 'NDA_CACHEINFO', nullable: true }),
  used: u32({ doc: 'Since last used', unit: 'ms', netlink: 'NDA_CACHEINFO', nullable: true }),
  updated: u32({ doc: 'Since last updated', unit: 'ms', netlink: 'NDA_CACHEINFO', nullable: true }),
});

export type NeighboursSchema = (typeof neighbours)['columns'];
