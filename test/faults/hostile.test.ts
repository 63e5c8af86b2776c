import { beforeAll, describe, expect, test } from 'vitest';
import { type MadeProcess, mkprocess } from '../support/mksock.ts';
import { isRoot, type Netns, netns } from '../support/netns.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { ours } from './faulty.ts';

/** Names that processes chose to hurt whoever reads them: the whole command, every format, live sockets. */

const scope = suiteScope();
let ns: Netns;
let made: MadeProcess[];

const FORGED = 'x\n0000000000000000: 00000002 00000000 00010000 0001 01 4242424242 /run/forged.sock';

/** Bytes of unix names; what begins with NUL is abstract. */
const NAMES = [
  '\0esc \x1b]0;owned\x07\x1b[2J\x1b[31m',
  '\0line\nfeed\r\tand\x0btab',
  `\0${FORGED}`,
  '\0not utf-8 \xff\xfe\xc3(\xe2\x82',
  '\0c1 \xc2\x9b31m \x9b31m',
  '\0bidi \xe2\x80\xae\xe2\x80\x8bname',
  '\0quotes " \' \\ , ; = $(reboot) `reboot`',
  '\0nul \0\0 inside',
  '\0shown \\xff as text',
  '\0shown \xff as byte',
  '\0backslash \\ \\x1b \\\\',
  `\0${'\x1b'.repeat(100)}`,
].map((name) => Buffer.from(name, 'latin1'));

const COMM = Buffer.from('a) S 1 (\x1b[7m\n', 'latin1');
const TITLE = Buffer.from(`/x y/(\x1b]0;t\x07\n\xff \xc2\x9b) ${'A\x1b('.repeat(1365)}`, 'latin1');

beforeAll(async () => {
  ns = await netns(scope);
  const unix = NAMES.map((name) => ({ kind: 'unix-listen', path: name.toString('hex') }) as const);
  made = [
    await mkprocess(ns, { comm: COMM, title: TITLE }, [{ kind: 'tcp-listen', host: '127.0.0.1', port: 4000 }, ...unix]),
    await mkprocess(ns, { comm: ' ', title: '' }, [{ kind: 'udp', host: '::1', port: 4001 }]),
  ];
});

/** The bytes of a text of JSON: one that has a `\xHH` of a byte above 0x7f shows such bytes, and its backslashes twice. */
function bytesOf(shown: string): Buffer {
  if (!/\\x[89a-f][0-9a-f]/.test(shown)) return Buffer.from(shown);
  const pieces = shown.split(/(\\\\|\\x[0-9a-f]{2})/);
  return Buffer.concat(
    pieces.map((piece) => {
      if (piece === '\\\\') return Buffer.from('\\');
      return /^\\x..$/.test(piece) ? Buffer.from([Number.parseInt(piece.slice(2), 16)]) : Buffer.from(piece);
    }),
  );
}

