import type { TableBuilder } from '../../columns/builder.ts';
import type { NetlinkSocketsSchema } from '../../tables/netlink.ts';
import { LineCursor } from './lines.ts';
import { countMalformed, newReport, type ParseReport } from './report.ts';

export interface NetlinkSocketsContext {
  /** NETLINK_* number; absent = all. */
  readonly protocol?: number | undefined;
}

/**
 * Parses /proc/net/netlink: `sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode`, all decimal but for the groups; the first
 * line is a header. Kernel: before 4.18 port ids above 2^31 are printed as negative numbers.
 */
export function parseNetlinkSockets(
  bytes: Uint8Array,
  builder: TableBuilder<NetlinkSocketsSchema>,
  context: NetlinkSocketsContext = {},
): ParseReport {
  const report = newReport();
  const cursor = new LineCursor(bytes);
  const [protocol, portid, groups] = [builder.number('protocol'), builder.number('portid'), builder.number('groups')];
  const queues = [builder.number('recvQ'), builder.number('sendQ')];
  const tail = [builder.number('refCount'), builder.number('drops'), builder.number('inode')];
  cursor.nextLine();
  while (cursor.nextLine()) {
    cursor.word();
    const head = [cursor.decimal(255), cursor.signed(), cursor.hex()] as const;
    const memory = [cursor.signed(), cursor.signed()];
    cursor.word();
    const last = [cursor.signed(), cursor.signed(), cursor.decimal()];
    if (cursor.failed) {
      countMalformed(report, cursor.line);
      continue;
    }
    if (context.protocol !== undefined && context.protocol !== head[0]) continue;
    builder.addRow();
    protocol.set(head[0]);
    portid.set(head[1]);
    groups.set(head[2]);
    queues.forEach((cell, at) => {
      cell.set(memory[at]!);
    });
    tail.forEach((cell, at) => {
      cell.set(last[at]!);
    });
    report.rows += 1;
  }
  return report;
}
