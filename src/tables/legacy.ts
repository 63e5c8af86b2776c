import { defineTable, flag8, i32, str, u16, u32 } from '../columns/type.ts';

/**
 * Sockets of families that current kernels hardly have: /proc/net/{ipx/socket,ax25,x25,nr,rose}, one family per table. A
 * column is null where the family's file has no such field, or the line ends before it.
 */
export const legacySockets = defineTable('legacySockets', {
  malformed: flag8({
    doc: 'The line could not be read; netstat says so between the rows',
    procfs: 'line',
    basic: true,
  }),
  user: str({ doc: 'NET/ROM user call sign', procfs: 'user_addr', nullable: true, basic: true }),
  destination: str({ doc: 'Remote address; IPX: net:node:port', procfs: 'dest_addr', nullable: true, basic: true }),
  destinationCall: str({ doc: 'ROSE remote call sign', procfs: 'dest_call', nullable: true, basic: true }),
  source: str({ doc: 'Local address; IPX: net:node:port', procfs: 'src_addr', nullable: true, basic: true }),
  sourceCall: str({ doc: 'ROSE local call sign', procfs: 'src_call', nullable: true, basic: true }),
  device: str({ doc: 'Device name', procfs: 'dev', nullable: true, basic: true }),
  state: i32({ doc: 'State number of the family', procfs: 'st', nullable: true, basic: true }),
  vs: i32({ doc: 'Send sequence number', procfs: 'vs', nullable: true, basic: true }),
  vr: i32({ doc: 'Receive sequence number', procfs: 'vr', nullable: true, basic: true }),
  lci: i32({ doc: 'Logical channel', procfs: 'lci', nullable: true, basic: true }),
  neighbour: i32({ doc: 'ROSE neighbour number', procfs: 'neigh', nullable: true, basic: true }),
  sendQ: i32({ doc: 'Send queue', unit: 'bytes', procfs: 'Snd-Q', nullable: true, basic: true }),
  recvQ: i32({ doc: 'Receive queue', unit: 'bytes', procfs: 'Rcv-Q', nullable: true, basic: true }),
  uid: u32({ doc: 'IPX: owner', procfs: 'Uid', nullable: true, basic: true }),
});

export type LegacySocketsSchema = (typeof legacySockets)['columns'];

/** Masqueraded connections of kernels before 2.4: /proc/net/ip_masquerade. Addresses are numbers, 0x0a630001 = 10.99.0.1. */
export const masquerades = defineTable('masquerades', {
  protocol: str({ doc: 'TCP, UDP, ICMP, GRE, ESP or IP', procfs: 'Prc', basic: true }),
  source: u32({ doc: 'Address inside', procfs: 'FromIP', basic: true }),
  sourcePort: u16({ doc: 'Port inside', procfs: 'FPrt', basic: true }),
  destination: u32({ doc: 'Remote address', procfs: 'ToIP', basic: true }),
  destinationPort: u16({ doc: 'Remote port', procfs: 'TPrt', basic: true }),
  masqueradePort: u16({ doc: 'Port the connection is masqueraded with', procfs: 'Masq', basic: true }),
  initialSequence: u32({ doc: 'Initial sequence number', procfs: 'Init-seq', basic: true }),
  delta: i32({ doc: 'Delta of sequence numbers', procfs: 'Delta', basic: true }),
  previousDelta: i32({ doc: 'Previous delta; null before Linux 2.1', procfs: 'PDelta', nullable: true, basic: true }),
  expires: u32({ doc: 'Time left', unit: '1/100 s', procfs: 'Expires', basic: true }),
});

export type MasqueradesSchema = (typeof masquerades)['columns'];