/** Everything a terminal acts upon but the line feed, and CR before it in CSV. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const HARMFUL = /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069]/u;

async function run(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, status, signal } = await ns.exec(ours(args));
  expect([status, signal]).toEqual([0, null]);
  for (const bytes of [stdout, stderr]) {
    const text = bytes.toString('utf8').replaceAll('\r\n', '\n');
    expect(Buffer.from(bytes.toString('utf8')).equals(bytes), 'well-formed UTF-8').toBe(true);
    expect(text).not.toMatch(HARMFUL);
  }
  return stdout.toString('utf8');
}

const WAYS = [['--source', 'netlink'], ['--source', 'procfs'], []] as const;
const FORMATS = [
  [],
  ['--json'],
  ['--ndjson'],
  ['--csv'],
  ['--prometheus', '--by', 'state'],
  ['--columns', 'inode,path,process,pid'],
  ['--by', 'process'],
] as const;

describe('nothing reaches a terminal', () => {
  for (const format of FORMATS) {
    test(`unix: ${format.join(' ') || 'netstat'}`, async () => {
      for (const way of WAYS) expect((await run('-xalp', ...format, ...way)).length).toBeGreaterThan(20);
    });
    const inet = format.map((word) => word.replace('inode,path', 'localPort,inode'));
    test(`Internet: ${format.join(' ') || 'netstat'}`, async () => {
      expect((await run('-tulnpe', ...inet)).length).toBeGreaterThan(20);
      expect((await run('-tulnpeW', ...inet)).length).toBeGreaterThan(20);
    });
  }
});

describe('nothing is lost or forged', () => {
  test.each([['--json'], ['--ndjson']])('%s: names come back byte for byte', async (format) => {
    const text = await run('-xal', format, '--source', 'netlink');
    const rows: { path: string | null }[] =
      format === '--json'
        ? JSON.parse(text).rows
        : text
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line));
    const paths = rows.flatMap(({ path }) => (path === null ? [] : [bytesOf(path).toString('hex')]));
    for (const name of NAMES) expect(paths).toContain(name.toString('hex'));
    expect(rows.some(({ path }) => path?.startsWith('/run/forged') === true)).toBe(false);
  });

  test('process names come back byte for byte', async () => {
    const { rows } = JSON.parse(await run('-tlp', '--json'));
    const [row] = rows.filter(({ localPort }: { localPort: number }) => localPort === 4000);
    expect(row.pid).toBe(made[0]!.pid);
    expect(bytesOf(row.process).equals(COMM.subarray(0, 15))).toBe(true);
  });

  // /proc/net/unix cannot be told from what a name puts there: the kernel's own rows stay, and the source is named.
  test('from /proc/net/unix a name may forge a row, but takes none away', async () => {
    const netlink = JSON.parse(await run('-xal', '--json', '--source', 'netlink')).rows;
    const procfs = JSON.parse(await run('-xal', '--json', '--source', 'procfs'));
    const inodes = new Set(procfs.rows.map(({ inode }: { inode: number }) => inode));
    for (const { inode } of netlink) expect(inodes.has(inode)).toBe(true);
    expect(procfs.source).toBe('procfs');
  });

  test('every socket is one line, and has its process', async () => {
    const lines = (await run('-tulnp')).split('\n').slice(2, -1);
    expect(lines.map((line) => /(\d+)\/|-\s*$/.exec(line)?.[1])).toEqual(made.map(({ pid }) => String(pid)));
    expect(isRoot || lines.length === 2).toBe(true);
  });

  test('rows of CSV have the same number of fields', async () => {
    const text = await run('-xal', '--csv', '--columns', 'inode,path,state', '--source', 'netlink');
    const fields = text
      .trimEnd()
      .split('\r\n')
      .map((line) => line.replace(/"(?:[^"]|"")*"/g, 'Q').split(',').length);
    expect(new Set(fields)).toEqual(new Set([3]));
    expect(fields.length).toBeGreaterThanOrEqual(NAMES.length + 1);
  });

  test('filters and sorting work on such names', async () => {
    const filter = await run('-tlp', '--json', '--filter', 'sport = :4000', '--sort', 'process');
    expect(JSON.parse(filter).rows.length).toBe(1);
  });
});

describe('names of devices that are not UTF-8', () => {
  const DEVICES = ['\xff\xfe\x9b1m', 'lat\xe9\xe8', 'lat\xe8\xe9'];

  beforeAll(async () => {
    for (const name of DEVICES) {
      const octal = [...Buffer.from(name, 'latin1')].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
      await ns.exec(['sh', '-c', 'ip link add "$(printf "$0")" type bridge && ip link set "$(printf "$0")" up', octal]);
    }
  });

  test.each(['netlink', 'procfs'])('are told apart, byte for byte, by %s', async (source) => {
    const { rows } = JSON.parse(await run('-i', '--json', '--columns', 'name', '--source', source));
    const names = (rows as { name: string }[]).map(({ name }) => bytesOf(name).toString('latin1'));
    expect(names.filter((name) => name !== 'lo').sort()).toEqual([...DEVICES].sort());
  });

  test('are no wider in a list, and nothing acts upon the terminal', async () => {
    const text = await run('-ia');
    expect(text).not.toMatch(HARMFUL);
    expect(text).toMatch(/^\.\.\.1m {12}1500 /m);
  });
});
