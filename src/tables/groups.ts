import { addr, defineTable, dict, enum8, u32 } from '../columns/type.ts';

const FAMILY_NAMES: readonly (string | undefined)[] = Object.assign([], { 2: 'IPv4', 10: 'IPv6' });

/** Multicast group memberships. procfs: /proc/net/igmp, /proc/net/igmp6; netlink has no user count. */
export const groups = defineTable('groups', {
  family: enum8(FAMILY_NAMES, { doc: 'Address family', procfs: 'file name', basic: true }),
  interface: u32({ doc: 'Device index', procfs: 'Idx', basic: true }),
  device: dict({ doc: 'Device name', procfs: 'Device', basic: true }),
  users: u32({ doc: 'Memberships', procfs: 'Users', basic: true }),
  group: addr({ doc: 'Group address', procfs: 'Group', basic: true }),
});

export type GroupsSchema = (typeof groups)['columns'];
