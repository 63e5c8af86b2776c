import { writeDecimal } from '../../columns/address.ts';
import type { ByteWriter } from './text.ts';

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

/** One row of columns, each padded to its width (the last one too), without the line break. */
export function writeColumns<View>(
  out: ByteWriter,
  columns: readonly TextColumn<View>[],
  view: View,
  row: number,
): void {
  for (let index = 0; index < columns.length; index += 1) {
    const column = columns[index]!;
    if (index > 0) out.blanks(column.gap ?? 1);
    const start = out.length;
    column.write(view, out, row);
    if (column.cut !== undefined && out.length > start + column.cut) out.length = start + column.cut;
    if (column.align === 'left') out.padFrom(start, column.width);
    else shiftRight(out, start, column.width);
  }
}

/** Moves what was written since `start` to the right end of a field of `width` bytes. */
function shiftRight(out: ByteWriter, start: number, width: number): void {
  const length = out.length - start;
  const missing = width - length;
  if (missing <= 0) return;
  out.blanks(missing);
  out.buffer.copyWithin(start + missing, start, start + length);
  out.buffer.fill(0x20, start, start + missing);
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
