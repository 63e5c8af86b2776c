import { defineTable, enum8, i32, u8, u32, u64 } from '../columns/type.ts';
import { SOCKET_TYPES } from './unix.ts';

/**
 * AF_NETLINK sockets. Netlink: `netlink_diag_msg` and NETLINK_DIAG_*; procfs: /proc/net/netlink.
 * Kernel: 6.18 loses one socket at every batch boundary of the netlink dump and lists members of groups twice; procfs is
 * complete and therefore preferred.
 */
export const netlinkSockets = defineTable('netlink', {
  type: enum8(SOCKET_TYPES, { doc: 'Socket type', netlink: 'ndiag_type', nullable: true, basic: true }),
  protocol: u8({ doc: 'NETLINK_* number', netlink: 'ndiag_protocol', procfs: 'Eth', basic: true }),
  state: u8({ doc: '1 connected, 0 not', netlink: 'ndiag_state', nullable: true }),
  portid: i32({ doc: 'Port id, 0 = the kernel', netlink: 'ndiag_portid', procfs: 'Pid', basic: true }),
  groups: u32({
    doc: 'Multicast groups 1..32 as bits',
    netlink: 'NETLINK_DIAG_GROUPS',
    procfs: 'Groups',
    show: 2,
    nullable: true,
    basic: true,
  }),
  inode: u32({ doc: 'Inode, 0 for the kernel', netlink: 'ndiag_ino', procfs: 'Inode', basic: true }),
  cookie: u64({ doc: 'Identity of the socket until reboot', netlink: 'ndiag_cookie', nullable: true }),
  recvQ: u32({
    doc: 'Receive memory in use',
    unit: 'bytes',
    netlink: 'NETLINK_DIAG_MEMINFO[0]',
    procfs: 'Rmem',
    show: 1,
    nullable: true,
    basic: true,
  }),
  sendQ: u32({
    doc: 'Send memory in use',
    unit: 'bytes',
    netlink: 'NETLINK_DIAG_MEMINFO[2]',
    procfs: 'Wmem',
    show: 1,
    nullable: true,
    basic: true,
  }),
  drops: u32({
    doc: 'Messages dropped',
    netlink: 'NETLINK_DIAG_MEMINFO[8]',
    procfs: 'Drops',
    show: 1,
    nullable: true,
    basic: true,
  }),
  refCount: u32({ doc: 'References the kernel holds', procfs: 'Locks', nullable: true }),
});

export type NetlinkSocketsSchema = (typeof netlinkSockets)['columns'];
