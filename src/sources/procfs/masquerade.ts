import type { TableBuilder } from '../../columns/builder.ts';
import type { MasqueradesSchema } from '../../tables/legacy.ts';
import { LineBuffer, type ScanFormat, type Scanned, scan } from './scan.ts';

/** Why /proc/net/ip_masquerade could not be read, in netstat's words. Nothing of the file is shown then. */
export type MasqueradeProblem = 'format error' | 'unknown type';

const TYPES: ReadonlySet<unknown> = new Set(['TCP', 'UDP', 'ICMP', 'GRE', 'ESP', 'IP']);

const START: ScanFormat = [
  ['word', 'protocol'],
  ['hex', 'source'],
  ['colon'],
  ['hex', 'sourcePort'],
  ['hex', 'destination'],
  ['colon'],
  ['hex', 'destinationPort'],
  ['hex', 'masqueradePort'],
  ['hex', 'initialSequence'],
  ['decimal', 'delta'],
];

/** The last word must not be there. */
const END: ScanFormat = [
  ['decimal', 'expires'],
  ['word', 'more'],
];

/** Kernels of 2.0 have no PDelta. */
const WITHOUT_PDELTA: ScanFormat = [...START, ...END];
const WITH_PDELTA: ScanFormat = [...START, ['decimal', 'previousDelta'], ...END];

const U32 = ['source', 'destination', 'initialSequence', 'expires'] as const;
const U16 = ['sourcePort', 'destinationPort', 'masqueradePort'] as const;
const I16 = ['delta', 'previousDelta'] as const;

/** Parses /proc/net/ip_masquerade: `Prc FromIP FPrt ToIP TPrt Masq Init-seq Delta PDelta Expires`; the first line is a header. */
export function parseMasquerade(
  bytes: Uint8Array,
  builder: TableBuilder<MasqueradesSchema>,
): MasqueradeProblem | undefined {
  const line = new LineBuffer(bytes);
  line.next();
  const format = line.text(0).includes('PDelta') ? WITH_PDELTA : WITHOUT_PDELTA;
  while (line.next()) {
    const values = scan(line.text(0), format);
    if (values.protocol === undefined) continue;
    if (values.expires === undefined || values.more !== undefined) return 'format error';
    if (!TYPES.has(values.protocol)) return 'unknown type';
    put(builder, values);
  }
  return undefined;
}

function put(builder: TableBuilder<MasqueradesSchema>, values: Scanned): void {
  builder.addRow();
  builder.bytes('protocol').set(Buffer.from(String(values.protocol), 'latin1'));
  for (const name of U32) builder.number(name).set(Number(values[name]) >>> 0);
  for (const name of U16) builder.number(name).set(Number(values[name]) & 0xffff);
  for (const name of I16) {
    if (values[name] !== undefined) builder.number(name).set((Number(values[name]) << 16) >> 16);
  }
}
