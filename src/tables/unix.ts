import { defineTable, enum8, str, u8, u32, u64 } from '../columns/type.ts';
import { TCP_STATES } from './sockets.ts';

/** Socket types, linux/net.h, in netstat's words. */
export const SOCKET_TYPES: readonly (string | undefined)[] = [
  undefined,
  'STREAM',
  'DGRAM',
  'RAW',
  'RDM',
  'SEQPACKET',
  'DCCP',
  undefined,
  undefined,
  undefined,
  'PACKET',
];

/** Socket states SS_*, linux/net.h, as /proc/net/unix prints them in column St. */
export const SS_FREE = 0;
export const SS_UNCONNECTED = 1;
export const SS_CONNECTING = 2;
export const SS_CONNECTED = 3;
export const SS_DISCONNECTING = 4;

/** Flags column of /proc/net/unix: the socket listens. */
export const SO_ACCEPTCON = 0x10000;

const SS_NAMES: readonly string[] = ['FREE', 'UNCONNECTED', 'CONNECTING', 'CONNECTED', 'DISCONNECTING'];

/**
 * Unix domain sockets. Netlink: `unix_diag_msg` and UNIX_DIAG_*; procfs: /proc/net/unix.
 *
 * Kernel: a unix_diag dump has no reference count and no rows for connections that wait for accept(2) (procfs shows
 * them with inode 0); procfs has no peer, queues or owner, and a name with a newline breaks its row.
 */
export const unix = defineTable('unix', {
  type: enum8(SOCKET_TYPES, { doc: 'Socket type', netlink: 'udiag_type', procfs: 'Type', basic: true }),
  state: enum8(TCP_STATES, {
    doc: 'State, in the words of TCP: ESTABLISHED = connected, CLOSE = not, SYN_SENT = waits for accept(2)',
    netlink: 'udiag_state',
    procfs: 'St and Flags',
    basic: true,
  }),
  connection: enum8(SS_NAMES, {
    doc: 'SS_* state of the socket',
    netlink: 'derived from udiag_state',
    procfs: 'St',
    basic: true,
  }),
  inode: u32({ doc: 'Inode; 0 = not accepted yet', netlink: 'udiag_ino', procfs: 'Inode', basic: true }),
  path: str({
    doc: 'Bound name as bytes; abstract names begin with NUL (procfs: shown as @)',
    netlink: 'UNIX_DIAG_NAME',
    procfs: 'Path',
    show: 1,
    nullable: true,
    basic: true,
  }),
  refCount: u32({ doc: 'References the kernel holds', procfs: 'RefCount', nullable: true }),
  protocol: u32({ doc: 'Protocol, 0', procfs: 'Protocol', nullable: true }),
  flags: u32({ doc: 'SO_ACCEPTCON 0x10000 | …', netlink: 'derived from udiag_state', procfs: 'Flags', nullable: true }),
  cookie: u64({ doc: 'Identity of the socket until reboot', netlink: 'udiag_cookie', nullable: true }),
  vfsInode: u32({ doc: 'Inode of the bound file', netlink: 'UNIX_DIAG_VFS', show: 2, nullable: true }),
  vfsDevice: u32({
    doc: 'Device of the bound file, kernel encoding',
    netlink: 'UNIX_DIAG_VFS',
    show: 2,
    nullable: true,
  }),
  peer: u32({ doc: 'Inode of the peer socket', netlink: 'UNIX_DIAG_PEER', show: 4, nullable: true }),
  pending: u32({
    doc: 'Connections that wait for accept(2), listed one by one by the kernel',
    netlink: 'UNIX_DIAG_ICONS',
    show: 8,
    nullable: true,
  }),
  recvQ: u32({
    doc: 'Receive queue in bytes; listening: connections waiting',
    netlink: 'UNIX_DIAG_RQLEN',
    show: 16,
    nullable: true,
  }),
  sendQ: u32({ doc: 'Send queue memory in bytes; listening: 0', netlink: 'UNIX_DIAG_RQLEN', show: 16, nullable: true }),
  backlogMax: u32({ doc: 'Limit of the accept queue', netlink: 'UNIX_DIAG_RQLEN', show: 16, nullable: true }),
  skmemRmemAlloc: u32({
    doc: 'Receive memory in use',
    unit: 'bytes',
    netlink: 'UNIX_DIAG_MEMINFO[0]',
    show: 32,
    nullable: true,
  }),
  skmemRcvbuf: u32({
    doc: 'SO_RCVBUF limit',
    unit: 'bytes',
    netlink: 'UNIX_DIAG_MEMINFO[1]',
    show: 32,
    nullable: true,
  }),
  skmemWmemAlloc: u32({
    doc: 'Send memory in use',
    unit: 'bytes',
    netlink: 'UNIX_DIAG_MEMINFO[2]',
    show: 32,
    nullable: true,
  }),
  skmemSndbuf: u32({
    doc: 'SO_SNDBUF limit',
    unit: 'bytes',
    netlink: 'UNIX_DIAG_MEMINFO[3]',
    show: 32,
    nullable: true,
  }),
  shutdown: u8({ doc: 'Bits 1 = receive, 2 = send are shut down', netlink: 'UNIX_DIAG_SHUTDOWN', nullable: true }),
  uid: u32({ doc: 'Owner', netlink: 'UNIX_DIAG_UID', show: 64, since: '5.3', nullable: true }),
});

export type UnixSchema = (typeof unix)['columns'];
