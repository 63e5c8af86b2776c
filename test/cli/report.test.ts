import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../oracle/oracle.ts';
import { type MadeProcess, mkprocess } from '../support/mksock.ts';
import { type Netns, netns } from '../support/netns.ts';
import { require } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

const scope = suiteScope();
let ns: Netns;
let made: MadeProcess;

const HOSTILE = '\0evil\x1b[31m\n"\xff';

beforeAll(async () => {
  ns = await netns(scope);
  await ns.ip('route', 'add', 'unreachable', '203.0.113.0/24');
  made = await mkprocess(ns, { comm: 'x\x1b]0;y' }, [
    { kind: 'tcp-listen', host: '127.0.0.1', port: 4000, backlog: 7 },
    { kind: 'tcp-connected', host: '127.0.0.1', port: 4001 },
    { kind: 'tcp-listen', host: '::1', port: 4002 },
    { kind: 'udp', host: '127.0.0.1', port: 4003 },
    { kind: 'unix-listen', path: Buffer.from(HOSTILE, 'latin1').toString('hex') },
  ]);
});

async function run(...args: readonly string[]): Promise<Ran> {
  const { stdout, stderr, status } = await ns.exec([process.execPath, bundle, ...args], { cwd: ns.directory });
  return { stdout: stdout.toString(), stderr: stderr.toString(), status };
}

async function ok(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, status } = await run(...args);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout;
}

const lines = (text: string): string[] => text.trimEnd().split('\n');

