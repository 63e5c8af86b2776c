import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addresses,
  counters,
  DecodeError,
  FilterError,
  find,
  format,
  groups,
  links,
  mptcpSockets,
  NetlinkError,
  neighbours,
  netlinkSockets,
  openRecording,
  ownerOf,
  owners,
  ProcfsError,
  packetSockets,
  portOwners,
  routes,
  rules,
  SockdiagError,
  sctpSockets,
  sockets,
  tableChanges,
  UsageError,
  unixSockets,
  vsockSockets,
  waitForPort,
} from '../../src/index.ts';
import { mkprocess } from '../support/mksock.ts';
import { type Netns, netns } from '../support/netns.ts';
import { require } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { inside } from './inside.ts';

/** Every class of errors by its causes, what is no error, and what becomes of everything when a signal is aborted. */

const scope = suiteScope();
const folder = mkdtempSync(join(tmpdir(), 'sockdiag-errors-'));
afterAll(() => rmSync(folder, { recursive: true }));

let ns: Netns;
beforeAll(async () => {
  ns = await netns(scope);
  await mkprocess(ns, {}, [{ kind: 'tcp-connected', host: '127.0.0.1', times: 300 }]);
});

async function thrown(action: () => unknown): Promise<SockdiagError> {
  try {
    await action();
  } catch (error) {
    return error as SockdiagError;
  }
  throw new Error('nothing was thrown');
}

/** A proc file system with one file below net/. */
function procWith(name: string, content: string | undefined): string {
  const root = mkdtempSync(join(folder, 'proc-'));
  mkdirSync(join(root, 'net'));
  if (content === undefined) mkdirSync(join(root, 'net', name));
  else writeFileSync(join(root, 'net', name), content);
  return root;
}

describe('classes', () => {
  const CAUSES: readonly [string, typeof SockdiagError, string, () => unknown][] = [
    ['an unknown column', UsageError, 'ERR_SOCKDIAG_USAGE', () => sockets({ columns: ['colour'] })],
    ['an unknown kind of sockets', UsageError, 'ERR_SOCKDIAG_USAGE', () => sockets({ netid: 'tcp5' })],
    ['an unknown state', UsageError, 'ERR_SOCKDIAG_USAGE', () => sockets({ state: 'open' })],
    ['a source that does not exist', UsageError, 'ERR_SOCKDIAG_USAGE', () => links({ source: 'sysfs' as never })],
    ['a group the table does not have', UsageError, 'ERR_SOCKDIAG_USAGE', () => unixSockets({ info: true } as never)],
    ['a family that does not exist', UsageError, 'ERR_SOCKDIAG_USAGE', () => routes({ family: 5 as never })],
    ['a file without counters', UsageError, 'ERR_SOCKDIAG_USAGE', () => counters({ files: ['tcp'] })],
    ['a port that is none', UsageError, 'ERR_SOCKDIAG_USAGE', () => portOwners(0)],
    ['a process that is none', UsageError, 'ERR_SOCKDIAG_USAGE', () => find({ pid: -1 })],
    ['a source of owners', UsageError, 'ERR_SOCKDIAG_USAGE', () => owners({ source: 'lsof' as never })],
    ['recording /proc', UsageError, 'ERR_SOCKDIAG_USAGE', () => sockets({ source: 'procfs', record: () => undefined })],
    ['an unknown format', UsageError, 'ERR_SOCKDIAG_USAGE', async () => format('xml' as never, await links())],
    [
      'a column not read',
      UsageError,
      'ERR_SOCKDIAG_USAGE',
      async () => (await links({ columns: ['name'] })).column('mtu'),
    ],
    [
      'tables of two kinds',
      UsageError,
      'ERR_SOCKDIAG_USAGE',
      async () => tableChanges(await links(), (await rules()) as never),
    ],
    ['a filter that cannot be read', FilterError, 'ERR_SOCKDIAG_FILTER', () => sockets({ filter: 'sport =' })],
    ['a name nobody has', FilterError, 'ERR_SOCKDIAG_FILTER', () => sockets({ filter: 'user = no-such-user-here' })],
    [
      'a device nobody has',
      FilterError,
      'ERR_SOCKDIAG_FILTER',
      () => packetSockets({ filter: 'dev = no-such-device' }),
    ],
    ['a namespace nobody has', NetlinkError, 'ENOENT', () => links({ netns: 'no-such-namespace' })],
    [
      'a process in a namespace nobody has',
      NetlinkError,
      'ENOENT',
      () => find({ pid: process.pid, netns: 'no-such-namespace' }),
    ],
    ['a process that is gone', ProcfsError, 'ESRCH', () => find({ pid: 4_194_300 })],
    ['a file that is a directory', ProcfsError, 'EISDIR', () => unixSockets({ root: procWith('unix', undefined) })],
    ['a table that source does not have', SockdiagError, 'ENOSYS', () => rules({ source: 'procfs' })],
  ];

  test.each(CAUSES)('%s', async (_, Class, code, action) => {
    const error = await thrown(action);
    expect(error).toBeInstanceOf(Class);
    expect(error).toBeInstanceOf(SockdiagError);
    expect([error.name, error.code]).toEqual([Class.name, code]);
    expect(error.message).not.toBe('');
  });

  test('a recording that is none', async () => {
    const path = join(folder, 'none');
    writeFileSync(path, 'hello, I am a text');
    const error = (await thrown(() => openRecording(path))) as DecodeError;
    expect(error).toBeInstanceOf(DecodeError);
    expect(error).toMatchObject({ name: 'DecodeError', code: 'ERR_SOCKDIAG_DECODE', what: 'recording', offset: 0 });
  });

  test('a FilterError tells where', async () => {
    const error = (await thrown(() => sockets({ filter: 'sport = :22 and colour' }))) as FilterError;
    expect(error.position).toBe('sport = :22 and '.length);
    expect(error.expected).not.toBe('');
  });

  test('a NetlinkError tells what was done, and wraps its cause', async () => {
    const error = (await thrown(() => sockets({ netns: 'no-such-namespace' }))) as NetlinkError;
    expect(error).toMatchObject({
      op: 'open',
      errno: 2,
      request: 'namespace no-such-namespace',
      detail: '',
      offset: 0,
    });
    expect(error.cause).toMatchObject({ code: 'ENOENT', syscall: 'open' });
  });

  test('a ProcfsError tells which file', async () => {
    const root = procWith('unix', undefined);
    const error = (await thrown(() => unixSockets({ root }))) as ProcfsError;
    expect(error).toMatchObject({ path: join(root, 'net/unix'), line: 0 });
  });

  test('what is not permitted', async (t) => {
    require.root(t);
    const codes = await inside<string[]>(
      ns,
      `const of = (promise) => promise.then(() => 'read', ({ name, code }) => name + ' ' + code);
       return [await of(sockdiag.find({ pid: 1 })),
               await of(sockdiag.sockets({ netns: { pid: 1 }, source: 'netlink', netid: 'tcp' }))];`,
      65534,
    );
    expect(codes[0]).toBe('ProcfsError EACCES');
    expect(codes[1]).toMatch(/^(NetlinkError|SockdiagError) E(ACCES|PERM)$/);
  });
});

