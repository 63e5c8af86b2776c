import { beforeAll, describe, expect, test } from 'vitest';
import { getSocket, type SocketEnds } from '../../src/index.ts';
import { type MadeProcess, mkprocess } from '../support/mksock.ts';
import { type Netns, netns } from '../support/netns.ts';
import { require } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { run } from './owned-population.ts';

const scope = suiteScope();
let ns: Netns;
let made: MadeProcess;

const HERE = { localAddress: '127.0.0.1', remoteAddress: '127.0.0.1' };
const BOUND = { localAddress: '127.0.0.1', remoteAddress: '0.0.0.0', remotePort: 0 };

beforeAll(async () => {
  ns = await netns(scope);
  made = await mkprocess(ns, {}, [
    { kind: 'tcp-connected', host: '127.0.0.1', port: 4300 },
    { kind: 'udp-pair', host: '127.0.0.1' },
    { kind: 'tcp-connected', host: '::1', port: 4301 },
    { kind: 'udp', host: '127.0.0.1', port: 4302 },
  ]);
});

interface Asked {
  readonly ends: SocketEnds;
  readonly inode: number;
}

/** Every socket of ours that has two ends, as its owner sees them. */
function connected(): Asked[] {
  const netids = ['tcp', 'udp', 'tcp'];
  const addresses = [HERE, HERE, { localAddress: '::1', remoteAddress: '::1' }];
  return made.sockets.slice(0, 3).flatMap((sockets, at) =>
    sockets
      .filter(({ remotePort = 0 }) => remotePort !== 0)
      .map(({ localPort, remotePort, inode }) => ({
        ends: { netid: netids[at]!, ...addresses[at], localPort, remotePort },
        inode,
      })),
  );
}

