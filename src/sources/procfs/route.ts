import type { TableBuilder } from '../../columns/builder.ts';
import { decodeText } from '../../columns/bytes.ts';
import { ProcfsError } from '../../errors.ts';
import type { RoutesSchema } from '../../tables/routes.ts';
import { RT_TABLE_MAIN } from '../../uapi/rtnetlink.ts';
import { AF_INET, AF_INET6 } from '../../uapi/socket.ts';
import { LineCursor } from './lines.ts';
import { countMalformed, newReport, type ParseReport } from './report.ts';

type Builder = TableBuilder<RoutesSchema>;

export interface RouteContext {
  /** For error messages. */
  readonly path: string;
  /** Byte order of the machine that wrote the file: IPv4 addresses are printed as its 32-bit numbers. */
  readonly littleEndian: boolean;
}

/** Columns netstat asks for, in its order; the last one may be missing in a line. */
const REQUIRED = [
  'Iface',
  'Destination',
  'Gateway',
  'Flags',
  'RefCnt',
  'Use',
  'Metric',
  'Mask',
  'MTU',
  'Window',
  'IRTT',
] as const;
type Field = (typeof REQUIRED)[number];
type NumberField = Exclude<Field, 'Iface'>;
const HEXADECIMAL: ReadonlySet<string> = new Set(['Destination', 'Gateway', 'Flags', 'Mask']);

/** The header line as fields this parser knows; undefined for others. They come in order, with others between them. */
function headerFields(cursor: LineCursor, path: string): (Field | undefined)[] {
  const fields: (Field | undefined)[] = [];
  let found = 0;
  while (cursor.skipBlanks()) {
    const expected = decodeText(cursor.word()) === REQUIRED[found] ? REQUIRED[found++] : undefined;
    fields.push(expected);
  }
  const absent = REQUIRED[found];
  if (absent === undefined) return fields;
  throw new ProcfsError('ERR_SOCKDIAG_PROCFS', path, `does not contain required field ${absent}`, 1, absent);
}

/** Numbers of one line by column name; the device name as bytes. */
interface RouteLine {
  readonly numbers: Record<NumberField, number>;
  device: Uint8Array;
}

function newLine(): RouteLine {
  const numbers = Object.fromEntries(REQUIRED.map((name) => [name, 0])) as Record<NumberField, number>;
  return { numbers, device: new Uint8Array(0) };
}

function readLine(cursor: LineCursor, fields: readonly (Field | undefined)[], line: RouteLine): void {
  line.numbers.IRTT = 0;
  for (const field of fields) {
    if (field === 'IRTT' && !cursor.skipBlanks()) return;
    if (field === 'Iface') line.device = cursor.word();
    else if (field === undefined) cursor.word();
    else line.numbers[field] = HEXADECIMAL.has(field) ? cursor.hex() : cursor.signed();
  }
}

/** Prefix length of a mask in host order, -1 when it is not one of leading ones. */
function prefixLength(mask: number): number {
  const zeroes = ~mask >>> 0;
  return (zeroes & (zeroes + 1)) === 0 ? Math.clz32(zeroes) : -1;
}

