import { type Selection, selectAll } from '../columns/selection.ts';
import type { Table } from '../columns/table.ts';
import type { Schema } from '../columns/type.ts';
import { gathered, jsonCell, jsonText, shownColumns } from './cell.ts';
import type { FormatOptions } from './options.ts';

/** Version of the document; it grows when a field changes its meaning or goes away, not when one is added. */
export const JSON_SCHEMA = 'sockdiag/1';

/** One row as a JSON object. */
export function jsonRow(table: Table<Schema>, options: FormatOptions): (row: number) => string {
  const cells = shownColumns(table, options.columns).map((name) => {
    const key = `${JSON.stringify(name)}:`;
    const text = jsonCell(table, name);
    return (row: number) => key + text(row);
  });
  const { details } = options;
  return (row) => {
    let text = '{';
    for (let at = 0; at < cells.length; at += 1) text += at === 0 ? cells[at]!(row) : `,${cells[at]!(row)}`;
    if (details === undefined) return `${text}}`;
    for (const [name, value] of Object.entries(details(row))) {
      text += `${text === '{' ? '' : ','}${JSON.stringify(name)}:${jsonText(value)}`;
    }
    return `${text}}`;
  };
}

/** The head of a document, up to its rows. */
function head(table: Table<Schema>): string {
  const { source, interrupted, warnings, parts } = table;
  const fields = { schema: JSON_SCHEMA, table: table.schema.name, source, interrupted, parts, warnings };
  return `${jsonText(fields).slice(0, -1)},"rows":[`;
}

/**
 * One document: `{"schema":"sockdiag/1","table":…,"source":…,"interrupted":…,"parts":[…],"warnings":[…],"rows":[…]}`.
 *
 * A row has the table's columns as keys. Numbers of up to 32 bits are JSON numbers; 64-bit ones (`cookie`, byte counts,
 * rates) are always decimal strings; a value that is not known is null. Names of processes, paths and the like may hold
 * bytes that are not UTF-8: such a text shows each of them as `\xHH`, and its backslashes doubled. So a text with `\x80` …
 * `\xff` in it is to be unescaped, and no other. Control characters are escaped as JSON does.
 */
export function formatJson(
  table: Table<Schema>,
  selection: Selection = selectAll(table),
  options: FormatOptions = {},
): Generator<string> {
  return gathered(pieces(table, selection, options));
}

function* pieces(table: Table<Schema>, selection: Selection, options: FormatOptions): Generator<string> {
  const text = jsonRow(table, options);
  yield head(table);
  let separator = '\n';
  for (const row of selection) {
    yield separator + text(row);
    separator = ',\n';
  }
  yield selection.length === 0 ? ']}\n' : '\n]}\n';
}
