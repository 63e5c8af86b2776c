import type { Cell, TableBuilder } from '../../columns/builder.ts';
import type { SocketsSchema } from '../../tables/sockets.ts';
import { AF_INET, IPPROTO_TCP } from '../../uapi/socket.ts';
import { TCP_NEW_SYN_RECV, TCP_SYN_RECV, TCPF_ALL } from '../../uapi/tcp-states.ts';
import { COLON, LineCursor } from './lines.ts';
import { countMalformed, newReport, type ParseReport } from './report.ts';

const UINT32_MAX = 0xffffffff;

/** What the bytes of /proc/net/{tcp,udp,udplite,raw}[6] do not say themselves. */
export interface InetContext {
  /** Code for column `netid`. */
  readonly netid: number;
  readonly family: number;
  readonly protocol: number;
  /** Rows wanted: bits 1 << TCP_*. */
  readonly states: number;
  /** Byte order of the machine that wrote the file: addresses are printed as its 32-bit numbers. */
  readonly littleEndian: boolean;
  /** Unit of `tm->when`: USER_HZ, 100 on all current machines. */
  readonly ticksPerSecond: number;
}

/** The fields of one line; kept from line to line so that a row costs no object. */
interface InetLine {
  readonly local: Uint8Array;
  localPort: number;
  readonly remote: Uint8Array;
  remotePort: number;
  state: number;
  sendQ: number;
  recvQ: number;
  timer: number;
  ticks: number;
  retransmits: number;
  uid: number;
  probes: number;
  inode: number;
  refCount: number;
  drops: number;
}

function newLine(family: number): InetLine {
  const size = family === AF_INET ? 4 : 16;
  return {
    local: new Uint8Array(size),
    localPort: 0,
    remote: new Uint8Array(size),
    remotePort: 0,
    state: 0,
    sendQ: 0,
    recvQ: 0,
    timer: 0,
    ticks: 0,
    retransmits: 0,
    uid: 0,
    probes: 0,
    inode: 0,
    refCount: -1,
    drops: -1,
  };
}

/** Each 32-bit word of an address, printed as a number of the machine that wrote it. */
function readAddress(cursor: LineCursor, out: Uint8Array, littleEndian: boolean): void {
  cursor.skipBlanks();
  for (let at = 0; at < out.length; at += 4) {
    const word = cursor.hexWord();
    const shift = littleEndian ? 0 : 24;
    out[at] = word >>> shift;
    out[at + 1] = word >>> (littleEndian ? 8 : 16);
    out[at + 2] = word >>> (littleEndian ? 16 : 8);
    out[at + 3] = word >>> (24 - shift);
  }
  cursor.expect(COLON);
}

function readPort(cursor: LineCursor): number {
  const port = cursor.hexHere();
  return port > 0xffff ? cursor.fail() : port;
}

/** `value` of a column that holds 8 bits; no kernel writes more. */
function saturated8(value: number): number {
  return Math.min(value, 255);
}

/**
 * `sl: local:port remote:port st tx:rx tr:when retrnsmt`, without which netstat calls the line bogus; the retransmissions
 * may be missing except for TCP.
 */
function readRequired(cursor: LineCursor, line: InetLine, context: InetContext): void {
  cursor.decimal();
  cursor.expect(COLON);
  readAddress(cursor, line.local, context.littleEndian);
  line.localPort = readPort(cursor);
  readAddress(cursor, line.remote, context.littleEndian);
  line.remotePort = readPort(cursor);
  line.state = saturated8(cursor.hex());
  line.sendQ = cursor.hex();
  cursor.expect(COLON);
  line.recvQ = cursor.hexHere();
  line.timer = saturated8(cursor.hex());
  cursor.expect(COLON);
  line.ticks = cursor.hexHere(16);
  const complete = !cursor.failed;
  line.retransmits = saturated8(cursor.hex());
  if (complete && context.protocol !== IPPROTO_TCP) cursor.failed = false;
}

