import { describe, expect, test } from 'vitest';
import type { Shell } from '../../../src/cli/command-line.ts';
import { completionScript } from '../../../src/cli/complete.ts';
import { DOCUMENTED_FLAGS, documentText } from '../../../src/cli/document.ts';
import { manPage, roffText } from '../../../src/cli/man-page.ts';
import type { Flag } from '../../../src/cli/options.ts';
import { OWN_FLAGS } from '../../../src/cli/own-options.ts';

const hostile: Flag = {
  letter: 'q',
  name: 'quiet',
  argument: 'N:M',
  values: { kind: 'word', words: ['one', 'two'] },
  group: 'output',
  help: "don't [say]: \\ much",
  apply: () => undefined,
};

describe('documented options', () => {
  test('every option, each spelling once', () => {
    const spellings = DOCUMENTED_FLAGS.flatMap((row) => [row.letter && `-${row.letter}`, row.name && `--${row.name}`]);
    const given = spellings.filter((spelling) => spelling !== '');
    expect(new Set(given).size).toBe(given.length);
    for (const row of OWN_FLAGS) expect(DOCUMENTED_FLAGS).toContain(row);
    for (const name of ['-x', '--unix', '--tcp', '-A', '--protocol', '-4', '--help-options'])
      expect(given).toContain(name);
  });

  test('an option with an argument says what it may be', () => {
    for (const row of [...DOCUMENTED_FLAGS, ...OWN_FLAGS]) expect(row.values !== undefined).toBe(row.argument !== '');
  });

  test.each(['bash', 'zsh', 'fish', 'man'] as const)('%s names all of them', (kind) => {
    const text = documentText(kind).replaceAll('\\-', '-');
    for (const { name } of DOCUMENTED_FLAGS) {
      if (name !== '') expect(text).toMatch(new RegExp(`(--|-l |Fl Fl )${name}\\b`));
    }
  });
});

test.each<[Shell, string]>([
  ['bash', "compgen -W 'one two' --"],
  ['zsh', `'*'{-q+,--quiet=}'[don'\\''t \\[say\\]\\: \\\\ much]:N\\:M:(one two)'`],
  ['fish', "-s q -l quiet -x -a 'one two' -d 'don\\'t [say]: \\\\ much'"],
])('%s quotes help texts', (shell, expected) => {
  expect(completionScript(shell, [hostile])).toContain(expected);
});

test('roff escapes', () => {
  expect(roffText('.Sh a\\b-c')).toBe('\\&.Sh a\\eb\\-c');
  expect(roffText("'tis")).toBe("\\&'tis");
  expect(manPage([hostile])).toContain(".It Fl \\&q Ar N:M , Fl Fl quiet Ar N:M\nDon't [say]: \\e much.\n");
});
