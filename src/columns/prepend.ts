import { Table } from './table.ts';
import { type ColumnData, defineTable, type Schema } from './type.ts';

/** The table with one more column before its own; nothing is copied. A column of that name is replaced. */
export function prependColumn(table: Table<Schema>, name: string, data: ColumnData): Table<Schema> {
  const { source, interrupted, warnings, parts } = table;
  const columns = new Map<string, ColumnData>([[name, data]]);
  for (const other of table.columnNames) if (other !== name) columns.set(other, table.data(other));
  const schema = defineTable(table.schema.name, {
    [name]: data.spec,
    ...table.schema.columns,
    ...{ [name]: data.spec },
  });
  return new Table(schema, table.length, columns, { source, interrupted, warnings, parts });
}
