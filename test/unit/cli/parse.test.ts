import { describe, expect, test, vi } from 'vitest';
import type { CommandLine } from '../../../src/cli/command-line.ts';
import { newDraft } from '../../../src/cli/command-line.ts';
import { matchLong } from '../../../src/cli/getopt.ts';
import { LETTER_FLAGS, NAMED_FLAGS } from '../../../src/cli/options.ts';
import { OPTION_TABLE, parseCommandLine } from '../../../src/cli/parse.ts';
import { FAMILY_LIST, USAGE, VERSION } from '../../../src/cli/usage.ts';

function parse(words: readonly string[], { selinux = false, posixlyCorrect = false, program = 'netstat' } = {}) {
  return parseCommandLine(words, { program, posixlyCorrect, selinuxEnabled: () => selinux });
}

function commandLine(...words: string[]): CommandLine {
  const parsed = parse(words);
  if (parsed.kind === 'exit') throw new Error(Buffer.from(parsed.stderr).toString());
  return parsed.commandLine;
}

function exit(words: readonly string[], settings = {}) {
  const parsed = parse(words, settings);
  if (parsed.kind === 'run') throw new Error('the run goes on');
  const { stdout, stderr, status } = parsed;
  return { stdout: Buffer.from(stdout).toString(), stderr: Buffer.from(stderr).toString(), status };
}

const { own: _own, ...NOTHING } = newDraft().line;

/** Fields of the command line that differ from one without options. */
function changes(words: readonly string[], settings = {}): object {
  const parsed = parse(words, settings);
  if (parsed.kind === 'exit') throw new Error(Buffer.from(parsed.stderr).toString());
  const { own: _, ...line } = parsed.commandLine;
  return Object.fromEntries(
    Object.entries(line).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(NOTHING[key as keyof typeof NOTHING]),
    ),
  );
}

const NO_PROTOCOL = NOTHING.protocols;

/** Section 1.2: letter, long name, what changes. */
const LETTERS: [string, string, object][] = [
  ['r', 'route', { mode: 'route' }],
  ['i', 'interfaces', { mode: 'interfaces' }],
  ['s', 'statistics', { mode: 'statistics' }],
  ['M', 'masquerade', { mode: 'masquerade' }],
  ['g', 'groups', { groups: true }],
  ['t', 'tcp', { protocols: { ...NO_PROTOCOL, tcp: true } }],
  ['u', 'udp', { protocols: { ...NO_PROTOCOL, udp: true } }],
  ['U', 'udplite', { protocols: { ...NO_PROTOCOL, udplite: true } }],
  ['S', 'sctp', { protocols: { ...NO_PROTOCOL, sctp: true } }],
  ['w', 'raw', { protocols: { ...NO_PROTOCOL, raw: true } }],
  ['x', 'unix', { families: ['unix'] }],
  ['2', 'l2cap', { bluetooth: { l2cap: true, rfcomm: false } }],
  ['f', 'rfcomm', { bluetooth: { l2cap: false, rfcomm: true } }],
  ['4', '', { families: ['inet'] }],
  ['6', '', { families: ['inet6'] }],
  ['a', 'all', { all: true }],
  ['l', 'listening', { listening: true }],
  ['n', 'numeric', { numeric: { hosts: true, ports: true, users: true } }],
  ['', 'numeric-hosts', { numeric: { hosts: true, ports: false, users: false } }],
  ['', 'numeric-ports', { numeric: { hosts: false, ports: true, users: false } }],
  ['', 'numeric-users', { numeric: { hosts: false, ports: false, users: true } }],
  ['N', 'symbolic', { symbolic: true }],
  ['e', 'extend', { extend: 1 }],
  ['p', 'programs', { programs: true }],
  ['o', 'timers', { timers: true }],
  ['W', 'wide', { wide: true }],
  ['c', 'continuous', { continuous: true }],
  ['v', 'verbose', { verbose: true }],
  ['F', 'fib', { fib: true }],
  ['C', 'cache', { cache: true }],
  ['d', '', {}],
];

