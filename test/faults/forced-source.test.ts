import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Netns } from '../support/netns.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { compile, errnoOf, ours, populated } from './faulty.ts';

/** A source that is insisted on and is not available: every table and every listing names the reason and gives no rows. */

const scope = suiteScope();
const compiled = compile(scope);
let ns: Netns;

beforeAll(async () => {
  if (compiled !== undefined) ns = await populated(scope, { tcp: 20, udp: 4, unix: 4 });
});

const REFUSED = { FAULT: `socket:${errnoOf('EPERM')}` };

/** Tables of the library: netlink has them; procfs has them. */
const TABLES: readonly (readonly [read: string, netlink: boolean, procfs: boolean])[] = [
  ['sockets', true, true],
  ['stream', true, true],
  ['unixSockets', true, true],
  ['packetSockets', true, true],
  ['netlinkSockets', true, true],
  ['routes', true, true],
  ['links', true, true],
  ['addresses', true, true],
  ['neighbours', true, true],
  ['rules', true, false],
  ['mptcpSockets', true, false],
  ['vsockSockets', true, false],
  ['groups', false, true],
  ['counters', false, true],
  ['sctpSockets', false, true],
];

interface Became {
  readonly source?: string;
  readonly error?: { readonly name: string; readonly code: string };
}

async function readings(source: string, env: object): Promise<ReadonlyMap<string, Became>> {
  const cases = TABLES.map(([read]) => ({ read, options: { source }, env }));
  const dist = pathToFileURL(resolve(import.meta.dirname, '../../dist')).href;
  const argv = [process.execPath, join(import.meta.dirname, 'broken-dumps.mjs'), dist, JSON.stringify(cases)];
  const { stdout } = await ns.exec(argv, { env: { LD_PRELOAD: compiled!.shim } });
  const became = JSON.parse(stdout.toString()) as Became[];
  return new Map(TABLES.map(([read], at) => [read, became[at]!]));
}

describe.skipIf(compiled === undefined)('the library', () => {
  test('netlink refused, netlink insisted on: the errno, or that netlink has no such table', async () => {
    const became = await readings('netlink', REFUSED);
    for (const [read, netlink] of TABLES) {
      const expected = netlink ? { name: 'NetlinkError', code: 'EPERM' } : { name: 'SockdiagError', code: 'ENOSYS' };
      expect([read, became.get(read)]).toEqual([read, { error: expected }]);
    }
  });

  test('procfs insisted on: procfs, whatever netlink does, or that it has no such table', async () => {
    const became = await readings('procfs', REFUSED);
    for (const [read, , procfs] of TABLES) {
      const expected = procfs ? { source: 'procfs' } : { error: { name: 'SockdiagError' } };
      expect(became.get(read), read).toMatchObject(expected);
      if (!procfs) expect(became.get(read)?.error?.code, read).toMatch(/^(ENOSYS|ENOENT)$/);
    }
  });
});

/** Letters of netstat and tables of ours, and what netlink has of them. */
const LISTINGS: readonly (readonly [args: string, netlink: boolean])[] = [
  ['-tan', true],
  ['-tln', true],
  ['-uan', true],
  ['-rn', true],
  ['-i', true],
  ['-g', false],
  ['-s', false],
  ['-tan --json', true],
  ['-uan --ndjson', true],
  ['-wan --json', true],
  ['-Uan --csv', true],
  ['-xan --json', true],
  ['-rn --json', true],
  ['-i --csv', true],
  ['-gn --json', false],
  ['-s --prometheus', false],
  ['-Sn --json', false],
  ['--table packet', true],
  ['--table netlink', true],
  ['--table rules', true],
  ['--table neighbours', true],
  ['--table addresses', true],
  ['--table mptcp', true],
  ['--table vsock', true],
];

describe.skipIf(compiled === undefined)('the command, netlink refused and insisted on', () => {
  test.each(LISTINGS)('%s', async (args, netlink) => {
    const argv = ours([...args.split(' '), '--source', 'netlink']);
    const { status, stdout, stderr } = await ns.exec(argv, { env: { ...REFUSED, LD_PRELOAD: compiled!.shim } });
    expect(stderr.toString()).toMatch(
      netlink ? /^sockdiag: .*socket: EPERM/ : /^sockdiag: .*netlink does not have this table/,
    );
    expect(status).toBe(1);
    expect(stdout.toString()).not.toMatch(/^(tcp|udp|raw|unix|lo|\{)/m);
  });
});
