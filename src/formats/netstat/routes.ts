import { writeIPv4 } from '../../columns/address.ts';
import { type Selection, selectRows } from '../../columns/selection.ts';
import type { Table } from '../../columns/table.ts';
import type { AddressRef, NamesRequest } from '../../names/names.ts';
import type { RoutesSchema } from '../../tables/routes.ts';
import { RT_TABLE_MAIN } from '../../uapi/rtnetlink.ts';
import { AF_INET } from '../../uapi/socket.ts';
import { type TextColumn, writeColumns } from './layout.ts';
import {
  destinationKind,
  isZero4,
  type RouteLayout,
  type RouteNames,
  type RouteView,
  routeLayout,
} from './route-layouts.ts';
import { ByteWriter, type Words, wordsOf, writeWords } from './text.ts';
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
const RTN_UNSPEC = 0;
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
  const tables = known(table, 'table', RT_TABLE_MAIN);
  const types = known(table, 'type', RTN_UNSPEC);
  const hops = known(table, 'hop', 0);
  return selectRows(
    table.length,
    (row) =>
      families[row] === AF_INET &&
      (bits[row]! & RTF_UP) !== 0 &&
      types[row] !== RTN_BROADCAST &&
      types[row] !== RTN_MULTICAST &&
      tables[row] === RT_TABLE_MAIN &&
      hops[row] === 0,
  );
}

/** Numbers of a column that a source may not have, `otherwise` where they are not known. */
function known(
  table: Table<RoutesSchema>,
  name: 'table' | 'type' | 'hop',
  otherwise: number,
): Uint8Array | Uint32Array {
  if (!table.has(name)) return new Uint32Array(table.length).fill(otherwise);
  const { valid } = table.data(name);
  const values = table.column(name);
  return valid?.includes(0) !== true ? values : values.map((value, row) => (valid[row] === 1 ? value : otherwise));
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
/** Each of them as a number, with the blank behind it: no dotted quad is longer. */
const NUMBER_WIDTH = 16;

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

interface Tail {
  readonly row: number;
  readonly length: number;
  readonly words: Words;
}

/** Writes rows of one table. Most routes share all but their addresses with many others: that text is made once. */
class RouteRowWriter {
  readonly #view: RouteView;
  readonly #layout: RouteLayout;
  readonly #out: ByteWriter;
  readonly #tails: Tail[] = [];

  constructor(view: RouteView, layout: RouteLayout, out: ByteWriter) {
    this.#view = view;
    this.#layout = layout;
    this.#out = out;
  }

  write(row: number): void {
    const out = this.#out;
    const { names, destination, gateway, flags } = this.#view;
    const columns = (flags[row]! & RTF_REJECT) !== 0 ? this.#layout.rejected : this.#layout.columns;
    if (names === undefined && columns === this.#layout.columns) {
      out.reserve(2 * NUMBER_WIDTH);
      writeIPv4(out, out.length, destination, row * 16);
      writeIPv4(out, out.length + NUMBER_WIDTH, gateway, row * 16);
      // The blank behind the second one is the next column's.
      out.length += 2 * NUMBER_WIDTH - 1;
    } else {
      writeColumns(out, columns, this.#view, row, 0, OWN_COLUMNS);
    }
    this.#writeTail(columns, row);
  }

  #writeTail(columns: readonly TextColumn<RouteView>[], row: number): void {
    const out = this.#out;
    const { destinationLength, device, flags } = this.#view;
    const place = (destinationLength[row]! * 5 + device[row]! * 3 + flags[row]!) & (TAILS - 1);
    const known = this.#tails[place];
    if (known !== undefined && sameTail(this.#view, known.row, row)) {
      out.reserve(known.words.length * 4);
      writeWords(out.view, out.length, known.words);
      out.length += known.length;
      return;
    }
    const start = out.length;
    writeColumns(out, columns, this.#view, row, OWN_COLUMNS);
    out.newline();
    const text = Buffer.from(out.buffer.buffer, start, out.length - start);
    this.#tails[place] = { row, length: text.length, words: wordsOf(text.toString('latin1')) };
  }
}

/** `netstat -r`: title and header. */
export function inetRouteHeader(extend: number): string {
  const layout = routeLayout(extend);
  return layout === undefined ? TITLE : `${TITLE}${layout.header}\n`;
}

const TITLE = 'Kernel IP routing table\n';

/** The rows of `selection` (see `selectInetRoutes`), in chunks of text; each is valid until the next one is asked for. */
export function* formatInetRoutes(
  table: Table<RoutesSchema>,
  selection: Selection,
  options: InetRouteOptions,
  out: ByteWriter = new ByteWriter(),
): Generator<Uint8Array> {
  const layout = routeLayout(options.extend);
  if (layout === undefined) return;
  const view = viewOf(table, options.names);
  const writer = new RouteRowWriter(view, layout, out);
  for (let index = 0; index < selection.length; index += 1) {
    writer.write(selection[index]!);
    if (out.full) yield out.lend();
  }
  yield out.lend();
}

/** `netstat -rC`. Kernel: the IPv4 routing cache is gone since 3.6; its file has no rows. */
export function formatInetRouteCache(extend: number): string {
  const layout = routeLayout(extend);
  return layout === undefined ? 'Kernel IP routing cache\n' : `Kernel IP routing cache\n${layout.cacheHeader}\n`;
}
