import type { Table } from '../../columns/table.ts';
import type { LegacySocketsSchema } from '../../tables/legacy.ts';

/** The two ends of an IPX socket, and their words in netstat's error. */
export type IpxEnd = 'source' | 'destination';

/** What strtoul(3) reads of base 16. */
const HEX = /^([+-]?)(?:0x)?([\da-f]+)/i;
const NODE = /^:((?:[\da-f]{2})*[\da-f]?)/i;
const NODE_DIGITS = 12;

/**
 * An address as netstat prints it: eight digits of network, twelve of node, without what is 0. Networks 0 and FFFFFFFF
 * are no address at all.
 */
function addressText(text: string): string {
  const [read = '', sign = '', digits = '0'] = HEX.exec(text) ?? [];
  const size = BigInt.asUintN(64, BigInt(`0x${digits}`) * (sign === '-' ? -1n : 1n));
  if (size === 0n || size === 0xffffffffn) return '';
  const network = BigInt.asUintN(32, size).toString(16).padStart(8, '0');
  const [, pairs = ''] = NODE.exec(text.slice(read.length)) ?? [];
  const node = pairs.slice(0, NODE_DIGITS).padEnd(NODE_DIGITS, '0');
  return [network, node]
    .filter((part) => !/^0+$/.test(part))
    .join(':')
    .toUpperCase();
}

/** Quirk: the bytes of the port are swapped (ipx_do_one). */
function portText(text: string): string {
  const [, sign = '', digits = '0'] = HEX.exec(text) ?? [];
  const port = BigInt.asUintN(16, BigInt(`0x${digits}`) * (sign === '-' ? -1n : 1n));
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return hex.slice(2) + hex.slice(0, 2);
}

function endpointText(text: string): string | undefined {
  if (text === 'Not_Connected') return '-';
  const colon = text.lastIndexOf(':');
  return colon < 0 ? undefined : `${addressText(text.slice(0, colon))}:${portText(text.slice(colon + 1))}`;
}

/**
 * What is shown of one end in each row; undefined = netstat ends here with an error, because there is no port.
 *
 * Quirk: a line that ends before it shows what was shown of the line before, its port swapped once more (ipx_do_one).
 */
export function ipxEndpoints(table: Table<LegacySocketsSchema>, end: IpxEnd): readonly (string | undefined)[] {
  let shown: string | undefined;
  return Array.from({ length: table.length }, (_, row) => {
    const text = table.value(end, row) ?? shown;
    shown = text === undefined ? undefined : endpointText(text);
    return shown;
  });
}

/** The first row with an end that cannot be shown. */
export function ipxFailure(
  table: Table<LegacySocketsSchema>,
): { readonly row: number; readonly end: IpxEnd } | undefined {
  const ends = (['source', 'destination'] as const).map((end) => ({ end, shown: ipxEndpoints(table, end) }));
  for (let row = 0; row < table.length; row += 1) {
    const failed = ends.find(({ shown }) => shown[row] === undefined);
    if (failed !== undefined) return { row, end: failed.end };
  }
  return undefined;
}
