import { describe, expect, test } from 'vitest';
import { distinctAscending } from '../../../src/columns/distinct.ts';

describe('distinctAscending', () => {
  test.each([
    [[], []],
    [[7], [7]],
    [[0, 0, 0], [0]],
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
    [
      [1, 1, 2, 2, 2, 9],
      [1, 2, 9],
    ],
    [
      [5, 4, 5],
      [5, 4, 5],
    ],
    [
      [1, 1, 1, 2, 1, 1, 1, 1],
      [1, 2, 1],
    ],
  ])('%j', (numbers, expected) => {
    expect(distinctAscending(Uint32Array.from(numbers))).toEqual(expected);
  });

  test('runs of every length, in every place', () => {
    for (let first = 1; first <= 40; first += 1) {
      for (let second = 1; second <= 40; second += 1) {
        const numbers = Uint32Array.from({ length: first + second + 3 }, (_, at) =>
          at < first ? 3 : at < first + second ? 4 : 4_294_967_295,
        );
        expect(distinctAscending(numbers)).toEqual([3, 4, 4_294_967_295]);
      }
    }
  });
});
