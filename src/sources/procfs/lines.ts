const NEWLINE = 0x0a;
const SPACE = 0x20;
const MINUS = 0x2d;
export const COLON = 0x3a;

const UINT32_MAX = 0xffffffff;

/** Value of a hexadecimal digit, -1 for every other byte. */
const DIGITS: Int8Array = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit += 1) {
  DIGITS['0123456789abcdef'.charCodeAt(digit)] = digit;
  DIGITS['0123456789ABCDEF'.charCodeAt(digit)] = digit;
}

/** isspace(3) of the C locale. */
export function isBlank(byte: number): boolean {
  return byte === SPACE || (byte >= 9 && byte <= 13);
}

/**
 * A cursor over the lines of a file and over the fields of the current line. No string is made per line or field.
 *
 * The error is sticky: the first field that is missing or out of range sets `failed`, and every later read of that line
 * gives 0; the caller looks once. The next line starts afresh.
 */
export class LineCursor {
  readonly bytes: Uint8Array;
  /** Number of the current line, the first line of the file is 0. */
  line = -1;
  /** First byte of the current line and the byte behind its last one (the newline is not part of it). */
  start = 0;
  end = 0;
  /** Next byte to be read. */
  at = 0;
  failed = false;
  #next = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Goes to the next line; false at the end of the file. A last line without a newline is a line. */
  nextLine(): boolean {
    const { bytes } = this;
    if (this.#next >= bytes.length) return false;
    this.start = this.#next;
    this.at = this.start;
    const newline = bytes.indexOf(NEWLINE, this.start);
    this.end = newline < 0 ? bytes.length : newline;
    this.#next = this.end + 1;
    this.line += 1;
    this.failed = false;
    return true;
  }

  /** Goes past blanks; false when nothing is left of the line. */
  skipBlanks(): boolean {
    while (this.at < this.end && isBlank(this.bytes[this.at]!)) this.at += 1;
    return this.at < this.end;
  }

  /** An unsigned hexadecimal number of at most `digits` digits, blanks before it skipped. */
  hex(digits = 8): number {
    this.skipBlanks();
    return this.hexHere(digits);
  }

  /** The same, at the very next byte. Exact up to 13 digits. */
  hexHere(digits = 8): number {
    const { bytes, end } = this;
    const limit = Math.min(end, this.at + digits);
    const first = this.at;
    let at = first;
    let value = 0;
    for (; at < limit; at += 1) {
      const digit = DIGITS[bytes[at]!]!;
      if (digit < 0) break;
      value = value * 16 + digit;
    }
    if (this.failed || at === first || (at < end && at === limit && DIGITS[bytes[at]!]! >= 0)) return this.fail();
    this.at = at;
    return value;
  }

  /** Goes past a hexadecimal number of at most `digits` digits, at the very next byte. */
  passHex(digits: number): void {
    const { bytes, end, at: first } = this;
    const limit = Math.min(end, first + digits + 1);
    let at = first;
    while (at < limit && DIGITS[bytes[at]!]! >= 0) at += 1;
    if (at === first || at - first > digits) this.fail();
    else this.at = at;
  }

  /** A 32-bit number printed as exactly eight hexadecimal digits, at the very next byte; what follows is not looked at. */
  hexWord(): number {
    const { bytes, at } = this;
    if (this.failed || at + 8 > this.end) return this.fail();
    let value = 0;
    let bad = 0;
    for (let digit = at; digit < at + 8; digit += 1) {
      const nibble = DIGITS[bytes[digit]!]!;
      bad |= nibble;
      value = (value << 4) | nibble;
    }
    if (bad < 0) return this.fail();
    this.at = at + 8;
    return value >>> 0;
  }

  /** An unsigned decimal number up to `max`, blanks before it skipped. */
  decimal(max = UINT32_MAX): number {
    this.skipBlanks();
    const { bytes, end } = this;
    const first = this.at;
    let at = first;
    let value = 0;
    for (; at < end; at += 1) {
      const digit = bytes[at]! - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (this.failed || at === first || value > max) return this.fail();
    this.at = at;
    return value;
  }

  /** A signed decimal number of 32 bits as its unsigned twin: -2 is 4294967294. */
  signed(): number {
    this.skipBlanks();
    if (this.bytes[this.at] !== MINUS || this.at >= this.end) return this.decimal();
    this.at += 1;
    if (isBlank(this.bytes[this.at] ?? SPACE)) return this.fail();
    const value = this.decimal(0x80000000);
    return -value >>> 0;
  }

  /** An unsigned decimal number of 64 bits. */
  decimal64(): bigint {
    this.skipBlanks();
    const { bytes, end } = this;
    const first = this.at;
    let at = first;
    let value = 0;
    for (; at < end && at - first < 15; at += 1) {
      const digit = bytes[at]! - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (this.failed || at === first) return BigInt(this.fail());
    this.at = at;
    let large = BigInt(value);
    for (; this.at < end; this.at += 1) {
      const digit = bytes[this.at]! - 0x30;
      if (digit < 0 || digit > 9) break;
      large = large * 10n + BigInt(digit);
      if (large >= 1n << 64n) return BigInt(this.fail());
    }
    return large;
  }

  /** Exactly this byte, next. */
  expect(byte: number): void {
    if (this.failed || this.at >= this.end || this.bytes[this.at] !== byte) this.fail();
    else this.at += 1;
  }

  /** Bytes up to the next blank, blanks before them skipped. Not a copy. */
  word(): Uint8Array {
    this.skipBlanks();
    const first = this.at;
    let at = first;
    while (at < this.end && !isBlank(this.bytes[at]!)) at += 1;
    if (this.failed || at === first) this.fail();
    else this.at = at;
    return this.bytes.subarray(first, this.at);
  }

  /** `count` bytes written as pairs of hexadecimal digits, at the very next byte. */
  hexBytes(out: Uint8Array, count: number): void {
    const { bytes } = this;
    if (this.failed || this.at + 2 * count > this.end) {
      this.fail();
      return;
    }
    for (let byte = 0; byte < count; byte += 1) {
      const high = DIGITS[bytes[this.at + 2 * byte]!]!;
      const low = DIGITS[bytes[this.at + 2 * byte + 1]!]!;
      if (high < 0 || low < 0) {
        this.fail();
        return;
      }
      out[byte] = high * 16 + low;
    }
    this.at += 2 * count;
  }

  /** Everything that is left of the line. Not a copy. */
  rest(): Uint8Array {
    return this.bytes.subarray(this.at, this.end);
  }

  /** Is the byte at the cursor a digit of a hexadecimal number? */
  get atHexDigit(): boolean {
    return this.at < this.end && DIGITS[this.bytes[this.at]!]! >= 0;
  }

  /** Is the cursor at the end of a word? */
  get atBlankOrEnd(): boolean {
    return this.at >= this.end || isBlank(this.bytes[this.at]!);
  }

  fail(): 0 {
    this.failed = true;
    return 0;
  }
}
