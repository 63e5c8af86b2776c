import { describe, expect, test } from 'vitest';
import { TableBuilder } from '../../../src/columns/builder.ts';
import type { Table } from '../../../src/columns/table.ts';
import { identityColumns, tableChanges } from '../../../src/index.ts';
import { type SocketsSchema, sockets } from '../../../src/tables/sockets.ts';
import { type UnixSchema, unix } from '../../../src/tables/unix.ts';

interface Socket {
  cookie?: bigint;
  port: number;
  state?: number;
  timerMs?: number;
}

const COLUMNS = ['netid', 'state', 'localPort', 'timerMs', 'cookie'] as const;

function table(list: readonly Socket[], columns: readonly (keyof SocketsSchema & string)[] = COLUMNS) {
  const builder = new TableBuilder<SocketsSchema>(sockets, columns);
  for (const { cookie, port, state = 1, timerMs = 0 } of list) {
    builder.addRow();
    builder.number('state').set(state);
    builder.number('localPort').set(port);
    builder.number('timerMs').set(timerMs);
    if (cookie !== undefined) builder.bigint('cookie').set(cookie);
  }
  return builder.finish({ source: 'netlink' });
}

const seen = (changes: Table<never>) => changes.toObjects().map((row) => Object.values(row).slice(0, 4));

describe('tableChanges', () => {
  const before = table([
    { cookie: 1n, port: 80, state: 10 },
    { cookie: 2n, port: 81 },
    { cookie: 3n, port: 82 },
  ]);

  test('added, removed and changed rows, with the later values', () => {
    const after = table([
      { cookie: 3n, port: 82, state: 8 },
      { cookie: 1n, port: 80, state: 10, timerMs: 7 },
      { cookie: 9n, port: 81 },
    ]);
    const changes = tableChanges(before, after);
    expect(changes.columnNames).toEqual(['change', ...COLUMNS]);
    expect(seen(changes as never)).toEqual([
      ['added', 'tcp', 'ESTABLISHED', 81],
      ['removed', 'tcp', 'ESTABLISHED', 81],
      ['changed', 'tcp', 'CLOSE_WAIT', 82],
    ]);
  });

  test('nothing changed: no rows, the same columns', () => {
    const changes = tableChanges(before, before);
    expect([changes.length, changes.columnNames]).toEqual([0, ['change', ...COLUMNS]]);
  });

  test('readings may be empty, and have more columns than the other', () => {
    expect(tableChanges(before, table([])).length).toBe(3);
    expect(tableChanges(table([]), before).length).toBe(3);
    const narrow = table([{ cookie: 1n, port: 80 }], ['localPort', 'cookie']);
    expect(tableChanges(narrow, before).columnNames).toEqual(['change', 'localPort', 'cookie']);
  });

  test('without cookies sockets are told apart by their ends', () => {
    const columns = ['state', ...identityColumns('sockets')] as (keyof SocketsSchema & string)[];
    const changes = tableChanges(
      table([{ port: 80 }, { port: 81 }], columns),
      table([{ port: 80, state: 8 }], columns),
    );
    expect(changes.toObjects().map(({ change, localPort }) => [change, localPort])).toEqual([
      ['removed', 81],
      ['changed', 80],
    ]);
  });

  test('what cannot be compared', () => {
    const other = new TableBuilder<UnixSchema>(unix).finish({ source: 'netlink' });
    expect(() => tableChanges(other, before as never)).toThrow('changes: unix is not sockets');
    const ports = table([{ port: 80 }], ['localPort']);
    expect(() => tableChanges(ports, ports)).toThrow('nothing in these columns of sockets tells one row from another');
  });
});
