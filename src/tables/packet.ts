import { defineTable, enum8, u8, u16, u32, u64 } from '../columns/type.ts';
import { SOCKET_TYPES } from './unix.ts';

/** AF_PACKET sockets. Netlink: `packet_diag_msg` and PACKET_DIAG_*; procfs: /proc/net/packet. */
export const packet = defineTable('packet', {
  type: enum8(SOCKET_TYPES, { doc: 'Socket type', netlink: 'pdiag_type', procfs: 'Type', basic: true }),
  protocol: u16({ doc: 'Ethertype, host byte order; 3 = all', netlink: 'pdiag_num', procfs: 'Proto', basic: true }),
  inode: u32({ doc: 'Inode', netlink: 'pdiag_ino', procfs: 'Inode', basic: true }),
  cookie: u64({ doc: 'Identity of the socket until reboot', netlink: 'pdiag_cookie', nullable: true }),
  interface: u32({
    doc: 'Index of the bound device, 0 = any',
    netlink: 'pdi_index',
    procfs: 'Iface',
    show: 1,
    nullable: true,
    basic: true,
  }),
  running: u8({
    doc: '1 = attached to its device',
    netlink: 'pdi_flags',
    procfs: 'R',
    show: 1,
    nullable: true,
    basic: true,
  }),
  uid: u32({ doc: 'Owner', netlink: 'PACKET_DIAG_UID', procfs: 'User', show: 1, nullable: true, basic: true }),
  recvQ: u32({
    doc: 'Receive memory in use',
    unit: 'bytes',
    netlink: 'PACKET_DIAG_MEMINFO[0]',
    procfs: 'Rmem',
    show: 16,
    nullable: true,
    basic: true,
  }),
  drops: u32({ doc: 'Packets dropped', netlink: 'PACKET_DIAG_MEMINFO[8]', show: 16, nullable: true }),
  refCount: u32({ doc: 'References the kernel holds', procfs: 'RefCnt', nullable: true }),
  version: u32({ doc: 'PACKET_VERSION', netlink: 'pdi_version', show: 1, nullable: true }),
  flags: u32({
    doc: 'pdi_flags: 1 running, 2 auxdata, 4 origdev, 8 vnethdr, 16 loss',
    netlink: 'pdi_flags',
    show: 1,
    nullable: true,
  }),
  fanout: u32({
    doc: 'Fanout group: id low 16 bits, type high 16 bits',
    netlink: 'PACKET_DIAG_FANOUT',
    show: 8,
    nullable: true,
  }),
});

export type PacketSchema = (typeof packet)['columns'];
