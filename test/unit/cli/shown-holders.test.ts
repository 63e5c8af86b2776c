import { expect, test } from 'vitest';
import { ShownHolders } from '../../../src/cli/shown-holders.ts';
import { TableBuilder } from '../../../src/columns/builder.ts';
import { LowestHolders } from '../../../src/columns/lowest-holders.ts';
import type { OwnerColumns } from '../../../src/formats/netstat/program.ts';
import { owners } from '../../../src/tables/owners.ts';

/** [inode, pid] by ascending process. */
type Holding = readonly [number, number];

/** Command lines by process; null = it is gone. */
type Lines = Readonly<Record<number, string | null>>;

/** Holders of sockets, and the processes whose command lines were read, in turn. */
function shownOf(held: readonly Holding[], lines: Lines, contexts?: ReadonlyMap<number, Uint8Array>) {
  const builder = new TableBuilder(owners, ['inode', 'pid']);
  for (const [inode, pid] of held) {
    builder.addRow();
    builder.number('inode').set(inode);
    builder.number('pid').set(pid);
  }
  const table = builder.finish({ source: 'scan' });
  const lowest = LowestHolders.of(table.column('inode'), table.column('pid'));
  const read = new Set<number>();
  const processes = {
    load: async (pids: Iterable<number>) => {
      for (const pid of pids) read.add(pid);
    },
    cmdline: (pid: number) => (read.has(pid) ? (lines[pid] ?? null) : null),
  };
  return { shown: new ShownHolders(table, lowest, processes, contexts), read };
}

function texts({ programs }: OwnerColumns, rows: number): string[] {
  return Array.from({ length: rows }, (_, row) => Buffer.from(programs.cell(row)).toString().trimEnd());
}

test('the lowest process of each row; of processes that are not listed nothing is read', async () => {
  const held: Holding[] = [
    [100, 5],
    [200, 5],
    [200, 7],
    [300, 9],
  ];
  const { shown, read } = shownOf(held, { 5: '/bin/five', 7: 'seven', 9: 'nine' });
  expect(texts(await shown.cellsOf(Uint32Array.of(200, 0, 999, 100)), 4)).toEqual(['5/five', '-', '-', '5/five']);
  expect([...read]).toEqual([5]);
  expect(texts(await shown.cellsOf(Uint32Array.of(300)), 1)).toEqual(['9/nine']);
  expect([...read]).toEqual([5, 9]);
});

test('a process that is gone owns nothing: the next one that holds the socket is shown, if there is one', async () => {
  const held: Holding[] = [
    [100, 5],
    [200, 5],
    [200, 7],
    [200, 9],
    [300, 9],
  ];
  const { shown } = shownOf(held, { 5: null, 7: null, 9: 'nine' });
  expect(texts(await shown.cellsOf(Uint32Array.of(300)), 1)).toEqual(['9/nine']);
  expect(texts(await shown.cellsOf(Uint32Array.of(200, 100, 300)), 3)).toEqual(['9/nine', '-', '9/nine']);
});

test('security contexts are those of the processes shown', async () => {
  const held: Holding[] = [
    [100, 5],
    [200, 7],
    [200, 9],
  ];
  const contexts = new Map([5, 9].map((pid) => [pid, Buffer.from(`context ${pid}`)]));
  const { shown } = shownOf(held, { 5: 'five', 7: null, 9: 'nine' }, contexts);
  const cells = (await shown.cellsOf(Uint32Array.of(100, 200, 300))).contexts!;
  expect([0, 1].map((row) => Buffer.from(cells.cell(row)).toString())).toEqual(['context 5', 'context 9']);
  expect(Buffer.from(cells.cell(2)).toString()).toBe('-'.padEnd(50));
});
