import { describe, expect, test } from 'vitest';
import { type Found, getoptLong, matchLong, type OptionTable } from '../../../src/cli/getopt.ts';

function long(name: string, value = name, takesArgument = false, exactOnly = false) {
  return { name, value, takesArgument, exactOnly, option: name };
}

const table: OptionTable<string> = {
  short: new Map([
    ['a', { takesArgument: false, option: 'a' }],
    ['b', { takesArgument: false, option: 'b' }],
    ['f', { takesArgument: true, option: 'f' }],
  ]),
  long: [
    long('alpha'),
    long('alpine', 'alpha'),
    long('beta'),
    long('file', 'file', true),
    long('fir', 'file', false),
    long('filter', 'filter', true, true),
    long('file-name', 'file', true),
  ],
};

function run(words: string[], posixlyCorrect = false): Found<string>[] {
  return [...getoptLong(table, words, { program: 'prog', posixlyCorrect })];
}

function summary(words: string[], posixlyCorrect = false): string[] {
  return run(words, posixlyCorrect).map((found) => {
    if (found.kind === 'option') return found.argument === '' ? found.option : `${found.option}=${found.argument}`;
    return found.kind === 'error' ? `! ${found.message}` : `(${found.word})`;
  });
}

describe('words', () => {
  test.each<[string[], string[]]>([
    [[], []],
    [['-a'], ['a']],
    [['-ab'], ['a', 'b']],
    [['-abfvalue'], ['a', 'b', 'f=value']],
    [
      ['-f', 'value', '-a'],
      ['f=value', 'a'],
    ],
    [['-f', '-a'], ['f=-a']],
    [['-f', '--'], ['f=--']],
    [['-f', ''], ['f']],
    [['-f'], ["! prog: option requires an argument -- 'f'"]],
    [['-xa'], ["! prog: invalid option -- 'x'", 'a']],
    [['-a-'], ['a', "! prog: invalid option -- '-'"]],
    [
      ['-', '-a', ''],
      ['(-)', 'a', '()'],
    ],
    [
      ['word', '-a', 'more'],
      ['(word)', 'a', '(more)'],
    ],
    [
      ['-a', '--', '-b', '--', 'x'],
      ['a', '(-b)', '(--)', '(x)'],
    ],
    [['--alpha'], ['alpha']],
    [['--alph'], ['alpha']],
    [['--file=x=y'], ['file=x=y']],
    [['--file='], ['file']],
    [['--file', '--alpha'], ['file=--alpha']],
    [['--file'], ["! prog: option '--file' requires an argument"]],
    [
      ['--alph=1', '-b'],
      ["! prog: option '--alpha' doesn't allow an argument", 'b'],
    ],
    [
      ['--gamma=2', '-b'],
      ["! prog: unrecognized option '--gamma=2'", 'b'],
    ],
    [['---a'], ["! prog: unrecognized option '---a'"]],
    [['--fi=3'], ["! prog: option '--fi=3' is ambiguous; possibilities: '--file' '--fir'"]],
  ])('%j gives %j', (words, expected) => {
    expect(summary(words)).toEqual(expected);
  });

  test('POSIXLY_CORRECT ends the options at the first positional word', () => {
    expect(summary(['-a', 'word', '-b'], true)).toEqual(['a', '(word)', '(-b)']);
    expect(summary(['-a', '-', '-b', '--'], true)).toEqual(['a', '(-)', '(-b)', '(--)']);
  });

  test('nothing behind a yielded option has been looked at', () => {
    const words = new Proxy(['-a', '-b'], {
      get(target, key, receiver) {
        if (key === '1') throw new Error('looked ahead');
        return Reflect.get(target, key, receiver);
      },
    });
    const steps = getoptLong(table, words, { program: 'prog', posixlyCorrect: false });
    expect(steps.next().value).toMatchObject({ option: 'a' });
    expect(() => steps.next()).toThrow('looked ahead');
  });
});

describe('abbreviations', () => {
  const names = (name: string) => matchLong(table.long, name).map((entry) => entry.name);

  test('entries with the same value and argument kind are not ambiguous: the first is used', () => {
    expect(names('al')).toEqual(['alpha']);
  });

  test('the same value with another argument kind is ambiguous', () => {
    expect(names('fi')).toEqual(['file', 'fir']);
  });

  test('an exact name wins over longer ones', () => {
    expect(names('file')).toEqual(['file']);
  });

  test('an exact-only entry is found by its full name and is otherwise invisible', () => {
    expect(names('filter')).toEqual(['filter']);
    expect(names('filte')).toEqual([]);
    expect(names('fil')).toEqual(['file']);
    expect(names('')).toEqual(['alpha', 'beta', 'file', 'fir', 'file-name']);
  });
});
