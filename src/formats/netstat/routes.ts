import { type Selection, selectRows } from '../../columns/selection.ts';
import type { Table } from '../../columns/table.ts';
import type { AddressRef, NamesRequest } from '../../names/names.ts';
import type { RoutesSchema } from '../../tables/routes.ts';
import { AF_INET } from '../../uapi/socket.ts';
import { type TextColumn, writeColumns, writeShort } from './layout.ts';
import { destinationKind, isZero4, type RouteNames, type RouteView, routeLayout } from './route-layouts.ts';
import { ByteWriter } from './text.ts';
import { shownWords } from './untrusted.ts';

export interface InetRouteOptions {
  /** How often -e was given; chooses the layout. */
  readonly extend: number;
  /** Absent = numeric: -n, --numeric-hosts, and by a quirk -N. */
  readonly names?: RouteNames | undefined;
}

/** linux/route.h */
const RTF_UP = 0x1;
const RTF_REJECT = 0x200;
const RT_TABLE_MAIN = 254;
const RTN_BROADCAST = 3;
const RTN_MULTICAST = 5;

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

/** The same numbers as netstat reads them. */
function signed({ buffer, byteOffset, length }: Uint32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
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
    mss: signed(table.column('mss')),
    window: table.column('window'),
    irtt: table.column('irtt'),
    device: table.column('device'),
    devices: shownWords(table.data('device')),
    names,
  };
}

/** The names symbolic output will ask for. */
export function inetRouteNames(table: Table<RoutesSchema>, selection: Selection): NamesRequest {
  const view = viewOf(table, undefined);
  const names = { host: [] as AddressRef[], network: [] as AddressRef[] };
  for (const row of selection) {
    const offset = row * 16;
    const kind = destinationKind(view, row);
    if (kind !== undefined) names[kind].push({ family: AF_INET, bytes: view.destination, offset });
    if ((view.flags[row]! & RTF_REJECT) === 0 && !isZero4(view.gateway, offset)) {
      names.host.push({ family: AF_INET, bytes: view.gateway, offset });
    }
  }
  return { hosts: names.host, networks: names.network };
}

/** Columns of every layout whose text is of the row's own: destination and gateway. */
const OWN_COLUMNS = 2;

/** Tails that are remembered; a power of two. */
const TAILS = 64;

/** Does what rows say behind destination and gateway read the same? */
function sameTail(view: RouteView, a: number, b: number): boolean {
  const { destinationLength, device, flags, metric, refCount, use, mss, window, irtt } = view;
  return (
    destinationLength[a] === destinationLength[b] &&
    device[a] === device[b] &&
    flags[a] === flags[b] &&
    metric[a] === metric[b] &&
    refCount[a] === refCount[b] &&
    use[a] === use[b] &&
    mss[a] === mss[b] &&
    window[a] === window[b] &&
    irtt[a] === irtt[b]
  );
}

/** Writes rows of one table. Most routes share all but their addresses with many others: that text is made once. */
class RouteRowWriter {
  readonly #view: RouteView;
  readonly #out: ByteWriter;
  readonly #tails: { readonly row: number; readonly bytes: Uint8Array }[] = [];

  constructor(view: RouteView, out: ByteWriter) {
    this.#view = view;
    this.#out = out;
  }

  write(columns: readonly TextColumn<RouteView>[], row: number): void {
    const out = this.#out;
    const view = this.#view;
    const { destinationLength, device, flags } = view;
    writeColumns(out, columns, view, row, 0, OWN_COLUMNS);
    const place = (destinationLength[row]! * 5 + device[row]! * 3 + flags[row]!) & (TAILS - 1);
    const known = this.#tails[place];
    if (known !== undefined && sameTail(view, known.row, row)) {
      writeShort(out, known.bytes);
      return;
    }
    const start = out.length;
    writeColumns(out, columns, view, row, OWN_COLUMNS);
    out.newline();
    this.#tails[place] = { row, bytes: out.buffer.slice(start, out.length) };
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
  const layout = routeLayout(options.extend);
  if (layout !== undefined) {
    out.ascii(`${layout.header}\n`);
    const view = viewOf(table, options.names);
    const writer = new RouteRowWriter(view, out);
    for (let index = 0; index < selection.length; index += 1) {
      const row = selection[index]!;
      const rejected = (view.flags[row]! & RTF_REJECT) !== 0;
      writer.write(rejected ? layout.rejected : layout.columns, row);
      if (out.full) yield out.lend();
    }
  }
  yield out.lend();
}

/** `netstat -rC`. Kernel: the IPv4 routing cache is gone since 3.6; its file has no rows. */
export function formatInetRouteCache(extend: number): string {
  const layout = routeLayout(extend);
  return layout === undefined ? 'Kernel IP routing cache\n' : `Kernel IP routing cache\n${layout.cacheHeader}\n`;
}
