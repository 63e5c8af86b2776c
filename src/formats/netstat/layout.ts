import { writeDecimal } from '../../columns/address.ts';
import type { ByteWriter } from './text.ts';

const SPACE = 0x20;
const MINUS = 0x2d;

/** Longest text of a 32-bit number. */
const NUMBER_BYTES = 11;

/**
 * One column of a text table. `View` holds the table columns it reads. Widths count bytes; a longer text pushes the rest
 * of the row to the right.
 */
export interface TextColumn<View> {
  readonly width: number;
  readonly align: 'left' | 'right';
  /** Bytes shown at most. */
  readonly cut?: number;
  /** Blanks before it; 1 unless said. The first column has none. */
  readonly gap?: number;
  readonly write: (view: View, out: ByteWriter, row: number) => void;
}

/** A column whose text is made as a string of bytes below 0x80. */
export function textColumn<View>(
  width: number,
  align: 'left' | 'right',
  text: (view: View, row: number) => string | number | bigint,
  gap = 1,
): TextColumn<View> {
  return { width, align, gap, write: (view, out, row) => out.ascii(String(text(view, row))) };
}

/** A column that shows the same text in every row. */
export function fixedColumn<View>(width: number, align: 'left' | 'right', text: string, gap = 1): TextColumn<View> {
  return { width, align, gap, write: (_view, out) => out.ascii(text) };
}

/**
 * One row of columns, or some of them, each padded to its width (the last one too), without the line break.
 *
 * NB: fields are a few bytes long; loops over them are several times faster than fill, copyWithin and set.
 */
export function writeColumns<View>(
  out: ByteWriter,
  columns: readonly TextColumn<View>[],
  view: View,
  row: number,
  from = 0,
  to = columns.length,
): void {
  for (let index = from; index < to; index += 1) {
    const column = columns[index]!;
    if (index > 0) out.blanks(column.gap ?? 1);
    const start = out.length;
    column.write(view, out, row);
    if (column.cut !== undefined) out.cut(start + column.cut);
    const missing = start + column.width - out.length;
    if (missing <= 0) continue;
    if (column.align === 'right') shiftRight(out, start, missing);
    else out.blanks(missing);
  }
}

/** Moves what was written since `start` to the right, blanks before it. */
function shiftRight(out: ByteWriter, start: number, distance: number): void {
  out.reserve(distance);
  const { buffer, length } = out;
  for (let at = length - 1; at >= start; at -= 1) buffer[at + distance] = buffer[at]!;
  for (let at = start; at < start + distance; at += 1) buffer[at] = SPACE;
  out.length = length + distance;
}

/** A few bytes as they are. */
export function writeShort(out: ByteWriter, bytes: Uint8Array): void {
  out.reserve(bytes.length);
  out.buffer.set(bytes, out.length);
  out.length += bytes.length;
}

/** Decimal digits of a signed or unsigned 32-bit number. */
export function writeNumber(out: ByteWriter, value: number): void {
  out.reserve(NUMBER_BYTES);
  let magnitude = value;
  if (value < 0) {
    out.buffer[out.length++] = MINUS;
    magnitude = -value;
  }
  out.length = writeDecimal(out.buffer, out.length, magnitude);
}
