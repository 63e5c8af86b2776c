import { beforeAll, describe, expect, test } from 'vitest';
import { mkprocess, mksock } from '../support/mksock.ts';
import { isRoot, type Netns, netns } from '../support/netns.ts';
import { require } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { inside } from './inside.ts';

/** Dumps the kernel would give in part, or with rows that were not asked for. */

const scope = suiteScope();
let ns: Netns;

beforeAll(async () => {
  ns = await netns(scope);
});

test('unix: connections that wait by the hundred take no rows away', async (t) => {
  require.feature(t, 'unix diag');
  const path = Buffer.from('\0waiting').toString('hex');
  await mksock(ns, 'unix-unaccepted', { path, count: 1200 });
  const counts = await inside<{ netlink: number; procfs: number }>(
    ns,
    `const count = async (source) => (await sockdiag.unixSockets({ source })).toObjects().filter(({ inode }) => inode !== 0).length;
     return { netlink: await count('netlink'), procfs: await count('procfs') };`,
  );
  expect(counts.netlink).toBeGreaterThan(1200);
  expect(counts.netlink).toBe(counts.procfs);
});

test('netlink: of nine hundred sockets with groups each is listed once', async () => {
  await mkprocess(ns, {}, [{ kind: 'netlink', protocol: 0, groups: [1, 5], times: 900 }]);
  const ports = await inside<number[]>(
    ns,
    'return (await sockdiag.netlinkSockets()).toObjects().filter(({ protocol, portid }) => Number(protocol) === 0 && portid !== 0).map(({ portid }) => portid)',
  );
  const file = (await ns.exec(['cat', '/proc/net/netlink'])).stdout.toString().trim().split('\n').slice(1);
  const theirs = file
    .map((line) => line.trim().split(/\s+/))
    .filter(([, protocol, port]) => protocol === '0' && port !== '0');
  expect(new Set(ports).size).toBe(ports.length);
  expect(ports.length).toBe(theirs.length);
  expect(ports.length).toBeGreaterThanOrEqual(900);
});

test('a local port is no other bound socket', async () => {
  await mksock(ns, 'tcp-bound', { host: '127.0.0.1', port: 7001 });
  const ports = await inside<number[]>(
    ns,
    "return (await sockdiag.sockets({ netid: 'tcp', localPort: 8001, filter: 'state = bound-inactive or state = listening' })).toObjects().map(({ localPort }) => localPort)",
  );
  expect(ports).toEqual([]);
});

test('descriptors of a dump that goes on are not inherited', async () => {
  await mksock(ns, 'tcp-connected', { host: '127.0.0.1' });
  const [before, during] = await inside<[string, string]>(
    ns,
    `const { execFileSync } = await import('node:child_process');
     const listed = () => execFileSync('ls', ['-l', '/proc/self/fd'], { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
     const before = listed();
     let during = '';
     for await (const table of sockdiag.sockets.stream({ netid: ['tcp'] })) {
       during = listed();
     }
     return [before, during];`,
  );
  // Its standard output may be a socket.
  const socketsIn = (links: string) => links.match(/socket:/g)?.length ?? 0;
  expect(during).toContain('/proc/');
  expect(socketsIn(during)).toBe(socketsIn(before));
});

describe.skipIf(!isRoot)(`a user namespace${isRoot ? '' : ' (needs root)'}`, () => {
  test('foreign users are the overflow user, from netlink and procfs alike', async () => {
    await mksock(ns, 'tcp-listen', { host: '127.0.0.1', port: 7100, owner: 1234 });
    const script = `const sockdiag = await import(process.argv[1]);
      const of = async (source) => (await sockdiag.sockets({ netid: 'tcp', localPort: 7100, source })).toObjects().map(({ uid }) => uid);
      console.log(JSON.stringify([await of('netlink'), await of('procfs')]));`;
    const library = new URL('../../dist/index.js', import.meta.url).href;
    const argv = ['unshare', '-Ur', process.execPath, '--input-type=module', '-e', script, library];
    const { stdout, stderr } = await ns.exec(argv);
    expect(stderr.toString()).toBe('');
    expect(JSON.parse(stdout.toString())).toEqual([[65534], [65534]]);
  });
});
