import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { accessSync, constants, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import type { CommandLine, Protocol } from '../../src/cli/command-line.ts';
import { NAMED_FLAGS } from '../../src/cli/options.ts';
import { parseCommandLine } from '../../src/cli/parse.ts';
import {
  type Section,
  type SocketList,
  selectRoutes,
  selectSockets,
  selectStatistics,
} from '../../src/cli/selection.ts';
import { NO_BLUETOOTH, NO_MASQUERADE, NO_ROUTES, noSupport, type SupportName } from '../../src/cli/unsupported.ts';

/** The grammar beside the installed netstat: what our pure functions predict is what the binary does. */

const NETSTAT = '/usr/bin/netstat';

function netstatRuns(): string {
  try {
    accessSync(NETSTAT, constants.X_OK);
  } catch {
    return `${NETSTAT} (Debian package net-tools) is not installed`;
  }
  const { stdout } = spawnSync(NETSTAT, ['-V'], { encoding: 'latin1', env: { LC_ALL: 'C' } });
  return stdout.startsWith('net-tools 2.10\n') ? '' : `${NETSTAT} is not of net-tools 2.10`;
}

const missing = netstatRuns();
const withSelinux = existsSync('/sys/fs/selinux/enforce');

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

function netstat(words: readonly string[], posixlyCorrect = false): Outcome {
  const env = posixlyCorrect ? { LC_ALL: 'C', POSIXLY_CORRECT: '' } : { LC_ALL: 'C' };
  const { stdout, stderr, status, error } = spawnSync(NETSTAT, words, { encoding: 'latin1', env, timeout: 10_000 });
  if (error !== undefined) throw error;
  return { stdout, stderr, status };
}

function parse(words: readonly string[], posixlyCorrect = false) {
  return parseCommandLine(words, { program: NETSTAT, posixlyCorrect, selinuxEnabled: () => withSelinux });
}

/** What we do when the run ends while options are read; undefined when it goes on. */
function earlyExit(words: readonly string[], posixlyCorrect = false): Outcome | undefined {
  const parsed = parse(words, posixlyCorrect);
  if (parsed.kind === 'run') return undefined;
  const [stdout, stderr] = [parsed.stdout, parsed.stderr].map((bytes) => Buffer.from(bytes).toString('latin1'));
  return { stdout: stdout ?? '', stderr: stderr ?? '', status: parsed.status };
}

/** mulberry32, so that a failing case can be repeated from its seed. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) % below;
  };
}

const LONG_NAMES = NAMED_FLAGS.map((row) => row.name);

/** Quirk left out: netstat has an internal error for it, here it is inet. */
const isTcpip = (name: string) => name === 'tcpi' || name === 'tcpip';

/** Every prefix of every long name, and each with one letter too many. */
function abbreviations(): string[] {
  const prefixes = new Set<string>();
  for (const name of LONG_NAMES) {
    for (let length = 0; length <= name.length; length++) prefixes.add(name.slice(0, length));
    prefixes.add(`${name}x`);
  }
  return [...prefixes].filter((name) => name !== '' && !isTcpip(name) && (withSelinux ? !/^conte/.test(name) : true));
}

describe.skipIf(missing !== '')(`options that end the run ${missing}`, () => {
  test.each(abbreviations())('--%s', (name) => {
    // The value makes each option without an argument an error; the usage error behind makes any other one end.
    for (const words of [[`--${name}=,`], [`--${name}`, '-?'], [`--${name}`, '-A', '', '-h']]) {
      const expected = netstat(words);
      expect([0, 1, 3]).toContain(expected.status);
      expect(earlyExit(words)).toEqual(expected);
    }
  });

  test.each([
    [['-h']],
    [['--help']],
    [['-V']],
    [['--version']],
    [['-hV']],
    [['-Vh']],
    [['-?']],
    [['-T']],
    [['-z']],
    [['--foo']],
    [['--num']],
    [['--in']],
    [['--ver']],
    [['--cont']],
    [['--unix=3']],
    [['--al=1']],
    [['--=3']],
    [['-=']],
    [['---']],
    [['-A']],
    [['-tA']],
    [['--protocol']],
    [['--protocol=']],
    [['--prot', '--']],
    [['-A', 'foo']],
    [['-A', 'inet,foo']],
    [['-A', '']],
    [['-A', 'ip', '-A', ',']],
    [['-r', '-i']],
    [['-rr']],
    [['-s', '-M']],
    [['-r', '-s', '-h']],
    [['-n5']],
    [['-c5']],
    [['-c', '5', '-b']],
    [['-Z', '-h']],
    [['-h', '-Z']],
    [['foo', '-h', 'bar']],
    [['-\u00e9']],
    [['--\u00e9=\u00e9']],
    [['-A', '\u00e9'.repeat(200)]],
    [['-A', Array(51).fill('ip').join(), '-x', '-4', '-rr']],
    [['-A', `${Array(51).fill('ip').join()},x25,foo`, '-ss']],
    [['-A', Array(52).fill('inet').join()]],
    [['-A', Array(50).fill('inet').join(), '-6', '-rr']],
    [['-A', `${Array(49).fill('inet').join()},inet6`, '-6', '-rr']],
    [['-A', 'toString']],
  ])('%j', (words) => {
    if (withSelinux && words.includes('-Z')) return;
    expect(earlyExit(words)).toEqual(netstat(words));
  });

  test.each('0123456789=:;+*,.'.split(''))('-%s', (letter) => {
    const words = [`-${letter}`, '-h'];
    expect(earlyExit(words)).toEqual(netstat(words));
  });

  test.each([
    [
      ['foo', '-h'],
      ['-h', 'foo'],
    ],
    [['-A', 'foo'], ['-']],
  ])('POSIXLY_CORRECT %#', (...commands) => {
    for (const words of commands) {
      const exit = earlyExit(words, true);
      if (exit !== undefined) expect(exit).toEqual(netstat(words, true));
    }
    expect(earlyExit(['foo', '-h'], true)).toBeUndefined();
    expect(netstat(['foo', '-h'], true).stdout).not.toMatch(/^usage/);
  });
});

const FAMILY_WORDS = [
  'inet',
  'ip',
  'tcpip',
  'inet6',
  'ip6',
  'ddp',
  'appletalk',
  'econet',
  'ash',
  'unix',
  'ipx',
  'rose',
];

function familyList(random: (below: number) => number): string {
  const words = random(8) === 0 ? 40 + random(60) : 1 + random(3);
  const word = () => (random(40) === 0 ? ['foo', '', 'INET'][random(3)] : FAMILY_WORDS[random(FAMILY_WORDS.length)]);
  return Array.from({ length: words }, word).join(',');
}

const LETTERS = withSelinux ? 'AFCMacdeghilnNoprsStuUvVWw2fx64?' : 'AFCMacdeghilnNoprsStuUvVWw2fx64?Z';

/** One word, or two, of a command line that is mostly right. */
function randomOption(random: (below: number) => number): string[] {
  const kind = random(20);
  if (kind < 9) {
    const cluster = Array.from({ length: 1 + random(3) }, () => LETTERS[random(LETTERS.length)]).join('');
    return cluster.endsWith('A') && random(4) > 0 ? [`-${cluster}`, familyList(random)] : [`-${cluster}`];
  }
  if (kind < 16) {
    const name = LONG_NAMES[random(LONG_NAMES.length)] ?? '';
    const typed = random(3) === 0 ? name.slice(0, 1 + random(name.length)) : name;
    if (isTcpip(typed) || (withSelinux && typed.startsWith('conte'))) return [];
    if (typed.startsWith('prot'))
      return random(2) === 0 ? [`--${typed}`, familyList(random)] : [`--${typed}=${familyList(random)}`];
    return random(15) === 0 ? [`--${typed}=x`] : [`--${typed}`];
  }
  if (kind === 16) return [['-', '--', 'word', '', '5'][random(5)] ?? ''];
  if (kind === 17) return [`-${String.fromCharCode(0x21 + random(0x5e))}`];
  return ['-A', familyList(random)];
}

interface Cases {
  readonly exits: { readonly words: string[]; readonly posixlyCorrect: boolean }[];
  readonly runs: string[][];
}

/** Command lines whose options end the run, and command lines that go on (and do end, without looking names up). */
function randomCases(seed: number, exits: number, runs: number): Cases {
  const random = generator(seed);
  const cases: Cases = { exits: [], runs: [] };
  while (cases.exits.length < exits || cases.runs.length < runs) {
    const words = ['-n', ...Array.from({ length: 1 + random(5) }, () => randomOption(random)).flat()];
    const posixlyCorrect = random(8) === 0;
    const parsed = parse(words, posixlyCorrect);
    if (parsed.kind === 'exit') cases.exits.push({ words, posixlyCorrect });
    else if (!posixlyCorrect && !parsed.commandLine.continuous) cases.runs.push(words);
  }
  return { exits: cases.exits.slice(0, exits), runs: cases.runs.slice(0, runs) };
}

const SEED = 20_260_101;
const cases = randomCases(SEED, 3000, 1200);

describe.skipIf(missing !== '')(`random command lines, seed ${SEED} ${missing}`, () => {
  test('3000 that end while options are read', { timeout: 120_000 }, () => {
    for (const { words, posixlyCorrect } of cases.exits) {
      const [ours, theirs] = [earlyExit(words, posixlyCorrect), netstat(words, posixlyCorrect)];
      expect({ words, posixlyCorrect, ...ours }).toEqual({ words, posixlyCorrect, ...theirs });
    }
  });

  test('1200 that go on: sections in order, stderr and status', { timeout: 120_000 }, () => {
    for (const words of cases.runs) {
      const expected = prediction(words);
      const actual = netstat(words);
      expect({
        words,
        titles: actual.stdout.split('\n').filter((line) => TITLE.test(line)),
        stderr: withoutUnstable(actual.stderr),
        status: actual.status,
      }).toEqual({ words, ...expected });
    }
  });

  test('cover every exit status and every mode', () => {
    const statuses = new Set(cases.exits.map(({ words, posixlyCorrect }) => earlyExit(words, posixlyCorrect)?.status));
    expect([...statuses].sort()).toEqual([0, 1, 3]);
    const modes = new Set(cases.runs.map((words) => runOf(words).commandLine.mode));
    expect(modes.size).toBe(5);
  });
});

const TITLE = /^(Active |IPv6\/IPv4 Group|Kernel |netstat: No stat|INET6? \(|(AX|X)\.25 not|NET\/ROM not|IPX routing)/;

/**
 * Lines about processes of other users, and about names with a newline, depend on the host; the errno behind nr_neigh is clobbered in netstat
 * when stderr is not a terminal.
 */
function withoutUnstable(stderr: string): string {
  return stderr
    .replace(/^\((No info could be read|Not all processes) .*\n( will not be shown.*\n)?/m, '')
    .replace(/^warning, got bogus unix line\.\n/gm, '')
    .replace(/^(\/proc\/net\/nr_neigh): .*$/m, '$1: No such file or directory');
}

function runOf(words: readonly string[]): { readonly commandLine: CommandLine; readonly warnings: string } {
  const parsed = parse(words);
  if (parsed.kind === 'exit') throw new Error('the run has ended');
  return parsed;
}

interface Prediction {
  readonly titles: string[];
  readonly stderr: string;
  readonly status: number;
}

/** What a run shows on this kernel, but for its rows. */
function prediction(words: readonly string[]): Prediction {
  const { commandLine, warnings } = runOf(words);
  const body = PREDICTIONS[commandLine.mode](commandLine);
  return { ...body, stderr: warnings + body.stderr };
}

function stopped(stop: { stdout: string; stderr: string; status: number }): Prediction {
  const titles = stop.stdout === '' ? [] : stop.stdout.slice(0, -1).split('\n');
  return { titles, stderr: stop.stderr, status: stop.status };
}

const PREDICTIONS: Record<CommandLine['mode'], (line: CommandLine) => Prediction> = {
  masquerade: () => stopped(NO_MASQUERADE),
  interfaces: () => ({ titles: ['Kernel Interface table'], stderr: '', status: 0 }),
  statistics: (line) => {
    const list = selectStatistics(line);
    return list.kind === 'stop' ? stopped(list.stop) : { titles: [], stderr: '', status: 0 };
  },
  route: (line) => {
    const { steps, fib, cache } = selectRoutes(line);
    const titles: string[] = [];
    for (const step of steps) {
      if (step.kind === 'stop') {
        const end = stopped(step.stop);
        return { ...end, titles: [...titles, ...end.titles] };
      }
      const version = step.family === 'inet' ? 'IP' : 'IPv6';
      if (fib) titles.push(`Kernel ${version} routing table`);
      if (cache) titles.push(`Kernel ${version} routing cache`);
    }
    return { titles, stderr: '', status: 0 };
  },
  sockets: (line) => predictSockets(selectSockets(line)),
};

/** /proc/net files that say whether the kernel has it; the others are in every kernel. */
const SUPPORT_FILES: Partial<Record<SupportName, string>> = {
  sctp: 'sctp/eps',
  udplite: 'udplite',
  ipx: 'ipx',
  ax25: 'ax25',
  x25: 'x25',
  netrom: 'nr',
  rose: 'rose',
};

function supported(name: SupportName): boolean {
  const file = SUPPORT_FILES[name];
  return file === undefined || existsSync(`/proc/net/${file}`);
}

/** The parts a section needs, each with how often it is looked for. */
function parts(section: Section, list: SocketList): [SupportName, number][] {
  if (section.kind === 'internet') {
    return section.protocols.map(({ protocol }) => [protocol, protocol === 'sctp' && list.rows === 'all' ? 2 : 1]);
  }
  if (section.kind === 'groups') return [['igmp', 1]];
  return section.kind === 'bluetooth' ? [] : [[section.kind, 1]];
}

function title(section: Section, list: SocketList): string[] {
  if (section.kind === 'internet') return [`Active Internet connections ${list.adjective}`];
  if (section.kind === 'unix') return [`Active UNIX domain sockets ${list.adjective}`];
  return section.kind === 'groups' ? ['IPv6/IPv4 Group Memberships'] : [];
}

function predictSockets(list: SocketList): Prediction {
  const titles: string[] = [];
  let stderr = '';
  for (const section of list.sections) {
    if (section.kind === 'bluetooth') return { titles, stderr: stderr + section.stop.stderr, status: 1 };
    titles.push(...title(section, list));
    const whenMissing = section.kind === 'internet' ? section.protocols[0]?.missing : section.missing;
    for (const [name, times] of parts(section, list)) {
      if (supported(name) || whenMissing === 'silent') continue;
      if (whenMissing === 'fail') return { titles, stderr: stderr + noSupport(name), status: 1 };
      stderr += noSupport(name).repeat(times);
    }
  }
  return { titles, stderr, status: 0 };
}

describe.skipIf(missing !== '')(`things this kernel does not have ${missing}`, () => {
  test.each(Object.entries(NO_ROUTES))('-r and family %s', (family, stop) => {
    const { stdout, stderr, status } = netstat(['-r', '-A', family === 'ec' ? 'econet' : family]);
    expect({ stdout, stderr: withoutUnstable(stderr), status }).toEqual(stop);
  });

  test('-M', () => {
    expect(netstat(['-M'])).toEqual(NO_MASQUERADE);
  });

  test.each(['-2', '-f', '--bluetooth'])('%s', (option) => {
    expect(netstat([option])).toEqual(NO_BLUETOOTH);
  });

  test.each((['ipx', 'ax25', 'x25', 'netrom', 'rose'] as const).filter((name) => !supported(name)))('--%s', (name) => {
    expect(netstat([`--${name}`])).toEqual({ stdout: '', stderr: noSupport(name), status: 1 });
  });

  test.each(['unix', 'econet', 'inet,inet', 'inet,inet6', 'ash,ddp'])('-s and families %s', (list) => {
    const parsed = selectStatistics(runOf(['-s', '-A', list]).commandLine);
    expect(parsed.kind === 'stop' && parsed.stop).toEqual(netstat(['-s', '-A', list]));
  });
});

const ROW_NAMES: Record<string, [Protocol, 'inet' | 'inet6']> = {
  tcp: ['tcp', 'inet'],
  tcp6: ['tcp', 'inet6'],
  udp: ['udp', 'inet'],
  udp6: ['udp', 'inet6'],
};

describe.skipIf(missing !== '')(`protocols and address families ${missing}`, () => {
  test('rows appear exactly when their protocol and family are selected', async (t) => {
    if (!Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))) {
      t.skip('the IPv6 loopback address is missing');
    }
    const servers = [createServer().listen(0, '127.0.0.1'), createServer().listen(0, '::1')];
    const bound = [createSocket('udp4').bind(0, '127.0.0.1'), createSocket('udp6').bind(0, '::1')];
    await Promise.all([...servers, ...bound].map((one) => once(one, 'listening')));
    try {
      const choices = [
        '',
        '-4',
        '-6',
        '-46',
        '-t',
        '-u',
        '-tu',
        '-4t',
        '-6u',
        '-w',
        '-x',
        '-g',
        '-g4',
        '-gt',
        '-46t',
        '--ddp',
      ];
      for (const choice of choices) {
        const words = ['-n', '-a', ...(choice === '' ? [] : [choice])];
        const { sections } = selectSockets(runOf(words).commandLine);
        const internet = sections.find((section) => section.kind === 'internet');
        const shown = new Set(
          netstat(words)
            .stdout.split('\n')
            .map((line) => line.split(' ')[0] ?? ''),
        );
        for (const [name, [protocol, family]] of Object.entries(ROW_NAMES)) {
          const selected = internet?.protocols.some((one) => one.protocol === protocol && one[family]) ?? false;
          expect({ choice, name, shown: shown.has(name) }).toEqual({ choice, name, shown: selected });
        }
      }
    } finally {
      for (const one of [...servers, ...bound]) one.close();
    }
  });
});
