import { expect, test } from 'vitest';
import { LowestHolders } from '../../../src/columns/lowest-holders.ts';
import { Random } from '../../support/random.ts';

function pidsOf(holders: LowestHolders, inodes: readonly number[]): (number | undefined)[] {
  return Array.from(holders.placesOf(Uint32Array.from(inodes)), (place) => holders.pids[place - 1]);
}

test('the first process of an inode; nobody holds inode 0', () => {
  const holders = LowestHolders.of(Uint32Array.of(7, 4294967295, 0, 7, 9), Uint32Array.of(3, 3, 4, 5, 5));
  expect([...holders.pids]).toEqual([3, 5]);
  expect(pidsOf(holders, [7, 4294967295, 0, 9, 8])).toEqual([3, 3, undefined, 5, undefined]);
  expect(pidsOf(LowestHolders.of(new Uint32Array(0), new Uint32Array(0)), [0, 1])).toEqual([undefined, undefined]);
});

test('equals a Map on random inodes, dense and far apart', () => {
  const random = new Random(20);
  for (const step of [1, 4096]) {
    for (let rows = 0; rows < 2000; rows += 97) {
      const inodes = Uint32Array.from({ length: rows }, () => (1 + random.below(rows)) * step);
      const pids = Uint32Array.from({ length: rows }, () => 1 + random.below(50)).sort();
      const first = new Map<number, number>();
      for (const [row, inode] of inodes.entries()) if (!first.has(inode)) first.set(inode, pids[row]!);
      const asked = Array.from({ length: rows + 2 }, (_, at) => at * step);
      expect(pidsOf(LowestHolders.of(inodes, pids), asked)).toEqual(asked.map((inode) => first.get(inode)));
    }
  }
});
