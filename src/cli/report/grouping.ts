import type { Selection } from '../../columns/selection.ts';
import type { Table } from '../../columns/table.ts';
import type { Schema } from '../../columns/type.ts';
import { UsageError } from '../../errors.ts';
import { Names } from '../../names/names.ts';
import { type CountsSchema, countBy, type KeyReader } from '../../query/counts.ts';
import type { OwnedTable } from '../../query/owned-table.ts';
import { NETNS_COLUMN } from './namespaces.ts';

/** A key of `--by`: the columns it is made of in one of the tables, and whether owners are needed. */
interface GroupingKey {
  readonly columns: Readonly<Record<string, string>>;
  readonly owners?: true;
}

const BY_INODE = {
  sockets: 'inode',
  unix: 'inode',
  packet: 'inode',
  netlink: 'inode',
  vsock: 'inode',
  sctp: 'inode',
} as const;

const KEYS: Readonly<Record<string, GroupingKey>> = {
  state: { columns: { sockets: 'state', unix: 'state', vsock: 'state', sctp: 'state' } },
  remote: { columns: { sockets: 'remoteAddress', vsock: 'remoteCid', sctp: 'remoteAddresses' } },
  port: { columns: { sockets: 'localPort', vsock: 'localPort', sctp: 'localPort' } },
  process: { columns: BY_INODE, owners: true },
  user: { columns: { sockets: 'uid', unix: 'uid', packet: 'uid', sctp: 'uid' } },
  unit: { columns: BY_INODE, owners: true },
};

/** Columns a table must have to be counted by these keys. Throws a UsageError where it has no such thing. */
export function groupingColumns(table: string, keys: readonly string[]): string[] {
  return keys.map((key) => {
    const column = KEYS[key]?.columns[table];
    if (column === undefined) throw new UsageError(`by: ${table} cannot be counted by ${key}`);
    return column;
  });
}

export function needsOwners(keys: readonly string[]): boolean {
  return keys.some((key) => KEYS[key]?.owners === true);
}

/** Counts the rows, of each network namespace on its own; users by name unless numbers are wanted. */
export async function countTable(
  table: Table<Schema>,
  selection: Selection,
  keys: readonly string[],
  numericUsers: boolean,
): Promise<Table<CountsSchema>> {
  const names = new Names();
  if (keys.includes('user') && !numericUsers) {
    const uids = table.column('uid') as unknown as Uint32Array;
    await names.resolve({ users: Array.from(selection, (row) => uids[row]!) });
  }
  const readers = keys.map((key): [string, KeyReader] => [key, keyReader(table, key, names)]);
  if (table.has(NETNS_COLUMN)) readers.unshift([NETNS_COLUMN, (row) => table.value(NETNS_COLUMN, row) as string]);
  return countBy(table, Object.fromEntries(readers), selection);
}

function keyReader(table: Table<Schema>, key: string, names: Names): KeyReader {
  if (key === 'process') return (row) => table.value('process', row) as string | null;
  if (key === 'unit') {
    const owned = table as unknown as OwnedTable<Schema>;
    return (row) => owned.unitOf(row);
  }
  const [column] = groupingColumns(table.schema.name, [key]) as [string];
  const text = (row: number): string | null => {
    const value = table.value(column, row) as string | number | null;
    return value === null ? null : String(value);
  };
  if (key !== 'user') return text;
  return (row) => {
    const uid = table.value(column, row) as number | null;
    return uid === null ? null : (names.user(uid) ?? String(uid));
  };
}
