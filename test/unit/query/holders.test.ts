import { describe, expect, test } from 'vitest';
import { TableBuilder } from '../../../src/columns/builder.ts';
import { InodeIndex } from '../../../src/columns/join.ts';
import type { Table } from '../../../src/columns/table.ts';
import { Holders } from '../../../src/query/holders.ts';
import { OwnedTable } from '../../../src/query/owned-table.ts';
import { Details, type OwnerDetail } from '../../../src/query/owner-details.ts';
import type { ScanFacts } from '../../../src/query/owner-reason.ts';
import type { Processes } from '../../../src/sources/processes.ts';
import { type OwnersSchema, owners } from '../../../src/tables/owners.ts';
import { type SocketsSchema, sockets } from '../../../src/tables/sockets.ts';
import { TCP_ESTABLISHED } from '../../../src/uapi/tcp-states.ts';

/** [inode, pid, tid, fd] */
type Holding = readonly [number, number, number, number];

function ownersOf(rows: readonly Holding[]): Table<OwnersSchema> {
  const builder = new TableBuilder(owners);
  for (const [inode, pid, tid, fd] of rows) {
    builder.addRow();
    builder.number('inode').set(inode);
    builder.number('pid').set(pid);
    builder.number('tid').set(tid);
    builder.number('fd').set(fd);
  }
  return builder.finish({ source: 'scan', warnings: [{ code: 'unreadable', message: 'of 1 process', count: 1 }] });
}

const NAMES: Readonly<Record<number, string>> = { 5: 'five', 7: 'seven\udcff' };
const processes = {
  comm: (pid: number) => NAMES[pid] ?? null,
  unit: (pid: number) => `unit-${pid}`,
  container: () => null,
} as unknown as Processes;

const HELD: readonly Holding[] = [
  [100, 7, 7, 3],
  [100, 5, 6, 9],
  [100, 5, 5, 4],
  [200, 9, 9, 1],
];

const SEES_ALL: ScanFacts = { unreadable: 0, hidden: false, inner: false };

function holdersOf(inodes: readonly number[], details: readonly OwnerDetail[] = [], facts = SEES_ALL): Holders {
  const owners = ownersOf(HELD);
  const index = new InodeIndex(owners.column('inode'));
  const sockets = { inodes: Uint32Array.from(inodes), states: inodes.map(() => TCP_ESTABLISHED) };
  return new Holders(sockets, { owners, index, processes, details: new Details(processes, details), facts });
}

describe('holders', () => {
  test('a socket may have several; nobody is known of inode 0', () => {
    const holders = holdersOf([100, 200, 300, 0]);
    expect([0, 1, 2, 3].map((row) => holders.count(row))).toEqual([3, 1, 0, 0]);
    expect([0, 1, 2].map((row) => holders.lowest(row))).toEqual([5, 9, -1]);
    expect([0, 1, 2].map((holder) => holders.pid(0, holder)).sort()).toEqual([5, 5, 7]);
    expect(holders.unitOf(0)).toBe('unit-5');
    expect(holders.unitOf(3)).toBeNull();
  });

  test('are listed lowest process first, with a name or null', () => {
    expect(holdersOf([100]).list(0)).toEqual([
      { pid: 5, tid: 5, fd: 4, process: 'five' },
      { pid: 5, tid: 6, fd: 9, process: 'five' },
      { pid: 7, tid: 7, fd: 3, process: 'seven\udcff' },
    ]);
    expect(holdersOf([200]).list(0)).toEqual([{ pid: 9, tid: 9, fd: 1, process: null }]);
  });

  test('with the details asked for', () => {
    expect(holdersOf([200], ['unit', 'container']).list(0)).toEqual([
      { pid: 9, tid: 9, fd: 1, process: null, unit: 'unit-9', container: null },
    ]);
  });

  test('why nobody is known: looked at again only where nothing else tells', async () => {
    const again = holdersOf([100, 200, 0]);
    expect(await again.lookAgain(() => Promise.reject(new Error('not needed')))).toBe(again);
    const kernel = new TableBuilder<SocketsSchema>(sockets, ['inode']);
    kernel.addRow();
    kernel.number('inode').set(300);
    const read = async () => kernel.finish({ source: 'netlink' });
    const holders = await holdersOf([100, 300, 400, 0]).lookAgain(read);
    expect([0, 1, 2, 3].map((row) => holders.reasonOf(row))).toEqual([null, 'kernel', 'vanished', 'not-accepted']);
  });

  test('a caller who does not see most holders is not looked again for', async () => {
    const unseen = { ...SEES_ALL, unreadable: 3 };
    const gone = async () => new TableBuilder<SocketsSchema>(sockets, ['inode']).finish({ source: 'netlink' });
    const some = await holdersOf([100, 300, 0], [], unseen).lookAgain(gone);
    expect([0, 1, 2].map((row) => some.reasonOf(row))).toEqual([null, 'vanished', 'not-accepted']);
    const most = holdersOf([100, 300, 400], [], unseen);
    expect(await most.lookAgain(() => Promise.reject(new Error('not needed')))).toBe(most);
    expect(most.reasonOf(1)).toBe('permission');
  });

  test('what could not be seen matters only where somebody is missing', () => {
    expect(holdersOf([100, 200, 0]).warnings).toEqual([]);
    expect(holdersOf([100, 300]).warnings).toHaveLength(1);
  });
});

test('an owned table has columns and lists of owners', () => {
  const builder = new TableBuilder<SocketsSchema>(sockets, ['localPort', 'inode']);
  for (const [port, inode] of [
    [80, 100],
    [81, 0],
  ] as const) {
    builder.addRow();
    builder.number('localPort').set(port);
    builder.number('inode').set(inode);
  }
  const table = new OwnedTable(builder.finish({ source: 'netlink' }), holdersOf([100, 0]));
  expect(table.columnNames).toEqual(['localPort', 'inode', 'pid', 'process', 'holders', 'ownerReason']);
  expect([table.at(0).process, table.at(1).process]).toEqual(['five', null]);
  expect(table.toObjects(Uint32Array.of(1))).toEqual([
    { localPort: 81, inode: 0, pid: null, process: null, holders: 0, ownerReason: 'not-accepted', owners: [] },
  ]);
  expect(table.toObjects()[0]).toMatchObject({ pid: 5, holders: 3, owners: [{ pid: 5 }, { pid: 5 }, { pid: 7 }] });
});
