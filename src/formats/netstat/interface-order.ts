import { encodeText } from '../../columns/bytes.ts';

/** A device or label name in the parts it is sorted by; texts hold one character per byte. */
interface NameParts {
  /** Everything but a trailing `:DIGITS`. */
  readonly base: string;
  /** The base without its trailing digits. */
  readonly prefix: string;
  /** The trailing digits of the base as a 32-bit number, 0 without any. */
  readonly number: number;
  /** The number of an alias, -1 for a device. */
  readonly alias: number;
  readonly aliasDigits: string;
}

function splitName(name: string): NameParts {
  const bytes = Buffer.from(encodeText(name)).toString('latin1');
  const [, base = bytes, aliasDigits = ''] = /^(.*):(\d+)$/s.exec(bytes) ?? [];
  const [, digits = ''] = /(\d*)$/.exec(base) ?? [];
  return {
    base,
    prefix: base.slice(0, base.length - digits.length),
    number: Number(digits) | 0,
    alias: aliasDigits === '' ? -1 : Number(aliasDigits) | 0,
    aliasDigits,
  };
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Bytes over the shorter length, then the shorter first. */
function comparePrefixes(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  return compareText(left.slice(0, shared), right.slice(0, shared)) || left.length - right.length;
}

function compareParts(left: NameParts, right: NameParts): number {
  return (
    comparePrefixes(left.prefix, right.prefix) ||
    left.number - right.number ||
    compareText(left.base, right.base) ||
    left.alias - right.alias ||
    compareText(left.aliasDigits, right.aliasDigits)
  );
}

/** Sorts by name the way netstat lists devices: `br2` before `br10`, `eth0:2` before `eth0:10`, both behind `eth0`. */
export function sortByName<T extends { readonly name: string }>(devices: readonly T[]): T[] {
  return devices
    .map((device) => ({ device, parts: splitName(device.name) }))
    .sort((left, right) => compareParts(left.parts, right.parts))
    .map(({ device }) => device);
}
