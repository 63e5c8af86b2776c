import { describe, expect, test } from 'vitest';
import { newDraft, type OwnOptions } from '../../../src/cli/command-line.ts';
import { NAMED_FLAGS } from '../../../src/cli/options.ts';
import { OWN_FLAGS, ownHelp, parseNetns } from '../../../src/cli/own-options.ts';
import { parseCommandLine } from '../../../src/cli/parse.ts';

function parse(...words: string[]) {
  const parsed = parseCommandLine(words, { program: 'netstat', posixlyCorrect: false, selinuxEnabled: () => false });
  if (parsed.kind === 'run') return parsed;
  const { stdout, stderr, status } = parsed;
  return { stdout: Buffer.from(stdout).toString(), stderr: Buffer.from(stderr).toString(), status };
}

/** Applies rows directly, without what is said of options that contradict each other. */
function apply(...given: [name: string, argument?: string][]) {
  const draft = newDraft();
  for (const [name, argument = ''] of given) {
    const row = OWN_FLAGS.find((flag) => flag.name === name);
    if (row === undefined) throw new Error(`no row ${name}`);
    const stop = row.apply(draft, argument, { selinuxEnabled: () => false });
    if (stop !== undefined) return stop.stderr;
  }
  const nothing = newDraft().line.own;
  return Object.fromEntries(
    Object.entries(draft.line.own).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(nothing[key as keyof OwnOptions]),
    ),
  );
}

describe('names', () => {
  test('no own name can be meant by an abbreviation of netstat', () => {
    for (const { name } of OWN_FLAGS) {
      expect(NAMED_FLAGS.filter((row) => row.name.startsWith(name))).toEqual([]);
    }
  });

  test('long names only, each once', () => {
    expect(OWN_FLAGS.map((row) => row.letter).join('')).toBe('');
    expect(new Set(OWN_FLAGS.map((row) => row.name)).size).toBe(OWN_FLAGS.length);
  });

  test.each(OWN_FLAGS.filter((row) => row.name.length > 3).map((row) => row.name.slice(0, -1)))(
    '--%s, cut short, is what netstat says it is',
    (name) => {
      expect(parse(`--${name}`)).toMatchObject({
        status: 3,
        stderr: expect.stringContaining(`netstat: unrecognized option '--${name}'\n`),
      });
    },
  );
});

