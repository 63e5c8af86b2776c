import type { Table } from './table.ts';
import type { Schema } from './type.ts';

/** Row numbers of a table, in the order they are to be shown. Columns are never copied for it. */
export type Selection = Uint32Array;

/** Row numbers are made for so many rows at once: chunks of a stream are not all of one length. */
const STEP = 4096;

/** 0, 1, 2 … as far as they were needed. */
let ascending: Selection = new Uint32Array(0);

export function selectAll(table: Table<Schema>): Selection {
  return firstRows(table.length);
}

function firstRows(count: number): Selection {
  if (count > ascending.length) {
    ascending = new Uint32Array(Math.ceil(count / STEP) * STEP);
    for (let row = 0; row < ascending.length; row += 1) ascending[row] = row;
  }
  return ascending.subarray(0, count);
}

/** Rows whose code in `column` is this one, in table order; a column of one code costs no test of each row in JavaScript. */
export function selectCode(column: Uint8Array, code: number): Selection {
  const first = column.indexOf(code);
  if (first < 0) return firstRows(0);
  if (first === 0 && isEverywhere(column, code)) return firstRows(column.length);
  return selectRows(column.length, (row) => column[row] === code);
}

function isEverywhere(column: Uint8Array, code: number): boolean {
  for (let row = 0; row < column.length; row += 1) if (column[row] !== code) return false;
  return true;
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
