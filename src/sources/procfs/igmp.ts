import type { TableBuilder } from '../../columns/builder.ts';
import { decodeText } from '../../columns/bytes.ts';
import type { GroupsSchema } from '../../tables/groups.ts';
import { AF_INET, AF_INET6 } from '../../uapi/socket.ts';
import { COLON, LineCursor } from './lines.ts';
import { countMalformed, newReport, type ParseReport } from './report.ts';

type Builder = TableBuilder<GroupsSchema>;

export interface IgmpContext {
  /** Byte order of the machine that wrote the file: group addresses are printed as its 32-bit numbers. */
  readonly littleEndian: boolean;
}

interface GroupLine {
  readonly interface: number;
  readonly device: string;
  readonly users: number;
  readonly group: Uint8Array;
}

const TAB = 0x09;

function rowWriter(builder: Builder, familyNumber: number): (line: GroupLine) => void {
  const [family, index, users] = [builder.number('family'), builder.number('interface'), builder.number('users')];
  const [device, group] = [builder.word('device'), builder.address('group')];
  return (line) => {
    builder.addRow();
    family.set(familyNumber);
    index.set(line.interface);
    device.set(line.device);
    users.set(line.users);
    group.set(line.group);
  };
}

/** Bytes a device name is looked for in. */
const NAME_BYTES = 15;

/**
 * `IDX<TAB>NAME : COUNT VERSION`: the device the following lines are about. Its name may hold colons (old aliases): it ends
 * at the last one within its first 15 bytes, or fills all of them.
 */
function readDevice(cursor: LineCursor): { interface: number; device: string } {
  const index = cursor.decimal();
  cursor.skipBlanks();
  const rest = cursor.rest();
  if (!rest.includes(COLON)) cursor.fail();
  const name = rest.subarray(0, NAME_BYTES);
  const colon = name.lastIndexOf(COLON);
  return { interface: index, device: decodeText(colon < 0 ? name : name.subarray(0, colon)).trim() };
}

/**
 * Parses /proc/net/igmp: a header, a line per device, and below it a line per group that begins with a tab:
 * `ADDRESS USERS TIMER REPORTER`. A group without a device is malformed; one behind a malformed device line belongs to the
 * device before it, as in netstat.
 */
export function parseIgmp(bytes: Uint8Array, builder: Builder, { littleEndian }: IgmpContext): ParseReport {
  const report = newReport();
  const cursor = new LineCursor(bytes);
  const put = rowWriter(builder, AF_INET);
  let device: ReturnType<typeof readDevice> | undefined;
  cursor.nextLine();
  while (cursor.nextLine()) {
    if (bytes[cursor.start] !== TAB) {
      const next = readDevice(cursor);
      if (cursor.failed) countMalformed(report, cursor.line);
      else device = next;
      continue;
    }
    const word = cursor.hex();
    const users = cursor.decimal();
    if (cursor.failed || device === undefined) {
      countMalformed(report, cursor.line);
      continue;
    }
    const group = Uint8Array.of(word >>> 24, word >>> 16, word >>> 8, word);
    put({ ...device, users, group: littleEndian ? group.reverse() : group });
    report.rows += 1;
  }
  return report;
}

/** Parses /proc/net/igmp6: `IDX NAME ADDRESS USERS FLAGS TIMER` per group, no header; the address in network order. */
export function parseIgmp6(bytes: Uint8Array, builder: Builder): ParseReport {
  const report = newReport();
  const cursor = new LineCursor(bytes);
  const put = rowWriter(builder, AF_INET6);
  const group = new Uint8Array(16);
  while (cursor.nextLine()) {
    const index = cursor.decimal();
    const device = cursor.word();
    cursor.skipBlanks();
    cursor.hexBytes(group, 16);
    const users = cursor.decimal();
    if (cursor.failed) {
      countMalformed(report, cursor.line);
      continue;
    }
    put({ interface: index, device: decodeText(device), users, group });
    report.rows += 1;
  }
  return report;
}
