import { TableBuilder } from '../columns/builder.ts';
import { encodeText } from '../columns/bytes.ts';
import { type Selection, selectAll } from '../columns/selection.ts';
import type { Table } from '../columns/table.ts';
import { type ColumnSpec, defineTable, type Schema, str, u32 } from '../columns/type.ts';

/** The value of one key in a row, as text; null = the row has none. */
export type KeyReader = (row: number) => string | null;

/** Rows counted by keys: column `count`, then one for each key. */
export type CountsSchema = { readonly count: ColumnSpec<'u32', number> } & Readonly<
  Record<string, ColumnSpec<'str', string | null> | ColumnSpec<'u32', number>>
>;

/** How many rows share the same keys, most first; equal counts in order of first appearance. */
export function countBy(
  table: Table<Schema>,
  keys: Readonly<Record<string, KeyReader>>,
  selection: Selection = selectAll(table),
): Table<CountsSchema> {
  const readers = Object.entries(keys);
  const groups = new Map<string, { count: number; readonly values: readonly (string | null)[] }>();
  for (const row of selection) {
    const values = readers.map(([, read]) => read(row));
    const key = JSON.stringify(values);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { count: 1, values });
    else group.count += 1;
  }
  const columns: Record<string, ColumnSpec> = { count: u32({ doc: 'Rows', basic: true }) };
  for (const [name] of readers) columns[name] = str({ doc: name, nullable: true, basic: true });
  const schema = defineTable('counts', columns as unknown as CountsSchema);
  const builder = new TableBuilder<CountsSchema>(schema);
  const count = builder.number('count');
  const cells = readers.map(([name]) => builder.bytes(name));
  for (const group of [...groups.values()].sort((a, b) => b.count - a.count)) {
    builder.addRow();
    count.set(group.count);
    group.values.forEach((value, at) => {
      if (value !== null) cells[at]!.set(encodeText(value));
    });
  }
  const { source, interrupted, warnings, parts } = table;
  return builder.finish({ source, interrupted, warnings, parts });
}
