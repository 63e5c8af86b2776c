import type { TableBuilder } from '../../columns/builder.ts';
import { decodeText } from '../../columns/bytes.ts';
import type { AddressesSchema } from '../../tables/addresses.ts';
import { AF_INET6 } from '../../uapi/socket.ts';
import { LineCursor } from './lines.ts';
import { countMalformed, newReport, type ParseReport } from './report.ts';

/**
 * Parses /proc/net/if_inet6: `ADDRESS IFINDEX PREFIX SCOPE FLAGS NAME`, all numbers hexadecimal, no header. The scope has the
 * bits of linux's IPV6_ADDR_*, not RT_SCOPE_*.
 */
export function parseIfInet6(bytes: Uint8Array, builder: TableBuilder<AddressesSchema>): ParseReport {
  const report = newReport();
  const cursor = new LineCursor(bytes);
  const [family, index, prefixLength] = [
    builder.number('family'),
    builder.number('interface'),
    builder.number('prefixLength'),
  ];
  const [scopeId, flags] = [builder.number('scopeId'), builder.number('flags')];
  const [address, label] = [builder.address('address'), builder.word('label')];
  const value = new Uint8Array(16);
  while (cursor.nextLine()) {
    cursor.skipBlanks();
    cursor.hexBytes(value, 16);
    const [device, prefix, scope, bits] = [cursor.hex(), cursor.hex(), cursor.hex(), cursor.hex()];
    const name = cursor.word();
    if (cursor.failed || prefix > 128 || scope > 255) {
      countMalformed(report, cursor.line);
      continue;
    }
    builder.addRow();
    family.set(AF_INET6);
    index.set(device);
    label.set(decodeText(name));
    address.set(value);
    prefixLength.set(prefix);
    scopeId.set(scope);
    flags.set(bits);
    report.rows += 1;
  }
  return report;
}
