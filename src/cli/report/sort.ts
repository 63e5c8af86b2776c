import type { Selection } from '../../columns/selection.ts';
import type { Table } from '../../columns/table.ts';
import type { Schema } from '../../columns/type.ts';
import { UsageError } from '../../errors.ts';

export interface SortKey {
  readonly column: string;
  readonly descending: boolean;
}

/** `recvQ`, or with a minus sign for the largest first: `-recvQ`. */
export function parseSortKey(text: string): SortKey {
  const descending = text.startsWith('-');
  return { column: descending ? text.slice(1) : text, descending };
}

/** Stable; rows without a value come last, whichever the direction. Addresses sort by their bytes, IPv4 before IPv6. */
export function sorted(table: Table<Schema>, selection: Selection, { column, descending }: SortKey): Selection {
  if (!table.has(column)) throw new UsageError(`sort: '${column}' is not a column of ${table.schema.name}`);
  const values = new Map(Array.from(selection, (row) => [row, sortValue(table, column, row)]));
  const direction = descending ? -1 : 1;
  return Uint32Array.from(
    Array.from(selection).sort((a, b) => {
      const [left, right] = [values.get(a), values.get(b)];
      if (left == null || right == null) return left == null && right == null ? a - b : left == null ? 1 : -1;
      return direction * (left < right ? -1 : left > right ? 1 : 0);
    }),
  );
}

function sortValue(table: Table<Schema>, column: string, row: number): number | bigint | string | null {
  const value = table.value(column, row) as number | bigint | string | boolean | null;
  if (value === null || table.schema.columns[column]!.kind !== 'addr')
    return value === true ? 1 : value === false ? 0 : value;
  const bytes = (table.column(column) as unknown as Uint8Array).subarray(row * 16, row * 16 + 16);
  const family = table.has('family') ? (table.column('family') as unknown as Uint8Array)[row]! : 0;
  return String.fromCharCode(family, ...bytes);
}