describe('no errors, but warnings', () => {
  test('a file the kernel does not have', async () => {
    const table = await sockets({ root: procWith('tcp', 'header\n'), netid: ['tcp', 'tcp6'] });
    expect(table.length).toBe(0);
    expect(table.warnings).toMatchObject([{ code: 'missing', path: expect.stringMatching(/net\/tcp6$/) }]);
  });

  test('a line that is nonsense costs that line', async () => {
    const table = await unixSockets({ root: procWith('unix', 'header\nnonsense\n') });
    expect([table.length, table.warnings[0]?.code]).toEqual([0, 'malformed']);
  });

  test('a column no source has is null', async () => {
    const table = await sockets({ source: 'procfs', netid: 'tcp', columns: ['rtt'] });
    expect(table.warnings).toMatchObject([{ code: 'missing', count: 1 }]);
  });
});

describe('a filter that asks what nobody here can tell keeps no row, and says so', () => {
  const messages = (call: string, uid?: number) =>
    inside<[number, string[]]>(
      ns,
      `const { length, warnings } = await sockdiag.sockets({ netid: 'tcp', columns: ['localPort'], ${call} });
       return [length, warnings.filter(({ code }) => code === 'missing').map(({ message }) => message)];`,
      uid,
    );

  test('what a file does not have', async () => {
    const unknown = 'filter: rtt of sockets cannot be read from procfs';
    expect(await messages("source: 'procfs', filter: 'rtt > 0'")).toEqual([0, [unknown]]);
    expect(await messages("source: 'procfs', filter: 'comm = x and rtt > 0'")).toEqual([0, [unknown]]);
    expect((await messages("source: 'netlink', filter: 'rtt > 0'"))[1]).toEqual([]);
    expect(await messages("source: 'netlink', filter: 'vegasRtt > 0'")).toEqual([0, []]);
  });

  test('what only the privileged see', async (t) => {
    require.root(t);
    const unknown = 'filter: mark of sockets cannot be read from netlink (needs CAP_NET_ADMIN)';
    expect(await messages("filter: 'fwmark = 1 or recvq > 5'", 65534)).toEqual([0, [unknown]]);
    expect(await messages("filter: 'fwmark = 1 or recvq > 5'")).toEqual([0, []]);
  });
});

