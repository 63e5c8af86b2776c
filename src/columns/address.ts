import { AF_INET } from '../uapi/socket.ts';

/** Memory that text is written into: its bytes, and the same as a view that writes four at once. */
export interface Room {
  readonly buffer: Uint8Array;
  readonly view: DataView;
}

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

/** Digits of each byte as four characters, the first one lowest: behind them blanks, or a dot and blanks. */
const PLAIN = new Int32Array(256);
const DOTTED = new Int32Array(256);
const DIGITS = new Uint8Array(256);
for (let value = 0; value < 256; value += 1) {
  const tens = (value / 10) | 0;
  const length = tens === 0 ? 0 : DIGITS[tens]!;
  const before = tens === 0 ? 0x20202020 : PLAIN[tens]!;
  const text = before ^ ((BLANK ^ (ZERO + value - tens * 10)) << (8 * length));
  PLAIN[value] = text;
  DOTTED[value] = text ^ ((BLANK ^ DOT) << (8 * length + 8));
  DIGITS[value] = length + 1;
}

/** Writes the digits of a byte. NB: blanks behind them, four bytes in all. */
function writeByte(view: DataView, position: number, value: number): number {
  view.setInt32(position, PLAIN[value]!, true);
  return position + DIGITS[value]!;
}

/** Writes the dotted quad of the 4 bytes at `offset`. NB: up to three blanks behind it, 16 bytes in all at most. */
export function writeIPv4({ view }: Room, position: number, bytes: Uint8Array, offset: number): number {
  let end = position;
  for (let at = offset; at < offset + 3; at += 1) {
    const value = bytes[at]!;
    view.setInt32(end, DOTTED[value]!, true);
    end += DIGITS[value]! + 1;
  }
  return writeByte(view, end, bytes[offset + 3]!);
}

/** Writes the digits of a number below 256,000. NB: up to three blanks behind them, seven bytes in all at most. */
export function writePort({ view }: Room, position: number, port: number): number {
  if (port < 256) return writeByte(view, position, port);
  const thousands = (port / 1000) | 0;
  const rest = port - thousands * 1000;
  const tens = (rest / 10) | 0;
  const hundreds = (rest / 100) | 0;
  const text = 0x20303030 | hundreds | ((tens - hundreds * 10) << 8) | ((rest - tens * 10) << 16);
  const end = thousands === 0 ? position : writeByte(view, position, thousands);
  view.setInt32(end, text, true);
  return end + 3;
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
export function writeIPv6(room: Room, position: number, bytes: Uint8Array, offset: number): number {
  const { buffer: out } = room;
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
    if (word === 6 && embedded) return writeIPv4(room, at, bytes, offset + 12);
    at = writeHex16(out, at, bytes[offset + 2 * word]! * 256 + bytes[offset + 2 * word + 1]!);
  }
  return at;
}

/** Writes the address at `offset` of an `addr` column and returns the position behind it. */
export function writeAddress(out: Room, position: number, bytes: Uint8Array, offset: number, family: number): number {
  return family === AF_INET ? writeIPv4(out, position, bytes, offset) : writeIPv6(out, position, bytes, offset);
}

const scratch = new Uint8Array(ADDRESS_TEXT_MAX + 3);
const scratchRoom: Room = { buffer: scratch, view: new DataView(scratch.buffer) };

/** Text of the address at `offset` of an `addr` column. */
export function formatAddress(bytes: Uint8Array, offset: number, family: number): string {
  if (family === AF_INET) return `${bytes[offset]}.${bytes[offset + 1]}.${bytes[offset + 2]}.${bytes[offset + 3]}`;
  const end = writeIPv6(scratchRoom, 0, bytes, offset);
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