function swap32(value: number): number {
  return ((value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}

function address4(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

const DEVICE_NONE = '*';

/**
 * Parses /proc/net/route, whose header names the columns: IPv4, table main, the first next hop of each route. A route with
 * a mask that is no prefix is malformed. Throws a ProcfsError when a column is missing; an empty file has no header and
 * counts as one malformed line.
 */
export function parseRoute(bytes: Uint8Array, builder: Builder, context: RouteContext): ParseReport {
  const report = newReport();
  const cursor = new LineCursor(bytes);
  if (!cursor.nextLine()) {
    countMalformed(report, 0);
    return report;
  }
  const fields = headerFields(cursor, context.path);
  const put = inetRow(builder, context.littleEndian ? swap32 : (value) => value);
  const line = newLine();
  while (cursor.nextLine()) {
    readLine(cursor, fields, line);
    if (cursor.failed || !put(line)) countMalformed(report, cursor.line);
    else report.rows += 1;
  }
  return report;
}

/** Adds a row; false when the line is not a route. */
function inetRow(builder: Builder, order: (value: number) => number): (line: RouteLine) => boolean {
  const [family, destinationLength] = [builder.number('family'), builder.number('destinationLength')];
  const sourceLength = builder.number('sourceLength');
  const [destination, gateway] = [builder.address('destination'), builder.address('gateway')];
  const [device, table] = [builder.word('device'), builder.number('table')];
  const numbers = (['Flags', 'RefCnt', 'Use', 'Metric', 'MTU', 'Window', 'IRTT'] as const).map((field) => ({
    field,
    cell: builder.number(INET_COLUMNS[field]),
  }));
  return (line) => {
    const { numbers: values } = line;
    const length = prefixLength(order(values.Mask));
    if (length < 0) return false;
    builder.addRow();
    family.set(AF_INET);
    table.set(RT_TABLE_MAIN);
    sourceLength.set(0);
    destination.set(address4(order(values.Destination)));
    destinationLength.set(length);
    gateway.set(address4(order(values.Gateway)));
    for (const { field, cell } of numbers) cell.set(values[field]);
    const name = decodeText(line.device);
    if (name !== DEVICE_NONE) device.set(name);
    return true;
  };
}

const INET_COLUMNS = {
  Flags: 'flags',
  RefCnt: 'refCount',
  Use: 'use',
  Metric: 'metric',
  MTU: 'mss',
  Window: 'window',
  IRTT: 'irtt',
} as const;

/**
 * Parses /proc/net/ipv6_route: all tables, one line per next hop, no header. Metric, references and use are hexadecimal and
 * shown as signed numbers.
 */
export function parseIpv6Route(bytes: Uint8Array, builder: Builder): ParseReport {
  const report = newReport();
  const cursor = new LineCursor(bytes);
  const [destination, source, gateway] = [new Uint8Array(16), new Uint8Array(16), new Uint8Array(16)];
  const put = inet6Row(builder);
  while (cursor.nextLine()) {
    const destinationLength = readPrefix(cursor, destination);
    const sourceLength = readPrefix(cursor, source);
    cursor.skipBlanks();
    cursor.hexBytes(gateway, 16);
    const numbers = [cursor.hex(), cursor.hex(), cursor.hex(), cursor.hex()];
    const device = cursor.word();
    if (cursor.failed) {
      countMalformed(report, cursor.line);
      continue;
    }
    put({ destination, destinationLength, source, sourceLength, gateway, numbers, device });
    report.rows += 1;
  }
  return report;
}

/** 32 digits and a prefix length of two. */
function readPrefix(cursor: LineCursor, out: Uint8Array): number {
  cursor.skipBlanks();
  cursor.hexBytes(out, 16);
  const length = cursor.hex(2);
  return length > 128 ? cursor.fail() : length;
}

interface Inet6Line {
  readonly destination: Uint8Array;
  readonly destinationLength: number;
  readonly source: Uint8Array;
  readonly sourceLength: number;
  readonly gateway: Uint8Array;
  /** Metric, RefCnt, Use, Flags. */
  readonly numbers: readonly number[];
  readonly device: Uint8Array;
}

function inet6Row(builder: Builder): (line: Inet6Line) => void {
  const [family, destinationLength] = [builder.number('family'), builder.number('destinationLength')];
  const [destination, source, gateway] = [
    builder.address('destination'),
    builder.address('source'),
    builder.address('gateway'),
  ];
  const sourceLength = builder.number('sourceLength');
  const cells = (['metric', 'refCount', 'use', 'flags'] as const).map((name) => builder.number(name));
  const device = builder.word('device');
  return (line) => {
    builder.addRow();
    family.set(AF_INET6);
    destination.set(line.destination);
    destinationLength.set(line.destinationLength);
    if (line.sourceLength > 0) source.set(line.source);
    sourceLength.set(line.sourceLength);
    gateway.set(line.gateway);
    cells.forEach((cell, at) => {
      cell.set(line.numbers[at]!);
    });
    device.set(decodeText(line.device));
  };
}
