import type { TableBuilder } from '../../columns/builder.ts';
import type { LegacySocketsSchema, MasqueradesSchema } from '../../tables/legacy.ts';
import { countMalformed, newReport, type ParseReport } from './report.ts';

/**
 * Files of families that current kernels hardly have. They are short and only ever met on old machines and in hand-made
 * /proc folders, so lines are read as text, one character per byte.
 */
type Builder = TableBuilder<LegacySocketsSchema>;

type Texts = Partial<
  Record<'user' | 'destination' | 'destinationCall' | 'source' | 'sourceCall' | 'device', string | undefined>
>;
type Numbers = Partial<Record<'state' | 'vs' | 'vr' | 'lci' | 'neighbour' | 'sendQ' | 'recvQ' | 'uid', number>>;

interface LegacyLine {
  readonly texts: Texts;
  readonly numbers: Numbers;
}

/** undefined = the line cannot be read. */
type ReadLine = (line: string) => LegacyLine | undefined;

function linesOf(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('latin1');
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function wordsOf(text: string): string[] {
  return text.split(/[ \t\v\f\r]+/).filter((word) => word !== '');
}

/** Decimal numbers by name; undefined when one of them is none. */
function decimals(words: Readonly<Record<string, string | undefined>>): Numbers | undefined {
  const numbers: Record<string, number> = {};
  for (const [name, word] of Object.entries(words)) {
    if (word === undefined || !/^[+-]?\d{1,10}/.test(word)) return undefined;
    numbers[name] = Number.parseInt(word, 10);
  }
  return numbers;
}

function line(texts: Texts, numbers: Numbers | undefined): LegacyLine | undefined {
  return numbers === undefined || Object.values(texts).includes(undefined) ? undefined : { texts, numbers };
}

/** Text of a column that has a fixed place. */
function column(text: string, start: number, end: number): string {
  return text.slice(start, end).trim();
}

/** A socket without an owner has stars for its queues. */
function queue(word: string | undefined): string | undefined {
  return word === '*' ? '0' : word;
}

/** `magic dev src dest,digi… st vs vr va t1 t1 t2 t2 t3 t3 idle idle n2 n2 rtt window paclen Snd-Q Rcv-Q inode` */
const readAx25: ReadLine = (text) => {
  const [, device, source, path, state, vs, vr, ...more] = wordsOf(text);
  const [sendQ, recvQ] = more.slice(14);
  const destination = path?.split(',')[0];
  return line({ device, source, destination }, decimals({ state, vs, vr, sendQ: queue(sendQ), recvQ: queue(recvQ) }));
};

/** Kernels before 2.4: `dest src dev st vs vr va t1 t2 t3 idle n2 rtt wnd paclen Snd-Q Rcv-Q`. */
const readOldAx25: ReadLine = (text) => {
  const [device, state, vs, vr, ...more] = wordsOf(text.slice(20));
  const [sendQ, recvQ] = more.slice(9);
  const texts = { destination: column(text, 0, 9), source: column(text, 10, 19), device };
  return line(texts, decimals({ state, vs, vr, sendQ, recvQ }));
};

/** `user dest src dev my your st vs vr va t1 t2 t4 idle n2 wnd Snd-Q Rcv-Q inode` */
const readNetrom: ReadLine = (text) => {
  const [device, , , state, vs, vr, ...more] = wordsOf(text.slice(30));
  const [sendQ, recvQ] = more.slice(7);
  const texts = { user: column(text, 0, 9), destination: column(text, 10, 19), source: column(text, 20, 29), device };
  return line(texts, decimals({ state, vs, vr, sendQ, recvQ }));
};

/** `dest dest_call src src_call dev lci neigh st …` */
const readRose: ReadLine = (text) => {
  const [destination, destinationCall, source, sourceCall, device, lci, neighbour, state] = wordsOf(text);
  return line({ destination, destinationCall, source, sourceCall, device }, decimals({ lci, neighbour, state }));
};

/** `dest src dev lci st vs vr va t t2 t21 t22 t23 Snd-Q Rcv-Q inode`. Quirk: a source of ten digits loses the last one. */
const readX25: ReadLine = (text) => {
  const [device, lci, state, vs, vr, , , , , , , sendQ, recvQ] = wordsOf(text.slice(22));
  const texts = { destination: column(text, 0, 10), source: column(text, 11, 20), device };
  return line(texts, decimals({ lci, state, vs, vr, sendQ, recvQ }));
};

/** `Local_Address Remote_Address Tx_Queue Rx_Queue State Uid`, hexadecimal but for the uid. */
const readIpx: ReadLine = (text) => {
  const [source, destination, sendQ, recvQ, state, uid] = wordsOf(text);
  const hex = [sendQ, recvQ, state].map((word) =>
    /^[0-9a-f]{1,8}$/i.test(word ?? '') ? `${Number(`0x${word}`)}` : '',
  );
  return line({ source, destination }, decimals({ sendQ: hex[0], recvQ: hex[1], state: hex[2], uid }));
};

function put(builder: Builder, read: LegacyLine | undefined): void {
  builder.addRow();
  if (read === undefined) {
    builder.number('malformed').set(1);
    return;
  }
  for (const [name, text] of Object.entries(read.texts)) {
    builder.bytes(name as keyof Texts).set(Buffer.from(text as string, 'latin1'));
  }
  for (const [name, number] of Object.entries(read.numbers))
    builder.number(name as keyof Numbers).set(number as number);
}

function parse(lines: readonly string[], first: number, builder: Builder, read: ReadLine): ParseReport {
  const report = newReport();
  for (let number = first; number < lines.length; number += 1) {
    const values = read(lines[number]!);
    put(builder, values);
    if (values === undefined) countMalformed(report, number);
    else report.rows += 1;
  }
  return report;
}

function withHeader(read: ReadLine): (bytes: Uint8Array, builder: Builder) => ParseReport {
  return (bytes, builder) => parse(linesOf(bytes), 1, builder, read);
}

/** Parses /proc/net/ax25; only the old layout has a header. */
export function parseAx25(bytes: Uint8Array, builder: Builder): ParseReport {
  const lines = linesOf(bytes);
  const old = lines[0]?.startsWith('dest_addr') === true;
  return parse(lines, old ? 1 : 0, builder, old ? readOldAx25 : readAx25);
}

/** One parser per family; a line that cannot be read becomes a row that only says so. */
export const LEGACY_PARSERS = {
  ipx: withHeader(readIpx),
  ax25: parseAx25,
  x25: withHeader(readX25),
  netrom: withHeader(readNetrom),
  rose: withHeader(readRose),
} as const satisfies Readonly<Record<string, (bytes: Uint8Array, builder: Builder) => ParseReport>>;

const MASQUERADE =
  /^\s*(\S+)\s+([0-9A-F]{1,8}):([0-9A-F]{1,4})\s+([0-9A-F]{1,8}):([0-9A-F]{1,4})\s+([0-9A-F]{1,4})\s+([0-9A-F]{1,8})\s+(-?\d+)\s+(-?\d+)\s+(\d+)/i;

/** Parses /proc/net/ip_masquerade: `Prc FromIP:FPrt ToIP:TPrt Masq Init-seq Delta PDelta Expires`; the first line is a header. */
export function parseMasquerade(bytes: Uint8Array, builder: TableBuilder<MasqueradesSchema>): ParseReport {
  const report = newReport();
  const lines = linesOf(bytes);
  for (let number = 1; number < lines.length; number += 1) {
    const fields = MASQUERADE.exec(lines[number]!);
    if (fields === null) {
      countMalformed(report, number);
      continue;
    }
    builder.addRow();
    builder.bytes('protocol').set(Buffer.from(fields[1]!, 'latin1'));
    for (const [at, name] of HEX_FIELDS.entries()) builder.number(name).set(Number.parseInt(fields[2 + at]!, 16));
    for (const [at, name] of DECIMAL_FIELDS.entries()) builder.number(name).set(Number(fields[8 + at]));
    report.rows += 1;
  }
  return report;
}

const HEX_FIELDS = [
  'source',
  'sourcePort',
  'destination',
  'destinationPort',
  'masqueradePort',
  'initialSequence',
] as const;
const DECIMAL_FIELDS = ['delta', 'previousDelta', 'expires'] as const;