/** The long names in the order of section 1.3. */
const TABLE_ORDER =
  'ax25 x25 ip ipx appletalk netrom inet inet6 ddp rose unix bluetooth tcpip version interfaces help route masquerade ' +
  'protocol tcp sctp udp udplite raw unix l2cap rfcomm listening all timers continuous extend programs verbose ' +
  'statistics wide numeric numeric-hosts numeric-ports numeric-users symbolic cache fib groups context';

describe('options', () => {
  test.each(LETTERS)('-%s and --%s', (letter, name, expected) => {
    if (letter !== '') expect(changes([`-${letter}`])).toEqual(expected);
    if (name !== '') expect(changes([`--${name}`])).toEqual(expected);
  });

  test('every letter that netstat accepts, and no other', () => {
    const accepted = [...'ACFMacdeghilnNoprsStuUvVWw2fx64?Z'].sort();
    expect([...OPTION_TABLE.short.keys()].sort()).toEqual(accepted);
    for (let code = 0x20; code < 0x7f; code++) {
      const letter = String.fromCharCode(code);
      if (accepted.includes(letter) || letter === '-') continue;
      expect(exit([`-${letter}`])).toEqual({
        stdout: '',
        stderr: `netstat: invalid option -- '${letter}'\n${USAGE}${FAMILY_LIST}`,
        status: 3,
      });
    }
  });

  test('the long table has the order of netstat', () => {
    expect(NAMED_FLAGS.map((row) => row.name).join(' ')).toBe(TABLE_ORDER);
  });

  test('each row has a help text, and a letter only once', () => {
    const rows = [...NAMED_FLAGS, ...LETTER_FLAGS];
    const letters = rows.map((row) => row.letter).filter((letter) => letter !== '');
    expect(new Set(letters).size).toBe(letters.length);
    for (const row of rows) expect(row.help).toMatch(/^[A-Za-z].*[^.]$/);
  });

  test.each<[string, object]>([
    ['-eee', { extend: 3 }],
    ['-e --extend -ee', { extend: 4 }],
    ['-tt', { protocols: { ...NO_PROTOCOL, tcp: true } }],
    ['-4 -4 --inet', { families: ['inet', 'inet', 'inet'] }],
    ['-A inet6,unix -x', { families: ['inet6', 'unix', 'unix'] }],
    ['-Ainet', { families: ['inet'] }],
    ['--protocol=ip6 --prot ddp', { families: ['inet6', 'ddp'] }],
    ['foo -tn bar', { protocols: { ...NO_PROTOCOL, tcp: true }, numeric: { hosts: true, ports: true, users: true } }],
    ['-- -t', {}],
    ['-c 5', { continuous: true }],
    ['--tcpip', { families: ['inet'] }],
    ['--tcpi', { families: ['inet'] }],
  ])('%s', (words, expected) => {
    expect(changes(words.split(' '))).toEqual(expected);
  });

  test('POSIXLY_CORRECT', () => {
    expect(changes(['foo', '-t'], { posixlyCorrect: true })).toEqual({});
  });
});

