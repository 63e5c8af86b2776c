import type { TableBuilder } from '../../columns/builder.ts';
import { decodeText } from '../../columns/bytes.ts';
import type { LinksSchema } from '../../tables/links.ts';
import { COLON, LineCursor } from './lines.ts';
import { countMalformed, newReport, type ParseReport } from './report.ts';
import type { LinkAttributes } from './sysfs.ts';

/** The 16 numbers of a line, in the order of the file. */
const COUNTERS = [
  'rxBytes',
  'rxPackets',
  'rxErrors',
  'rxDropped',
  'rxFifo',
  'rxFrame',
  'rxCompressed',
  'multicast',
  'txBytes',
  'txPackets',
  'txErrors',
  'txDropped',
  'txFifo',
  'collisions',
  'txCarrier',
  'txCompressed',
] as const satisfies readonly (keyof LinksSchema)[];

const HEADER_LINES = 2;

/** One device of /proc/net/dev. */
export interface DevLine {
  readonly name: string;
  /** The 16 numbers, in the order of the file. */
  readonly counters: readonly bigint[];
}

export const RX_PACKETS = 1;
export const TX_PACKETS = 9;

/** Parses /proc/net/dev: two header lines, then `NAME: 16 NUMBERS` per device. */
export function parseDevLines(bytes: Uint8Array): { lines: DevLine[]; report: ParseReport } {
  const report = newReport();
  const cursor = new LineCursor(bytes);
  const lines: DevLine[] = [];
  while (cursor.nextLine()) {
    if (cursor.line < HEADER_LINES) continue;
    cursor.skipBlanks();
    const length = cursor.rest().indexOf(COLON);
    if (length < 1) cursor.fail();
    const name = decodeText(cursor.rest().subarray(0, Math.max(length, 0)));
    cursor.at += length + 1;
    const counters = COUNTERS.map(() => cursor.decimal64());
    if (cursor.failed) {
      countMalformed(report, cursor.line);
      continue;
    }
    lines.push({ name, counters });
    report.rows += 1;
  }
  return { lines, report };
}

const NUMBERS = [
  'index',
  'type',
  'flags',
  'mtu',
  'txqlen',
  'operstate',
] as const satisfies readonly (keyof LinksSchema & keyof LinkAttributes)[];

/** Rows of devices; `attributes` are what sysfs tells of them, by name. */
export function addLinks(
  builder: TableBuilder<LinksSchema>,
  lines: readonly DevLine[],
  attributes: ReadonlyMap<string, LinkAttributes>,
): void {
  const [name, address] = [builder.word('name'), builder.bytes('address')];
  const numbers = NUMBERS.map((column) => ({ column, cell: builder.number(column) }));
  const counters = COUNTERS.map((column) => builder.bigint(column));
  for (const line of lines) {
    builder.addRow();
    name.set(line.name);
    counters.forEach((cell, at) => {
      cell.set(line.counters[at]!);
    });
    const known = attributes.get(line.name);
    for (const { column, cell } of numbers) {
      const value = known?.[column];
      if (value !== undefined) cell.set(value);
    }
    if (known?.address !== undefined) address.set(known.address);
  }
}
