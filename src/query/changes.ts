import { concatTables } from '../columns/concat.ts';
import { prependColumn } from '../columns/prepend.ts';
import type { Table } from '../columns/table.ts';
import { takeColumns, takeRows } from '../columns/take.ts';
import type { Schema } from '../columns/type.ts';
import { UsageError } from '../errors.ts';
import { CHANGE_COLUMNS, CHANGES } from '../tables/added.ts';

/** What became of a row between two readings. */
export type Change = (typeof CHANGES)[number];

/** Which row is which, by table: the first list of columns that has a value in the row. */
const IDENTITIES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  sockets: [['cookie'], ['netid', 'localAddress', 'localPort', 'remoteAddress', 'remotePort', 'inode']],
  unix: [['cookie'], ['inode', 'path']],
  packet: [['cookie'], ['inode']],
  // NB: the source that has cookies loses sockets; see `netlinkDiag`.
  netlink: [['protocol', 'portid', 'inode']],
  vsock: [['cookie']],
  sctp: [['kind', 'inode', 'associationId', 'localPort', 'remotePort', 'remoteAddresses']],
  routes: [['family', 'table', 'type', 'destination', 'destinationLength', 'metric', 'gateway', 'device']],
  rules: [['family', 'priority', 'source', 'sourceLength', 'destination', 'destinationLength', 'table']],
  neighbours: [['family', 'interface', 'address']],
  links: [['index'], ['name']],
  addresses: [['family', 'interface', 'address', 'prefixLength']],
  groups: [['family', 'interface', 'group']],
  counters: [['file', 'section', 'name']],
  owners: [['inode', 'pid', 'tid', 'fd']],
};

/** Columns that run with the clock: that they differ says nothing. */
const CLOCKS = /^(timerMs|(mptcp)?last(Data|Ack)(Sent|Recv)|confirmed|used|updated|expires|.*Lifetime|irtt)$/i;

/** Columns `tableChanges` tells rows of a table apart by, as far as the table has them. */
export function identityColumns(table: string): readonly string[] {
  return [...new Set((IDENTITIES[table] ?? []).flat())];
}

/**
 * What is different in the later of two readings of one table: its rows that are new or have other values, and rows of the
 * earlier one that are gone, with column `change` before the columns both have. Rows are told apart by cookie, by address,
 * or by what else names them (`identityColumns`), which both tables must have; columns that run with the clock, such as
 * `timerMs`, are not compared.
 *
 * Throws a UsageError for readings of different tables, and for those that lack the columns which tell rows apart.
 */
export function tableChanges<S extends Schema>(earlier: Table<S>, later: Table<S>): Table<Schema> {
  const [before, after] = alike(earlier as unknown as Table<Schema>, later as unknown as Table<Schema>);
  const [keyBefore, keyAfter] = [keyReader(before), keyReader(after)];
  const known = new Map(Array.from({ length: before.length }, (_, row) => [keyBefore(row), row]));
  const differ = comparison(before, after);
  const rows: Record<Change, number[]> = { added: [], removed: [], changed: [] };
  for (let row = 0; row < after.length; row += 1) {
    const key = keyAfter(row);
    const was = known.get(key);
    known.delete(key);
    if (was === undefined) rows.added.push(row);
    else if (differ(was, row)) rows.changed.push(row);
  }
  rows.removed = [...known.values()].sort((a, b) => a - b);
  const parts = CHANGES.map((change) => marked(change === 'removed' ? before : after, rows[change], change));
  const { source, interrupted, warnings, parts: from } = after;
  return concatTables(parts, { source, interrupted, warnings, parts: from });
}

/** Both with the columns they share. */
function alike(earlier: Table<Schema>, later: Table<Schema>): [Table<Schema>, Table<Schema>] {
  const { name } = later.schema;
  if (earlier.schema.name !== name) throw new UsageError(`changes: ${earlier.schema.name} is not ${name}`);
  const shared = later.columnNames.filter((column) => earlier.has(column));
  if (!(IDENTITIES[name] ?? []).some((columns) => columns.every((column) => shared.includes(column)))) {
    throw new UsageError(`changes: nothing in these columns of ${name} tells one row from another`);
  }
  return [takeColumns(earlier, shared), takeColumns(later, shared)];
}

function keyReader(table: Table<Schema>): (row: number) => string {
  const lists = IDENTITIES[table.schema.name]!.filter((columns) => columns.every((column) => table.has(column)));
  const also = table.has('netns') ? ['netns'] : [];
  return (row) => {
    const columns = lists.find((list) => list.every((column) => table.value(column, row) !== null)) ?? lists.at(-1)!;
    return [...also, ...columns].map((column) => `${String(table.value(column, row))}`).join('\0');
  };
}

function comparison(before: Table<Schema>, after: Table<Schema>): (was: number, is: number) => boolean {
  const columns = after.columnNames.filter((column) => !CLOCKS.test(column));
  return (was, is) => columns.some((column) => before.value(column, was) !== after.value(column, is));
}

function marked(table: Table<Schema>, rows: readonly number[], change: Change): Table<Schema> {
  const taken = takeRows(table, Uint32Array.from(rows));
  const values = new Uint8Array(taken.length).fill(CHANGES.indexOf(change));
  return prependColumn(taken, 'change', { spec: CHANGE_COLUMNS.change, values });
}
