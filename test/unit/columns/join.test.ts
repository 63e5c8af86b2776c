import { expect, test } from 'vitest';
import { InodeIndex } from '../../../src/columns/join.ts';

function rowsOf(index: InodeIndex, inode: number): number[] {
  const rows: number[] = [];
  for (let row = index.first(inode); row >= 0; row = index.next(row)) rows.push(row);
  return rows;
}

test('all rows of an inode, in table order', () => {
  const index = new InodeIndex(Uint32Array.of(7, 8, 7, 0, 4294967295, 7, 0));
  expect(rowsOf(index, 7)).toEqual([0, 2, 5]);
  expect(rowsOf(index, 8)).toEqual([1]);
  expect(rowsOf(index, 4294967295)).toEqual([4]);
  expect(rowsOf(index, 9)).toEqual([]);
  expect(rowsOf(index, 0)).toEqual([]);
  expect(rowsOf(new InodeIndex(new Uint32Array(0)), 1)).toEqual([]);
});

test('equals a Map on random inodes', () => {
  for (let round = 0; round < 50; round += 1) {
    const inodes = Uint32Array.from({ length: round * 37 }, () => 1 + Math.floor(Math.random() * 500) * 4096);
    const index = new InodeIndex(inodes);
    const map = new Map<number, number[]>();
    inodes.forEach((inode, row) => {
      map.set(inode, [...(map.get(inode) ?? []), row]);
    });
    for (let inode = 1; inode < 500 * 4096; inode += 4096) expect(rowsOf(index, inode)).toEqual(map.get(inode) ?? []);
  }
});
