const SPACE = 0x20;
const LINE_FEED = 0x0a;

/** Text is handed on in pieces of about this size. */
export const CHUNK_BYTES = 65536;

/** Four characters each, the first one lowest, blanks behind the text: what `writeWords` writes. */
export type Words = Int32Array;

/** Of bytes, as text of code points below 0x100. */
export function wordsOf(text: string): Words {
  const words = new Int32Array(Math.ceil(text.length / 4)).fill(0x20202020);
  for (let at = 0; at < text.length; at += 1) words[at >> 2]! ^= (SPACE ^ text.charCodeAt(at)) << (8 * (at & 3));
  return words;
}

export function writeWords(view: DataView, position: number, words: Words): void {
  for (let word = 0; word < words.length; word += 1) view.setInt32(position + word * 4, words[word]!, true);
}

/**
 * A growing buffer that text is written into as bytes: widths of netstat's columns count bytes, and 100,000 rows must not
 * become 100,000 strings. `lend()` hands the text out and starts again. NB: bytes behind `length` are blanks after `reserve`,
 * so that padding is written by moving on; `cut` keeps it so.
 */
export class ByteWriter {
  /** NB: replaced when it grows; do not keep it across a call of `reserve`. */
  buffer: Uint8Array;
  /** Of all the buffer, and replaced with it. */
  view: DataView;
  length = 0;
  /** Bytes that were lent and are to be blanked. */
  #lent = 0;
  /** Length up to which there is room; 0 = the buffer is new or was lent. */
  #room = 0;

  constructor(size = CHUNK_BYTES + 4096) {
    this.buffer = new Uint8Array(size).fill(SPACE);
    this.view = new DataView(this.buffer.buffer);
  }

  /** Makes room for `size` more bytes. */
  reserve(size: number): void {
    if (this.length + size > this.#room) this.#makeRoom(size);
  }

  #makeRoom(size: number): void {
    if (this.#lent > 0) this.buffer.fill(SPACE, 0, this.#lent);
    this.#lent = 0;
    if (this.length + size > this.buffer.length) {
      const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.length + size));
      larger.set(this.buffer.subarray(0, this.length));
      this.buffer = larger.fill(SPACE, this.length);
      this.view = new DataView(larger.buffer);
    }
    this.#room = this.buffer.length;
  }

  get full(): boolean {
    return this.length >= CHUNK_BYTES;
  }

  /** Text of code points below 0x80; longer texts with anything else go through `text`. */
  ascii(text: string): void {
    this.reserve(text.length);
    const { buffer } = this;
    let at = this.length;
    for (let index = 0; index < text.length; index += 1) buffer[at++] = text.charCodeAt(index);
    this.length = at;
  }

  /** Any text, as UTF-8. */
  text(text: string): void {
    this.bytes(Buffer.from(text, 'utf8'));
  }

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  blanks(count: number): void {
    if (count <= 0) return;
    this.reserve(count);
    this.length += count;
  }

  /** Takes back what was written behind `length`. */
  cut(length: number): void {
    if (length >= this.length) return;
    this.buffer.fill(SPACE, length, this.length);
    this.length = length;
  }

  /** Blanks up to byte `width` after `start`; none when the text already reaches it. */
  padFrom(start: number, width: number): void {
    this.blanks(start + width - this.length);
  }

  /** Left-justified text of at least `width` bytes, never cut. */
  left(text: string, width: number): void {
    const start = this.length;
    this.text(text);
    this.padFrom(start, width);
  }

  /** Right-justified text of at least `width` bytes, never cut. */
  right(text: string, width: number): void {
    this.blanks(width - Buffer.byteLength(text));
    this.text(text);
  }

  newline(): void {
    this.reserve(1);
    this.buffer[this.length++] = LINE_FEED;
  }

  /** The bytes so far, valid until something is written again; the writer goes on empty. */
  lend(): Uint8Array {
    const { buffer, length } = this;
    this.#lent = Math.max(this.#lent, length);
    this.#room = 0;
    this.length = 0;
    return buffer.subarray(0, length);
  }
}