describe('--json', () => {
  test('a document with a version; letters go on selecting', async () => {
    const document = JSON.parse(await ok('-tl', '--json'));
    expect(Object.keys(document)).toEqual(['schema', 'table', 'source', 'interrupted', 'parts', 'warnings', 'rows']);
    expect(document).toMatchObject({ schema: 'sockdiag/1', table: 'sockets', source: 'netlink', interrupted: false });
    expect(document.rows.map((row: { localPort: number }) => row.localPort).sort()).toEqual([4000, 4001, 4002]);
    expect(document.rows[0].cookie).toMatch(/^\d+$/);
  });

  test.each([
    ['-t', [4001]],
    ['-ta', [4000, 4001, 4002]],
    ['-ual', [4003]],
    ['-t4l', [4000, 4001]],
    ['-t6l', [4002]],
  ])('%s selects what netstat lists', async (letters, ports) => {
    const { rows } = JSON.parse(await ok(letters, '--json'));
    const local = new Set(rows.map((row: { localPort: number }) => row.localPort));
    for (const port of ports) expect(local).toContain(port);
    expect([...local].filter((port) => Number(port) >= 4000 && Number(port) < 4100).sort()).toEqual(ports);
  });

  test('-p adds owners', async () => {
    const { rows } = JSON.parse(await ok('-tlp', '--json', '--filter', 'sport = :4000'));
    expect(rows).toMatchObject([{ pid: made.pid, process: 'x\x1b]0;y', holders: 1, owners: [{ pid: made.pid }] }]);
  });

  test('hostile names come back, and nothing of them reaches a terminal', async () => {
    const text = await ok('-xal', '--json', '--source', 'netlink');
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
    const { rows } = JSON.parse(text);
    expect(rows.map(({ path }: { path: string }) => path)).toContain('\0evil\x1b[31m\n"\\xff');
  });

  test.each<[string[], string, string]>([
    [['-r'], 'routes', 'destination'],
    [['-i'], 'links', 'name'],
    [['-s'], 'counters', 'value'],
    [['-g'], 'groups', 'group'],
  ])('%j is table %s', async (letters, table, column) => {
    const document = JSON.parse(await ok(...letters, '--json'));
    expect(document.table).toBe(table);
    expect(document.rows.length).toBeGreaterThan(0);
    for (const row of document.rows) expect(row).toHaveProperty(column);
  });

  test('several tables are several documents', async () => {
    const text = await ok('-tx', '--json');
    const tables = [...text.matchAll(/^\{"schema":"sockdiag\/1","table":"(\w+)"/gm)].map(([, name]) => name);
    expect(tables).toEqual(['sockets', 'unix']);
  });
});

describe('--ndjson and --csv', () => {
  test('a line for each row, the same rows as --json', async () => {
    const { rows } = JSON.parse(await ok('-ta', '--json'));
    const found = lines(await ok('-ta', '--ndjson')).map((line) => JSON.parse(line));
    const key = (row: { cookie: string }) => row.cookie;
    expect(found.map(key).sort()).toEqual(rows.map(key).sort());
  });

  test('csv has one header, also without rows', async () => {
    const text = await ok('-tl', '--csv', '--columns', 'localPort,state');
    expect(text.split('\r\n').slice(0, -1).sort()).toEqual([
      '4000,LISTEN',
      '4001,LISTEN',
      '4002,LISTEN',
      'localPort,state',
    ]);
    expect(await ok('-ta', '--csv', '--columns', 'localPort', '--filter', 'sport = :1')).toBe('localPort\r\n');
    expect(await ok('-ta', '--csv', '--no-header', '--columns', 'localPort', '--filter', 'sport = :4000')).toBe(
      '4000\r\n',
    );
  });

  test('| head ends silently', async () => {
    const command = `"$0" "$1" -ta --ndjson | head -n 1 | wc -l`;
    const { stdout, stderr } = await ns.exec(['sh', '-c', command, process.execPath, bundle]);
    expect([stdout.toString().trim(), stderr.toString()]).toEqual(['1', '']);
  });
});

describe('--columns, --sort, --by', () => {
  test('a text table in the order asked for', async () => {
    expect(await ok('-tl', '--columns', 'state,localPort', '--sort', '-localPort')).toBe(
      'state   localPort\nLISTEN       4002\nLISTEN       4001\nLISTEN       4000\n',
    );
    expect(await ok('-tl', '--columns', 'localPort', '--sort', 'localPort', '--no-header')).toBe('4000\n4001\n4002\n');
  });

  test('sorted by a column that is not shown, and by one that is read for it', async () => {
    expect(await ok('-tl', '--columns', 'localPort', '--sort', 'localAddress', '--no-header')).toMatch(/4002\n$/);
    expect(lines(await ok('-tl', '--sort', 'rtt')).length).toBe(4);
  });

  test('counts', async () => {
    expect(await ok('-ta', '--by', 'state', '--filter', 'sport >= :4000 and sport <= :4002')).toBe(
      'count  state\n    3  LISTEN\n    1  ESTABLISHED\n',
    );
    const { rows } = JSON.parse(await ok('-tan', '--by', 'port,user', '--json', '--filter', 'sport = :4001'));
    expect(rows).toEqual([{ count: 2, port: '4001', user: '0' }]);
  });

  test('counts by process show its name with nothing to act upon', async () => {
    const text = await ok('-tl', '--by', 'process');
    expect(text).toBe('count  process\n    3  x\\x1b]0;y\n');
  });

  test('counts of unix sockets', async () => {
    expect(await ok('-xl', '--by', 'state')).toBe('count  state\n    1  LISTEN\n');
  });

  test('--info and --memory add columns', async () => {
    const { rows } = JSON.parse(await ok('-t', '--info', '--memory', '--json', '--filter', 'dport = :4001'));
    expect(rows[0]).toMatchObject({ congestion: expect.any(String), skmemRcvbuf: expect.any(Number) });
    const header = lines(await ok('-t', '--info', '--filter', 'dport = :4001'))[0]!;
    expect(header).toContain('rtt');
    expect(header).not.toContain('vegasRtt');
  });

  test('--help-columns', async () => {
    const text = await ok('--help-columns', '-t');
    expect(text).toMatch(/^Columns of sockets:\n\* netid +name +netlink, procfs +Kind of socket/);
    expect(text).toMatch(/^ {2}mark +u32 +netlink +SO_MARK \(needs CAP_NET_ADMIN\)$/m);
  });
});

describe('--filter', () => {
  test("netstat's own text of the rows it keeps", async () => {
    expect((await ok('-tln', '--filter', 'sport = :4000')).split('\n').slice(0, -1)).toEqual([
      'Active Internet connections (only servers)',
      'Proto Recv-Q Send-Q Local Address           Foreign Address         State      ',
      'tcp        0      0 127.0.0.1:4000          0.0.0.0:*               LISTEN     ',
    ]);
  });

  test('and binds tighter than or, unless ss is followed', async () => {
    const count = async (...more: string[]) =>
      lines(await ok('-tl', '--ndjson', '--filter', 'sport = :4000 or sport = :4001 and src = [::1]', ...more)).filter(
        (line) => line !== '',
      ).length;
    expect([await count(), await count('--ss-precedence')]).toEqual([1, 0]);
  });

  test.each([
    ['sport = ', 'sport = \n          ^ expected'],
    ['sport = :4000 and colour', 'colour'],
    ['user = no-such-user', "no such user 'no-such-user'"],
  ])('%j is refused, with a caret', async (filter, message) => {
    const { stdout, stderr, status } = await run('-ta', '--json', '--filter', filter);
    expect({ stdout, status }).toEqual({ stdout: '', status: 3 });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^sockdiag: --filter: /);
  });

  test.each([
    ['(', '(', 'the filter ends too early'],
    ['sport = :x', ':x', "no such service 'x'"],
    ['dport = 1 and dev = no-such', 'no-such', "no such device 'no-such'"],
    ['state listening user = no-such', 'no-such', "no such user 'no-such'"],
    ['cgroup = /no/such', '/no/such', "no such cgroup '/no/such'"],
  ])("%j is told before netstat's header, with a caret", async (filter, word, message) => {
    const at = filter === '(' ? 1 : filter.indexOf(word);
    expect(await run('-ta', '--filter', filter)).toEqual({
      stdout: '',
      stderr: expect.stringContaining(`sockdiag: --filter: ${message}\n  ${filter}\n  ${' '.repeat(at)}^ expected `),
      status: 3,
    });
  });

  test('routes have no filter', async () => {
    expect(await run('-r', '--filter', 'sport = :1')).toMatchObject({
      stderr: 'sockdiag: --filter: only sockets, not routes\n',
      status: 3,
    });
  });
});

