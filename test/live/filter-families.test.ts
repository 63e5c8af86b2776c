import { beforeAll, expect, test } from 'vitest';
import { mkprocess } from '../support/mksock.ts';
import { type Netns, netns } from '../support/netns.ts';
import { require } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { inside } from './inside.ts';

/** Addresses and states of families other than the Internet's, as ss understands them. */

const scope = suiteScope();
let ns: Netns;

const name = (text: string) => Buffer.from(text, 'latin1').toString('hex');

beforeAll(async () => {
  ns = await netns(scope);
  await mkprocess(ns, {}, [
    { kind: 'unix-listen', path: name('\0families/One') },
    { kind: 'unix-listen', path: name('\0families/two') },
    { kind: 'unix-listen', path: name('\0other') },
    { kind: 'unix-pair' },
    { kind: 'unix-pair', type: 'seqpacket' },
    { kind: 'packet', device: 'lo' },
    { kind: 'packet' },
    { kind: 'netlink', protocol: 0, groups: [1] },
    { kind: 'netlink', protocol: 15 },
  ]);
});

/** Words behind the family letter, the same filter for both; and how many rows it keeps. */
const UNIX: readonly [filter: string, rows: number][] = [
  ['src unix:@families/One', 1],
  ['src unix:@FAMILIES/one', 1],
  ['src unix:@families/*', 2],
  ['src unix:@[fo]*', 3],
  ['src unix:*two', 1],
  ['src unix:*', 7],
  ['src unix:@families', 0],
  ['not src unix:@families/*', 5],
  ['src unix:@other or src unix:*two', 2],
  ['state listening', 3],
  ['state connected', 4],
  ['state established src unix:@other', 0],
  ['exclude listening', 4],
];

const PACKET: readonly [filter: string, rows: number][] = [
  ['src link:*:lo', 1],
  ['not src link:*:lo', 1],
  ['src link:*', 2],
];

const NETLINK: readonly [filter: string, rows: number][] = [
  ['src netlink:rtnl:*', 2],
  ['src netlink:0', 2],
  ['src netlink:uevent:*', 2],
  ['src netlink:rtnl:kernel', 1],
  ['src netlink:15:kernel or src netlink:0:kernel', 2],
];

/** What tells a row in the output of ss, and from which columns of ours the same is made. */
interface Family {
  readonly option: string;
  readonly table: string;
  readonly columns: readonly string[];
  identity(line: string): string | undefined;
}

const FAMILIES: Readonly<Record<'unix' | 'packet' | 'netlink', Family>> = {
  unix: { option: '-x', table: 'unixSockets', columns: ['inode'], identity: (line) => line.trim().split(/\s+/).at(-3) },
  packet: {
    option: '-0',
    table: 'packetSockets',
    columns: ['inode'],
    identity: (line) => / ino:(\d+)/.exec(line)?.[1],
  },
  // Member of a group: ss lists it twice.
  netlink: {
    option: '-fnetlink',
    table: 'netlinkSockets',
    columns: ['protocol', 'portid'],
    identity: (line) => line.trim().split(/\s+/)[3],
  },
};

async function ssRows({ option, identity }: Family, filter: string): Promise<string[]> {
  const { stdout, stderr } = await ns.exec(['ss', option, option === '-0' ? '-anHeO' : '-anH', ...filter.split(' ')]);
  expect(stderr.toString()).toBe('');
  return [
    ...new Set(
      stdout
        .toString()
        .split('\n')
        .flatMap((line) => identity(line) ?? []),
    ),
  ].sort();
}

async function ourRows({ table, columns }: Family, filter: string): Promise<string[]> {
  const options = JSON.stringify({ source: 'netlink', columns, precedence: 'ss', filter });
  const rows = await inside<unknown[][]>(
    ns,
    `return Array.from(await sockdiag.${table}(${options}), (row) => ${JSON.stringify(columns)}.map((name) => row[name]))`,
  );
  return [...new Set(rows.map((values) => values.join(':')))].sort();
}

for (const [family, cases] of [
  ['unix', UNIX],
  ['packet', PACKET],
  ['netlink', NETLINK],
] as const) {
  test.for(cases)(`${family}: %s`, async ([filter, rows], t) => {
    require.binary(t, 'ss');
    const theirs = await ssRows(FAMILIES[family], filter);
    expect([theirs.length, await ourRows(FAMILIES[family], filter)]).toEqual([rows, theirs]);
  });
}
