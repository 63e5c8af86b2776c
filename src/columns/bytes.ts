/**
 * Bytes of unknown origin ↔ text, without loss.
 *
 * Well-formed UTF-8 is itself. A byte that is not part of a well-formed sequence becomes the lone surrogate
 * U+DC00 + byte (0xDC80 … 0xDCFF), as Python's "surrogateescape" does, and `encodeText`
 * turns it back into the byte. Control characters stay in the text: what reaches a terminal goes through `printable`.
 */
type Decoder = InstanceType<typeof TextDecoder>;

let decoder: Decoder | undefined;

/** Made when it is needed: most tables hold nothing but ASCII. */
function strict(): Decoder {
  decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return decoder;
}

export function decodeText(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  if (start === end) return '';
  let ascii = true;
  for (let at = start; at < end && ascii; at += 1) ascii = bytes[at]! < 0x80;
  if (ascii) return latin1(bytes, start, end);
  try {
    return strict().decode(bytes.subarray(start, end));
  } catch {
    return decodeEscaped(bytes, start, end);
  }
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

function decodeEscaped(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; ) {
    const length = sequenceLength(bytes, at, end);
    text += length === 0 ? String.fromCharCode(0xdc00 + bytes[at]!) : strict().decode(bytes.subarray(at, at + length));
    at += length === 0 ? 1 : length;
  }
  return text;
}

/** Length of the well-formed UTF-8 sequence at `at`, 0 when there is none (RFC 3629 table). */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + length > end) return 0;
  const second = bytes[at + 1]!;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let more = 2; more < length; more += 1) if ((bytes[at + more]! & 0xc0) !== 0x80) return 0;
  return length;
}

/** The bytes `decodeText` was given. */
export function encodeText(text: string): Uint8Array {
  if (!/[\udc80-\udcff]/.test(text)) return Buffer.from(text, 'utf8');
  const parts: Uint8Array[] = [];
  for (const piece of text.split(/(?<![\ud800-\udbff])([\udc80-\udcff])/)) {
    const code = piece.length === 1 ? piece.charCodeAt(0) : 0;
    parts.push(code >= 0xdc80 && code <= 0xdcff ? Uint8Array.of(code - 0xdc00) : Buffer.from(piece, 'utf8'));
  }
  return Buffer.concat(parts);
}

/** Bytes as `02:00:00:00:00:01`. */
export function colonHex(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  return Array.from(bytes.subarray(start, end), (byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** Bytes 0x20 … 0x7e unchanged, every other byte a dot: what may be shown on a terminal. */
export function printable(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte < 0x20 || byte > 0x7e ? '.' : String.fromCharCode(byte);
  return text;
}
