import type { TableBuilder } from '../../columns/builder.ts';
import type { LegacySocketsSchema } from '../../tables/legacy.ts';
import { countMalformed, newReport, type ParseReport } from './report.ts';
import { LineBuffer, type ScanFormat, type Scanned, scan } from './scan.ts';

/**
 * Files of families that current kernels hardly have. They are short and only ever met on old machines and in hand-made
 * /proc folders, so lines are read as text, one character per byte, with what scanf(3) would find in them.
 */
type Builder = TableBuilder<LegacySocketsSchema>;

/** Columns of one line, absent where the line ends before them; undefined = netstat refuses the line. */
type ReadLine = (line: LineBuffer) => Scanned | undefined;

function skipped(count: number): ScanFormat {
  return Array.from({ length: count }, () => ['decimal'] as const);
}

function skippedWords(count: number): ScanFormat {
  return Array.from({ length: count }, () => ['word'] as const);
}

const SEQUENCE: ScanFormat = [
  ['decimal', 'state'],
  ['decimal', 'vs'],
  ['decimal', 'vr'],
];

const QUEUES: ScanFormat = [
  ['decimal', 'sendQ'],
  ['decimal', 'recvQ'],
];

/** A socket without an owner has stars for its queues; one queue alone is an error. */
function withQueues({ vr, sendQ, recvQ, ...values }: Scanned): Scanned | undefined {
  if (vr === undefined || (sendQ !== undefined && recvQ === undefined)) return undefined;
  return { ...values, vr, sendQ: sendQ ?? 0, recvQ: recvQ ?? 0 };
}

const AX25: ScanFormat = [...SEQUENCE, ...skipped(14), ...QUEUES];

const SPACE = 0x20;

/**
 * `magic dev src dest,digi… st vs vr va t1 t1 t2 t2 t3 t3 idle idle n2 n2 rtt window paclen Snd-Q Rcv-Q inode`
 *
 * Quirk: each word ends at the next blank, wherever that is, and all blanks but the first become NULs: a line of less than four
 * words goes on in what is left of the line before.
 */
const readAx25: ReadLine = (line) => {
  const words: string[] = [];
  let at = 0;
  for (let word = 0; word < 4; word += 1) {
    const blank = line.bytes.indexOf(SPACE, at);
    if (blank < 0) return undefined;
    if (word > 0) line.bytes[blank] = 0;
    words.push(line.text(at));
    at = blank + 1;
  }
  const [, device = '', source = '', path = ''] = words;
  const values = withQueues(scan(line.text(at), AX25));
  return values && { device, source, destination: path.replace(/,.*/s, ''), ...values };
};

const OLD_AX25: ScanFormat = [['word', 'device'], ...SEQUENCE, ...skippedWords(9), ...QUEUES];

/** Kernels before 2.4: `dest src dev st vs vr va t1 t2 t3 idle n2 rtt wnd paclen Snd-Q Rcv-Q`. */
const readOldAx25: ReadLine = (line) => {
  const values = withQueues(scan(line.text(20), OLD_AX25));
  return values && { destination: line.text(0, 9), source: line.text(10, 19), ...values };
};

const NETROM: ScanFormat = [['word', 'device'], ...skippedWords(2), ...SEQUENCE, ...skippedWords(7), ...QUEUES];

/** `user dest src dev my your st vs vr va t1 t2 t4 idle n2 wnd Snd-Q Rcv-Q inode` */
const readNetrom: ReadLine = (line) => {
  const values = scan(line.text(30), NETROM);
  if (values.recvQ === undefined) return undefined;
  return { user: line.text(0, 9), destination: line.text(10, 19), source: line.text(20, 29), ...values };
};

const ROSE: ScanFormat = [
  ['word', 'destination'],
  ['word', 'destinationCall'],
  ['word', 'source'],
  ['word', 'sourceCall'],
  ['word', 'device'],
  ['decimal', 'lci'],
  ['decimal', 'neighbour'],
  ['decimal', 'state'],
];

/** `dest dest_call src src_call dev lci neigh st …`. Quirk: lci is hexadecimal, and read as if it were not. */
const readRose: ReadLine = (line) => {
  const values = scan(line.text(0), ROSE);
  return values.state === undefined ? undefined : values;
};

const X25: ScanFormat = [['word', 'device'], ['decimal', 'lci'], ...SEQUENCE, ...skipped(6), ...QUEUES];

/**
 * `dest src dev lci st vs vr va t t2 t21 t22 t23 Snd-Q Rcv-Q inode`. Quirk: a source of ten digits loses the last one;
 * lci is hexadecimal, and a letter in it ends the line.
 */
const readX25: ReadLine = (line) => ({
  destination: line.text(0, 10),
  source: line.text(11, 20),
  ...scan(line.text(22), X25),
});

const IPX: ScanFormat = [
  ['word', 'source'],
  ['word', 'destination'],
  ['hex', 'sendQ'],
  ['hex', 'recvQ'],
  ['decimal', 'state'],
  ['decimal', 'uid'],
];

/** `Local_Address Remote_Address Tx_Queue Rx_Queue State Uid`. Quirk: the state is hexadecimal, and read as if it were not. */
const readIpx: ReadLine = (line) => scan(line.text(0), IPX);

function put(builder: Builder, read: Scanned | undefined): void {
  builder.addRow();
  if (read === undefined) builder.number('malformed').set(1);
  for (const [name, value] of Object.entries(read ?? {})) {
    if (typeof value === 'number') builder.number(name as 'state').set(value);
    else builder.bytes(name as 'source').set(Buffer.from(value, 'latin1'));
  }
}

function parse(line: LineBuffer, builder: Builder, read: ReadLine): ParseReport {
  const report = newReport();
  for (let number = 1; line.next(); number += 1) {
    const values = read(line);
    put(builder, values);
    if (values === undefined) countMalformed(report, number);
    else report.rows += 1;
  }
  return report;
}

type Parse = (bytes: Uint8Array, builder: Builder) => ParseReport;

function withHeader(read: ReadLine, size?: number): Parse {
  return (bytes, builder) => {
    const line = new LineBuffer(bytes, size);
    line.next();
    return parse(line, builder, read);
  };
}

const OLD_HEADER = 'dest_addr';

/** Is it /proc/net/ax25 of a kernel before 2.4? Only that has a header. */
export function isOldAx25(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(OLD_HEADER) === 0;
}

const parseAx25: Parse = (bytes, builder) =>
  isOldAx25(bytes) ? withHeader(readOldAx25)(bytes, builder) : parse(new LineBuffer(bytes), builder, readAx25);

/** One parser per family; a line that netstat refuses becomes a row that only says so. */
export const LEGACY_PARSERS = {
  ipx: withHeader(readIpx, 255),
  ax25: parseAx25,
  x25: withHeader(readX25),
  netrom: withHeader(readNetrom),
  rose: withHeader(readRose),
} as const satisfies Readonly<Record<string, Parse>>;
