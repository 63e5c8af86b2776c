import { decodeText } from '../../columns/bytes.ts';
import type { Table } from '../../columns/table.ts';
import type { AddressesSchema } from '../../tables/addresses.ts';
import type { LinksSchema } from '../../tables/links.ts';
import { AF_INET } from '../../uapi/socket.ts';
import { sortByName } from './interface-order.ts';
import { ByteWriter } from './text.ts';
import { writeUntrustedText } from './untrusted.ts';

/** What a listing of devices is made of. */
export interface InterfaceTables {
  readonly links: Table<LinksSchema>;
  readonly addresses: Table<AddressesSchema>;
  /** Broadcast addresses and peers of IPv4 are not known. */
  readonly partial?: boolean;
}

/** A device, or a label of one of its IPv4 addresses that is not its name. */
export interface InterfaceRow {
  readonly name: string;
  /** Row of the device in the links table. */
  readonly link: number;
  readonly alias: boolean;
}

export interface InterfaceList {
  readonly rows: readonly InterfaceRow[];
  /** A label belongs to no device: the run ends behind `rows`, with this text on stderr. */
  readonly failure?: { readonly stderr: string; readonly status: number };
}

/** linux/if.h */
const IFF_UP = 0x1;

/** Names of the columns the listings read. */
export const LINK_COLUMNS = [
  'name',
  'type',
  'flags',
  'mtu',
  'txqlen',
  'address',
  'memStart',
  'memEnd',
  'baseAddr',
  'irq',
  'dma',
  'port',
  'rxBytes',
  'rxPackets',
  'rxErrors',
  'rxDropped',
  'rxFifo',
  'rxFrame',
  'rxCompressed',
  'txBytes',
  'txPackets',
  'txErrors',
  'txDropped',
  'txFifo',
  'collisions',
  'txCarrier',
  'txCompressed',
] as const satisfies readonly (keyof LinksSchema & string)[];

export const ADDRESS_COLUMNS = [
  'family',
  'label',
  'address',
  'prefixLength',
  'peer',
  'broadcast',
  'scopeId',
] as const satisfies readonly (keyof AddressesSchema & string)[];

/** The 16 bits SIOCGIFFLAGS has; unknown flags are 0. */
export function interfaceFlags(links: Table<LinksSchema>, row: number): number {
  return (links.value('flags', row) ?? 0) & 0xffff;
}

/** The device the kernel finds for a label: what stands before the first colon. */
function deviceName(label: string): string {
  const colon = label.indexOf(':');
  return colon < 0 ? label : label.slice(0, colon);
}

function labels(addresses: Table<AddressesSchema>): Set<string> {
  const found = new Set<string>();
  const families = addresses.column('family');
  for (let row = 0; row < addresses.length; row += 1) {
    const label = families[row] === AF_INET ? addresses.value('label', row) : null;
    if (label !== null && label !== undefined) found.add(label);
  }
  return found;
}

/**
 * Devices that are up, or all of them, and their labels, sorted by name.
 *
 * Quirk: a label of no device ends the listing even when it would not be shown (if_fetch).
 */
export function listInterfaces(tables: InterfaceTables, all: boolean): InterfaceList {
  const { links } = tables;
  const devices = new Map<string, number>();
  for (let row = 0; row < links.length; row += 1) devices.set(links.value('name', row) ?? '', row);
  const named = [...devices.keys()].map((name) => ({ name, link: devices.get(name), alias: false }));
  for (const name of labels(tables.addresses)) {
    if (!devices.has(name)) named.push({ name, link: devices.get(deviceName(name)), alias: true });
  }
  const rows: InterfaceRow[] = [];
  for (const { name, link, alias } of sortByName(named)) {
    if (link === undefined) return { rows, failure: { stderr: vanished(name), status: 1 } };
    const up = (links.value('flags', link) ?? IFF_UP) & IFF_UP;
    if (all || up !== 0) rows.push({ name, link, alias });
  }
  return { rows };
}

function vanished(name: string): string {
  const out = new ByteWriter(256);
  writeUntrustedText(out, name);
  const shown = decodeText(out.lend());
  return (
    `${shown}: error fetching interface information: Device not found\n` +
    'missing interface information: No such device\n'
  );
}

/** Bytes of a hardware address as SIOCGIFHWADDR gives them, padded with zeros; unknown is all zeros. */
export function hardwareAddress(links: Table<LinksSchema>, row: number): Uint8Array {
  const shown = new Uint8Array(16);
  const { values, heap } = links.data('address');
  if (heap !== undefined) shown.set(heap.subarray(values[row] as number, values[row + 1] as number).subarray(0, 8));
  return shown;
}
