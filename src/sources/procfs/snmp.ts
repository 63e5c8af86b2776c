import type { TableBuilder } from '../../columns/builder.ts';
import { decodeText } from '../../columns/bytes.ts';
import type { CountersSchema } from '../../tables/counters.ts';
import { COLON, LineCursor } from './lines.ts';
import { countMalformed, newReport, type ParseReport } from './report.ts';

type Builder = TableBuilder<CountersSchema>;

interface Counter {
  readonly section: string;
  readonly name: Uint8Array;
  readonly value: bigint;
}

const UINT64_MAX = 2n ** 64n - 1n;

/** Longest number that can still be below 2^64; longer ones are not even read. */
const DIGITS_MAX = 40;

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

/** strtoull(3): a negative number modulo 2^64, a large one 2^64-1, what is no number 0. */
function readValue(word: Uint8Array): bigint {
  const text = decodeText(word.subarray(0, DIGITS_MAX));
  const [, sign, digits] = /^([-+]?)(\d+)/.exec(text) ?? [];
  if (digits === undefined) return 0n;
  const value = BigInt(digits);
  if (word.length > DIGITS_MAX || value > UINT64_MAX) return UINT64_MAX;
  return sign === '-' ? BigInt.asUintN(64, -value) : value;
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
export function parseSnmp(bytes: Uint8Array, builder: Builder, file: string): ParseReport {
  const report = newReport();
  const cursor = new LineCursor(bytes);
  const put = rowWriter(builder, file);
  while (cursor.nextLine()) {
    if (cursor.start === cursor.end) continue;
    const head = readNames(cursor);
    if (head !== undefined && !cursor.nextLine()) break;
    if (head === undefined || readTitle(cursor) === undefined) {
      countMalformed(report, cursor.line);
      break;
    }
    for (const name of head.names) {
      const value = cursor.skipBlanks() ? readValue(cursor.word()) : 0n;
      put({ section: head.section, name, value });
      report.rows += 1;
    }
  }
  return report;
}

const SIX = 0x36;

/**
 * Parses /proc/net/snmp6: `NAME VALUE` per line. The section of a name is its text up to the first 6; names that contain the
 * current section anywhere stay in it. Other lines are malformed.
 */
export function parseSnmp6(bytes: Uint8Array, builder: Builder, file: string): ParseReport {
  const report = newReport();
  const cursor = new LineCursor(bytes);
  const put = rowWriter(builder, file);
  let section: Uint8Array | undefined;
  while (cursor.nextLine()) {
    const [name, value] = [cursor.word(), cursor.word()];
    const six = name.indexOf(SIX);
    if (section === undefined || Buffer.from(name).indexOf(section) < 0)
      section = six < 0 ? undefined : name.subarray(0, six + 1);
    if (cursor.failed || section === undefined) {
      countMalformed(report, cursor.line);
      continue;
    }
    put({ section: decodeText(section), name, value: readValue(value) });
    report.rows += 1;
  }
  return report;
}

/** Parses /proc/net/sctp/snmp: `NAME VALUE` per line, all of one section. */
export function parseSctpSnmp(bytes: Uint8Array, builder: Builder, file: string): ParseReport {
  const report = newReport();
  const cursor = new LineCursor(bytes);
  const put = rowWriter(builder, file);
  while (cursor.nextLine()) {
    const [name, value] = [cursor.word(), cursor.word()];
    if (cursor.failed) {
      countMalformed(report, cursor.line);
      continue;
    }
    put({ section: 'Sctp', name, value: readValue(value) });
    report.rows += 1;
  }
  return report;
}
