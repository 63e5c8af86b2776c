import { encodeText } from '../../columns/bytes.ts';
import type { ColumnData } from '../../columns/type.ts';
import { ByteWriter } from './text.ts';

const DOT = 0x2e;
const DELETE = 0x7f;

/**
 * Length of the well-formed UTF-8 sequence of a visible character at `at`; 0 for a byte that is part of none: C0 controls
 * and DEL, C1 controls (U+0080 … U+009F, as one byte or as UTF-8), and bytes that are not UTF-8.
 */
function visibleLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return lead < 0x20 || lead === DELETE ? 0 : 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (at + length > end) return 0;
  const second = bytes[at + 1]!;
  if (second < lowestSecond(lead) || second > highestSecond(lead)) return 0;
  for (let more = 2; more < length; more += 1) if ((bytes[at + more]! & 0xc0) !== 0x80) return 0;
  return length;
}

/** Second bytes that RFC 3629 allows; behind 0xc2 those of C1 controls are left out. */
function lowestSecond(lead: number): number {
  return lead === 0xc2 || lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
}

function highestSecond(lead: number): number {
  return lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
}

/**
 * Bytes that a process, a device's owner or a name server chose, as they may be shown on a terminal: control characters
 * and bytes that are not UTF-8 become a dot each, so that widths stay what they are.
 */
export function writeUntrusted(out: ByteWriter, bytes: Uint8Array, start = 0, end: number = bytes.length): void {
  out.reserve(end - start);
  const { buffer } = out;
  let target = out.length;
  for (let at = start; at < end; ) {
    const length = visibleLength(bytes, at, end);
    if (length === 0) {
      buffer[target++] = DOT;
      at += 1;
      continue;
    }
    for (const next = at + length; at < next; at += 1) buffer[target++] = bytes[at]!;
  }
  out.length = target;
}

/** Text of unknown origin, `encodeText` bytes made visible. */
export function writeUntrustedText(out: ByteWriter, text: string): void {
  writeUntrusted(out, encodeText(text));
}

const VISIBLE = /^[\x20-\x7e]*$/;

/** Text of unknown origin as `writeUntrustedText` writes it, for columns that have to know its length first. */
export function shownText(text: string): string {
  return VISIBLE.test(text) ? text : Buffer.from(shown(text)).toString();
}

type Shown = readonly (Uint8Array | undefined)[];

/** The chunks of a table share a dictionary. */
const known = new WeakMap<readonly string[], Shown>();

/** What is shown of each word of a `dict` column, by code; code 0 (null) is undefined. */
export function shownWords({ dict }: ColumnData): Shown {
  if (dict === undefined) return [];
  let words = known.get(dict);
  if (words === undefined) {
    words = dict.map((word, code) => (code === 0 ? undefined : shown(word)));
    known.set(dict, words);
  }
  return words;
}

function shown(word: string): Uint8Array {
  const out = new ByteWriter(64);
  writeUntrustedText(out, word);
  return out.lend();
}
