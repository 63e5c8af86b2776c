import {
  decimalLength,
  isMapped,
  isUnspecified,
  writeDigits,
  writeIPv4,
  writeIPv6,
  writePort,
} from '../../columns/address.ts';
import type { Table } from '../../columns/table.ts';
import { FAMILIES, netidCode } from '../../families.ts';
import { type SocketsSchema, TCP_STATES } from '../../tables/sockets.ts';
import { AF_INET, AF_INET6, IPPROTO_RAW, IPPROTO_TCP } from '../../uapi/socket.ts';
import { TCP_CLOSE, TCP_CLOSING, TCP_ESTABLISHED } from '../../uapi/tcp-states.ts';
import type { Programs } from './program.ts';
import { type ByteWriter, type Words, wordsOf, writeWords } from './text.ts';
import { shownText } from './untrusted.ts';

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
  /** -Z */
  readonly contexts?: Programs | undefined;
  /** -o */
  readonly timers: boolean;
  /** -W */
  readonly wide: boolean;
}

const COLON = 0x3a;
const STAR = 0x2a;
const LINE_FEED = 0x0a;

const PROTO_WIDTH = 5;
const QUEUE_WIDTH = 6;
const IDLE_WIDTH = PROTO_WIDTH + 1 + QUEUE_WIDTH + 1 + QUEUE_WIDTH + 1;

/** Widths of netstat's endpoint columns: address and port together may have 22 bytes, the port 18 of them. */
const ENDPOINT_WIDTH = 23;
const ENDPOINT_SHOWN = 22;
const PORT_SHOWN = 18;
/** An address of so many bytes is never cut: the longest port has five. */
const ADDRESS_ALWAYS_SHOWN = ENDPOINT_SHOWN - 5;
const STATE_WIDTH = 11;
const USER_WIDTH = 10;
const INODE_WIDTH = 10;

