import { type Block, type BlockColumn, blockColumns, type DumpOptions } from '../addon.ts';
import { Table, type TableMeta } from '../columns/table.ts';
import type { ColumnArray, ColumnData, ColumnSpec, Kind, Schema, TableSchema } from '../columns/type.ts';

type View = new (buffer: ArrayBuffer, offset: number, length: number) => ColumnArray;

const VIEWS: Readonly<Record<Kind, { readonly View: View; readonly length: (rows: number) => number }>> = {
  u8: { View: Uint8Array, length: (rows) => rows },
  u16: { View: Uint16Array, length: (rows) => rows },
  u32: { View: Uint32Array, length: (rows) => rows },
  i32: { View: Int32Array, length: (rows) => rows },
  u64: { View: BigUint64Array, length: (rows) => rows },
  addr: { View: Uint8Array, length: (rows) => rows * 16 },
  dict: { View: Uint16Array, length: (rows) => rows },
  str: { View: Uint32Array, length: (rows) => rows + 1 },
};

/** By the list of columns: what is asked for mostly comes as the same list each time. */
const remembered = new WeakMap<readonly string[], DumpOptions>();

/** The addon's names for a schema and columns of it: ids are places in the schema. */
export function dumpOptions<S extends Schema>(schema: TableSchema<S>, columns: readonly string[]): DumpOptions {
  const known = remembered.get(columns);
  if (known?.table === schema.name) return known;
  const options = newDumpOptions(schema, columns);
  remembered.set(columns, options);
  return options;
}

function newDumpOptions<S extends Schema>(schema: TableSchema<S>, columns: readonly string[]): DumpOptions {
  const wanted = new Set(columns);
  const ids: number[] = [];
  schema.names.forEach((name, id) => {
    if (wanted.has(name)) ids.push(id);
  });
  return { table: schema.name, columns: Uint16Array.from(ids) };
}

/** The one offset of a `str` column without rows. */
const NO_ROWS_BYTES = 8;

/** A table over a block of the addon: views, no copy. */
export function blockTable<S extends Schema>(schema: TableSchema<S>, given: Block, meta: TableMeta): Table<S> {
  // NB: a buffer over no memory at all counts as detached, and no view can be made of it.
  const block = given.buffer.byteLength === 0 ? { ...given, buffer: new ArrayBuffer(NO_ROWS_BYTES) } : given;
  const columns = new Map<string, ColumnData>();
  for (const column of blockColumns(block)) {
    const name = schema.names[column.id]!;
    columns.set(name, blockColumn(schema.columns[name]!, block, column));
  }
  return new Table(schema, block.rows, columns, meta);
}

function blockColumn(spec: ColumnSpec, { buffer, rows }: Block, column: BlockColumn): ColumnData {
  const { View, length } = VIEWS[spec.kind];
  return {
    spec,
    values: new View(buffer, column.offset, length(rows)),
    valid: column.valid < 0 ? undefined : new Uint8Array(buffer, column.valid, rows),
    heap: column.heap < 0 ? undefined : new Uint8Array(buffer, column.heap, column.heapLength),
    dict: column.dict,
  };
}