describe('families', () => {
  const WORDS: [string, string][] = [
    ['inet', 'inet'],
    ['ip', 'inet'],
    ['tcpip', 'inet'],
    ['inet6', 'inet6'],
    ['ip6', 'inet6'],
    ['ddp', 'ddp'],
    ['appletalk', 'ddp'],
    ['econet', 'ec'],
    ['unix', 'unix'],
    ['ipx', 'ipx'],
    ['x25', 'x25'],
    ['ash', 'ash'],
    ['ax25', 'ax25'],
    ['netrom', 'netrom'],
    ['rose', 'rose'],
    ['bluetooth', 'bluetooth'],
  ];

  test.each(WORDS)('-A %s adds %s', (word, family) => {
    expect(commandLine('-A', word).families).toEqual([family]);
  });

  test.each(WORDS.filter(([word]) => !['ip6', 'econet', 'ash'].includes(word)))('--%s adds %s', (word, family) => {
    expect(commandLine(`--${word}`).families).toEqual([family]);
  });

  test.each(['foo', '', 'inet,', ',', 'inet,foo', 'INET', 'ine', 'toString', '__proto__', 'ec'])(
    '-A %j fails',
    (list) => {
      const word = list.split(',').find((part) => !WORDS.some(([known]) => known === part));
      expect(exit(['-t', '-A', list, '-h'])).toEqual({
        stdout: '',
        stderr: `Unknown address family \`${word}'.\n`,
        status: 1,
      });
    },
  );

  test('the family string ends at 255 bytes; what is beyond is not selected', () => {
    const full = Array(51).fill('ip').join(',');
    const parsed = parse(['-A', `${full},ipx,foo`, '-x']);
    expect(parsed).toMatchObject({
      kind: 'run',
      warnings: 'Too much address family arguments.\nToo much address family arguments.\n',
      commandLine: { families: Array(51).fill('inet') },
    });
    const exact = parse(['-A', Array(50).fill('inet').join(','), '-6']);
    expect(exact).toMatchObject({ kind: 'run', warnings: '' });
    const beyond = parse(['-A', `${Array(49).fill('inet').join(',')},inet6`, '-6']);
    expect(beyond).toMatchObject({ kind: 'run', warnings: 'Too much address family arguments.\n' });
  });

  test('only the first 255 bytes of a list are looked at', () => {
    expect(exit(['-A', 'x'.repeat(300)]).stderr).toBe(`Unknown address family \`${'x'.repeat(255)}'.\n`);
    expect(exit(['-A', Array(52).fill('inet').join(',')]).stderr).toBe("Unknown address family `'.\n");
    const cut = parse(['-A', 'é'.repeat(200)]);
    const shown = Buffer.from('é'.repeat(200)).subarray(0, 255).toString('latin1');
    expect(cut.kind === 'exit' && Buffer.from(cut.stderr).toString('latin1')).toBe(
      `Unknown address family \`${shown}'.\n`,
    );
  });
});

/** Section 1.4: what is typed, and the candidates; one candidate is the option that is used. */
const ABBREVIATIONS: [string, string][] = [
  ['ine', 'inet'],
  ['ax', 'ax25'],
  ['x', 'x25'],
  ['d', 'ddp'],
  ['b', 'bluetooth'],
  ['ne', 'netrom'],
  ['i', 'ip interfaces'],
  ['in', 'inet interfaces'],
  ['a', 'ax25 all'],
  ['c', 'continuous cache context'],
  ['co', 'continuous context'],
  ['con', 'continuous context'],
  ['cont', 'continuous context'],
  ['n', 'netrom numeric numeric-hosts numeric-ports numeric-users'],
  ['nu', 'numeric numeric-hosts numeric-ports numeric-users'],
  ['num', 'numeric numeric-hosts numeric-ports numeric-users'],
  ['numeri', 'numeric numeric-hosts numeric-ports numeric-users'],
  ['numeric-', 'numeric-hosts numeric-ports numeric-users'],
  ['numeric', 'numeric'],
  ['p', 'protocol programs'],
  ['pr', 'protocol programs'],
  ['pro', 'protocol programs'],
  ['r', 'rose route raw rfcomm'],
  ['ro', 'rose route'],
  ['s', 'sctp statistics symbolic'],
  ['t', 'tcpip tcp timers'],
  ['tc', 'tcpip tcp'],
  ['u', 'unix udp udplite unix'],
  ['un', 'unix unix'],
  ['uni', 'unix unix'],
  ['unix', 'unix'],
  ['ud', 'udp udplite'],
  ['l', 'l2cap listening'],
  ['v', 'version verbose'],
  ['ve', 'version verbose'],
  ['ver', 'version verbose'],
  ['e', 'extend'],
  ['f', 'fib'],
  ['g', 'groups'],
  ['h', 'help'],
  ['m', 'masquerade'],
  ['w', 'wide'],
  ['l2', 'l2cap'],
  ['li', 'listening'],
  ['ra', 'raw'],
  ['rf', 'rfcomm'],
  ['ros', 'rose'],
  ['rou', 'route'],
  ['sc', 'sctp'],
  ['st', 'statistics'],
  ['sy', 'symbolic'],
  ['tcpi', 'tcpip'],
  ['ti', 'timers'],
  ['prog', 'programs'],
  ['prot', 'protocol'],
  ['conti', 'continuous'],
  ['conte', 'context'],
  ['ca', 'cache'],
  ['al', 'all'],
  ['ap', 'appletalk'],
  ['verb', 'verbose'],
  ['vers', 'version'],
];

