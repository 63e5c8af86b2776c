import { TableBuilder } from '../../columns/builder.ts';
import { encodeText } from '../../columns/bytes.ts';
import { prependColumn } from '../../columns/prepend.ts';
import type { Table } from '../../columns/table.ts';
import { defineTable, type Schema } from '../../columns/type.ts';
import { type NamespaceInfo, namespaces } from '../../query/namespace.ts';
import type { TableOptions } from '../../query/options.ts';
import { NETNS_COLUMNS } from '../../tables/added.ts';

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

/** The table with a first column that says which namespace its rows are of. */
export function labelled(table: Table<Schema>, label: string): Table<Schema> {
  const builder = new TableBuilder(defineTable(table.schema.name, NETNS_COLUMNS));
  const bytes = encodeText(label);
  const cell = builder.bytes(NETNS_COLUMN);
  for (let row = 0; row < table.length; row += 1) {
    builder.addRow();
    cell.set(bytes);
  }
  return prependColumn(table, NETNS_COLUMN, builder.finish({ source: table.source }).data(NETNS_COLUMN));
}