/** `uid timeout inode ref pointer …`: from the first that is missing or unreadable on, all are 0 or null. */
function readOptional(cursor: LineCursor, line: InetLine, context: InetContext): void {
  line.uid = cursor.signed();
  line.probes = saturated8(cursor.decimal());
  line.inode = cursor.decimal();
  const refCount = cursor.decimal();
  line.refCount = cursor.failed ? -1 : refCount;
  line.drops = -1;
  if (cursor.failed || context.protocol === IPPROTO_TCP) return;
  cursor.word();
  const drops = cursor.decimal();
  if (!cursor.failed) line.drops = drops;
}

function millisecondsOf(ticks: number, ticksPerSecond: number): number {
  return Math.min(Math.floor((ticks * 1000) / ticksPerSecond), UINT32_MAX);
}

type Builder = TableBuilder<SocketsSchema>;

const NUMBERS = [
  'netid',
  'family',
  'protocol',
  'state',
  'localPort',
  'remotePort',
  'recvQ',
  'sendQ',
  'timer',
  'timerMs',
  'retransmits',
  'probes',
  'uid',
  'inode',
  'refCount',
  'drops',
] as const;

type Cells = Readonly<Record<(typeof NUMBERS)[number], Cell<number>>> & {
  readonly localAddress: Cell<Uint8Array>;
  readonly remoteAddress: Cell<Uint8Array>;
};

function cellsOf(builder: Builder): Cells {
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, builder.number(name)]));
  const addresses = {
    localAddress: builder.address('localAddress'),
    remoteAddress: builder.address('remoteAddress'),
  };
  return { ...numbers, ...addresses } as Cells;
}

/** Sets the cells of the row just added. */
function setRow(cells: Cells, line: InetLine, context: InetContext): void {
  cells.netid.set(context.netid);
  cells.family.set(context.family);
  cells.protocol.set(context.protocol);
  cells.state.set(line.state);
  cells.localAddress.set(line.local);
  cells.localPort.set(line.localPort);
  cells.remoteAddress.set(line.remote);
  cells.remotePort.set(line.remotePort);
  cells.recvQ.set(line.recvQ);
  cells.sendQ.set(line.sendQ);
  cells.timer.set(line.timer);
  cells.timerMs.set(millisecondsOf(line.ticks, context.ticksPerSecond));
  cells.retransmits.set(line.retransmits);
  cells.probes.set(line.probes);
  cells.uid.set(line.uid);
  cells.inode.set(line.inode);
  if (line.refCount >= 0) cells.refCount.set(line.refCount);
  if (line.drops >= 0) cells.drops.set(line.drops);
}

/** Is a row of this state asked for? States a mask has no bit for belong to a full listing. */
function isWanted(state: number, states: number): boolean {
  if (state === TCP_SYN_RECV) return (states & ((1 << TCP_SYN_RECV) | (1 << TCP_NEW_SYN_RECV))) !== 0;
  if (state > 0 && state < TCP_NEW_SYN_RECV) return ((states >>> state) & 1) === 1;
  return (states & TCPF_ALL) === TCPF_ALL;
}

/**
 * Parses /proc/net/{tcp,tcp6,udp,udp6,udplite,udplite6,raw,raw6}; the first line is a header and not looked at.
 *
 * NB: numbers are clamped to what their column holds (state, timer, retransmits, probes: 255; timerMs: 2^32-1); other
 * numbers out of range make the line malformed, behind `retrnsmt` they count as missing. A negative uid is kept modulo 2^32,
 * as the kernel prints it unsigned.
 */
export function parseInet(bytes: Uint8Array, builder: Builder, context: InetContext): ParseReport {
  const report = newReport();
  const cursor = new LineCursor(bytes);
  const cells = cellsOf(builder);
  const line = newLine(context.family);
  cursor.nextLine();
  while (cursor.nextLine()) {
    readRequired(cursor, line, context);
    if (cursor.failed) {
      countMalformed(report, cursor.line);
    } else if (isWanted(line.state, context.states)) {
      readOptional(cursor, line, context);
      builder.addRow();
      setRow(cells, line, context);
      report.rows += 1;
    }
  }
  return report;
}
