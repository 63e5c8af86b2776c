/** What one conversion of scanf(3) takes: a word, a number of 32 bits (signed, whatever its sign), or a colon right here. */
export type Conversion = 'word' | 'decimal' | 'hex' | 'colon';

/** Conversions in order; what has no name is read and dropped. */
export type ScanFormat = readonly (readonly [conversion: Conversion, name?: string])[];

export type Scanned = Readonly<Record<string, string | number>>;

/** NB: sticky, so that they match at `lastIndex` only. */
const PATTERNS: Readonly<Record<Conversion, RegExp>> = {
  word: /\s*(\S+)/y,
  decimal: /\s*([+-]?\d+)/y,
  hex: /\s*([+-]?(?:0x)?[\da-f]+)/iy,
  colon: /(:)/y,
};

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** As strtol(3) reads it and a 32-bit variable keeps it: beyond 64 bits the largest or smallest number, of which the low half. */
function int32(text: string, base: 10 | 16): number {
  const digits = text.replace(/^[+-]/, '').replace(/^0x/i, '');
  const size = BigInt(base === 16 ? `0x${digits}` : digits);
  const value = text.startsWith('-') ? -size : size;
  return Number(BigInt.asIntN(32, value > INT64_MAX ? INT64_MAX : value < INT64_MIN ? INT64_MIN : value));
}

const VALUES: Readonly<Record<Conversion, (text: string) => string | number>> = {
  word: (text) => text,
  decimal: (text) => int32(text, 10),
  hex: (text) => int32(text, 16),
  colon: (text) => text,
};

/**
 * Reads a line as scanf(3) does: the first conversion that finds nothing ends it, and what was read before it stays read.
 */
export function scan(text: string, format: ScanFormat): Scanned {
  const values: Record<string, string | number> = {};
  let end = 0;
  for (const [conversion, name] of format) {
    const pattern = PATTERNS[conversion];
    pattern.lastIndex = end;
    const found = pattern.exec(text)?.[1];
    if (found === undefined) break;
    end = pattern.lastIndex;
    if (name !== undefined) values[name] = VALUES[conversion](found);
  }
  return values;
}

const NEWLINE = 0x0a;

/**
 * The lines of a file, as fgets(3) puts one after the other into the same buffer: a long line comes in pieces, and behind
 * a short one stands what was there before, for whoever looks beyond its end.
 */
export class LineBuffer {
  readonly bytes: Buffer;
  readonly #file: Uint8Array;
  #next = 0;

  constructor(file: Uint8Array, size = 256) {
    this.#file = file;
    this.bytes = Buffer.alloc(size);
  }

  /** False at the end of the file. The newline is part of the line. */
  next(): boolean {
    const first = this.#next;
    if (first >= this.#file.length) return false;
    const newline = this.#file.indexOf(NEWLINE, first);
    const end = newline < 0 ? this.#file.length : newline + 1;
    this.#next = Math.min(end, first + this.bytes.length - 1);
    this.bytes.set(this.#file.subarray(first, this.#next));
    this.bytes[this.#next - first] = 0;
    return true;
  }

  /** Bytes from `start` up to a NUL or `end`, one character each. */
  text(start: number, end: number = this.bytes.length): string {
    const nul = this.bytes.indexOf(0, start);
    return this.bytes.toString('latin1', start, nul < 0 ? end : Math.min(nul, end));
  }
}
