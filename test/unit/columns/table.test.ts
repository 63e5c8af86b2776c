import { describe, expect, test } from 'vitest';
import { TableBuilder } from '../../../src/columns/builder.ts';
import { concatTables } from '../../../src/columns/concat.ts';
import { refine, selectAll, selectRows } from '../../../src/columns/selection.ts';
import { addr, defineTable, dict, enum8, flag8, i32, str, u8, u16, u32, u64 } from '../../../src/columns/type.ts';
import { UsageError } from '../../../src/errors.ts';
import { AF_INET, AF_INET6 } from '../../../src/uapi/socket.ts';

const schema = defineTable('sample', {
  family: u8({ doc: 'family', basic: true }),
  state: enum8([undefined, 'ONE'], { doc: 'state' }),
  port: u16({ doc: 'port' }),
  count: u32({ doc: 'count', nullable: true }),
  signed: i32({ doc: 'signed' }),
  big: u64({ doc: 'big', nullable: true }),
  flag: flag8({ doc: 'flag' }),
  address: addr({ doc: 'address' }),
  word: dict({ doc: 'word' }),
  path: str({ doc: 'path', nullable: true }),
});

function sample(rows: number, columns?: (keyof typeof schema.columns & string)[]) {
  const builder = new TableBuilder(schema, columns);
  for (let row = 0; row < rows; row += 1) {
    builder.addRow();
    builder.number('family').set(row % 2 === 0 ? AF_INET : AF_INET6);
    builder.number('state').set(row % 3);
    builder.number('port').set(row);
    if (row % 2 === 1) builder.number('count').set(row * 1000);
    builder.number('signed').set(-row);
    if (row % 2 === 1) builder.bigint('big').set(2n ** 63n + BigInt(row));
    builder.number('flag').set(row % 2);
    builder.address('address').set(row % 2 === 0 ? Uint8Array.of(10, 0, 0, row) : new Uint8Array(16).fill(row, 15));
    if (row % 2 === 0) builder.word('word').set(`w${row % 4}`);
    if (row % 3 !== 0) builder.bytes('path').set(Buffer.from(`/p${row}`));
  }
  return builder.finish({ source: 'procfs' });
}

describe('Table', () => {
  test('row views, typed arrays and objects agree', () => {
    const table = sample(100);
    expect(table.length).toBe(100);
    const row = table.at(3);
    expect([row.family, row.state, row.port, row.count, row.signed, row.big, row.flag]).toEqual([
      AF_INET6,
      '0',
      3,
      3000,
      -3,
      2n ** 63n + 3n,
      true,
    ]);
    expect([row.address, row.word, row.path, row.rowIndex]).toEqual(['::3', null, null, 3]);
    expect(table.at(4)).toMatchObject({ state: 'ONE', count: null, big: null, word: 'w0', path: '/p4' });
    expect(table.at(2).state).toBe('2');
    expect(table.column('port')).toBeInstanceOf(Uint16Array);
    expect(table.column('port')[77]).toBe(77);
    const objects = table.toObjects();
    expect(objects).toHaveLength(100);
    for (const view of table) expect(objects[view.rowIndex]).toEqual({ ...objectOf(view) });
    expect(table.toObjects(Uint32Array.of(5, 1)).map(({ port }) => port)).toEqual([5, 1]);
  });

  test('a column that was not asked for is not there', () => {
    const table = sample(3, ['family', 'port']);
    expect(table.columnNames).toEqual(['family', 'port']);
    expect(table.has('count')).toBe(false);
    expect(table.at(0).count).toBeUndefined();
    expect(() => table.column('count')).toThrow(UsageError);
    expect(Object.keys(table.toObjects()[0]!)).toEqual(['family', 'port']);
    expect(() => table.at(3)).toThrow(RangeError);
  });

  test('an empty table', () => {
    const table = sample(0);
    expect([...table]).toEqual([]);
    expect(table.column('path')).toHaveLength(1);
    expect(table.column('address')).toHaveLength(0);
  });
});

function objectOf(view: object): object {
  return Object.fromEntries(schema.names.map((name) => [name, (view as Record<string, unknown>)[name]]));
}

test('a dropped row leaves nothing behind', () => {
  const builder = new TableBuilder(schema);
  builder.addRow();
  builder.number('count').set(7);
  builder.bytes('path').set(Buffer.from('gone'));
  builder.address('address').set(new Uint8Array(16).fill(255));
  builder.bigint('big').set(1n);
  builder.word('word').set('x');
  builder.dropRow();
  builder.addRow();
  builder.number('family').set(AF_INET6);
  const table = builder.finish({ source: 'procfs' });
  expect(table.toObjects()).toEqual([
    {
      family: AF_INET6,
      state: '0',
      port: 0,
      count: null,
      signed: 0,
      big: null,
      flag: false,
      address: '::',
      word: null,
      path: null,
    },
  ]);
});

test('joined tables hold the rows of all, in order', () => {
  const tables = [sample(5), sample(0), sample(80)];
  const joined = concatTables(tables, { source: 'mixed' });
  expect(joined.toObjects()).toEqual(tables.flatMap((table) => table.toObjects()));
  expect(joined.source).toBe('mixed');
});

test('selections', () => {
  const table = sample(10);
  expect([...selectAll(table)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const even = selectRows(10, (row) => row % 2 === 0);
  expect([...refine(even, (row) => row > 3)]).toEqual([4, 6, 8]);
});
