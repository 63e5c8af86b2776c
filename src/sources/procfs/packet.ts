import type { TableBuilder } from '../../columns/builder.ts';
import type { PacketSchema } from '../../tables/packet.ts';
import { LineCursor } from './lines.ts';
import { countMalformed, newReport, type ParseReport } from './report.ts';

/** Columns behind the pointer, in the order of the file; `Proto` is hexadecimal. */
const FIELDS = [
  'refCount',
  'type',
  'protocol',
  'interface',
  'running',
  'recvQ',
  'uid',
  'inode',
] as const satisfies readonly (keyof PacketSchema)[];

/** Largest value of the columns that hold less than 32 bits. */
const LIMITS: Readonly<Partial<Record<string, number>>> = { type: 255, protocol: 0xffff, running: 255 };

/** Parses /proc/net/packet: `sk RefCnt Type Proto Iface R Rmem User Inode`; the first line is a header. */
export function parsePacket(bytes: Uint8Array, builder: TableBuilder<PacketSchema>): ParseReport {
  const report = newReport();
  const cursor = new LineCursor(bytes);
  const cells = FIELDS.map((name) => builder.number(name));
  cursor.nextLine();
  while (cursor.nextLine()) {
    cursor.word();
    const values = FIELDS.map((name) => (name === 'protocol' ? cursor.hex() : cursor.signed()));
    if (cursor.failed || values.some((value, at) => value > (LIMITS[FIELDS[at]!] ?? 0xffffffff))) {
      countMalformed(report, cursor.line);
      continue;
    }
    builder.addRow();
    cells.forEach((cell, at) => {
      cell.set(values[at]!);
    });
    report.rows += 1;
  }
  return report;
}
