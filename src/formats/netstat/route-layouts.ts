import { ADDRESS_TEXT_MAX, writeIPv4 } from '../../columns/address.ts';
import { AF_INET } from '../../uapi/socket.ts';
import { type TextColumn, writeNumber, writeShort } from './layout.ts';
import { inetFlags } from './route-flags.ts';
import type { ByteWriter } from './text.ts';
import { writeUntrustedText } from './untrusted.ts';

/** Names of what a route shows, looked up before formatting; undefined = print the number. */
export interface RouteNames {
  host(family: number, bytes: Uint8Array, offset: number): string | undefined;
  /** IPv4 only: the networks database, mask ignored. */
  network(bytes: Uint8Array, offset: number): string | undefined;
}

/** linux/route.h */
const RTF_HOST = 0x4;

/** Destination and gateway are cut to their column. */
const ADDRESS_WIDTH = 15;
const STAR = Uint8Array.of(0x2a);

/** The columns of a routes table that the rows read. */
export interface RouteView {
  readonly destination: Uint8Array;
  readonly destinationLength: Uint8Array;
  readonly gateway: Uint8Array;
  readonly flags: Uint32Array;
  readonly metric: Int32Array;
  readonly refCount: Int32Array;
  readonly use: Int32Array;
  /** NB: an Int32Array over the same memory: netstat prints it as a signed number. */
  readonly mss: Int32Array;
  readonly window: Uint32Array;
  readonly irtt: Uint32Array;
  readonly device: Uint16Array;
  readonly devices: readonly (Uint8Array | undefined)[];
  readonly names: RouteNames | undefined;
}

/** Prefix length → text of the mask. */
const MASKS: readonly Uint8Array[] = Array.from({ length: 33 }, (_, length) => {
  const mask = length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
  return Buffer.from([mask >>> 24, (mask >>> 16) & 255, (mask >>> 8) & 255, mask & 255].join('.'));
});

function writeAddress4(out: ByteWriter, bytes: Uint8Array, offset: number): void {
  out.reserve(ADDRESS_TEXT_MAX);
  out.length = writeIPv4(out, out.length, bytes, offset);
}

export function isZero4(bytes: Uint8Array, offset: number): boolean {
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
export function destinationKind(view: RouteView, row: number): 'host' | 'network' | undefined {
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
  write: (view, out, row) => writeShort(out, MASKS[view.destinationLength[row]!] ?? MASKS[32]!),
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
    writeShort(out, view.devices[view.device[row]!] ?? STAR);
  return cut === undefined ? { width, align: 'left', write } : { width, align: 'left', cut, write };
}

/** What a reject route has no value for. */
function dash(width: number, align: 'left' | 'right', gap = 1): TextColumn<RouteView> {
  return { width, align, gap, write: (_view, out) => out.ascii('-') };
}

export interface RouteLayout {
  readonly header: string;
  readonly cacheHeader: string;
  readonly columns: readonly TextColumn<RouteView>[];
  /** Columns of a reject route. */
  readonly rejected: readonly TextColumn<RouteView>[];
}

const METRICS: RouteLayout = {
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

const SIZES: RouteLayout = {
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
const EVERYTHING: RouteLayout = {
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
const FIRST_LAYOUTS: readonly RouteLayout[] = [SIZES, METRICS];

/**
 * Layout by the number of -e modulo 4, from two on.
 *
 * Quirk: with three of them (seven, eleven, …) there is a title and nothing else (rprint_fib).
 */
const LAYOUTS: readonly (RouteLayout | undefined)[] = [METRICS, SIZES, EVERYTHING, undefined];

export function routeLayout(extend: number): RouteLayout | undefined {
  return extend < FIRST_LAYOUTS.length ? FIRST_LAYOUTS[extend] : LAYOUTS[extend % LAYOUTS.length];
}
