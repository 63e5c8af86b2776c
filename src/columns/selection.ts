import type { Table } from './table.ts';
import type { Schema } from './type.ts';

/** Row numbers of a table, in the order they are to be shown. Columns are never copied for it. */
export type Selection = Uint32Array;

export function selectAll(table: Table<Schema>): Selection {
  const rows = new Uint32Array(table.length);
  for (let row = 0; row < rows.length; row += 1) rows[row] = row;
  return rows;
}

/** Rows for which `keep` holds, in table order. */
export function selectRows(length: number, keep: (row: number) => boolean): Selection {
  const rows = new Uint32Array(length);
  let count = 0;
  for (let row = 0; row < length; row += 1) if (keep(row)) rows[count++] = row;
  return rows.subarray(0, count);
}

/** Rows of `selection` for which `keep` holds, in the selection's order. */
export function refine(selection: Selection, keep: (row: number) => boolean): Selection {
  const rows = new Uint32Array(selection.length);
  let count = 0;
  for (const row of selection) if (keep(row)) rows[count++] = row;
  return rows.subarray(0, count);
}