describe('--source, --verbose-source', () => {
  test('the same text from either source', async () => {
    const texts = await Promise.all(['netlink', 'procfs'].map((source) => ok('-tuan', '--source', source)));
    expect(texts[0]).toBe(texts[1]);
    expect(lines(texts[0]!).length).toBeGreaterThan(5);
  });

  test('says where rows came from', async () => {
    const { stderr, status } = await run('-tan', '--verbose-source');
    expect({ stderr, status }).toEqual({
      stderr: expect.stringMatching(/^sockdiag: tcp,tcp6: netlink, \d+ rows\n$/),
      status: 0,
    });
    const json = await run('-tan', '--json', '--verbose-source', '--source', 'procfs');
    expect(json.stderr).toMatch(/^sockdiag: tcp: procfs, \d+ rows\nsockdiag: tcp6: procfs, \d+ rows\n$/);
  });

  test('a forced source that has no such table', async () => {
    expect(await run('-s', '--json', '--source', 'netlink')).toMatchObject({
      stdout: '',
      stderr: 'sockdiag: counters: netlink does not have this table\n',
      status: 1,
    });
  });
});

describe('without the addon', () => {
  const without = async (...args: readonly string[]): Promise<Ran> => {
    const env = { SOCKDIAG_NO_ADDON: '1' };
    const { stdout, stderr, status } = await ns.exec([process.execPath, bundle, ...args], { env });
    return { stdout: stdout.toString(), stderr: stderr.toString(), status };
  };

  test('what was asked for and nobody has is named', async () => {
    const few = await without('-tl', '--columns', 'localPort,rtt', '--filter', 'sport = :4000');
    expect(few).toEqual({
      stdout: 'localPort  rtt\n     4000    -\n',
      stderr: 'sockdiag: sockets: procfs does not have rtt: null\n',
      status: 0,
    });
    const { stderr } = await without('-tl', '--info', '--json');
    expect(stderr).toMatch(/^sockdiag: sockets: procfs does not have \w+, \w+, \w+, \d+ more: null\n$/);
    expect(await without('-tl', '--json')).toMatchObject({ stderr: '', status: 0 });
  });

  test.each(['rules', 'mptcp'])('--table %s', async (table) => {
    expect(await without('--table', table)).toEqual({
      stdout: '',
      stderr: expect.stringMatching(/^sockdiag: \S+: netlink cannot be used: SOCKDIAG_NO_ADDON is set\n$/),
      status: 1,
    });
  });
});

