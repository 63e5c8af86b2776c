import { defineTable, enum8, i32, str, u8, u16, u32 } from '../columns/type.ts';
import { TCP_STATES } from './sockets.ts';

/** What a row of the SCTP table is. */
export const SCTP_ENDPOINT = 1;
export const SCTP_ASSOCIATION = 2;
const SCTP_KINDS: readonly (string | undefined)[] = [undefined, 'endpoint', 'association'];

/**
 * SCTP endpoints and associations. procfs: /proc/net/sctp/eps and assocs; sockets of both address families are in them.
 * Multihomed: a row has lists of addresses, as text with one blank between them, IPv6 in its shortest form.
 */
export const sctp = defineTable('sctp', {
  kind: enum8(SCTP_KINDS, { doc: 'Endpoint or association', procfs: 'file name', basic: true }),
  type: u8({ doc: 'SCTP_SOCKET_*: 0 one-to-many, 1 one-to-one, 2 peeled off', procfs: 'STY', basic: true }),
  state: enum8(TCP_STATES, { doc: 'State of the socket', procfs: 'SST', basic: true }),
  associationState: u8({ doc: 'SCTP_STATE_*, associations', procfs: 'ST', nullable: true }),
  associationId: i32({ doc: 'Association id', procfs: 'ASSOC-ID', nullable: true }),
  localPort: u16({ doc: 'Local port', procfs: 'LPORT', basic: true }),
  remotePort: u16({ doc: 'Remote port, associations', procfs: 'RPORT', nullable: true, basic: true }),
  recvQ: u32({ doc: 'Receive queue, associations', unit: 'bytes', procfs: 'RX_QUEUE', nullable: true, basic: true }),
  sendQ: u32({ doc: 'Send queue, associations', unit: 'bytes', procfs: 'TX_QUEUE', nullable: true, basic: true }),
  uid: u32({ doc: 'Owner', procfs: 'UID', basic: true }),
  inode: u32({ doc: 'Inode of the socket', procfs: 'INODE', basic: true }),
  localAddresses: str({ doc: 'Local addresses', procfs: 'LADDRS', basic: true }),
  remoteAddresses: str({ doc: 'Remote addresses, associations', procfs: 'RADDRS', nullable: true, basic: true }),
  localPrimary: u8({ doc: 'Place of the primary local address in its list', procfs: '*', nullable: true }),
  remotePrimary: u8({ doc: 'Place of the primary remote address in its list', procfs: '*', nullable: true }),
});

export type SctpSchema = (typeof sctp)['columns'];