describe('values', () => {
  test.each<[[string, string?][], object | string]>([
    [[['filter', 'sport = :22']], { filter: 'sport = :22' }],
    [[['json']], { format: 'json' }],
    [[['ndjson'], ['ndjson']], { format: 'ndjson' }],
    [[['csv']], { format: 'csv' }],
    [[['json'], ['csv']], 'sockdiag: --csv: not together with --json\n'],
    [[['columns', 'state,recvQ']], { columns: ['state', 'recvQ'] }],
    [[['columns', 'state,recvQ,state']], { columns: ['state', 'recvQ'] }],
    [[['columns', 'state,,recvQ']], 'sockdiag: --columns: LIST has an empty word\n'],
    [[['columns', '']], 'sockdiag: --columns: LIST has an empty word\n'],
    [[['sort', 'recvQ']], { sort: 'recvQ' }],
    [[['sort', '']], 'sockdiag: --sort: KEY is empty\n'],
    [[['by', 'state,user']], { by: ['state', 'user'] }],
    [[['by', 'user,state,user']], { by: ['user', 'state'] }],
    [[['by', 'state,colour']], "sockdiag: --by: 'colour' is not one of state, remote, port, process, user, unit\n"],
    [[['info'], ['memory']], { info: true, memory: true }],
    [[['netns', 'blue']], { netns: { kind: 'name', name: 'blue' } }],
    [[['netns', '1/2']], "sockdiag: --netns: '1/2' is neither a namespace name, a pid nor 'all'\n"],
    [[['source', 'procfs']], { source: 'procfs' }],
    [[['source', 'sysfs']], "sockdiag: --source: 'sysfs' is not one of auto, netlink, procfs\n"],
    [[['verbose-source'], ['help-columns']], { verboseSource: true, helpColumns: true }],
    [[['no-header'], ['ss-precedence'], ['consistent']], { noHeader: true, ssPrecedence: true, consistent: true }],
    [[['record', 'a']], { record: 'a' }],
    [[['capture', 'a']], { capture: 'a' }],
    [[['prometheus']], { format: 'prometheus' }],
    [[['table', 'rules,vsock']], { tables: ['rules', 'vsock'] }],
    [[['table', 'tables']], expect.stringMatching(/^sockdiag: --table: 'tables' is not one of sockets, unix, /)],
    [[['json-schema']], { document: 'json-schema' }],
    [[['diff'], ['interval', '0.5']], { diff: true, intervalMs: 500 }],
    [[['interval', '0']], "sockdiag: --interval: '0' is not a number of seconds from 0.01 to 86400\n"],
    [[['interval', '1e3']], "sockdiag: --interval: '1e3' is not a number of seconds from 0.01 to 86400\n"],
    [[['color', 'never']], { color: 'never' }],
    [[['color', 'red']], "sockdiag: --color: 'red' is not one of auto, always, never\n"],
    [[['replay', 'a']], { replay: 'a' }],
    [[['replay', '']], 'sockdiag: --replay: FILE is empty\n'],
  ])('%j', (given, expected) => {
    expect(apply(...given)).toEqual(expected);
  });

  test.each<[string, object | undefined]>([
    ['all', { kind: 'all' }],
    ['1', { kind: 'pid', pid: 1 }],
    ['4194304', { kind: 'pid', pid: 4194304 }],
    ['4194305', undefined],
    ['0', undefined],
    ['blue', { kind: 'name', name: 'blue' }],
    ['1blue', { kind: 'name', name: '1blue' }],
    ['', undefined],
    ['..', undefined],
    ['../x', undefined],
    ['a\0b', undefined],
  ])('--netns %j', (value, expected) => {
    expect(parseNetns(value)).toEqual(expected);
  });

  test('text arguments keep what is not ASCII', () => {
    const draft = newDraft();
    const row = OWN_FLAGS.find((flag) => flag.name === 'filter');
    row?.apply(draft, Buffer.from('comm = "café"').toString('latin1'), { selinuxEnabled: () => false });
    expect(draft.line.own.filter).toBe('comm = "café"');
  });

  test.each<[string[], string]>([
    [['--record', 'a', '--replay', 'a'], '--record: not together with --replay'],
    [['--record', 'a', '-c'], '--record: not together with -c or --diff: a recording is of one reading'],
    [['--capture', 'a', '--record', 'b'], '--capture: not together with --record or --replay'],
    [['--replay', 'a', '--source', 'procfs'], '--replay: not together with --source: a recording is the source'],
    [['--replay', 'a', '--netns', '1'], '--replay: not together with --netns: a recording is of one network namespace'],
    [['--replay', 'a', '--diff'], '--diff: not together with --replay: a recording does not change'],
    [['--interval', '2'], '--interval: only with -c or --diff'],
    [['--diff', '--by', 'state'], '--diff: not together with --by'],
    [['--by', 'state', '--columns', 'state'], '--by: not together with --columns: each key is a column'],
    [['--table', 'rules', '-r'], '--table: not together with options that choose what is listed'],
    [['--table', 'unix', '-x'], '--table: not together with options that choose what is listed'],
    [['--table', 'sockets', '-t'], '--table: not together with options that choose what is listed'],
    [['--ss-precedence'], '--ss-precedence: only with --filter'],
  ])('%j contradict each other', (words, message) => {
    expect(parse(...words)).toEqual({ stdout: '', stderr: `sockdiag: ${message}\n`, status: 3 });
  });

  test.each([
    ['--record', 'a'],
    ['-c', '--interval', '2'],
    ['--diff', '--interval', '0.5', '-t'],
    ['--table', 'routes,rules', '-6'],
    ['--ss-precedence', '--filter', 'sport = 1'],
  ])('%s %s … do not', (...words) => {
    expect(parse(...words)).toMatchObject({ kind: 'run' });
  });
});

test('--help-options lists all of them and ends the run', () => {
  expect(parse('-t', '--help-options')).toEqual({ stdout: ownHelp(), stderr: '', status: 0 });
  const listed = Array.from(ownHelp().matchAll(/^ {2}--([a-z-]+)( \S+)? {2,}\S/gm), ([, name]) => name);
  expect(listed).toEqual(OWN_FLAGS.map(({ name }) => name));
});
