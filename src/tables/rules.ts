import { addr, defineTable, dict, enum8, u8, u32 } from '../columns/type.ts';

const FAMILY_NAMES: readonly (string | undefined)[] = Object.assign([], { 2: 'IPv4', 10: 'IPv6' });

/** Routing policy rules. Netlink: RTM_GETRULE; no /proc file shows them. */
export const rules = defineTable('rules', {
  family: enum8(FAMILY_NAMES, { doc: 'Address family', netlink: 'family', basic: true }),
  priority: u32({ doc: 'Priority, lowest first', netlink: 'FRA_PRIORITY', basic: true }),
  source: addr({ doc: 'Source network', netlink: 'FRA_SRC', nullable: true, basic: true }),
  sourceLength: u8({ doc: 'Its prefix length', netlink: 'src_len', basic: true }),
  destination: addr({ doc: 'Destination network', netlink: 'FRA_DST', nullable: true, basic: true }),
  destinationLength: u8({ doc: 'Its prefix length', netlink: 'dst_len', basic: true }),
  inputDevice: dict({ doc: 'Input device', netlink: 'FRA_IIFNAME', basic: true }),
  outputDevice: dict({ doc: 'Output device', netlink: 'FRA_OIFNAME', basic: true }),
  mark: u32({ doc: 'Firewall mark', netlink: 'FRA_FWMARK', nullable: true, basic: true }),
  markMask: u32({ doc: 'Its mask', netlink: 'FRA_FWMASK', nullable: true, basic: true }),
  action: u8({
    doc: 'FR_ACT_*: 1 lookup, 2 goto, 3 nop, 6 blackhole, 7 unreachable, 8 prohibit',
    netlink: 'action',
    basic: true,
  }),
  table: u32({ doc: 'Table to look up', netlink: 'FRA_TABLE', basic: true }),
  tos: u8({ doc: 'Type of service', netlink: 'tos', basic: true }),
  flags: u32({ doc: 'FIB_RULE_* bits', netlink: 'flags', basic: true }),
});

export type RulesSchema = (typeof rules)['columns'];
