import { Table } from './table.ts';
import type { ColumnArray, ColumnData, Schema } from './type.ts';

/** The same rows with the named columns only; nothing is copied. */
export function takeColumns<S extends Schema>(table: Table<S>, names: readonly (keyof S & string)[]): Table<S> {
  const kept = table.columnNames.filter((name) => names.includes(name));
  if (kept.length === table.columnNames.length) return table;
  return tableOf(table, table.length, new Map(kept.map((name) => [name, table.data(name)])));
}

/** A table of some rows of another, in the order of `rows`. Columns are copied, unless it is all rows as they are. */
export function takeRows<S extends Schema>(table: Table<S>, rows: Uint32Array): Table<S> {
  if (rows.length === table.length && rows.every((row, at) => row === at)) return table;
  const names = table.columnNames;
  return tableOf(table, rows.length, new Map(names.map((name) => [name, takeColumn(table.data(name), rows)])));
}

function tableOf<S extends Schema>(like: Table<S>, length: number, columns: Map<string, ColumnData>): Table<S> {
  const { schema, source, interrupted, warnings, parts } = like;
  return new Table(schema, length, columns, { source, interrupted, warnings, parts });
}

function takeColumn(column: ColumnData, rows: Uint32Array): ColumnData {
  const { spec, values, valid, heap, dict } = column;
  const taken = { spec, valid: valid === undefined ? undefined : takeValues(valid, rows, 1), dict };
  if (spec.kind !== 'str') return { ...taken, values: takeValues(values, rows, spec.kind === 'addr' ? 16 : 1) };
  return { ...taken, ...takeStrings(values as Uint32Array, heap ?? new Uint8Array(0), rows) };
}

/** `width` elements for each row. */
function takeValues<A extends ColumnArray>(values: A, rows: Uint32Array, width: number): A {
  const Kind = values.constructor as new (length: number) => A;
  const taken = new Kind(rows.length * width);
  rows.forEach((row, at) => {
    for (let cell = 0; cell < width; cell += 1) taken[at * width + cell] = values[row * width + cell]!;
  });
  return taken;
}

function takeStrings(
  offsets: Uint32Array,
  heap: Uint8Array,
  rows: Uint32Array,
): { readonly values: Uint32Array; readonly heap: Uint8Array } {
  const values = new Uint32Array(rows.length + 1);
  rows.forEach((row, at) => {
    values[at + 1] = values[at]! + offsets[row + 1]! - offsets[row]!;
  });
  const taken = new Uint8Array(values[rows.length]!);
  rows.forEach((row, at) => {
    taken.set(heap.subarray(offsets[row]!, offsets[row + 1]!), values[at]!);
  });
  return { values, heap: taken };
}
