import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { objectMaker } from '../../../src/columns/objects.ts';

const MANY = 100_000;
const readers = [(row: number) => row, (row: number) => `v${row}`];

describe('objectMaker', () => {
  test.each([1, MANY])('gives rows their columns in order, for %i rows', (rows) => {
    const make = objectMaker(['first', 'second'], readers, rows);
    expect(Object.entries(make(7))).toEqual([
      ['first', 7],
      ['second', 'v7'],
    ]);
  });

  test('does not take readers of one table for those of another with the same columns', () => {
    const one = objectMaker(['a', 'b'], readers, MANY);
    const other = objectMaker(['a', 'b'], [() => null, () => 1n], MANY);
    expect([one(3), other(3)]).toEqual([
      { a: 3, b: 'v3' },
      { a: null, b: 1n },
    ]);
  });

  test.each(['not a name', '__proto__', 'x: 1 }); process.exit(1); ({ y', '1st'])('never compiles name %j', (name) => {
    expect(Object.keys(objectMaker([name, 'b'], readers, MANY)(1))).toContain('b');
  });

  test('works where texts are not compiled', () => {
    const source = `
      const { objectMaker } = await import(process.argv[1]);
      const make = objectMaker(['a', 'b'], [(row) => row, () => 'x'], ${MANY});
      console.log(JSON.stringify(make(5)));`;
    const built = new URL('../../../dist/columns/objects.js', import.meta.url).href;
    const args = ['--disallow-code-generation-from-strings', '--input-type=module', '-e', source, built];
    expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe('{"a":5,"b":"x"}\n');
  });
});
