import { type Selection, selectAll } from '../columns/selection.ts';
import type { Table } from '../columns/table.ts';
import type { Schema } from '../columns/type.ts';
import { gathered, plainCell, shownColumns } from './cell.ts';
import type { FormatOptions } from './options.ts';

/**
 * Comma separated values as RFC 4180 has them: a header of column names, CRLF behind each line, quotes where needed, an
 * empty field for null. Invisible characters in names and paths are escaped (see `visible`), so no field has line breaks.
 */
export function formatCsv(
  table: Table<Schema>,
  selection: Selection = selectAll(table),
  options: FormatOptions = {},
): Generator<string> {
  return gathered(pieces(table, selection, options));
}

function* pieces(table: Table<Schema>, selection: Selection, options: FormatOptions): Generator<string> {
  const columns = shownColumns(table, options.columns);
  const cells = columns.map((name) => plainCell(table, name));
  if (options.header !== false) yield `${columns.map(field).join(',')}\r\n`;
  for (const row of selection) {
    let line = '';
    for (let at = 0; at < cells.length; at += 1)
      line += at === 0 ? field(cells[at]!(row)) : `,${field(cells[at]!(row))}`;
    yield `${line}\r\n`;
  }
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
