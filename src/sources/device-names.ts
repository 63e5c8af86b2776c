import { Table } from '../columns/table.ts';
import type { ColumnData, Schema } from '../columns/type.ts';
import { links } from '../tables/links.ts';
import { readDump, readError } from './netlink.ts';
import type { Columns, Place } from './requests.ts';
import type { Source } from './source.ts';

/**
 * A netlink source whose answers know devices by index only, with a column of their names beside: one more dump, of the
 * links of the same namespace, when that column is wanted. An index without a link, and 0, have no name.
 */
export function withDeviceNames<R extends Place & Columns, S extends Schema>(
  source: Source<R, S>,
  column: keyof S & string,
): Source<R, S> {
  return {
    ...source,
    read: async (request) => {
      if (!request.columns.includes(column)) return source.read(request);
      const table = await source.read({ ...request, columns: withIndex(request.columns) });
      return named(table, column, request.columns, await deviceNames(request));
    },
  };
}

/** Codes of a dictionary have 16 bits; devices beyond them have no name. */
const MOST_CODE = 65535;

/** Names of devices as a dictionary, and the code of each index. */
export interface DeviceNames {
  readonly dict: readonly string[];
  readonly codes: ReadonlyMap<number, number>;
}

/** The columns to read, so that `named` can give those asked for. */
export function withIndex(columns: readonly string[]): readonly string[] {
  return [...new Set([...columns, 'interface'])];
}

export async function deviceNames(place: Place): Promise<DeviceNames> {
  const { netnsFd } = place;
  const request = { columns: ['index', 'name'], ...(netnsFd === undefined ? {} : { netnsFd }) };
  const table = await readDump(links, 'links', request, [{ kind: 'link' }]).catch((error: unknown) => {
    throw readError(error);
  });
  const dict = [''];
  const codes = new Map<number, number>();
  const indexes = table.column('index');
  for (let row = 0; row < table.length && dict.length <= MOST_CODE; row += 1) {
    const name = table.value('name', row);
    if (name !== null && name !== undefined) codes.set(indexes[row]!, dict.push(name) - 1);
  }
  return { dict, codes };
}

/** The table with the column filled in where it is null. */
export function named<S extends Schema>(
  table: Table<S>,
  column: keyof S & string,
  asked: readonly string[],
  names: DeviceNames,
): Table<S> {
  const indexes = table.data('interface').values as Uint32Array;
  const given = table.data(column);
  const own = given.dict ?? [''];
  // NB: where the table has no names of its own, it shares the dictionary with others.
  const dict = own.length <= 1 ? names.dict : [...own, ...names.dict.slice(1)];
  const shift = own.length <= 1 ? 0 : own.length - 1;
  const values = new Uint16Array(table.length);
  const valid = new Uint8Array(table.length);
  let last = 0;
  let code = 0;
  for (let row = 0; row < table.length; row += 1) {
    const known = given.valid === undefined || given.valid[row] === 1 ? (given.values[row] as number) : 0;
    const index = indexes[row]!;
    if (index !== last) {
      last = index;
      code = names.codes.get(index) ?? 0;
      if (code !== 0) code = code + shift > MOST_CODE ? 0 : code + shift;
    }
    values[row] = known === 0 ? code : known;
    valid[row] = values[row] === 0 ? 0 : 1;
  }
  const data: ColumnData = { spec: given.spec, values, valid, dict };
  const kept = table.columnNames.filter((name) => asked.includes(name));
  const columns = new Map(kept.map((name) => [name as string, name === column ? data : table.data(name)]));
  const { source, interrupted, warnings, parts } = table;
  return new Table(table.schema, table.length, columns, { source, interrupted, warnings, parts });
}
