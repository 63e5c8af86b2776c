import { UsageError } from '../errors.ts';
import { Table, type TableMeta } from './table.ts';
import type { ColumnArray, ColumnData, Schema } from './type.ts';

/** One table with the rows of several, in order; they must have the same columns. Columns are copied, once. */
export function concatTables<S extends Schema>(tables: readonly Table<S>[], meta: TableMeta): Table<S> {
  const [first, ...others] = tables;
  if (first === undefined) throw new UsageError('no tables to join');
  const length = tables.reduce((sum, table) => sum + table.length, 0);
  const columns = new Map<string, ColumnData>();
  for (const name of first.columnNames) {
    const parts = [first, ...others].map((table) => ({ data: table.data(name), rows: table.length }));
    columns.set(name, concatColumns(parts, length));
  }
  return new Table(first.schema, length, columns, meta);
}

interface ColumnPart {
  readonly data: ColumnData;
  readonly rows: number;
}

function concatColumns(parts: readonly ColumnPart[], length: number): ColumnData {
  const { spec } = parts[0]!.data;
  const valid = spec.nullable ? concatValid(parts, length) : undefined;
  if (spec.kind === 'str') return { spec, valid, ...concatStrings(parts, length) };
  if (spec.kind === 'dict') return { spec, valid, ...concatWords(parts, length) };
  return { spec, valid, values: concatValues(parts.map(({ data }) => data.values)) };
}

function concatValues(arrays: readonly ColumnArray[]): ColumnArray {
  const Kind = arrays[0]!.constructor as new (length: number) => ColumnArray;
  const joined = new Kind(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    (joined as Uint8Array).set(array as Uint8Array, at);
    at += array.length;
  }
  return joined;
}

function concatValid(parts: readonly ColumnPart[], length: number): Uint8Array {
  const joined = new Uint8Array(length);
  let at = 0;
  for (const { data, rows } of parts) {
    if (data.valid === undefined) joined.fill(1, at, at + rows);
    else joined.set(data.valid, at);
    at += rows;
  }
  return joined;
}

function concatStrings(parts: readonly ColumnPart[], length: number): { values: Uint32Array; heap: Uint8Array } {
  const values = new Uint32Array(length + 1);
  const heap = concatValues(parts.map(({ data }) => data.heap ?? new Uint8Array(0))) as Uint8Array;
  let row = 0;
  let base = 0;
  for (const { data, rows } of parts) {
    for (let at = 1; at <= rows; at += 1) values[row + at] = base + (data.values[at] as number);
    row += rows;
    base += data.heap?.length ?? 0;
  }
  return { values, heap };
}

function concatWords(parts: readonly ColumnPart[], length: number): { values: Uint16Array; dict: string[] } {
  const values = new Uint16Array(length);
  const codes = new Map<string, number>();
  let row = 0;
  for (const { data, rows } of parts) {
    const renumbered = (data.dict ?? ['']).map((word, code) => {
      if (code === 0) return 0;
      if (!codes.has(word)) codes.set(word, codes.size + 1);
      return codes.get(word)!;
    });
    for (let at = 0; at < rows; at += 1) values[row + at] = renumbered[data.values[at] as number]!;
    row += rows;
  }
  return { values, dict: ['', ...codes.keys()] };
}
