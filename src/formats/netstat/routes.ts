import { ADDRESS_TEXT_MAX, writeIPv4 } from '../../columns/address.ts';
import { type Selection, selectRows } from '../../columns/selection.ts';
import type { Table } from '../../columns/table.ts';
import type { RoutesSchema } from '../../tables/routes.ts';
import { AF_INET } from '../../uapi/socket.ts';
import { type TextColumn, writeColumns, writeNumber } from './layout.ts';
import { inetFlags } from './route-flags.ts';
import { ByteWriter } from './text.ts';
import { wordBytes, writeUntrusted, writeUntrustedText } from './untrusted.ts';

/** Names of what a route shows, looked up before formatting; undefined = print the number. */
export interface RouteNames {
  host(family: number, bytes: Uint8Array, offset: number): string | undefined;
  /** IPv4 only: the networks database, mask ignored. */
  network(bytes: Uint8Array, offset: number): string | undefined;
}

/** A name that `formatInetRoutes` or `formatInet6Routes` will ask for. */
export interface RouteName {
  readonly kind: 'host' | 'network';
  readonly family: number;
  readonly bytes: Uint8Array;
  readonly offset: number;
}

export interface InetRouteOptions {
  /** How often -e was given; chooses the layout. */
  readonly extend: number;
  /** Absent = numeric: -n, --numeric-hosts, and by a quirk -N. */
  readonly names?: RouteNames | undefined;
}

const RTF_UP = 0x1;
const RTF_HOST = 0x4;
const RTF_REJECT = 0x200;
const RT_TABLE_MAIN = 254;
const RTN_BROADCAST = 3;
const RTN_MULTICAST = 5;

/** Destination and gateway are cut to their column. */
const ADDRESS_WIDTH = 15;
const STAR = Uint8Array.of(0x2a);

/** The columns of a routes table that the rows read. */
interface RouteView {
  readonly destination: Uint8Array;
  readonly destinationLength: Uint8Array;
  readonly gateway: Uint8Array;
  readonly flags: Uint32Array;
  readonly metric: Int32Array;
  readonly refCount: Int32Array;
  readonly use: Int32Array;
  readonly mss: Uint32Array;
  readonly window: Uint32Array;
  readonly irtt: Uint32Array;
  readonly device: Uint16Array;
  readonly devices: readonly (Uint8Array | undefined)[];
  readonly names: RouteNames | undefined;
}

/** Names of the columns an IPv4 listing reads. */
export const INET_ROUTE_COLUMNS = [
  'family',
  'table',
  'type',
  'destination',
  'destinationLength',
  'gateway',
  'flags',
  'metric',
  'refCount',
  'use',
  'mss',
  'window',
  'irtt',
  'device',
  'hop',
] as const satisfies readonly (keyof RoutesSchema & string)[];

/** Prefix length → text of the mask. */
const MASKS: readonly Uint8Array[] = Array.from({ length: 33 }, (_, length) => {
  const mask = length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
  return Buffer.from([mask >>> 24, (mask >>> 16) & 255, (mask >>> 8) & 255, mask & 255].join('.'));
});

function writeAddress4(out: ByteWriter, bytes: Uint8Array, offset: number): void {
  out.reserve(ADDRESS_TEXT_MAX);
  out.length = writeIPv4(out.buffer, out.length, bytes, offset);
}

function isZero4(bytes: Uint8Array, offset: number): boolean {
  return (bytes[offset]! | bytes[offset + 1]! | bytes[offset + 2]! | bytes[offset + 3]!) === 0;
}

/** Are bits of the address set outside the mask? */
function hasHostBits(bytes: Uint8Array, offset: number, length: number): boolean {
  for (let byte = 0; byte < 4; byte += 1) {
    const kept = Math.min(8, Math.max(0, length - 8 * byte));
    if ((bytes[offset + byte]! & (0xff >> kept)) !== 0) return true;
  }
  return false;
}

/** Which database has the name of a destination; undefined for 0.0.0.0, which is in none. */
function destinationKind(view: RouteView, row: number): 'host' | 'network' | undefined {
  const { destination, destinationLength, flags } = view;
  if (isZero4(destination, row * 16)) return undefined;
  const host = (flags[row]! & RTF_HOST) !== 0 || hasHostBits(destination, row * 16, destinationLength[row]!);
  return host ? 'host' : 'network';
}

