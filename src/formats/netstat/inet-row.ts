import { decimalLength, isMapped, isUnspecified, writeAddress, writeDigits, writeIPv4 } from '../../columns/address.ts';
import type { Table } from '../../columns/table.ts';
import { FAMILIES, netidCode } from '../../families.ts';
import { type SocketsSchema, TCP_STATES } from '../../tables/sockets.ts';
import { AF_INET6, IPPROTO_RAW, IPPROTO_TCP } from '../../uapi/socket.ts';
import { TCP_CLOSE, TCP_CLOSING, TCP_ESTABLISHED } from '../../uapi/tcp-states.ts';
import { PROGRAM_WIDTH, type Programs } from './program.ts';
import type { ByteWriter } from './text.ts';

/** Names of what a row shows, looked up before formatting; undefined = print the number. */
export interface InetNames {
  host(family: number, bytes: Uint8Array, offset: number): string | undefined;
  service(protocol: 'tcp' | 'udp' | 'raw', port: number): string | undefined;
  user(uid: number): string | undefined;
}

export interface InetOptions {
  /** Absent = numeric, as with -n. Any one of them may be numeric on its own. */
  readonly names?: InetNames | undefined;
  /** -n or --numeric-hosts: then even the wildcard is written as a number. */
  readonly numericHosts: boolean;
  /** -e */
  readonly extend: boolean;
  /** -p */
  readonly programs?: Programs | undefined;
  /** -Z: text of the cell for a socket with this inode. */
  readonly contexts?: Programs | undefined;
  /** -o */
  readonly timers: boolean;
  /** -W */
  readonly wide: boolean;
}

const COLON = 0x3a;
const STAR = 0x2a;
const LINE_FEED = 0x0a;

/** Widths of netstat's endpoint columns: address and port together may have 22 bytes, the port 18 of them. */
const ENDPOINT_WIDTH = 23;
const ENDPOINT_SHOWN = 22;
const PORT_SHOWN = 18;
const STATE_WIDTH = 11;
const CONTEXT_WIDTH = 50;
const USER_WIDTH = 10;
const INODE_WIDTH = 10;

/** Room one row may need without any name: everything else goes through `reserve`. */
const ROW_BYTES = 256;

/** Proto column: kernel file name → netstat's word. */
const PROTO_WORDS: Readonly<Record<string, string>> = { udplite: 'udpl', udplite6: 'udpl6' };

/** Timer names of TCP rows; other codes print `unkn-N`. */
const TCP_TIMERS: readonly string[] = ['off', 'on', 'keepalive', 'timewait', 'probe'];
const DGRAM_TIMERS: readonly string[] = ['off', 'on1', 'on2'];

/** Kernel: 7.x netlink reports a delayed ACK as timer 5, its /proc/net/tcp does not know it and says 0. */
const TIMER_DELACK = 5;

/** Writes rows of one netid; holds the columns it reads. */
export class InetRowWriter {
  readonly out: ByteWriter;
  readonly #options: InetOptions;
  readonly #proto: Uint8Array;
  readonly #services: 'tcp' | 'udp' | 'raw';
  readonly #family: number;
  readonly #protocol: number;
  readonly #states: readonly Uint8Array[];
  readonly #timers: readonly string[];
  readonly #netlink: boolean;
  readonly #columns: Columns;

  constructor(table: Table<SocketsSchema>, netid: string, options: InetOptions, out: ByteWriter) {
    this.out = out;
    const family = FAMILIES[netidCode(netid)]!;
    this.#options = options;
    this.#proto = Buffer.from(PROTO_WORDS[netid] ?? netid);
    this.#family = family.family;
    this.#protocol = family.protocol;
    this.#services = family.protocol === IPPROTO_TCP ? 'tcp' : family.protocol === IPPROTO_RAW ? 'raw' : 'udp';
    this.#states = STATE_TEXTS[this.#services];
    this.#timers = family.protocol === IPPROTO_TCP ? TCP_TIMERS : DGRAM_TIMERS;
    this.#netlink = table.source === 'netlink';
    this.#columns = columnsOf(table, options);
  }

