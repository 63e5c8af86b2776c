import { ADDRESS_TEXT_MAX, isMapped, isUnspecified, writeIPv4, writeIPv6 } from '../../columns/address.ts';
import { type Selection, selectRows } from '../../columns/selection.ts';
import type { Table } from '../../columns/table.ts';
import type { AddressRef, NamesRequest } from '../../names/names.ts';
import type { RoutesSchema } from '../../tables/routes.ts';
import { AF_INET6 } from '../../uapi/socket.ts';
import { type TextColumn, writeColumns, writeNumber, writeShort } from './layout.ts';
import { inet6Flags } from './route-flags.ts';
import type { RouteNames } from './route-layouts.ts';
import { ByteWriter } from './text.ts';
import { shownWords, writeUntrustedText } from './untrusted.ts';

export interface Inet6RouteOptions {
  /** The rows are those of the cache: another title. */
  readonly cache?: boolean;
  /** Absent = numeric: -n, --numeric-hosts, and by a quirk -N. */
  readonly names?: RouteNames | undefined;
}

/** linux/ipv6_route.h: an entry of the routing cache. */
const RTF_CACHE = 0x1000000;

const SLASH = 0x2f;
const HEADER = 'Destination                    Next Hop                   Flag Met Ref  Use If';

interface RouteView {
  readonly destination: Uint8Array;
  readonly destinationLength: Uint8Array;
  readonly gateway: Uint8Array;
  readonly flags: Uint32Array;
  readonly metric: Int32Array;
  readonly refCount: Int32Array;
  /** 0 = the source does not know the count of this row; undefined = it knows all of them. */
  readonly refCountKnown: Uint8Array | undefined;
  readonly use: Int32Array;
  readonly device: Uint16Array;
  readonly devices: readonly (Uint8Array | undefined)[];
  readonly names: RouteNames | undefined;
}

/** Names of the columns an IPv6 listing reads. */
export const INET6_ROUTE_COLUMNS = [
  'family',
  'destination',
  'destinationLength',
  'gateway',
  'flags',
  'metric',
  'refCount',
  'use',
  'device',
] as const satisfies readonly (keyof RoutesSchema & string)[];

/**
 * Quirk: symbolic output shows :: as `[::]`, a mapped address is a dotted quad in both (inet6_resolve, fix_v4_address).
 */
function writeAddress6(out: ByteWriter, bytes: Uint8Array, offset: number, names: RouteNames | undefined): void {
  if (names !== undefined) {
    const name = isUnspecified(bytes, offset) ? '[::]' : names.host(AF_INET6, bytes, offset);
    if (name !== undefined) {
      writeUntrustedText(out, name);
      return;
    }
  }
  out.reserve(ADDRESS_TEXT_MAX);
  const mapped = isMapped(bytes, offset);
  out.length = mapped ? writeIPv4(out, out.length, bytes, offset + 12) : writeIPv6(out, out.length, bytes, offset);
}

/** Quirk: column Ref is narrower than its header, and the rest of the row stands further left (rprint_fib6). */
const COLUMNS: readonly TextColumn<RouteView>[] = [
  {
    width: 30,
    align: 'left',
    write: (view, out, row) => {
      writeAddress6(out, view.destination, row * 16, view.names);
      writeShort(out, SLASH_BYTE);
      writeNumber(out, view.destinationLength[row]!);
    },
  },
  { width: 26, align: 'left', write: (view, out, row) => writeAddress6(out, view.gateway, row * 16, view.names) },
  { width: 4, align: 'left', write: (view, out, row) => out.ascii(inet6Flags(view.flags[row]!)) },
  { width: 3, align: 'left', write: (view, out, row) => writeNumber(out, view.metric[row]!) },
  { width: 1, align: 'left', write: writeRefCount },
  { width: 6, align: 'right', write: (view, out, row) => writeNumber(out, view.use[row]!) },
  { width: 0, align: 'left', write: (view, out, row) => writeShort(out, view.devices[view.device[row]!] ?? NONE) },
];

const SLASH_BYTE = Uint8Array.of(SLASH);
const NONE = new Uint8Array(0);

/** A dash where the source cannot tell; netstat, which reads the file that can, never prints one. */
function writeRefCount(view: RouteView, out: ByteWriter, row: number): void {
  if (view.refCountKnown?.[row] === 0) out.ascii('-');
  else writeNumber(out, view.refCount[row]!);
}

/** Rows of the table, or those of the cache, in table order. All routing tables belong to it. */
export function selectInet6Routes(table: Table<RoutesSchema>, cache: boolean): Selection {
  const families = table.column('family');
  const bits = table.column('flags');
  return selectRows(table.length, (row) => families[row] === AF_INET6 && ((bits[row]! & RTF_CACHE) !== 0) === cache);
}

/** The names symbolic output will ask for. */
export function inet6RouteNames(table: Table<RoutesSchema>, selection: Selection): NamesRequest {
  const hosts: AddressRef[] = [];
  const columns = [table.column('destination'), table.column('gateway')];
  for (const row of selection) {
    for (const bytes of columns) {
      if (!isUnspecified(bytes, row * 16)) hosts.push({ family: AF_INET6, bytes, offset: row * 16 });
    }
  }
  return { hosts };
}

/** `netstat -6r`: title, header and the rows of `selection` (see `selectInet6Routes`), in chunks of text. */
export function* formatInet6Routes(
  table: Table<RoutesSchema>,
  selection: Selection,
  options: Inet6RouteOptions,
): Generator<Uint8Array> {
  const out = new ByteWriter();
  out.ascii(`Kernel IPv6 routing ${options.cache === true ? 'cache' : 'table'}\n${HEADER}\n`);
  const view: RouteView = {
    destination: table.column('destination'),
    destinationLength: table.column('destinationLength'),
    gateway: table.column('gateway'),
    flags: table.column('flags'),
    metric: table.column('metric'),
    refCount: table.column('refCount'),
    refCountKnown: table.data('refCount').valid,
    use: table.column('use'),
    device: table.column('device'),
    devices: shownWords(table.data('device')),
    names: options.names,
  };
  for (const row of selection) {
    writeColumns(out, COLUMNS, view, row);
    out.newline();
    if (out.full) yield out.lend();
  }
  yield out.lend();
}