describe('signals', () => {
  type Options = { signal: AbortSignal };
  const CALLS: readonly [string, string][] = [
    ['sockets', 'sockdiag.sockets({ signal })'],
    ['sockets with owners', 'sockdiag.sockets({ signal, owners: true })'],
    ['sockets with a filter on owners', "sockdiag.sockets({ signal, filter: 'comm = x' })"],
    ['sockets, twice', 'sockdiag.sockets({ signal, consistent: true })'],
    ['a stream', '(async () => { for await (const chunk of sockdiag.sockets.stream({ signal, chunkRows: 16 })); })()'],
    ['unixSockets', 'sockdiag.unixSockets({ signal, owners: true })'],
    ['packetSockets', 'sockdiag.packetSockets({ signal, filter: "dev = lo" })'],
    ['netlinkSockets', 'sockdiag.netlinkSockets({ signal })'],
    ['sctpSockets', 'sockdiag.sctpSockets({ signal })'],
    ['rules', 'sockdiag.rules({ signal })'],
    ['neighbours', 'sockdiag.neighbours({ signal })'],
    ['addresses', 'sockdiag.addresses({ signal })'],
    ['groups', 'sockdiag.groups({ signal })'],
    ['routes', 'sockdiag.routes({ signal })'],
    ['links', 'sockdiag.links({ signal })'],
    ['counters', 'sockdiag.counters({ signal })'],
    ['owners', 'sockdiag.owners({ signal, columns: ["comm", "exe"] })'],
    ['find, by port', 'sockdiag.find({ signal, port: 1 })'],
    ['find, by process', 'sockdiag.find({ signal, pid: process.pid })'],
    ['portOwners', 'sockdiag.portOwners(1, { signal, all: true })'],
    ['ownerOf', 'sockdiag.ownerOf(1, { signal })'],
    ['waitForPort', 'sockdiag.waitForPort(1, { signal })'],
  ];

  const ENDS = { localAddress: '127.0.0.1', localPort: 1, remoteAddress: '127.0.0.1', remotePort: 2 };

  const ALREADY: readonly [string, (options: Options) => Promise<unknown>][] = [
    ['sockets', sockets],
    ['sockets with a filter', (options) => sockets({ ...options, filter: 'dev = lo and user = root and comm = x' })],
    ['unixSockets', unixSockets],
    ['packetSockets', packetSockets],
    ['netlinkSockets', netlinkSockets],
    ['mptcpSockets', mptcpSockets],
    ['vsockSockets', vsockSockets],
    ['sctpSockets', sctpSockets],
    ['routes', routes],
    ['rules', rules],
    ['neighbours', neighbours],
    ['links', links],
    ['addresses', addresses],
    ['groups', groups],
    ['counters', counters],
    ['owners', owners],
    ['find, by port', (options) => find({ ...options, port: 1 })],
    ['find, by process', (options) => find({ ...options, pid: process.pid })],
    ['find, by both ends', (options) => find({ ...options, ...ENDS })],
    ['portOwners', (options) => portOwners(1, options)],
    ['ownerOf', (options) => ownerOf(1, options)],
    ['waitForPort', (options) => waitForPort(1, options)],
    ['a stream', async (options) => sockets.stream(options).next()],
  ];

  test.each(ALREADY)('%s: aborted before', async (_, call) => {
    await expect(call({ signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
  });

  test.each(CALLS)('%s: aborted at any moment', async (_, call) => {
    const outcome = await inside<{ wrong: string[]; aborted: number; late: number; before: number; after: number }>(
      ns,
      `const { readdirSync } = await import('node:fs');
       const descriptors = () => readdirSync('/proc/self/fd').length;
       const wrong = [];
       process.on('unhandledRejection', (error) => wrong.push('unhandled: ' + error));
       const run = (signal) => ${call};
       await run(AbortSignal.timeout(200)).catch(() => undefined);
       const before = descriptors();
       let aborted = 0;
       let late = 0;
       for (let round = 0; round < 40; round += 1) {
         const controller = new AbortController();
         const began = performance.now();
         const wait = round / 8;
         const running = run(controller.signal).then(() => 'read', (error) => (error === 'enough' ? 'aborted' : String(error)));
         if (round < 4) queueMicrotask(() => controller.abort('enough'));
         else setTimeout(() => controller.abort('enough'), wait);
         const limit = new Promise((resolve) => setTimeout(resolve, 5000, 'hangs').unref());
         const end = await Promise.race([running, limit]);
         if (end === 'aborted') aborted += 1;
         else if (end !== 'read') wrong.push(end);
         if (end === 'aborted' && performance.now() - began > wait + 500) late += 1;
       }
       // What was aborted is still being answered for a while.
       for (let wait = 0; wait < 100 && descriptors() > before + 1; wait += 1) await new Promise((resolve) => setTimeout(resolve, 50));
       return { wrong, aborted, late, before, after: descriptors() };`,
    );
    expect(outcome).toMatchObject({ wrong: [], late: 0 });
    expect(outcome.aborted).toBeGreaterThan(0);
    expect(outcome.after).toBeLessThanOrEqual(outcome.before + 1);
  });
});
