import { defineTable, enum8, u8, u32, u64 } from '../columns/type.ts';
import { TCP_STATES } from './sockets.ts';
import { SOCKET_TYPES } from './unix.ts';

/**
 * AF_VSOCK sockets, between a virtual machine and its host. Netlink: `vsock_diag_msg`; no /proc file shows them.
 * Kernel: 4.15, where CONFIG_VSOCKETS_DIAG is built in or a module.
 */
export const vsock = defineTable('vsock', {
  type: enum8(SOCKET_TYPES, { doc: 'Socket type', netlink: 'vdiag_type', basic: true }),
  state: enum8(TCP_STATES, { doc: 'State, in the words of TCP', netlink: 'vdiag_state', basic: true }),
  localCid: u32({
    doc: 'Local context id: 1 loopback, 2 host, 2^32-1 any',
    netlink: 'vdiag_src_cid',
    basic: true,
  }),
  localPort: u32({ doc: 'Local port, 2^32-1 = any', netlink: 'vdiag_src_port', basic: true }),
  remoteCid: u32({ doc: 'Remote context id, 2^32-1 = none', netlink: 'vdiag_dst_cid', basic: true }),
  remotePort: u32({ doc: 'Remote port, 2^32-1 = none', netlink: 'vdiag_dst_port', basic: true }),
  shutdown: u8({ doc: 'Bits 1 = receive, 2 = send are shut down', netlink: 'vdiag_shutdown', basic: true }),
  inode: u32({ doc: 'Inode; 0 = no descriptor refers to it', netlink: 'vdiag_ino', basic: true }),
  cookie: u64({ doc: 'Identity of the socket until reboot', netlink: 'vdiag_cookie', basic: true }),
});

export type VsockSchema = (typeof vsock)['columns'];
