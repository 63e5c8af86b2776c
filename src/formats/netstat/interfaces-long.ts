import { formatAddress, isMapped } from '../../columns/address.ts';
import type { Table } from '../../columns/table.ts';
import type { AddressesSchema } from '../../tables/addresses.ts';
import type { LinksSchema } from '../../tables/links.ts';
import { AF_INET, AF_INET6 } from '../../uapi/socket.ts';
import { byteUnits } from './byte-units.ts';
import { hardwareOf, showsCompressed } from './hardware.ts';
import { hardwareAddress, type InterfaceRow, type InterfaceTables, interfaceFlags } from './interface-list.ts';
import type { ByteWriter } from './text.ts';
import { writeUntrusted, writeUntrustedText } from './untrusted.ts';

const INDENT = '        ';

const IFF_BROADCAST = 0x2;
const IFF_POINTOPOINT = 0x10;
const IFF_PORTSEL = 0x2000;
const IFF_AUTOMEDIA = 0x4000;

/** Words of the flags list, in the order they are printed. IFF_* bits of linux/if.h. */
const FLAG_WORDS: readonly (readonly [bit: number, word: string])[] = [
  [0x1, 'UP'],
  [0x2, 'BROADCAST'],
  [0x4, 'DEBUG'],
  [0x8, 'LOOPBACK'],
  [0x10, 'POINTOPOINT'],
  [0x20, 'NOTRAILERS'],
  [0x40, 'RUNNING'],
  [0x80, 'NOARP'],
  [0x100, 'PROMISC'],
  [0x200, 'ALLMULTI'],
  [0x800, 'SLAVE'],
  [0x400, 'MASTER'],
  [0x1000, 'MULTICAST'],
  [0x8000, 'DYNAMIC'],
];

/** IPv6 scope bits with a word, behind `compat` and `global`. */
const SCOPE_WORDS: readonly (readonly [bit: number, word: string])[] = [
  [0x20, 'link'],
  [0x40, 'site'],
  [0x10, 'host'],
];
const SCOPE_COMPAT = 0x80;

/** `ifmap.port`, linux/if.h IF_PORT_*. */
const MEDIA: readonly string[] = ['unknown', '10base2', '10baseT', 'AUI', '100baseT', '100baseTX', '100baseFX'];

/** Lowest base address that is shown. */
const BASE_SHOWN = 0x100;

/** Quirk: 0 has an opening bracket only, flags without a word have none at all (ife_print_long). */
function flagsText(flags: number): string {
  const words = FLAG_WORDS.filter(([bit]) => (flags & bit) !== 0).map(([, word]) => word);
  const list = flags === 0 ? '<' : words.length === 0 ? '' : `<${words.join(',')}>`;
  return `flags=${(flags << 16) >> 16}${list}`;
}

function addressText(addresses: Table<AddressesSchema>, name: 'address' | 'peer' | 'broadcast', row: number): string {
  const { values, valid } = addresses.data(name);
  if (valid !== undefined && valid[row] === 0) return '';
  const bytes = values as Uint8Array;
  const family = addresses.column('family')[row]!;
  if (family === AF_INET6 && isMapped(bytes, row * 16)) return formatAddress(bytes, row * 16 + 12, AF_INET);
  return formatAddress(bytes, row * 16, family);
}

function netmask(length: number): string {
  const mask = length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
  return [mask >>> 24, (mask >>> 16) & 255, (mask >>> 8) & 255, mask & 255].join('.');
}

/** The rows that belong to each label or device name. */
export type AddressIndex = ReadonlyMap<
  string,
  { readonly inet: number | undefined; readonly inet6: readonly number[] }
>;

/** Of the IPv4 addresses of a label only the first counts: SIOCGIFADDR knows no other. */
export function indexAddresses(addresses: Table<AddressesSchema>): AddressIndex {
  const index = new Map<string, { inet: number | undefined; inet6: number[] }>();
  const families = addresses.column('family');
  for (let row = 0; row < addresses.length; row += 1) {
    const label = addresses.value('label', row) ?? '';
    const rows = index.get(label) ?? { inet: undefined, inet6: [] };
    index.set(label, rows);
    if (families[row] === AF_INET) rows.inet ??= row;
    else rows.inet6.push(row);
  }
  return index;
}

function inetLine({ addresses, partial = false }: InterfaceTables, row: number, flags: number): string {
  const address = addressText(addresses, 'address', row);
  const mask = netmask(addresses.value('prefixLength', row) ?? 0);
  const start = `${INDENT}inet ${address}  netmask ${mask}`;
  if (partial) return `${start}\n`;
  const broadcast = addressText(addresses, 'broadcast', row) || '0.0.0.0';
  const destination = addressText(addresses, 'peer', row) || address;
  return (
    start +
    ((flags & IFF_BROADCAST) === 0 ? '' : `  broadcast ${broadcast}`) +
    ((flags & IFF_POINTOPOINT) === 0 ? '\n' : `  destination ${destination}\n`)
  );
}

