import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decodeText, encodeText } from '../../columns/bytes.ts';
import { OPERSTATES } from '../../tables/links.ts';
import type { Place } from '../requests.ts';
import { type DevLine, RX_PACKETS, TX_PACKETS } from './dev.ts';
import { DEFAULT_ROOT, type FileContent } from './file.ts';
import { parseHardwareAddress } from './hardware-address.ts';
import type { Reading } from './source.ts';

/** What sysfs tells of a device. */
export interface LinkAttributes {
  readonly index: number | undefined;
  readonly type: number | undefined;
  readonly flags: number | undefined;
  readonly mtu: number | undefined;
  readonly txqlen: number | undefined;
  readonly operstate: number | undefined;
  readonly address: Uint8Array | undefined;
  readonly rxPackets: bigint | undefined;
  readonly txPackets: bigint | undefined;
}

/** IF_OPER_* numbers. linux/if.h. */
const IF_OPER_UNKNOWN = 0;
const IF_OPER_UP = 6;

const IFF_UP = 0x1;
const IFF_RUNNING = 0x40;
const IFF_LOWER_UP = 0x10000;
const IFF_DORMANT = 0x20000;

/** Files of a device, in reading order. */
const FILES = [
  'ifindex',
  'type',
  'flags',
  'mtu',
  'tx_queue_len',
  'operstate',
  'address',
  'carrier',
  'dormant',
  'statistics/rx_packets',
  'statistics/tx_packets',
] as const;
type Texts = Readonly<Record<(typeof FILES)[number], string>>;

/** Where sysfs is for this request; undefined when another proc file system is read without saying which sysfs. */
export function sysfsRoot({ root, sysRoot }: Place): string | undefined {
  return sysRoot ?? (root === undefined || root === DEFAULT_ROOT ? '/sys' : undefined);
}

function text(content: FileContent): string {
  return 'bytes' in content ? decodeText(content.bytes).trimEnd() : '';
}

function number(value: string): number | undefined {
  if (!/^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(value)) return undefined;
  const result = Number(value);
  return result <= 0xffffffff ? result : undefined;
}

function counter(value: string): bigint | undefined {
  return /^\d{1,20}$/.test(value) ? BigInt(value) : undefined;
}

/**
 * The flags as RTM_GETLINK and SIOCGIFFLAGS give them: sysfs has the stored ones, those about the carrier are derived.
 *
 * NB: IFF_PROMISC and IFF_ALLMULTI are set here also while the kernel itself wants them (bridge port, packet capture).
 */
function flagsOf(texts: Texts, operstate: number | undefined): number | undefined {
  const stored = number(texts.flags);
  if (stored === undefined) return undefined;
  const flags = stored & ~(IFF_RUNNING | IFF_LOWER_UP | IFF_DORMANT);
  if ((flags & IFF_UP) === 0) return flags >>> 0;
  const running = operstate === IF_OPER_UP || operstate === IF_OPER_UNKNOWN ? IFF_RUNNING : 0;
  const lowerUp = texts.carrier === '1' ? IFF_LOWER_UP : 0;
  const dormant = texts.dormant === '1' ? IFF_DORMANT : 0;
  return (flags | running | lowerUp | dormant) >>> 0;
}

function attributesOf(texts: Texts): LinkAttributes {
  const place = OPERSTATES.indexOf(texts.operstate);
  const operstate = place < 0 ? undefined : place;
  return {
    index: number(texts.ifindex),
    type: number(texts.type),
    flags: flagsOf(texts, operstate),
    mtu: number(texts.mtu),
    txqlen: number(texts.tx_queue_len),
    operstate,
    address: parseHardwareAddress(encodeText(texts.address)),
    rxPackets: counter(texts['statistics/rx_packets']),
    txPackets: counter(texts['statistics/tx_packets']),
  };
}

/** Attributes of each device below class/net. */
export function* readLinkAttributes(root: string, names: readonly string[]): Reading<Map<string, LinkAttributes>> {
  const attributes = new Map<string, LinkAttributes>();
  for (const name of names) {
    if (name === '.' || name === '..' || name.includes('/')) continue;
    const texts: Record<string, string> = {};
    for (const file of FILES) texts[file] = text(yield join(root, 'class/net', name, file));
    attributes.set(name, attributesOf(texts as Texts));
  }
  return attributes;
}

/** Names below class/net; undefined when they cannot be listed. */
export function listLinks(root: string): readonly string[] | undefined {
  try {
    return readdirSync(join(root, 'class/net'), { withFileTypes: true })
      .filter((entry) => !entry.isFile())
      .map(({ name }) => name);
  } catch {
    return undefined;
  }
}

/**
 * Does sysfs show the same network namespace as the proc file? It shows the one it was mounted in. The same devices must be
 * there, and their packet counters must lie between those of two readings of the proc file.
 */
export function sameNamespace(
  listed: readonly string[],
  before: readonly DevLine[],
  after: readonly DevLine[],
  attributes: ReadonlyMap<string, LinkAttributes>,
): boolean {
  const later = new Map(after.map(({ name, counters }) => [name, counters]));
  const names = new Set(listed);
  if (names.size !== before.length || !before.every(({ name }) => names.has(name))) return false;
  return before.every(({ name, counters }) => {
    const { rxPackets, txPackets } = attributes.get(name) ?? {};
    const end = later.get(name);
    if (end === undefined || rxPackets === undefined || txPackets === undefined) return false;
    const between = (at: number, value: bigint): boolean => counters[at]! <= value && value <= end[at]!;
    return between(RX_PACKETS, rxPackets) && between(TX_PACKETS, txPackets);
  });
}
