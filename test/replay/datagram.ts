/** Netlink messages written by hand. Numbers are in host byte order, which is little endian where these tests run. */
import { endianness } from 'node:os';

const LITTLE = endianness() === 'LE';

export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const NLM_F_MULTI = 2;
export const NLM_F_DUMP_INTR = 0x10;
export const NLM_F_CAPPED = 0x100;
export const NLM_F_ACK_TLVS = 0x200;
export const TCPDIAG_GETSOCK = 18;

/** Sequence number of every message made here unless told otherwise. */
export const SEQUENCE = 77;

function write(size: number, value: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  if (size === 1) view.setUint8(0, value);
  else if (size === 2) view.setUint16(0, value, LITTLE);
  else if (size === 4) view.setUint32(0, value, LITTLE);
  else view.setBigUint64(0, BigInt(value), LITTLE);
  return bytes;
}

export const u8 = (value: number): Uint8Array => write(1, value);
export const u16 = (value: number): Uint8Array => write(2, value);
export const u32 = (value: number): Uint8Array => write(4, value);
export const u64 = (value: number): Uint8Array => write(8, value);

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

function padded(bytes: Uint8Array): Uint8Array {
  return join(bytes, new Uint8Array(-bytes.length & 3));
}

/** nlattr and payload, padded to 4 bytes; `length` overrides what the header says. */
export function attribute(type: number, payload: Uint8Array, length: number = payload.length + 4): Uint8Array {
  return padded(join(u16(length), u16(type), payload));
}

export interface Header {
  flags?: number;
  sequence?: number;
  length?: number;
}

/** nlmsghdr and payload, padded to 4 bytes. */
export function message(type: number, payload: Uint8Array, header: Header = {}): Uint8Array {
  const { flags = NLM_F_MULTI, sequence = SEQUENCE, length = payload.length + 16 } = header;
  return padded(join(u32(length), u16(type), u16(flags), u32(sequence), u32(4711), payload));
}

export function done(result = 0, header: Header = {}, rest: Uint8Array = new Uint8Array(0)): Uint8Array {
  return message(NLMSG_DONE, join(u32(result), rest), header);
}

export function error(result: number, header: Header = {}, rest: Uint8Array = new Uint8Array(20)): Uint8Array {
  return message(NLMSG_ERROR, join(u32(result), rest), { flags: 0, ...header });
}

export interface InetFields {
  family?: number;
  state?: number;
  timer?: number;
  retrans?: number;
  port?: number;
  cookie?: number;
  expires?: number;
  rqueue?: number;
  wqueue?: number;
  uid?: number;
  inode?: number;
}

/** struct inet_diag_msg of a socket on 127.0.0.1 that is connected to 127.0.0.2:80. */
export function inetDiagMsg(fields: InetFields = {}): Uint8Array {
  const { family = 2, state = 1, timer = 0, retrans = 0, port = 4000, cookie = port, expires = 0 } = fields;
  const { rqueue = 0, wqueue = 0, uid = 0, inode = 0 } = fields;
  const ports = Uint8Array.of(port >> 8, port & 255, 0, 80);
  const ends = join(Uint8Array.of(127, 0, 0, 1), new Uint8Array(12), Uint8Array.of(127, 0, 0, 2), new Uint8Array(12));
  return join(
    Uint8Array.of(family, state, timer, retrans),
    ports,
    ends,
    u32(0),
    u64(cookie),
    ...[expires, rqueue, wqueue, uid, inode].map(u32),
  );
}

/** One socket as an answer to a legacy dump. */
export function socketMessage(fields: InetFields = {}, ...attributes: readonly Uint8Array[]): Uint8Array {
  return message(TCPDIAG_GETSOCK, join(inetDiagMsg(fields), ...attributes));
}
