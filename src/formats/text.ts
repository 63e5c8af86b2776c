import { type Selection, selectAll } from '../columns/selection.ts';
import type { Table } from '../columns/table.ts';
import type { Schema } from '../columns/type.ts';
import { gathered, plainCell, shownColumns } from './cell.ts';
import type { FormatOptions } from './options.ts';

/** Shown where a value is not known, so that every line has the same number of words. */
const UNKNOWN = '-';
const GAP = 2;

/**
 * A table for people: a header of column names, columns as wide as their widest value, numbers to the right, `-` for null.
 * Blanks inside a value stay; invisible characters are escaped (see `visible`).
 */
export function formatText(
  table: Table<Schema>,
  selection: Selection = selectAll(table),
  options: FormatOptions = {},
): Generator<string> {
  return gathered(pieces(table, selection, options));
}

interface Column {
  readonly cells: readonly string[];
  readonly title: string;
  readonly width: number;
  readonly right: boolean;
}

function* pieces(table: Table<Schema>, selection: Selection, options: FormatOptions): Generator<string> {
  const columns = shownColumns(table, options.columns).map((name) => layOut(table, selection, name, options));
  const line = (text: (column: Column) => string): string => {
    const words = columns.map((column) => padded(text(column), column));
    return `${words.join(' '.repeat(GAP)).trimEnd()}\n`;
  };
  if (options.header !== false) yield line(({ title }) => title);
  for (let at = 0; at < selection.length; at += 1) yield line(({ cells }) => cells[at]!);
}

function layOut(table: Table<Schema>, selection: Selection, name: string, { header }: FormatOptions): Column {
  const spec = table.schema.columns[name]!;
  const text = plainCell(table, name);
  const cells = Array.from(selection, (row) => text(row) || UNKNOWN);
  const title = header === false ? '' : name;
  const width = cells.reduce((most, cell) => Math.max(most, widthOf(cell)), title.length);
  const right = !['addr', 'dict', 'str'].includes(spec.kind) && spec.names === undefined && spec.boolean !== true;
  return { cells, title, width, right };
}

function padded(text: string, { width, right }: Column): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return right ? blanks + text : text + blanks;
}

/** Characters, not bytes or UTF-16 units. */
function widthOf(text: string): number {
  let width = 0;
  for (const _ of text) width += 1;
  return width;
}