  write(row: number): void {
    const { out } = this;
    const columns = this.#columns;
    out.reserve(ROW_BYTES);
    const { buffer } = out;
    let at = out.length;
    copyShort(buffer, at, this.#proto);
    at = writeRight(buffer, at + 6, columns.recvQ[row]!, 6) + 1;
    at = writeRight(buffer, at, columns.sendQ[row]!, 6) + 1;
    out.length = at;
    this.#endpoint(columns.localAddress, columns.localPort, row);
    this.#endpoint(columns.remoteAddress, columns.remotePort, row);
    this.#state(columns.state[row]!);
    this.#tail(row);
    out.reserve(ROW_BYTES);
    out.buffer[out.length++] = LINE_FEED;
  }

  /** One endpoint column and the blank behind it. */
  #endpoint(addresses: Uint8Array, ports: Uint16Array, row: number): void {
    const { out } = this;
    const start = out.length;
    const portName = this.#portName(ports[row]!);
    const host = this.#hostName(addresses, row * 16);
    if (host === undefined) out.length = this.#number(addresses, row * 16);
    else out.text(host);
    const portLength = portName === undefined ? decimalLength(ports[row]!) : Buffer.byteLength(portName);
    const cut = !this.#options.wide && out.length - start + portLength > ENDPOINT_SHOWN;
    const portShown = cut ? Math.min(portLength, PORT_SHOWN) : portLength;
    if (cut) out.cut(start + ENDPOINT_SHOWN - portShown);
    out.reserve(ROW_BYTES + portShown);
    const { buffer } = out;
    buffer[out.length++] = COLON;
    const portStart = out.length;
    if (portName === undefined) writePort(buffer, portStart + portLength, ports[row]!);
    else buffer.set(Buffer.from(portName).subarray(0, portShown), portStart);
    out.length += portShown;
    out.length = Math.max(out.length, start + ENDPOINT_WIDTH) + 1;
  }

  #portName(port: number): string | undefined {
    return port === 0 ? undefined : this.#options.names?.service(this.#services, port);
  }

  /**
   * Quirk: symbolic output shows the IPv6 wildcard as `[::]`, numeric output as `::`; the IPv4 wildcard is 0.0.0.0 in
   * both (inet_sprint, inet6_sprint).
   */
  #hostName(bytes: Uint8Array, offset: number): string | undefined {
    const { names, numericHosts } = this.#options;
    if (numericHosts) return undefined;
    if (isUnspecified(bytes, offset)) return this.#family === AF_INET6 ? '[::]' : undefined;
    return names?.host(this.#family, bytes, offset);
  }

  #number(bytes: Uint8Array, offset: number): number {
    const { buffer, length } = this.out;
    if (this.#family === AF_INET6 && isMapped(bytes, offset)) return writeIPv4(buffer, length, bytes, offset + 12);
    return writeAddress(buffer, length, bytes, offset, this.#family);
  }

  #state(code: number): void {
    const { out } = this;
    const text = this.#services === 'raw' ? Buffer.from(String(code)) : (this.#states[code] ?? UNKNOWN);
    copyShort(out.buffer, out.length, text);
    out.length += Math.max(text.length, STATE_WIDTH);
  }

  #tail(row: number): void {
    const { out } = this;
    const { extend, programs, contexts, timers } = this.#options;
    const { uid, inode } = this.#columns;
    if (extend) {
      out.blanks(1);
      out.left(this.#user(uid[row]!), USER_WIDTH);
      out.blanks(1);
      out.left(String(inode[row]), INODE_WIDTH);
    }
    if (programs !== undefined) {
      out.blanks(1);
      out.left(programs.cell(inode[row]!), PROGRAM_WIDTH);
    }
    if (contexts !== undefined) {
      out.blanks(1);
      out.left(contexts.cell(inode[row]!), CONTEXT_WIDTH);
    }
    if (timers) out.ascii(` ${this.#timer(row)}`);
  }

  /** Quirk: uid is a signed number to netstat (4294967294 prints -2). */
  #user(uid: number): string {
    return this.#options.names?.user(uid) ?? String(uid | 0);
  }

  #timer(row: number): string {
    const { timer, timerMs, retransmits, probes } = this.#columns;
    const raw = timer[row]!;
    const code = raw === TIMER_DELACK && this.#netlink ? 0 : raw;
    const hundredths = code === 0 ? 0 : Math.floor(timerMs[row]! / 10);
    const seconds = `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
    const retrans = this.#protocol === IPPROTO_TCP || this.#protocol === IPPROTO_RAW ? retransmits[row] : 0;
    return `${this.#timers[code] ?? `unkn-${code}`} (${seconds}/${retrans}/${probes[row]})`;
  }
}

