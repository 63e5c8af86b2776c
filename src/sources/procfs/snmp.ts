import type { TableBuilder } from '../../columns/builder.ts';
import { decodeText, encodeText } from '../../columns/bytes.ts';
import type { CountersSchema, CountersSection } from '../../tables/counters.ts';
import { COLON, LineCursor } from './lines.ts';
import { countMalformed, newReport, type ParseReport } from './report.ts';

type Builder = TableBuilder<CountersSchema>;

interface Counter {
  readonly section: string;
  readonly name: Uint8Array;
  readonly value: bigint;
}

/** What became of one file, and its sections in order. */
export interface CountersReport extends ParseReport {
  readonly sections: CountersSection[];
}

const UINT64_MAX = 2n ** 64n - 1n;

const NUMBER = /\s*([-+]?\d+)/y;

function rowWriter(builder: Builder, fileName: string): (counter: Counter) => void {
  const [file, section] = [builder.word('file'), builder.word('section')];
  const [name, value] = [builder.bytes('name'), builder.bigint('value')];
  return (counter) => {
    builder.addRow();
    file.set(fileName);
    section.set(counter.section);
    name.set(counter.name);
    value.set(counter.value);
  };
}

/** Digits of 2^64-1. */
const DIGITS_MAX = 20;

/** strtoull(3): a negative number modulo 2^64, a large one 2^64-1. */
function unsigned64(text: string): bigint {
  const digits = text.replace(/^[-+]?0*(?=\d)/, '');
  const value = digits.length > DIGITS_MAX ? UINT64_MAX : BigInt(digits);
  if (value >= UINT64_MAX) return UINT64_MAX;
  return text.startsWith('-') ? BigInt.asUintN(64, -value) : value;
}

/** Numbers of a line, one after the other; 0 from the first that is none. */
function* numbersOf(line: Uint8Array): Generator<bigint, never> {
  const text = decodeText(line);
  for (let end = 0; ; ) {
    NUMBER.lastIndex = end;
    const found = NUMBER.exec(text)?.[1];
    if (found === undefined) break;
    end = NUMBER.lastIndex;
    yield unsigned64(found);
  }
  for (;;) yield 0n;
}

/** `TITLE:` at the start of a line; undefined when there is no colon. */
function readTitle(cursor: LineCursor): string | undefined {
  const length = cursor.rest().indexOf(COLON);
  if (length < 0) return undefined;
  const title = decodeText(cursor.rest().subarray(0, length));
  cursor.at += length + 1;
  return title;
}

/** Names of the next pair's first line and their title; undefined at the end of the file or at a line without a title. */
function readNames(cursor: LineCursor): { section: string; names: Uint8Array[] } | undefined {
  const section = readTitle(cursor);
  if (section === undefined) return undefined;
  const names: Uint8Array[] = [];
  while (cursor.skipBlanks()) names.push(cursor.word());
  return { section, names };
}

/**
 * Parses /proc/net/snmp and /proc/net/netstat: pairs of lines, `TITLE: NAME NAME …` and `TITLE: VALUE VALUE …`.
 *
 * As in netstat: an empty line is skipped, the second title is not compared, missing values are 0, surplus ones are ignored,
 * a line without a colon ends the file (it counts as malformed), and names without a second line are dropped.
 */
export function parseSnmp(bytes: Uint8Array, builder: Builder, file: string): CountersReport {
  const report: CountersReport = { ...newReport(), sections: [] };
  const cursor = new LineCursor(bytes);
  const put = rowWriter(builder, file);
  while (cursor.nextLine()) {
    if (cursor.start === cursor.end) continue;
    const head = readNames(cursor);
    const { line } = cursor;
    if (!cursor.nextLine()) break;
    if (head === undefined || readTitle(cursor) === undefined) {
      countMalformed(report, head === undefined ? line : cursor.line);
      break;
    }
    report.sections.push({ file, title: head.section, row: builder.length });
    const values = numbersOf(cursor.rest());
    for (const name of head.names) put({ section: head.section, name, value: values.next().value });
    report.rows += head.names.length;
  }
  return report;
}

/**
 * Parses /proc/net/snmp6: `NAME VALUE` per line. The section of a name is its text up to the first 6; names that contain the
 * current section anywhere stay in it. Lines without a value are malformed.
 */
export function parseSnmp6(bytes: Uint8Array, builder: Builder, file: string): CountersReport {
  const report: CountersReport = { ...newReport(), sections: [] };
  const cursor = new LineCursor(bytes);
  const put = rowWriter(builder, file);
  let section: string | undefined;
  while (cursor.nextLine()) {
    const [, name, number] = /^\s*(\S+)\s+([-+]?\d+)/.exec(decodeText(cursor.rest())) ?? [];
    if (name === undefined || number === undefined) {
      countMalformed(report, cursor.line);
      continue;
    }
    if (section === undefined || !name.includes(section)) {
      section = name.replace(/6.*/s, '6');
      report.sections.push({ file, title: section, row: builder.length });
    }
    put({ section, name: encodeText(name), value: unsigned64(number) });
    report.rows += 1;
  }
  return report;
}

/** Parses /proc/net/sctp/snmp: `NAME VALUE` per line, all of one section, which is there as soon as the file is. */
export function parseSctpSnmp(bytes: Uint8Array, builder: Builder, file: string): CountersReport {
  const section = 'Sctp';
  const report: CountersReport = { ...newReport(), sections: [{ file, title: section, row: builder.length }] };
  const cursor = new LineCursor(bytes);
  const put = rowWriter(builder, file);
  while (cursor.nextLine()) {
    const [, name, number = ''] = /^(\S*)\s(.*)/s.exec(decodeText(cursor.rest())) ?? [];
    if (name === undefined) {
      countMalformed(report, cursor.line);
      continue;
    }
    put({ section, name: encodeText(name), value: numbersOf(encodeText(number)).next().value });
    report.rows += 1;
  }
  return report;
}

/** One parser per file. */
export const COUNTERS_PARSERS = {
  snmp: parseSnmp,
  netstat: parseSnmp,
  snmp6: parseSnmp6,
  'sctp/snmp': parseSctpSnmp,
} as const satisfies Readonly<Record<string, (bytes: Uint8Array, builder: Builder, file: string) => CountersReport>>;
