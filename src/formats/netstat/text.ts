const SPACE = 0x20;
const LINE_FEED = 0x0a;

/** Text is handed on in pieces of about this size. */
export const CHUNK_BYTES = 65536;

/**
 * A growing buffer that text is written into as bytes: widths of netstat's columns count bytes, and 100,000 rows must not
 * become 100,000 strings. `take()` hands the text over and starts again.
 */
export class ByteWriter {
  /** NB: replaced when it grows; do not keep it across a call of `reserve`. */
  buffer: Uint8Array;
  length = 0;

  constructor(size = CHUNK_BYTES + 4096) {
    this.buffer = new Uint8Array(size);
  }

  /** Makes room for `size` more bytes. */
  reserve(size: number): void {
    if (this.length + size <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.length + size));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
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
    this.buffer.fill(SPACE, this.length, this.length + count);
    this.length += count;
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

  /** The bytes so far; the writer goes on empty, with a buffer of its own. */
  take(): Uint8Array {
    const taken = this.buffer.subarray(0, this.length);
    this.buffer = new Uint8Array(this.buffer.length);
    this.length = 0;
    return taken;
  }
}
