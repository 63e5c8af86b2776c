import { AF_INET } from '../uapi/socket.ts';

const HEX: readonly number[] = [...'0123456789abcdef'].map((digit) => digit.charCodeAt(0));
const COLON = 0x3a;
const DOT = 0x2e;
const ZERO = 0x30;
const BLANK = 0x20;

/** Longest text of an address: an IPv4-mapped one, 45 bytes. */
export const ADDRESS_TEXT_MAX = 45;

/** Writes the digits of an unsigned 32-bit number, returns the position behind them. */
export function writeDecimal(out: Uint8Array, position: number, value: number): number {
  const end = position + decimalLength(value);
  writeDigits(out, end, value);
  return end;
}

/** Number of digits. */
export function decimalLength(value: number): number {
  let length = 1;
  for (let limit = 10; value >= limit; limit *= 10) length += 1;
  return length;
}

/** Writes the digits so that they end before `end`. NB: divides without remainder only, which makes no number of its own. */
export function writeDigits(out: Uint8Array, end: number, value: number): void {
  let at = end - 1;
  let rest = value;
  while (rest >= 10) {
    const digit = rest % 10;
    out[at--] = ZERO + digit;
    rest = (rest - digit) / 10;
  }
  out[at] = ZERO + rest;
}

/** Text of each byte: up to three digits from the lowest byte on, then blanks; the length in the highest byte. */
const BYTE_TEXTS: Int32Array = Int32Array.from({ length: 256 }, (_, value) => {
  const text = String(value);
  const digit = (at: number): number => (at < text.length ? text.charCodeAt(at) : BLANK);
  return digit(0) | (digit(1) << 8) | (digit(2) << 16) | (text.length << 24);
});

/** Writes the digits of a byte. NB: blanks behind them, three bytes in all. */
function writeByte(out: Uint8Array, position: number, value: number): number {
  const text = BYTE_TEXTS[value]!;
  out[position] = text;
  out[position + 1] = text >> 8;
  out[position + 2] = text >> 16;
  return position + (text >> 24);
}

/** Writes the dotted quad of the 4 bytes at `offset`. NB: up to two blanks behind it, 15 bytes in all at most. */
export function writeIPv4(out: Uint8Array, position: number, bytes: Uint8Array, offset: number): number {
  let end = writeByte(out, position, bytes[offset]!);
  for (let at = offset + 1; at < offset + 4; at += 1) {
    out[end] = DOT;
    end = writeByte(out, end + 1, bytes[at]!);
  }
  return end;
}

function writeHex16(out: Uint8Array, position: number, value: number): number {
  let at = position;
  if (value >= 0x1000) out[at++] = HEX[value >> 12]!;
  if (value >= 0x100) out[at++] = HEX[(value >> 8) & 15]!;
  if (value >= 0x10) out[at++] = HEX[(value >> 4) & 15]!;
  out[at++] = HEX[value & 15]!;
  return at;
}

/** First longest run of two or more zero words, as start * 16 + length; -1 when there is none. */
function longestZeroRun(bytes: Uint8Array, offset: number): number {
  let best = -1;
  let bestLength = 1;
  for (let word = 0; word < 8; word += 1) {
    const start = word;
    while (word < 8 && bytes[offset + 2 * word] === 0 && bytes[offset + 2 * word + 1] === 0) word += 1;
    if (word - start > bestLength) {
      bestLength = word - start;
      best = start * 16 + bestLength;
    }
  }
  return best;
}

/** Writes the shortest text of the 16 bytes at `offset`, as inet_ntop(3) of glibc does (mapped and compatible forms included). */
export function writeIPv6(out: Uint8Array, position: number, bytes: Uint8Array, offset: number): number {
  const run = longestZeroRun(bytes, offset);
  const start = run < 0 ? -1 : run >> 4;
  const length = run < 0 ? 0 : run & 15;
  const mapped = start === 0 && length === 5 && bytes[offset + 10] === 255 && bytes[offset + 11] === 255;
  const embedded = mapped || (start === 0 && length === 6);
  let at = position;
  for (let word = 0; word < 8; word += 1) {
    if (word === start) {
      out[at++] = COLON;
      word += length - 1;
      if (word === 7) out[at++] = COLON;
      continue;
    }
    if (word > 0) out[at++] = COLON;
    if (word === 6 && embedded) return writeIPv4(out, at, bytes, offset + 12);
    at = writeHex16(out, at, bytes[offset + 2 * word]! * 256 + bytes[offset + 2 * word + 1]!);
  }
  return at;
}

/** Writes the address at `offset` of an `addr` column and returns the position behind it. */
export function writeAddress(
  out: Uint8Array,
  position: number,
  bytes: Uint8Array,
  offset: number,
  family: number,
): number {
  return family === AF_INET ? writeIPv4(out, position, bytes, offset) : writeIPv6(out, position, bytes, offset);
}

const scratch = new Uint8Array(ADDRESS_TEXT_MAX + 1);

/** Text of the address at `offset` of an `addr` column. */
export function formatAddress(bytes: Uint8Array, offset: number, family: number): string {
  if (family === AF_INET) return `${bytes[offset]}.${bytes[offset + 1]}.${bytes[offset + 2]}.${bytes[offset + 3]}`;
  const end = writeIPv6(scratch, 0, bytes, offset);
  return String.fromCharCode.apply(null, scratch.subarray(0, end) as unknown as number[]);
}

/** ::ffff:0:0/96. */
export function isMapped(bytes: Uint8Array, offset: number): boolean {
  for (let at = 0; at < 10; at += 1) if (bytes[offset + at] !== 0) return false;
  return bytes[offset + 10] === 255 && bytes[offset + 11] === 255;
}

/** Are all 16 bytes 0? True for 0.0.0.0 and ::, not for ::ffff:0.0.0.0. */
export function isUnspecified(bytes: Uint8Array, offset: number): boolean {
  for (let at = 0; at < 16; at += 1) if (bytes[offset + at] !== 0) return false;
  return true;
}
