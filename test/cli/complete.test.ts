import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Shell } from '../../src/cli/command-line.ts';
import { DOCUMENTED_FLAGS, documentText } from '../../src/cli/document.ts';
import { require } from '../support/require.ts';

/** The generated scripts in their shells. */

const folder = mkdtempSync(join(tmpdir(), 'sockdiag-complete-'));
afterAll(() => rmSync(folder, { recursive: true }));

function scriptFile(shell: Shell): string {
  const path = join(folder, `sockdiag.${shell}`);
  writeFileSync(path, documentText(shell));
  return path;
}

function run(program: string, args: readonly string[], input = ''): string {
  const { PATH } = process.env;
  const env = { PATH, HOME: folder, LC_ALL: 'C', TERM: 'dumb' };
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8', env, input, timeout: 30_000 });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout;
}

/** What is typed (the last word is being completed), and what is offered. */
const CASES: [string, string[]][] = [
  ['sockdiag --rou', ['--route']],
  ['sockdiag -t --numeric-', ['--numeric-hosts', '--numeric-ports', '--numeric-users']],
  ['sockdiag --source net', ['netlink']],
  ['sockdiag -A ine', ['inet', 'inet6']],
  ['sockdiag -tA ros', ['rose']],
  ['sockdiag --netns al', ['all']],
  ['sockdiag --filter ', []],
];

/** Fills in what readline would, and prints what is offered. */
const BASH_DRIVER = String.raw`
source "$1"
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
compopt() { :; }
_sockdiag
((${'$'}{#COMPREPLY[@]} == 0)) || printf '%s\n' "${'$'}{COMPREPLY[@]}"
`;

describe('bash', () => {
  const offered = (words: readonly string[]) =>
    run('bash', ['--norc', '-c', BASH_DRIVER, 'bash', scriptFile('bash'), ...words])
      .split('\n')
      .filter((line) => line !== '');

  test.for(CASES)('%s', ([typed, expected], t) => {
    require.binary(t, 'bash');
    expect(offered(typed.split(' '))).toEqual(expected);
  });

  test('values behind an equals sign and in lists', (t) => {
    require.binary(t, 'bash');
    expect(offered(['sockdiag', '--source', '=', 'pro'])).toEqual(['procfs']);
    expect(offered(['sockdiag', '--source', '='])).toEqual(['auto', 'netlink', 'procfs']);
    expect(offered(['sockdiag', '--by', 'state,us'])).toEqual(['state,user']);
  });

  test('files, with blanks in their names', (t) => {
    require.binary(t, 'bash');
    writeFileSync(join(folder, 'a dump'), '');
    expect(offered(['sockdiag', '--replay', join(folder, 'a d')])).toEqual([join(folder, 'a dump')]);
  });

  test('is registered for the command', (t) => {
    require.binary(t, 'bash');
    expect(run('bash', ['--norc', '-c', 'source "$1"; complete -p sockdiag', 'bash', scriptFile('bash')])).toBe(
      'complete -F _sockdiag sockdiag\n',
    );
  });
});

describe('fish', () => {
  test.for([
    ...CASES,
    ['sockdiag --source=pro', ['--source=procfs']] as const,
    ['sockdiag --by state,us', ['state,user']] as const,
  ])('%s', ([typed, expected], t) => {
    require.binary(t, 'fish');
    const command = `source ${scriptFile('fish')}; complete -C ${JSON.stringify(typed)}`;
    const lines = run('fish', ['--no-config', '-c', command]).split('\n');
    expect(lines.filter((line) => line !== '').map((line) => line.split('\t')[0])).toEqual(expected);
  });
});

/** Types a line and TAB into an interactive zsh in which the command prints its arguments. */
const ZSH_DRIVER = String.raw`
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PROMPT= RPROMPT= ; unsetopt beep; autoload -Uz compinit && compinit -D -u; source $1; \
bindkey '^I' complete-word; sockdiag() { print -r -- \"GOT:\$*:END\" }; print REA''DY"
zpty -r z out '*READY*'
zpty -w -n z "$2"$'\t\n'
zpty -r z out '*GOT:*:END*'
print -r -- "${'$'}{${'$'}{out##*GOT:}%%:END*}"
zpty -d z
`;

describe('zsh', () => {
  test.for([
    ['sockdiag --rou', '--route'],
    ['sockdiag -t --numeric-h', '-t --numeric-hosts'],
    ['sockdiag --source net', '--source netlink'],
    ['sockdiag --source=pro', '--source=procfs'],
    ['sockdiag -A ros', '-A rose'],
    ['sockdiag -tA ros', '-tA rose'],
    ['sockdiag --by state,us', '--by state,user'],
    ['sockdiag --netns al', '--netns all'],
    // a second mode is an error, so none is offered
    ['sockdiag -r --interf', '-r --interf'],
  ] as const)('%s', ([typed, completed], t) => {
    require.binary(t, 'zsh');
    const driver = join(folder, 'driver.zsh');
    writeFileSync(driver, ZSH_DRIVER);
    expect(run('zsh', ['-f', driver, scriptFile('zsh'), typed])).toBe(`${completed}\n`);
  });
});

/** Without the backspaces that print a letter twice for bold and underlined text. */
function withoutOverstrike(text: string): string {
  const parts = text.split('\b');
  return parts.map((part, index) => (index === parts.length - 1 ? part : part.slice(0, -1))).join('');
}

describe('manual page', () => {
  test('mandoc has nothing to say', (t) => {
    require.binary(t, 'mandoc');
    const input = documentText('man');
    const { stdout, status } = spawnSync('mandoc', ['-Tlint'], { encoding: 'utf8', input, timeout: 30_000 });
    // Which other manuals this host has is not the page's business, nor is mandoc's index of them.
    const remarks = stdout.split('\n').filter((line) => line !== '' && !line.includes('referenced manual not found'));
    expect(remarks).toEqual([]);
    expect(status).toBeLessThan(3);
  });

  test('mandoc does find mistakes', (t) => {
    require.binary(t, 'mandoc');
    const page = documentText('man').replace('.Sh NAME', '.Sh NAMES\n.Xx');
    expect(spawnSync('mandoc', ['-Tlint'], { encoding: 'utf8', input: page }).stdout).toContain(
      'skipping unknown macro',
    );
  });

  test('shows every option', (t) => {
    require.binary(t, 'mandoc');
    const text = withoutOverstrike(run('mandoc', ['-Tascii'], documentText('man')));
    for (const { letter, name } of DOCUMENTED_FLAGS) {
      if (name !== '') expect(text).toMatch(new RegExp(`--${name}\\b`));
      if (letter !== '') expect(text).toMatch(new RegExp(`^ +-${letter.replace('?', '\\?')}[, ]`, 'm'));
    }
  });
});
