import { type Selection, selectAll } from '../columns/selection.ts';
import type { Table } from '../columns/table.ts';
import type { Schema } from '../columns/type.ts';
import { gathered } from './cell.ts';
import { jsonRow } from './json.ts';
import type { FormatOptions } from './options.ts';

/** One JSON object a line; the rows are those of `formatJson`. Chunks of a stream may be formatted one by one. */
export function formatNdjson(
  table: Table<Schema>,
  selection: Selection = selectAll(table),
  options: FormatOptions = {},
): Generator<string> {
  return gathered(pieces(table, selection, options));
}

function* pieces(table: Table<Schema>, selection: Selection, options: FormatOptions): Generator<string> {
  const text = jsonRow(table, options);
  for (const row of selection) yield `${text(row)}\n`;
}