describe('abbreviations', () => {
  test.each(ABBREVIATIONS)('--%s: %s', (typed, candidates) => {
    const found = matchLong(OPTION_TABLE.long, typed).map((entry) => entry.name);
    expect(found.join(' ')).toBe(candidates);
    if (found.length === 1) return;
    const list = found.map((name) => ` '--${name}'`).join('');
    expect(exit([`--${typed}=v`]).stderr).toBe(
      `netstat: option '--${typed}=v' is ambiguous; possibilities:${list}\n${USAGE}${FAMILY_LIST}`,
    );
  });

  test.each(['ip6', 'inet4', 'econet', 'ash', 'irda', 'notrim', 'foo', 'Tcp'])('--%s is unrecognized', (name) => {
    expect(exit([`--${name}`])).toEqual({
      stdout: '',
      stderr: `netstat: unrecognized option '--${name}'\n${USAGE}${FAMILY_LIST}`,
      status: 3,
    });
  });
});

describe('the end of a run', () => {
  const usage = (line: string) => ({ stdout: '', stderr: `${line}${USAGE}${FAMILY_LIST}`, status: 3 });
  const help = { stdout: USAGE, stderr: FAMILY_LIST, status: 0 };
  const version = { stdout: VERSION, stderr: '', status: 0 };
  const noSelinux = { stdout: '', stderr: 'SELinux is not enabled on this machine.\n', status: 1 };

  test.each<[string, object]>([
    ['-h', help],
    ['--help', help],
    ['-V', version],
    ['--version', version],
    ['-hV', help],
    ['-Vh', version],
    ['-?', usage('')],
    ['-?h', usage('')],
    ['-h?', help],
    ['-T', usage("netstat: invalid option -- 'T'\n")],
    ['-n5', usage("netstat: invalid option -- '5'\n")],
    ['-c5', usage("netstat: invalid option -- '5'\n")],
    ['-Th', usage("netstat: invalid option -- 'T'\n")],
    ['--unix=3', usage("netstat: option '--unix' doesn't allow an argument\n")],
    ['--al=1', usage("netstat: option '--all' doesn't allow an argument\n")],
    ['-t -A', usage("netstat: option requires an argument -- 'A'\n")],
    ['--prot', usage("netstat: option '--protocol' requires an argument\n")],
    ['-r -i', usage('')],
    ['-rr', usage('')],
    ['-s -t --statistics', usage('')],
    ['-M -i -s -r', usage('')],
    ['-r -s -h', help],
    ['-r -s -V', version],
    ['-Z', noSelinux],
    ['-Z -h', noSelinux],
    ['-rr --conte -h', noSelinux],
    ['-h -Z', help],
    ['-- -h -r', {}],
  ])('%s', (words, expected) => {
    if (words.startsWith('-- ')) expect(changes(words.split(' '))).toEqual(expected);
    else expect(exit(words.split(' '))).toEqual(expected);
  });

  test('a warning comes before the text that ends the run', () => {
    const full = Array(51).fill('ip').join(',');
    expect(exit(['-A', full, '-x', '-rr'])).toEqual(usage('Too much address family arguments.\n'));
  });

  test('the program is named as it was invoked', () => {
    expect(exit(['-T'], { program: '/usr/bin/netstat' }).stderr).toMatch(/^\/usr\/bin\/netstat: invalid option/);
    expect(exit(['--foo'], { program: '' }).stderr).toMatch(/^: unrecognized option '--foo'\n/);
  });

  test('a bad letter is named by its byte', () => {
    const parsed = parse(['-é']);
    expect(parsed.kind === 'exit' && Buffer.from(parsed.stderr).subarray(0, 31)).toEqual(
      Buffer.from("netstat: invalid option -- '\xc3'\n", 'latin1'),
    );
    expect(exit(['--é']).stderr).toMatch(/^netstat: unrecognized option '--é'\n/);
  });

  test('-Z with SELinux adds context and programs; nobody asks about SELinux without it', () => {
    expect(changes(['-Z'], { selinux: true })).toEqual({ context: true, programs: true });
    const selinuxEnabled = vi.fn(() => true);
    parseCommandLine(['-tuna', '--', '-Z'], { program: 'netstat', posixlyCorrect: false, selinuxEnabled });
    expect(selinuxEnabled).not.toHaveBeenCalled();
  });
});
