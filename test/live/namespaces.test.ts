import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  addresses,
  counters,
  groups,
  links,
  mptcpSockets,
  neighbours,
  netlinkSockets,
  packetSockets,
  portOwners,
  routes,
  rules,
  sockets,
  type TableOptions,
  unixSockets,
  waitForPort,
} from '../../src/index.ts';
import { type MadeProcess, mkprocess } from '../support/mksock.ts';
import { isRoot, type Netns, netns } from '../support/netns.ts';
import { require } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';

/** Other network namespaces, read by a process that must stay in its own with every thread it has. */

const scope = suiteScope();
let ns: Netns;
let made: MadeProcess;

beforeAll(async () => {
  if (!isRoot) return;
  ns = await netns(scope);
  made = await mkprocess(ns, {}, [
    { kind: 'tcp-connected', host: '127.0.0.1', port: 4700 },
    { kind: 'unix-pair' },
    { kind: 'packet', device: 'lo' },
    { kind: 'netlink', protocol: 0, groups: [1] },
  ]);
});

type Options = Pick<TableOptions, 'netns' | 'source' | 'signal'>;

const TABLES: readonly [name: string, read: (options: Options) => Promise<{ readonly length: number }>][] = [
  ['sockets', (options) => sockets({ ...options, netid: ['tcp', 'tcp6', 'udp', 'udp6'] })],
  ['unixSockets', unixSockets],
  ['packetSockets', packetSockets],
  ['netlinkSockets', netlinkSockets],
  ['mptcpSockets', mptcpSockets],
  ['links', links],
  ['addresses', addresses],
  ['routes', routes],
  ['rules', rules],
  ['neighbours', neighbours],
  ['groups', groups],
  ['counters', counters],
];

function namespacesOfThreads(): string[] {
  return readdirSync('/proc/self/task').flatMap((tid) => {
    try {
      return [readlinkSync(`/proc/self/task/${tid}/ns/net`)];
    } catch {
      return [];
    }
  });
}

test('no thread is left in another namespace', async (t) => {
  require.root(t);
  const own = readlinkSync('/proc/self/ns/net');
  const fd = openSync(ns.path, 'r');
  const places = [{ pid: made.pid }, ns.path, { fd }];
  const readings: Promise<unknown>[] = [];
  for (let round = 0; round < 8; round += 1) {
    for (const [, read] of TABLES) readings.push(read({ netns: places[round % places.length]! }));
    readings.push(read4700({ netns: ns.path }), portOwners(4700, { netns: ns.path }));
  }
  const seen = new Set<string>();
  const watch = setInterval(() => {
    for (const namespace of namespacesOfThreads()) seen.add(namespace);
  }, 1);
  await Promise.all(readings);
  clearInterval(watch);
  closeSync(fd);
  const after = namespacesOfThreads();
  expect(after.length).toBeGreaterThan(3);
  expect(new Set(after)).toEqual(new Set([own]));
  expect(readlinkSync('/proc/self/ns/net')).toBe(own);
  expect(seen).toContain(own);
});

async function read4700(options: Options): Promise<void> {
  const ports: number[] = [];
  for await (const chunk of sockets.stream({ ...options, netid: 'tcp' }))
    for (const row of chunk) ports.push(row.localPort);
  expect(ports).toContain(4700);
}

describe('each table is that of the namespace, not ours', () => {
  test.for(TABLES)('%s', async ([name, read], t) => {
    require.root(t);
    if (name === 'mptcpSockets') require.feature(t, 'mptcp diag');
    const byPid = await read({ netns: { pid: made.pid } });
    const byPath = await read({ netns: ns.path });
    expect(byPid.length).toBe(byPath.length);
    const length: Record<string, number> = { sockets: 3, unixSockets: 2, packetSockets: 1, links: 1, rules: 5 };
    if (length[name] !== undefined) expect(byPath.length).toBe(length[name]);
  });

  test('waitForPort', async (t) => {
    require.root(t);
    const { socket, owner } = await waitForPort(4700, { netns: ns.path });
    expect([socket.localPort, owner?.pid]).toEqual([4700, made.pid]);
  });
});

describe('what cannot be a namespace', () => {
  test.each([
    [{ netns: { pid: 0 } }, 'ERR_SOCKDIAG_USAGE'],
    [{ netns: { pid: 1.5 } }, 'ERR_SOCKDIAG_USAGE'],
    [{ netns: 'a/b' }, 'ERR_SOCKDIAG_USAGE'],
    [{ netns: '' }, 'ERR_SOCKDIAG_USAGE'],
    [{ netns: 'no-such-namespace' }, 'ENOENT'],
    [{ netns: { pid: 4_194_300 } }, 'ENOENT'],
    [{ netns: '/proc/self/ns/net', root: '/proc' }, 'ERR_SOCKDIAG_USAGE'],
  ])('%j', async (options, code) => {
    await expect(sockets(options)).rejects.toMatchObject({ code });
    await expect(routes(options)).rejects.toMatchObject({ code });
  });

  test('a descriptor of something else', async (t) => {
    require.root(t);
    const fd = openSync('/proc/self/ns/uts', 'r');
    await expect(sockets({ netns: { fd }, source: 'netlink' })).rejects.toMatchObject({
      name: 'NetlinkError',
      op: 'setns',
    });
    closeSync(fd);
    expect(new Set(namespacesOfThreads())).toEqual(new Set([readlinkSync('/proc/self/ns/net')]));
  });

  test.each([
    [-1, 'ERR_SOCKDIAG_USAGE'],
    [1.5, 'ERR_SOCKDIAG_USAGE'],
    [1_000_000, 'EBADF'],
  ])('descriptor %d', async (fd, code) => {
    await expect(sockets({ netns: { fd } })).rejects.toMatchObject({ code });
  });
});