describe('--netns', () => {
  test('another namespace, by process', async (t) => {
    require.root(t);
    const other = await netns(scope);
    await mkprocess(other, {}, [{ kind: 'tcp-listen', host: '127.0.0.1', port: 4444 }]);
    expect(await ok('-tl', '--columns', 'localPort', '--no-header', '--netns', String(other.pid))).toBe('4444\n');
    expect(await ok('-tln', '--netns', String(other.pid))).toContain('127.0.0.1:4444');
    const all = await run('-tl', '--netns', 'all', '--csv', '--columns', 'netns,localPort');
    expect(all.status).toBe(0);
    const lines = all.stdout.split('\r\n');
    const label = (path: string) => `net:[${statSync(path).ino}]`;
    expect(lines).toEqual(expect.arrayContaining([`${label(ns.path)},4000`, `${label(other.path)},4444`]));
    expect(new Set(lines.slice(1, -1).map((line) => line.split(',')[0])).size).toBeGreaterThanOrEqual(2);
  });

  test('all: a device that is in one of them only', async (t) => {
    require.root(t);
    require.feature(t, 'tun');
    await ns.ip('tuntap', 'add', 'only0', 'mode', 'tap');
    const words = ['-tl', '--netns', 'all', '--csv', '--no-header', '--columns', 'netns,localPort'];
    const found = await run(...words, '--filter', 'dev != only0 and sport = :4000');
    expect(found.stdout).toBe(`net:[${statSync(ns.path).ino}],4000\r\n`);
    expect(found.stderr).toMatch(/^(sockdiag: .*: no such device 'only0'\n)+$/);
    const wrong = await run(...words, '--filter', 'dev != ');
    expect([wrong.stdout, wrong.status]).toEqual(['', 3]);
    expect(wrong.stderr).toMatch(/^sockdiag: --filter: the filter ends too early\n/);
  });

  test('one that does not exist', async () => {
    for (const more of [[], ['--json']]) {
      expect(await run('-ta', '--netns', 'no-such-namespace', ...more)).toMatchObject({
        stdout: '',
        stderr: 'sockdiag: namespace no-such-namespace: open: ENOENT\n',
        status: 1,
      });
    }
  });
});

describe('--record, --replay', () => {
  test('a recording gives the rows again', async () => {
    const file = join(ns.directory, 'dump');
    const before = await ok('-tua', '--json', '--record', file);
    const after = await ok('-tua', '--json', '--replay', file);
    expect(JSON.parse(after).source).toBe('replay');
    expect(JSON.parse(after).rows).toEqual(JSON.parse(before).rows);
    expect(readFileSync(file).subarray(0, 21).toString()).toBe('sockdiag-recording 1\n');
    expect(
      await ok('-tl', '--columns', 'localPort', '--no-header', '--replay', file, '--filter', 'sport = :4000'),
    ).toBe('4000\n');
  });

  test.each([
    [
      ['--replay', '/etc/passwd'],
      'sockdiag: --replay: /etc/passwd: neither a recording of sockdiag nor a capture of ss\n',
    ],
    [['--replay', 'no-such-file'], 'sockdiag: --replay: no-such-file: ENOENT\n'],
    [['--record', '/no/such/directory'], 'sockdiag: --record: /no/such/directory: ENOENT\n'],
  ])('%j', async (args, stderr) => {
    expect(await run('-ta', ...args)).toMatchObject({ stdout: '', stderr, status: 3 });
  });
});