function destinationName(view: RouteView, row: number): string | undefined {
  const { destination, destinationLength, names } = view;
  if (names === undefined) return undefined;
  const kind = destinationKind(view, row);
  if (kind === undefined) return destinationLength[row] === 0 ? 'default' : undefined;
  return kind === 'host' ? names.host(AF_INET, destination, row * 16) : names.network(destination, row * 16);
}

const destination: TextColumn<RouteView> = {
  width: ADDRESS_WIDTH,
  align: 'left',
  cut: ADDRESS_WIDTH,
  write: (view, out, row) => {
    const name = destinationName(view, row);
    if (name === undefined) writeAddress4(out, view.destination, row * 16);
    else writeUntrustedText(out, name);
  },
};

const gateway: TextColumn<RouteView> = {
  width: ADDRESS_WIDTH,
  align: 'left',
  cut: ADDRESS_WIDTH,
  write: (view, out, row) => {
    const wildcard = view.names === undefined || isZero4(view.gateway, row * 16);
    const name = wildcard ? undefined : view.names?.host(AF_INET, view.gateway, row * 16);
    if (name === undefined) writeAddress4(out, view.gateway, row * 16);
    else writeUntrustedText(out, name);
  },
};

const genmask: TextColumn<RouteView> = {
  width: 15,
  align: 'left',
  write: (view, out, row) => out.bytes(MASKS[view.destinationLength[row]!] ?? MASKS[32]!),
};

const flags: TextColumn<RouteView> = {
  width: 5,
  align: 'left',
  write: (view, out, row) => out.ascii(inetFlags(view.flags[row]!)),
};

function number(
  name: 'metric' | 'refCount' | 'use' | 'mss' | 'window' | 'irtt',
  width: number,
  align: 'left' | 'right',
): TextColumn<RouteView> {
  return { width, align, write: (view, out, row) => writeNumber(out, view[name][row]!) };
}

function iface(width: number, cut?: number): TextColumn<RouteView> {
  const write: TextColumn<RouteView>['write'] = (view, out, row) =>
    writeUntrusted(out, view.devices[view.device[row]!] ?? STAR);
  return cut === undefined ? { width, align: 'left', write } : { width, align: 'left', cut, write };
}

/** What a reject route has no value for. */
function dash(width: number, align: 'left' | 'right', gap = 1): TextColumn<RouteView> {
  return { width, align, gap, write: (_view, out) => out.ascii('-') };
}

interface Layout {
  readonly header: string;
  readonly cacheHeader: string;
  readonly columns: readonly TextColumn<RouteView>[];
  /** Columns of a reject route. */
  readonly rejected: readonly TextColumn<RouteView>[];
}

const METRICS: Layout = {
  header: 'Destination     Gateway         Genmask         Flags Metric Ref    Use Iface',
  cacheHeader: 'Source          Destination     Gateway         Flags Metric Ref    Use Iface',
  columns: [
    destination,
    gateway,
    genmask,
    flags,
    number('metric', 6, 'left'),
    number('refCount', 2, 'left'),
    number('use', 7, 'right'),
    iface(0),
  ],
  rejected: [
    destination,
    dash(15, 'left'),
    genmask,
    flags,
    number('metric', 6, 'left'),
    dash(2, 'left'),
    number('use', 7, 'right'),
    dash(0, 'left'),
  ],
};

const SIZES: Layout = {
  header: 'Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface',
  cacheHeader: 'Source          Destination     Gateway         Flags   MSS Window  irtt Iface',
  columns: [
    destination,
    gateway,
    genmask,
    flags,
    number('mss', 5, 'right'),
    number('window', 5, 'left'),
    number('irtt', 6, 'right'),
    iface(0),
  ],
  rejected: [
    destination,
    dash(15, 'left'),
    genmask,
    flags,
    dash(5, 'right'),
    dash(5, 'left'),
    dash(6, 'right'),
    dash(0, 'left'),
  ],
};

/** Quirk: the interface name is cut to 6 bytes in this layout only (rprint_fib). */
const EVERYTHING: Layout = {
  header: 'Destination     Gateway         Genmask         Flags Metric Ref    Use Iface    MSS   Window irtt',
  cacheHeader:
    'Source          Destination     Gateway         Flags Metric Ref    Use Iface    MSS   Window irtt  TOS HHRef HHUptod     SpecDst',
  columns: [
    destination,
    gateway,
    genmask,
    flags,
    number('metric', 6, 'left'),
    number('refCount', 3, 'left'),
    number('use', 6, 'right'),
    iface(6, 6),
    { ...number('mss', 5, 'left'), gap: 3 },
    number('window', 6, 'left'),
    number('irtt', 0, 'left'),
  ],
  rejected: [
    destination,
    dash(15, 'left'),
    genmask,
    flags,
    number('metric', 6, 'left'),
    dash(2, 'left'),
    number('use', 7, 'right'),
    dash(6, 'left'),
    dash(5, 'left', 3),
    dash(6, 'left'),
    dash(0, 'left'),
  ],
};