/** Room one row may need without any name or tail: everything else goes through `reserve`. */
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
  readonly #named: boolean;
  readonly #tailed: boolean;
  readonly #wide: boolean;
  readonly #proto: Words;
  /** What a row begins with when both queues are empty, which they mostly are. */
  readonly #idle: Words;
  readonly #services: 'tcp' | 'udp' | 'raw';
  readonly #family: number;
  readonly #protocol: number;
  readonly #states: (Words | undefined)[];
  readonly #timers: readonly string[];
  readonly #netlink: boolean;
  readonly #columns: Columns;

  constructor(table: Table<SocketsSchema>, netid: string, options: InetOptions, out: ByteWriter) {
    const { family, protocol } = FAMILIES[netidCode(netid)]!;
    const { names, numericHosts, extend, programs, contexts, timers, wide } = options;
    this.out = out;
    this.#options = options;
    this.#named = names !== undefined || !numericHosts;
    this.#tailed = extend || programs !== undefined || contexts !== undefined || timers;
    this.#wide = wide;
    const proto = PROTO_WORDS[netid] ?? netid;
    this.#proto = wordsOf(proto);
    this.#idle = wordsOf(`${proto.padEnd(PROTO_WIDTH)} ${'0'.padStart(QUEUE_WIDTH)} ${'0'.padStart(QUEUE_WIDTH)} `);
    this.#family = family;
    this.#protocol = protocol;
    this.#services = protocol === IPPROTO_TCP ? 'tcp' : protocol === IPPROTO_RAW ? 'raw' : 'udp';
    this.#states = STATE_WORDS[this.#services];
    this.#timers = protocol === IPPROTO_TCP ? TCP_TIMERS : DGRAM_TIMERS;
    this.#netlink = table.source === 'netlink';
    this.#columns = columnsOf(table, options);
  }

  write(row: number): void {
    const { out } = this;
    const columns = this.#columns;
    out.reserve(ROW_BYTES);
    let at = this.#begin(out, out.length, columns.recvQ[row]!, columns.sendQ[row]!);
    at = this.#endpoint(at, columns.localAddress, columns.localPort[row]!, row * 16);
    at = this.#endpoint(at, columns.remoteAddress, columns.remotePort[row]!, row * 16);
    writeWords(out.view, at, this.#state(columns.state[row]!));
    out.length = at + STATE_WIDTH;
    if (this.#tailed) this.#tail(row);
    out.buffer[out.length++] = LINE_FEED;
  }

  /** Proto and both queues. */
  #begin({ buffer, view }: ByteWriter, start: number, recvQ: number, sendQ: number): number {
    if (recvQ === 0 && sendQ === 0) {
      writeWords(view, start, this.#idle);
      return start + IDLE_WIDTH;
    }
    writeWords(view, start, this.#proto);
    const at = writeRight(buffer, start + PROTO_WIDTH + 1, recvQ, QUEUE_WIDTH) + 1;
    return writeRight(buffer, at, sendQ, QUEUE_WIDTH) + 1;
  }

  /** One endpoint column and the blank behind it. */
  #endpoint(start: number, addresses: Uint8Array, port: number, offset: number): number {
    if (this.#named) return this.#namedEndpoint(start, addresses, port, offset);
    const { out } = this;
    let at = this.#number(start, addresses, offset);
    if (at - start > ADDRESS_ALWAYS_SHOWN && !this.#wide) at = this.#cut(start, at, decimalLength(port));
    out.buffer[at++] = COLON;
    // Port 0 is a star in every mode.
    if (port === 0) out.buffer[at++] = STAR;
    else at = writePort(out, at, port);
    return Math.max(at, start + ENDPOINT_WIDTH) + 1;
  }

  /** An endpoint whose address or port may be shown by name. */
  #namedEndpoint(start: number, addresses: Uint8Array, port: number, offset: number): number {
    const { out } = this;
    out.length = start;
    const host = this.#hostName(addresses, offset);
    if (host === undefined) out.length = this.#number(start, addresses, offset);
    else out.text(shownText(host));
    const bytes = Buffer.from(port === 0 ? '*' : this.#portName(port));
    const cut = !this.#wide && out.length - start + bytes.length > ENDPOINT_SHOWN;
    const shown = cut ? bytes.subarray(0, PORT_SHOWN) : bytes;
    if (cut) out.cut(start + ENDPOINT_SHOWN - shown.length);
    out.ascii(':');
    out.bytes(shown);
    out.padFrom(start, ENDPOINT_WIDTH);
    out.blanks(1);
    out.reserve(ROW_BYTES);
    return out.length;
  }

  #portName(port: number): string {
    return shownText(this.#options.names?.service(this.#services, port) ?? String(port));
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

  #number(at: number, bytes: Uint8Array, offset: number): number {
    const { out } = this;
    if (this.#family === AF_INET) return writeIPv4(out, at, bytes, offset);
    return isMapped(bytes, offset) ? writeIPv4(out, at, bytes, offset + 12) : writeIPv6(out, at, bytes, offset);
  }

  /** Takes back of an address from `start` to `at` what leaves no room for a port of so many digits. */
  #cut(start: number, at: number, digits: number): number {
    const { out } = this;
    out.length = at;
    out.cut(start + ENDPOINT_SHOWN - digits);
    return out.length;
  }

  #state(code: number): Words {
    const known = this.#states[code];
    if (known !== undefined) return known;
    const words = wordsOf(stateText(this.#services, code));
    this.#states[code] = words;
    return words;
  }

  #tail(row: number): void {
    const { out } = this;
    const { extend, programs, contexts, timers } = this.#options;
    if (extend) {
      const { uid, inode } = this.#columns;
      out.blanks(1);
      out.left(this.#user(uid[row]!), USER_WIDTH);
      out.blanks(1);
      out.left(String(inode[row]), INODE_WIDTH);
    }
    if (programs !== undefined) {
      out.blanks(1);
      out.bytes(programs.cell(row));
    }
    if (contexts !== undefined) {
      out.blanks(1);
      out.bytes(contexts.cell(row));
    }
    if (timers) out.ascii(` ${this.#timer(row)}`);
    out.reserve(1);
  }

  /** Quirk: uid is a signed number to netstat (4294967294 prints -2). */
  #user(uid: number): string {
    return shownText(this.#options.names?.user(uid) ?? String(uid | 0));
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

/** States by code, made as they are met. */
const STATE_WORDS: Readonly<Record<'tcp' | 'udp' | 'raw', (Words | undefined)[]>> = { tcp: [], udp: [], raw: [] };

/** Quirk: of a code beyond its table for TCP net-tools reads what lies there; we do not. */
function stateText(services: 'tcp' | 'udp' | 'raw', code: number): string {
  if (services === 'raw') return String(code);
  if (services === 'tcp') return code > TCP_CLOSING ? 'UNKNOWN' : (TCP_STATES[code] ?? '');
  return code === TCP_ESTABLISHED ? 'ESTABLISHED' : code === TCP_CLOSE ? '' : 'UNKNOWN';
}

/** Right-justified number of at least `width` bytes; the field is already blank. Returns the position behind it. */
function writeRight(buffer: Uint8Array, at: number, value: number, width: number): number {
  const end = at + Math.max(width, decimalLength(value));
  writeDigits(buffer, end, value);
  return end;
}