test('a recording says what is not in it', async () => {
  const file = join(ns.directory, 'tcp');
  expect(await run('-ta', '--ndjson', '--record', file)).toMatchObject({ stderr: '', status: 0 });
  expect(await run('-tua', '--columns', 'localPort', '--no-header', '--replay', file)).toEqual({
    stdout: expect.stringMatching(/^ *40/),
    stderr: 'sockdiag: udp,udp6: not in the recording\n',
    status: 0,
  });
  expect(await run('-g', '--json', '--record', file)).toMatchObject({
    stderr: 'sockdiag: igmp,igmp6: what /proc shows is not recorded\n',
    status: 0,
  });
  for (const more of [['-p'], ['--by', 'process'], ['--columns', 'pid'], ['--filter', 'pid = 1']]) {
    expect(await run('-ta', '--replay', file, ...more)).toEqual({
      stdout: '',
      stderr: 'sockdiag: --replay: a recording does not tell who holds its sockets\n',
      status: 3,
    });
  }
});

test('--consistent lists every lasting socket once', async () => {
  const ports = lines(await ok('-tl', '--consistent', '--columns', 'localPort', '--no-header')).map((line) =>
    line.trim(),
  );
  expect(ports.sort()).toEqual(['4000', '4001', '4002']);
});

test("netstat's text without its headers", async () => {
  expect(await ok('-t4ln', '--no-header')).toMatch(/^(tcp .*\n){2}$/);
  expect((await run('-xl', '--no-header')).stdout).not.toContain('Active');
  expect(await run('-r', '--no-header')).toMatchObject({ stdout: '', status: 3 });
});

test('columns of owners are found by naming them', async () => {
  const text = await ok('-tl', '--columns', 'localPort,pid', '--sort', 'localPort', '--no-header');
  expect(text).toBe([4000, 4001, 4002].map((port) => `${port}  ${made.pid}\n`).join(''));
});