/** Layouts of none and of one -e. */
const FIRST_LAYOUTS: readonly Layout[] = [SIZES, METRICS];

/**
 * Layout by the number of -e modulo 4, from two on.
 *
 * Quirk: with three of them (seven, eleven, …) there is a title and nothing else (rprint_fib).
 */
const LAYOUTS: readonly (Layout | undefined)[] = [METRICS, SIZES, EVERYTHING, undefined];

function layoutOf(extend: number): Layout | undefined {
  return extend < FIRST_LAYOUTS.length ? FIRST_LAYOUTS[extend] : LAYOUTS[extend % LAYOUTS.length];
}

/**
 * The rows /proc/net/route has, in table order: table main, no broadcast or multicast routes, of a multipath route the
 * first next hop, and of these the ones that are up.
 */
export function selectInetRoutes(table: Table<RoutesSchema>): Selection {
  const families = table.column('family');
  const bits = table.column('flags');
  const tables = optional(table, 'table');
  const types = optional(table, 'type');
  const hops = optional(table, 'hop');
  return selectRows(table.length, (row) => {
    if (families[row] !== AF_INET || (bits[row]! & RTF_UP) === 0) return false;
    const type = types(row);
    if (type === RTN_BROADCAST || type === RTN_MULTICAST) return false;
    return (tables(row) ?? RT_TABLE_MAIN) === RT_TABLE_MAIN && (hops(row) ?? 0) === 0;
  });
}

/** Number of a column that a source may not have; undefined when it is not known. */
function optional(table: Table<RoutesSchema>, name: 'table' | 'type' | 'hop'): (row: number) => number | undefined {
  if (!table.has(name)) return () => undefined;
  const { values, valid } = table.data(name);
  return (row) => (valid === undefined || valid[row] === 1 ? (values[row] as number) : undefined);
}

function viewOf(table: Table<RoutesSchema>, names: RouteNames | undefined): RouteView {
  return {
    destination: table.column('destination'),
    destinationLength: table.column('destinationLength'),
    gateway: table.column('gateway'),
    flags: table.column('flags'),
    metric: table.column('metric'),
    refCount: table.column('refCount'),
    use: table.column('use'),
    mss: table.column('mss'),
    window: table.column('window'),
    irtt: table.column('irtt'),
    device: table.column('device'),
    devices: wordBytes(table.data('device')),
    names,
  };
}

/** The names symbolic output will ask for, in row order. */
export function* inetRouteNames(table: Table<RoutesSchema>, selection: Selection): Generator<RouteName> {
  const view = viewOf(table, undefined);
  for (const row of selection) {
    const offset = row * 16;
    const kind = destinationKind(view, row);
    if (kind !== undefined) yield { kind, family: AF_INET, bytes: view.destination, offset };
    if ((view.flags[row]! & RTF_REJECT) === 0 && !isZero4(view.gateway, offset)) {
      yield { kind: 'host', family: AF_INET, bytes: view.gateway, offset };
    }
  }
}

/** `netstat -r`: title, header and the rows of `selection` (see `selectInetRoutes`), in chunks of text. */
export function* formatInetRoutes(
  table: Table<RoutesSchema>,
  selection: Selection,
  options: InetRouteOptions,
): Generator<Uint8Array> {
  const out = new ByteWriter();
  out.ascii('Kernel IP routing table\n');
  const layout = layoutOf(options.extend);
  if (layout !== undefined) {
    out.ascii(`${layout.header}\n`);
    const view = viewOf(table, options.names);
    for (const row of selection) {
      const rejected = (view.flags[row]! & RTF_REJECT) !== 0;
      writeColumns(out, rejected ? layout.rejected : layout.columns, view, row);
      out.newline();
      if (out.full) yield out.take();
    }
  }
  yield out.take();
}

/** `netstat -rC`. Kernel: the IPv4 routing cache is gone since 3.6; its file has no rows. */
export function formatInetRouteCache(extend: number): string {
  const layout = layoutOf(extend);
  return layout === undefined ? 'Kernel IP routing cache\n' : `Kernel IP routing cache\n${layout.cacheHeader}\n`;
}