describe('getSocket', () => {
  test('finds each end of each connection, TCP and UDP alike, and only that', async () => {
    const asked = connected();
    expect(asked.length).toBe(6);
    const rows = await run<{ inode: number }[]>(
      ns,
      `return ${JSON.stringify(asked)}.map(({ ends }) => sockdiag.getSocket(ends, { columns: ['inode'] }));`,
    );
    expect(rows.map((row) => row?.inode)).toEqual(asked.map(({ inode }) => inode));
  });

  test('is a row of sockets() with the columns asked for', async () => {
    const { ends } = connected()[0]!;
    const [listed, found, back, info] = await run<object[]>(
      ns,
      `const rows = (await sockdiag.sockets({ netid: 'tcp' })).toObjects();
       const listed = rows.find(({ localPort, state }) => localPort === ${ends.localPort} && state === 'ESTABLISHED');
       const { rtt, congestion } = sockdiag.getSocket(listed, { info: true });
       return [listed, sockdiag.getSocket(${JSON.stringify(ends)}), sockdiag.getSocket(listed), { rtt, congestion }];`,
    );
    expect(found).toEqual(listed);
    expect(back).toEqual(listed);
    expect(info).toEqual({ rtt: expect.any(Number), congestion: expect.any(String) });
  });

  test('gives no other socket where there is none: the kernel would give the listener, or the unconnected one', async () => {
    const { localPort, remotePort } = connected()[0]!.ends;
    const none: SocketEnds[] = [
      { ...HERE, localPort: 4300, remotePort: 9 },
      { ...HERE, localPort: localPort!, remotePort: remotePort! + 1 },
      { ...HERE, netid: 'udp', localPort: 4302, remotePort: 9 },
      { ...HERE, localPort: 9, remotePort: 9 },
      { localAddress: '0.0.0.0', localPort: 4300, remoteAddress: '0.0.0.0', remotePort: 0 },
    ];
    const there: SocketEnds[] = [
      { ...BOUND, localPort: 4300 },
      { ...BOUND, netid: 'udp', localPort: 4302 },
    ];
    const body = (ends: SocketEnds[]) =>
      `return ${JSON.stringify(ends)}.map((ends) => sockdiag.getSocket(ends)?.state)`;
    expect(await run(ns, body(none))).toEqual(none.map(() => null));
    expect(await run(ns, body(there))).toEqual(['LISTEN', 'CLOSE']);
  });

  test('with a cookie it is that very socket', async () => {
    const asked = connected().map(({ ends }) => ends);
    const answers = await run<boolean[][]>(
      ns,
      `return ${JSON.stringify(asked)}.map((ends) => {
         const { cookie } = sockdiag.getSocket(ends);
         const with_ = (number) => sockdiag.getSocket({ ...ends, cookie: number })?.cookie === cookie;
         return [with_(cookie), with_(cookie + 1n)];
       });`,
    );
    expect(answers).toEqual(asked.map(() => [true, false]));
  });

  test('takes a net.Socket, also of a server for both families', async () => {
    const body = `
      const { once } = await import('node:events');
      const { connect, createServer } = await import('node:net');
      const server = createServer().listen(0, '::');
      await once(server, 'listening');
      const client = connect(server.address().port, '127.0.0.1');
      const [[accepted]] = await Promise.all([once(server, 'connection'), once(client, 'connect')]);
      const rows = [client, accepted].map((socket) => sockdiag.getSocket(socket));
      const owners = [await sockdiag.ownerOf(client), await sockdiag.ownerOf(accepted)];
      const found = await sockdiag.find(accepted);
      client.destroy();
      server.close();
      return {
        netids: rows.map(({ netid }) => netid),
        own: [...owners, ...found.flatMap(({ owners }) => owners)].map(({ pid }) => pid === process.pid),
        found: found.map(({ inode }) => inode === rows[1].inode),
      };`;
    const answer = await run<{ netids: string[]; own: boolean[]; found: boolean[] }>(ns, body);
    expect(answer).toMatchObject({ netids: ['tcp', 'tcp6'], own: [true, true, true], found: [true] });
  });

  test('asks the namespace named', async (t) => {
    require.root(t);
    const [{ ends, inode }] = connected() as [Asked];
    expect(getSocket(ends, { netns: ns.path })?.inode).toBe(inode);
    expect(getSocket(ends, { netns: { pid: made.pid } })?.inode).toBe(inode);
  });

  test.each([
    [{ ...HERE, localPort: 1 }, 'remotePort'],
    [{ ...HERE, localPort: 1, remotePort: 65536 }, 'remotePort'],
    [{ ...HERE, localAddress: 'localhost', localPort: 1, remotePort: 1 }, 'localAddress'],
    [{ ...HERE, localAddress: undefined, localPort: 1, remotePort: 1 }, 'localAddress'],
    [{ ...HERE, localAddress: '::1', localPort: 1, remotePort: 1 }, 'remoteAddress'],
    [{ ...HERE, localAddress: 'fe80::1%none0', localPort: 1, remotePort: 1 }, 'localAddress'],
    [{ ...HERE, netid: 'raw', localPort: 1, remotePort: 1 }, 'netid'],
  ] as [SocketEnds, string][])('%o is refused', (ends, option) => {
    expect(() => getSocket(ends)).toThrow(expect.objectContaining({ code: 'ERR_SOCKDIAG_USAGE' }));
    expect(() => getSocket(ends)).toThrow(option);
  });
});

describe('find and ownerOf by both ends', () => {
  test.each([
    ['through netlink', {}, ''],
    ['through /proc', { SOCKDIAG_NO_ADDON: '1' }, ''],
    ['through /proc, on request', {}, "source: 'procfs'"],
  ])('%s', async (_, env, source) => {
    const asked = connected();
    const body = `
      const found = [];
      for (const { ends } of ${JSON.stringify(asked)}) {
        const [socket, ...more] = await sockdiag.find({ ...ends, ${source} });
        const owner = await sockdiag.ownerOf(ends, { ${source} });
        found.push([socket.inode, more.length, socket.owners.map(({ pid }) => pid), owner.pid]);
      }
      return found;`;
    expect(await run(ns, body, { env })).toEqual(asked.map(({ inode }) => [inode, 0, [made.pid], made.pid]));
  });

  test('there is nothing between', async () => {
    const ends = JSON.stringify({ ...HERE, localPort: 9, remotePort: 9 });
    expect(await run(ns, `return [await sockdiag.find(${ends}), await sockdiag.ownerOf(${ends})]`)).toEqual([[], null]);
  });

  test('getSocket alone needs netlink', async () => {
    const ends = JSON.stringify({ ...HERE, localPort: 9, remotePort: 9 });
    const body = `try { return sockdiag.getSocket(${ends}); } catch (error) { return error.code; }`;
    expect(await run(ns, body, { env: { SOCKDIAG_NO_ADDON: '1' } })).toBe('ERR_DLOPEN_FAILED');
  });
});
