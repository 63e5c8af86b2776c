import { TableBuilder } from '../../columns/builder.ts';
import { encodeText } from '../../columns/bytes.ts';
import { Table } from '../../columns/table.ts';
import { type ColumnData, defineTable, type Schema, str } from '../../columns/type.ts';
import { type NamespaceInfo, namespaces } from '../../query/namespace.ts';
import type { TableOptions } from '../../query/options.ts';

/** One namespace of `--netns all`: how rows name it, and how a table is asked for it. */
export interface NamespacePlace {
  readonly label: string;
  readonly options: Pick<TableOptions, 'netns'>;
}

export function allNamespaces(): NamespacePlace[] {
  return namespaces().map((info) => ({ label: labelOf(info), options: optionsOf(info) }));
}

function labelOf({ name, inode }: NamespaceInfo): string {
  return name ?? `net:[${inode}]`;
}

function optionsOf({ own, name, pid }: NamespaceInfo): Pick<TableOptions, 'netns'> {
  if (own) return {};
  if (name !== null) return { netns: name };
  return pid === null ? {} : { netns: { pid } };
}

export const NETNS_COLUMN = 'netns';

const NETNS = { [NETNS_COLUMN]: str({ doc: 'Network namespace: its name, else its number', basic: true }) };

/** The table with a first column that says which namespace its rows are of. */
export function labelled(table: Table<Schema>, label: string): Table<Schema> {
  const builder = new TableBuilder(defineTable(table.schema.name, NETNS));
  const bytes = encodeText(label);
  const cell = builder.bytes(NETNS_COLUMN);
  for (let row = 0; row < table.length; row += 1) {
    builder.addRow();
    cell.set(bytes);
  }
  const { source, interrupted, warnings, parts } = table;
  const column = builder.finish({ source }).data(NETNS_COLUMN);
  const columns = new Map<string, ColumnData>([[NETNS_COLUMN, column]]);
  for (const name of table.columnNames) columns.set(name, table.data(name));
  const schema = defineTable(table.schema.name, { ...NETNS, ...table.schema.columns } as Schema);
  return new Table(schema, table.length, columns, { source, interrupted, warnings, parts });
}
