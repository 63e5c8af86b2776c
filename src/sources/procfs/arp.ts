import type { TableBuilder } from '../../columns/builder.ts';
import { decodeText } from '../../columns/bytes.ts';
import type { NeighboursSchema } from '../../tables/neighbours.ts';
import { AF_INET } from '../../uapi/socket.ts';
import { parseHardwareAddress } from './hardware-address.ts';
import { LineCursor } from './lines.ts';
import { countMalformed, newReport, type ParseReport } from './report.ts';

/** linux/if_arp.h. */
const ATF_COM = 0x02;
const ATF_PERM = 0x04;
const ATF_PUBL = 0x08;
/** linux/neighbour.h. */
const NUD_PERMANENT = 0x80;

const X = 0x78;
const DOT = 0x2e;

/** `0x2` */
function readPrefixedHex(cursor: LineCursor): number {
  cursor.decimal(0);
  cursor.expect(X);
  return cursor.hexHere();
}

function readQuad(cursor: LineCursor): Uint8Array {
  const out = new Uint8Array(4);
  for (let at = 0; at < 4; at += 1) {
    if (at > 0) cursor.expect(DOT);
    out[at] = cursor.decimal(255);
  }
  return out;
}

/**
 * Parses /proc/net/arp: `ADDRESS TYPE FLAGS HWADDRESS MASK DEVICE`; the first line is a header. The state is known of permanent
 * entries only, entries without ATF_COM have no link layer address. Proxy entries (ATF_PUBL) are not neighbours and left out.
 *
 * NB: `indexOf` maps a device name to its index; the file has names only.
 */
export function parseArp(
  bytes: Uint8Array,
  builder: TableBuilder<NeighboursSchema>,
  indexOf: (device: string) => number | undefined = () => undefined,
): ParseReport {
  const report = newReport();
  const cursor = new LineCursor(bytes);
  const [family, index, state] = [builder.number('family'), builder.number('interface'), builder.number('state')];
  const [address, lladdr] = [builder.address('address'), builder.bytes('lladdr')];
  cursor.nextLine();
  while (cursor.nextLine()) {
    const quad = readQuad(cursor);
    readPrefixedHex(cursor);
    const flags = readPrefixedHex(cursor);
    const hardware = cursor.word();
    cursor.word();
    const device = indexOf(decodeText(cursor.word()));
    if (cursor.failed) {
      countMalformed(report, cursor.line);
      continue;
    }
    if ((flags & ATF_PUBL) !== 0) continue;
    builder.addRow();
    family.set(AF_INET);
    address.set(quad);
    if (device !== undefined) index.set(device);
    if ((flags & ATF_PERM) !== 0) state.set(NUD_PERMANENT);
    const link = (flags & ATF_COM) === 0 ? undefined : parseHardwareAddress(hardware);
    if (link !== undefined) lladdr.set(link);
    report.rows += 1;
  }
  return report;
}