/** The scope bits of an address, as the kernel derives them from it (ipv6_addr_scope). */
function scopeOf(bytes: Uint8Array, offset: number): number {
  const start = (bytes[offset]! << 8) | bytes[offset + 1]!;
  if ((start & 0xffc0) === 0xfe80) return 0x20;
  if ((start & 0xffc0) === 0xfec0) return 0x40;
  for (let byte = 0; byte < 12; byte += 1) if (bytes[offset + byte] !== 0) return 0;
  const end = new DataView(bytes.buffer, bytes.byteOffset + offset).getUint32(12);
  if (end === 0) return 0;
  return end === 1 ? 0x10 : SCOPE_COMPAT;
}

function scopeText(scope: number): string {
  const words = (scope & SCOPE_COMPAT) === 0 ? [] : ['compat'];
  const rest = scope & ~SCOPE_COMPAT;
  if (rest === 0) words.push('global');
  for (const [bit, word] of SCOPE_WORDS) if ((rest & bit) !== 0) words.push(word);
  return `scopeid 0x${scope.toString(16)}${words.length === 0 ? '' : `<${words.join(',')}>`}`;
}

function inet6Line(addresses: Table<AddressesSchema>, row: number): string {
  const scope = addresses.value('scopeId', row) ?? scopeOf(addresses.column('address'), row * 16);
  const address = addressText(addresses, 'address', row);
  return `${INDENT}inet6 ${address}  prefixlen ${addresses.value('prefixLength', row)}  ${scopeText(scope)}\n`;
}

function hardwareLine(links: Table<LinksSchema>, row: number): string {
  const { word, title, address } = hardwareOf(links.value('type', row));
  const shown = address === undefined ? '' : ` ${address(hardwareAddress(links, row))}`;
  const length = links.value('txqlen', row);
  const known = length !== null && length !== undefined && (length | 0) !== -1;
  const queue = known ? `  txqueuelen ${length | 0}` : '';
  return `${INDENT}${word}${shown}${queue}  (${title})`;
}

function mediaLine(links: Table<LinksSchema>, row: number, flags: number): string {
  if ((flags & IFF_PORTSEL) === 0) return '';
  const media = MEDIA[links.value('port', row) ?? 0] ?? MEDIA[0];
  return `${INDENT}media ${media}${(flags & IFF_AUTOMEDIA) === 0 ? '' : 'autoselect'}\n`;
}

/** Quirk: one blank before `overruns` in the last line, two everywhere else; `compressed` with and without colon. */
function statisticsLines(links: Table<LinksSchema>, row: number): string {
  const count = (name: keyof LinksSchema & string) => (links.value(name, row) as bigint | null | undefined) ?? 0n;
  const compressed = showsCompressed(links.value('type', row));
  const lines = [
    `RX packets ${count('rxPackets')}  bytes ${count('rxBytes')} (${byteUnits(count('rxBytes'))})`,
    ...(compressed ? [`RX compressed:${count('rxCompressed')}`] : []),
    `RX errors ${count('rxErrors')}  dropped ${count('rxDropped')}  overruns ${count('rxFifo')}  frame ${count('rxFrame')}`,
    `TX packets ${count('txPackets')}  bytes ${count('txBytes')} (${byteUnits(count('txBytes'))})`,
    ...(compressed ? [`TX compressed ${count('txCompressed')}`] : []),
    `TX errors ${count('txErrors')}  dropped ${count('txDropped')} overruns ${count('txFifo')}` +
      `  carrier ${count('txCarrier')}  collisions ${count('collisions')}`,
  ];
  return lines.map((line) => `${INDENT}${line}\n`).join('');
}

/** Interrupt, I/O base, memory and DMA channel, where one of them is set. The line ends in blanks. */
function deviceLine(links: Table<LinksSchema>, row: number): string {
  const irq = links.value('irq', row) ?? 0;
  const dma = links.value('dma', row) ?? 0;
  const base = links.value('baseAddr', row) ?? 0;
  const start = links.value('memStart', row) ?? 0n;
  const end = links.value('memEnd', row) ?? 0n;
  let text = '';
  if (irq !== 0) text += `interrupt ${irq}  `;
  if (base >= BASE_SHOWN) text += `base 0x${base.toString(16)}  `;
  if (start !== 0n) text += `memory 0x${start.toString(16)}-${end.toString(16)}  `;
  if (dma !== 0) text += `  dma 0x${dma.toString(16)}`;
  return text === '' ? '' : `${INDENT}device ${text}\n`;
}

/**
 * One block of `netstat -ie`, the empty line behind it included. IPv6 addresses come in table order (if_inet6: a hash
 * order of the kernel).
 */
export function writeLongInterface(
  out: ByteWriter,
  tables: InterfaceTables,
  index: AddressIndex,
  { name, link }: InterfaceRow,
  statistics: boolean,
): void {
  const { links, addresses } = tables;
  const flags = interfaceFlags(links, link);
  const rows = index.get(name);
  writeUntrustedText(out, name);
  out.ascii(`: ${flagsText(flags)}  mtu ${(links.value('mtu', link) ?? 0) | 0}\n`);
  if (rows?.inet !== undefined) out.ascii(inetLine(tables, rows.inet, flags));
  for (const row of rows?.inet6 ?? []) out.ascii(inet6Line(addresses, row));
  writeUntrusted(out, Buffer.from(hardwareLine(links, link), 'latin1'));
  out.newline();
  out.ascii(mediaLine(links, link, flags));
  if (statistics) out.ascii(statisticsLines(links, link));
  out.ascii(deviceLine(links, link));
  out.newline();
}