/** The columns a row needs; those of options that are off stay empty. */
interface Columns {
  readonly recvQ: Uint32Array;
  readonly sendQ: Uint32Array;
  readonly localAddress: Uint8Array;
  readonly localPort: Uint16Array;
  readonly remoteAddress: Uint8Array;
  readonly remotePort: Uint16Array;
  readonly state: Uint8Array;
  readonly uid: Uint32Array;
  readonly inode: Uint32Array;
  readonly timer: Uint8Array;
  readonly timerMs: Uint32Array;
  readonly retransmits: Uint8Array;
  readonly probes: Uint8Array;
}

/** Names of the columns a listing with these options reads. */
export function inetColumns(options: InetOptions): (keyof SocketsSchema & string)[] {
  const columns: (keyof SocketsSchema & string)[] = [
    'netid',
    'family',
    'state',
    'localAddress',
    'localPort',
    'remoteAddress',
    'remotePort',
    'recvQ',
    'sendQ',
  ];
  if (options.extend) columns.push('uid');
  if (options.extend || options.programs !== undefined || options.contexts !== undefined) columns.push('inode');
  if (options.timers) columns.push('timer', 'timerMs', 'retransmits', 'probes');
  return columns;
}

function columnsOf(table: Table<SocketsSchema>, options: InetOptions): Columns {
  const columns: Record<string, unknown> = {};
  for (const name of inetColumns(options)) columns[name] = table.column(name);
  return columns as unknown as Columns;
}

const UNKNOWN = Buffer.from('UNKNOWN');

/** State texts by code; a code without text is UNKNOWN. Quirk: net-tools reads beyond its table for TCP; we do not. */
const STATE_TEXTS: Readonly<Record<'tcp' | 'udp' | 'raw', readonly Uint8Array[]>> = {
  tcp: TCP_STATES.slice(0, TCP_CLOSING + 1).map((text) => Buffer.from(text ?? '')),
  udp: Object.assign([], { [TCP_ESTABLISHED]: Buffer.from('ESTABLISHED'), [TCP_CLOSE]: Buffer.from('') }),
  raw: [],
};

/** A few bytes. NB: a loop over so few is several times faster than `set`. */
function copyShort(buffer: Uint8Array, at: number, bytes: Uint8Array): void {
  for (let index = 0; index < bytes.length; index += 1) buffer[at + index] = bytes[index]!;
}

/** Port 0 is a star in every mode. */
function writePort(buffer: Uint8Array, end: number, port: number): void {
  if (port === 0) buffer[end - 1] = STAR;
  else writeDigits(buffer, end, port);
}

/** Right-justified number of at least `width` bytes; the field is already blank. Returns the position behind it. */
function writeRight(buffer: Uint8Array, at: number, value: number, width: number): number {
  const end = at + Math.max(width, decimalLength(value));
  writeDigits(buffer, end, value);
  return end;
}