test('tables by name, narrowed down by -4, -6 and -l', async () => {
  expect(lines(await ok('--table', 'sockets', '-6l', '--columns', 'localPort', '--no-header'))).toEqual(['4002']);
  const documents = (await ok('--table', 'rules,links', '--json')).match(/^\{"schema":"sockdiag\/1","table":"\w+"/gm);
  expect(documents).toEqual(['rules', 'links'].map((name) => `{"schema":"sockdiag/1","table":"${name}"`));
  const rules = JSON.parse(await ok('--table', 'rules', '-6', '--json'));
  expect(new Set(rules.rows.map(({ family }: { family: string }) => family))).toEqual(new Set(['IPv6']));
});

test('Prometheus', async () => {
  const text = await ok('-ta', '--by', 'state', '--prometheus');
  expect(text).toBe(
    '# HELP sockdiag_counts Rows\n# TYPE sockdiag_counts untyped\n' +
      'sockdiag_counts{state="LISTEN"} 3\nsockdiag_counts{state="ESTABLISHED"} 2\n',
  );
  expect(await ok('-s', '--prometheus')).toMatch(
    /^sockdiag_counters\{file="snmp",section="Tcp",name="CurrEstab"\} 2$/m,
  );
});

test('Prometheus reads all of it, in its own units', async (t) => {
  const file = join(ns.directory, 'metrics');
  for (const words of [
    ['-tux', '--info', '--memory'],
    ['-s'],
    ['-i'],
    ['-ta', '--by', 'state,process'],
    ['-r'],
    ['-g'],
  ]) {
    const text = await ok(...words, '--prometheus');
    expect(text).toMatch(/^sockdiag_/m);
    writeFileSync(file, text);
    if (words.includes('-tux')) expect(text).toMatch(/^sockdiag_sockets_timer_seconds\{.*\} \d+(\.\d+)?$/m);
    require.binary(t, 'promtool');
    const checked = await ns.exec(['sh', '-c', 'promtool check metrics < "$0"', file]);
    expect([words, checked.stdout.toString(), checked.stderr.toString(), checked.status]).toEqual([words, '', '', 0]);
  }
});

describe('colours', () => {
  const coloured = `\x1b[1mstate \x1b[0m\n${'\x1b[32mLISTEN\x1b[0m\n'.repeat(3)}`;
  const plain = 'state\nLISTEN\nLISTEN\nLISTEN\n';
  const STATES = ['-tl', '--columns', 'state'];

  test('not in a pipe, unless they are wanted', async () => {
    expect(await ok(...STATES)).toBe(plain);
    expect(await ok(...STATES, '--color', 'always')).toBe(coloured);
  });

  test.for<[Record<string, string>, string]>([
    [{}, coloured],
    [{ NO_COLOR: '1' }, plain],
    [{ NO_COLOR: '' }, coloured],
    [{ TERM: 'dumb' }, plain],
    [{ TERM: 'dumb', FORCE_COLOR: '1' }, coloured],
  ])('on a terminal, with %j', async ([env, expected], t) => {
    require.binary(t, 'script');
    const command = [process.execPath, bundle, ...STATES].map((word) => `'${word}'`).join(' ');
    const { stdout } = await ns.exec(['script', '-qec', command, '/dev/null'], { env: { TERM: 'xterm', ...env } });
    expect(stdout.toString().replaceAll('\r', '')).toBe(expected);
  });

  test("netstat's own text has none", async () => {
    expect(await ok('-tln', '--color', 'always')).toBe(await ok('-tln'));
  });
});

describe('what is wrong', () => {
  test.each([
    [['-tx', '--columns', 'localPort'], "sockdiag: --columns: 'localPort' is not a column of unix\n"],
    [['-t', '--columns', 'change'], "sockdiag: --columns: 'change' is only there with --diff\n"],
    [['-t', '--columns', 'netns'], "sockdiag: --columns: 'netns' is only there with --netns all\n"],
    [['-r', '--columns', 'pid'], "sockdiag: --columns: 'pid' is not a column of routes\n"],
    [['-x', '--info'], 'sockdiag: --info: unix has no such columns\n'],
    [['-u', '--capture', 'x'], 'sockdiag: --capture: only TCP sockets\n'],
    [['--table', 'owners', '--netns', '1'], 'sockdiag: --netns: owners are those of the whole machine\n'],
    [['-t', '--columns', 'colour'], "sockdiag: --columns: 'colour' is not a column of sockets\n"],
    [['-t', '--json', '--sort', 'colour'], "sockdiag: --sort: 'colour' is not a column of sockets\n"],
    [['-x', '--by', 'remote'], 'sockdiag: --by: unix cannot be counted by remote\n'],
    [['-M', '--json'], 'sockdiag: there is no table for these options\n'],
  ])('%j', async (args, stderr) => {
    expect(await run(...args)).toEqual({ stdout: '', stderr, status: 3 });
  });
});

describe('what a filter cannot see', () => {
  async function asNobody(...args: readonly string[]): Promise<Ran> {
    const { stdout, stderr, status } = await ns.exec([process.execPath, bundle, ...args], { uid: 65534 });
    return { stdout: stdout.toString(), stderr: stderr.toString(), status };
  }

  test.each([
    [
      'a mark',
      '-tln',
      'fwmark = 1',
      'sockdiag: filter: mark of sockets cannot be read from netlink (needs CAP_NET_ADMIN)\n',
    ],
    [
      'an owner',
      '-tln',
      'comm = nothing',
      expect.stringMatching(/^sockdiag: the descriptors of \d+ processes could not be read\n$/),
    ],
  ])("is said on stderr beside netstat's text: %s", async (_what, letters, filter, said) => {
    const { stdout, stderr, status } = await asNobody(letters, '--filter', filter);
    expect({ rows: lines(stdout).length, stderr, status }).toEqual({ rows: 2, stderr: said, status: 0 });
  });

  test('is nothing where it sees everything', async () => {
    expect(lines(await ok('-tln', '--filter', 'fwmark = 1'))).toHaveLength(2);
  });
});
