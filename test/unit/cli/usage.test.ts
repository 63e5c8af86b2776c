import { expect, test } from 'vitest';
import { LETTER_FLAGS, NAMED_FLAGS } from '../../../src/cli/options.ts';
import { FAMILY_LIST, USAGE, VERSION } from '../../../src/cli/usage.ts';

test('texts have the size of netstat 2.10', () => {
  expect([USAGE.length, FAMILY_LIST.length, VERSION.length]).toEqual([1732, 161, 369]);
});

test('every option the usage names is in the table', () => {
  const rows = [...NAMED_FLAGS, ...LETTER_FLAGS];
  const named = [...USAGE.matchAll(/(?<![\w<-])(?:-(\w)(?:, |\|))?--([a-z0-9-]+)/g)];
  expect(named.length).toBeGreaterThan(25);
  for (const [, letter = '', name] of named) {
    expect(rows.some((row) => row.name === name && (letter === '' || row.letter === letter))).toBe(true);
  }
});
