import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { find, ownerOf, portOwners, sockets, unixSockets, waitForPort } from '../../src/index.ts';
import { type MadeProcess, mkprocess, mksock } from '../support/mksock.ts';
import { type Netns, netns } from '../support/netns.ts';
import { findBinary, hasFeature, require } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { inside } from './inside.ts';

type Row = Record<string, unknown>;

const scope = suiteScope();
let ns: Netns;
let made: MadeProcess;

beforeAll(async () => {
  ns = await netns(scope);
  made = await mkprocess(ns, { comm: 'api test', holders: 1 }, [
    { kind: 'tcp-listen', host: '127.0.0.1', port: 4000, backlog: 7 },
    { kind: 'tcp-connected', host: '127.0.0.1', port: 4001 },
    { kind: 'tcp-listen', host: '::1', port: 4000 },
    { kind: 'udp', host: '127.0.0.1', port: 4000 },
    { kind: 'unix-listen', path: Buffer.from('\0api').toString('hex') },
  ]);
});

describe('every table', () => {
  const TABLES = [
    'sockets',
    'unixSockets',
    'packetSockets',
    'netlinkSockets',
    'links',
    'addresses',
    'routes',
    'neighbours',
    'groups',
    'sctpSockets',
    'counters',
    'rules',
  ];

  test.each(TABLES)("%s: the same interface, in the caller's namespace", async (name) => {
    const about = await inside<Row>(
      ns,
      `const table = await sockdiag.${name}();
       const row = table.length === 0 ? {} : table.at(0);
       return { name: table.schema.name, source: table.source, columns: table.columnNames, length: table.length,
                keys: Object.keys(table.toObjects()[0] ?? {}), warnings: table.warnings.filter(({ code }) => code !== 'fallback' && code !== 'missing') };`,
    );
    expect(about.warnings).toEqual([]);
    expect(about.source).toMatch(/^(netlink|procfs|mixed)$/);
    if (about.length !== 0) expect(about.keys).toEqual(about.columns);
    if (!['packetSockets', 'neighbours', 'sctpSockets'].includes(name)) expect(about.length).toBeGreaterThan(0);
  });

  test.each(['links', 'routes', 'addresses', 'rules'])('%s comes from netlink', async (name) => {
    expect(await inside(ns, `return (await sockdiag.${name}()).source`)).toBe('netlink');
  });

  test('MPTCP sockets', async (t) => {
    require.feature(t, 'mptcp');
    const other = await netns(scope);
    await mksock(other, 'mptcp-listen', { host: '127.0.0.1', port: 4100 });
    const rows = await inside<Row[]>(other, 'return (await sockdiag.mptcpSockets()).toObjects()');
    expect(rows).toMatchObject([{ netid: 'mptcp', state: 'LISTEN', localPort: 4100 }]);
  });
});

describe('columns', () => {
  test('info and memory are read when asked for', async () => {
    const [row] = await inside<Row[]>(
      ns,
      `const options = { state: 'established', netid: 'tcp', info: true, memory: true, cgroup: true };
       return (await sockdiag.sockets(options)).toObjects();`,
    );
    expect(row).toMatchObject({ congestion: expect.any(String), sndCwnd: 10, skmemRcvbuf: expect.any(Number) });
    expect(Number(row!.rtt)).toBeGreaterThan(0);
    expect(row!.bytesAcked).toMatch(/^\d+$/);
    const [basic] = await inside<Row[]>(ns, "return (await sockdiag.sockets({ state: 'listen' })).toObjects()");
    expect(basic).not.toHaveProperty('rtt');
  });

  test('listening sockets show their limits', async () => {
    const rows = await inside<Row[]>(
      ns,
      "return (await sockdiag.sockets({ state: 'LISTENING', netid: 'tcp', localPort: 4000, columns: ['sendQ', 'backlogMax'] })).toObjects()",
    );
    expect(rows).toEqual([{ netid: 'tcp', family: 'IPv4', state: 'LISTEN', sendQ: 0, backlogMax: 7 }]);
  });

  test('what only procfs has is read from there', async () => {
    const about = await inside<Row>(
      ns,
      `const table = await sockdiag.unixSockets({ columns: ['inode', 'refCount'] });
       return { source: table.source, warnings: table.warnings, row: table.toObjects()[0] };`,
    );
    expect(about).toMatchObject({ source: 'procfs', warnings: [], row: { refCount: 2 } });
  });
});

describe('filters and owners', () => {
  test.each([
    ['sport = :4000 and state listening', 2],
    ['sport = :4000', 3],
    ['src = 127.0.0.1:4001 and state established', 1],
    ['comm = "api test"', 6],
    ['sport = :4000 and comm = nobody', 0],
    ['dev = lo', 0],
    ['state listening and not src = [::1]', 2],
  ])('%s keeps %i rows, whichever source', async (filter, count) => {
    const lengths = await inside<number[]>(
      ns,
      `const lengths = [];
       const netid = ['tcp', 'tcp6', 'udp', 'udp6'];
       for (const source of ['netlink', 'procfs']) {
         lengths.push((await sockdiag.sockets({ source, netid, filter: ${JSON.stringify(filter)} })).length);
       }
       return lengths;`,
    );
    expect(lengths).toEqual([count, count]);
  });

  test('owners: columns, and everyone who holds the socket', async () => {
    const [row] = await inside<(Row & { owners: Row[] })[]>(
      ns,
      "return (await sockdiag.sockets({ filter: 'sport = :4000 and state listening', netid: 'tcp', owners: true })).toObjects()",
    );
    const pids = [made.pid, ...made.holders].sort((a, b) => a - b);
    expect(row).toMatchObject({ pid: pids[0], holders: 2 });
    expect(row!.owners.map(({ pid }) => pid)).toEqual(pids);
    expect(row!.owners.some(({ process }) => process === 'api test')).toBe(true);
  });

  test('a program the kernel refuses is left out, and the filter means the same', async (t) => {
    require.root(t);
    const [whole, streamed, none] = await inside<[Row[], Row[], number]>(
      ns,
      `const options = { netid: ['tcp', 'tcp6'], filter: 'sport = :4000 or fwmark = 1', columns: ['localPort'] };
       const chunks = [];
       for await (const chunk of sockdiag.sockets.stream(options)) chunks.push(...chunk.toObjects());
       const unknown = await sockdiag.sockets({ ...options, filter: 'sport = :4000 and fwmark = 0' });
       return [(await sockdiag.sockets(options)).toObjects(), chunks, unknown.length];`,
      65534,
    );
    // Without CAP_NET_ADMIN marks are not known: neither 0 nor 1.
    expect([whole.map(({ localPort }) => localPort), none]).toEqual([[4000, 4000], 0]);
    expect(streamed).toEqual(whole);
  });

  test('a filter that is built means what its text means', async () => {
    const lengths = await inside<number[]>(
      ns,
      `const { and, port, state, sockets } = sockdiag;
       return [(await sockets({ filter: and(port('sport', 4000), state('listening')) })).length,
               (await sockets({ filter: 'sport = :4000 and state listening' })).length];`,
    );
    expect(lengths).toEqual([2, 2]);
  });
});

describe('find', () => {
  test('by port: TCP and UDP, with owners', async () => {
    const found = await inside<(Row & { owners: Row[] })[]>(ns, 'return sockdiag.find({ port: 4000 })');
    expect(found.map(({ netid }) => netid).sort()).toEqual(['tcp', 'tcp6', 'udp']);
    expect(found.every(({ owners }) => owners.length === 2)).toBe(true);
  });

  test("by process: its sockets of every kind, and no other's", async () => {
    const found = await inside<Row[]>(ns, `return sockdiag.find({ pid: ${made.pid} })`);
    const inodes = made.sockets.flat().map(({ inode }) => inode);
    expect(found.map(({ inode }) => inode as number).sort()).toEqual(inodes.filter((inode) => inode !== 0).sort());
    expect(new Set(found.map(({ table }) => table))).toEqual(new Set(['sockets', 'unix']));
  });

  test('by process: packet and netlink sockets too', async () => {
    const other = await mkprocess(ns, {}, [
      { kind: 'packet', device: 'lo' },
      { kind: 'netlink', protocol: 0, groups: [1] },
      { kind: 'udp', host: '127.0.0.1' },
    ]);
    const found = await inside<Row[]>(ns, `return sockdiag.find({ pid: ${other.pid} })`);
    await other.close();
    expect(found.map(({ table, inode }) => [table, inode]).sort()).toEqual(
      ['packet', 'netlink', 'sockets'].map((table, at) => [table, other.sockets[at]![0]!.inode]).sort(),
    );
  });

  test('a process in another namespace is looked for there', async (t) => {
    require.root(t);
    const found = await find({ pid: made.pid });
    expect(found.some((row) => row.table === 'sockets' && row.localPort === 4000)).toBe(true);
  });

  test('a process that is not there', async () => {
    await expect(find({ pid: 4_194_300 })).rejects.toMatchObject({ name: 'ProcfsError', code: 'ESRCH' });
  });

  test('owners of a socket and of a port', async () => {
    const [listener] = made.sockets[0]!;
    const answers = await inside<[Row, Row[], Row | null]>(
      ns,
      `return [await sockdiag.ownerOf(${listener!.inode}), await sockdiag.portOwners(4001), await sockdiag.ownerOf(0)];`,
    );
    expect([made.pid, ...made.holders]).toContain(answers[0].pid);
    expect(answers[1].map(({ pid }) => pid)).toEqual([made.pid, ...made.holders].sort((a, b) => a - b));
    expect(answers[2]).toBeNull();
  });

  test.each([[0], [65536], [1.5]])('port %d is refused', async (port) => {
    await expect(find({ port })).rejects.toMatchObject({ code: 'ERR_SOCKDIAG_USAGE' });
    await expect(waitForPort(port)).rejects.toMatchObject({ code: 'ERR_SOCKDIAG_USAGE' });
  });
});

describe('waitForPort', () => {
  test('resolves with the owner once something listens', async () => {
    const answer = await inside<{ waited: boolean; socket: Row; owner: Row; self: number }>(
      ns,
      `const { createServer } = await import('node:net');
       const waiting = sockdiag.waitForPort(4200, { intervalMs: 5 });
       const early = await Promise.race([waiting, new Promise((r) => setTimeout(r, 100, 'nothing yet'))]);
       const server = createServer().listen(4200, '127.0.0.1');
       const found = await waiting;
       server.close();
       return { waited: early === 'nothing yet', self: process.pid, ...found };`,
    );
    expect(answer).toMatchObject({ waited: true, socket: { state: 'LISTEN', localPort: 4200 } });
    expect(answer.owner.pid).toBe(answer.self);
  });

  test('ends with the signal', async () => {
    const signal = AbortSignal.timeout(50);
    await expect(waitForPort(1, { signal })).rejects.toBe(await signalReason(signal));
  });
});

async function signalReason(signal: AbortSignal): Promise<unknown> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  return signal.reason;
}

describe('sockets.stream', () => {
  test('gives the rows of one table, in chunks', async () => {
    const other = await netns(scope);
    await mkprocess(other, {}, [{ kind: 'udp', host: '127.0.0.1', times: 700 }]);
    const [chunks, ports] = await inside<[number[], boolean]>(
      other,
      `const chunks = [];
       const streamed = [];
       for await (const chunk of sockdiag.sockets.stream({ netid: ['udp'], chunkRows: 100 })) {
         chunks.push(chunk.length);
         for (const row of chunk) streamed.push(row.localPort);
       }
       const whole = Array.from(await sockdiag.sockets({ netid: ['udp'] }), (row) => row.localPort);
       return [chunks, JSON.stringify(streamed.sort()) === JSON.stringify(whole.sort())];`,
    );
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.reduce((a, b) => a + b)).toBe(700);
    expect(ports).toBe(true);
  });

  test('filters chunk by chunk', async () => {
    const ports = await inside<number[]>(
      ns,
      `const ports = [];
       for await (const chunk of sockdiag.sockets.stream({ filter: 'sport = :4001 and recvq = 0', columns: ['localPort'] })) {
         for (const row of chunk) ports.push(row.localPort);
       }
       return ports;`,
    );
    expect(ports).toEqual([4001, 4001]);
  });
});

describe('namespaces', () => {
  test('by process, by path and by descriptor, and ours is untouched', async (t) => {
    require.root(t);
    const ports = async (where: object) =>
      Array.from(await sockets({ netid: 'tcp', state: 'listen', ...where }), (row) => row.localPort).sort(
        (a, b) => a - b,
      );
    const before = await ports({});
    for (const netid of [{ pid: made.pid }, ns.path]) expect(await ports({ netns: netid })).toEqual([4000, 4001]);
    expect(await ports({ netns: { pid: made.pid }, source: 'procfs' })).toEqual([4000, 4001]);
    expect(await ports({ netns: ns.path, source: 'procfs' })).toEqual([4000, 4001]);
    expect(await ports({})).toEqual(before);
    expect((await unixSockets({ netns: ns.path })).length).toBe(1);
  });

  test('a filter asks for the devices of that namespace, and never for the port range of ours', async (t) => {
    require.root(t);
    if (hasFeature('tun')) await ns.ip('tuntap', 'add', 'there0', 'mode', 'tap');
    const filtered = (filter: string) => sockets({ netns: ns.path, netid: 'tcp', filter });
    if (hasFeature('tun')) expect((await filtered('dev != there0')).length).toBe(4);
    await expect(filtered('dev = not-there')).rejects.toMatchObject({ code: 'ERR_SOCKDIAG_FILTER' });
    await expect(filtered('autobound')).rejects.toMatchObject({ code: 'ERR_SOCKDIAG_FILTER', position: 0 });
  });

  test('owners are found across namespaces', async (t) => {
    require.root(t);
    const owners = await portOwners(4001, { netns: ns.path });
    expect(owners.map(({ pid }) => pid)).toContain(made.pid);
    expect(await ownerOf(made.sockets[0]![0]!)).not.toBeNull();
  });

  test('namespaces() lists what can be seen, ours first', async (t) => {
    require.root(t);
    const list = await inside<Row[]>(ns, 'return sockdiag.namespaces()');
    expect(list[0]).toMatchObject({ own: true });
    expect(new Set(list.map(({ inode }) => inode)).size).toBe(list.length);
  });
});

describe('recordings', () => {
  test('what was recorded is replayed row by row, through the file', async () => {
    const [before, after, source] = await inside<[Row[], Row[], string]>(
      ns,
      `const { recordTo, openRecording, sockets, unixSockets } = sockdiag;
       const file = recordTo('recording');
       const netid = ['tcp', 'tcp6', 'udp', 'udp6'];
       const read = async (options) => [
         ...(await sockets({ netid, memory: true, ...options })).toObjects(),
         ...(await unixSockets(options)).toObjects(),
       ];
       const before = await read({ record: file.record });
       file.close();
       const replay = await openRecording('recording');
       const one = await sockets({ netid, replay });
       return [before, await read({ replay }), one.source];`,
    );
    expect(source).toBe('replay');
    expect(after).toEqual(before);
    expect(before.length).toBeGreaterThan(5);
  });

  test('filters work on a recording', async () => {
    const ports = await inside<number[]>(
      ns,
      `const replay = await sockdiag.openRecording('recording');
       return Array.from(await sockdiag.sockets({ replay, filter: 'sport = :4001' }), (row) => row.localPort);`,
    );
    expect(ports).toEqual([4001, 4001]);
  });

  test('who holds its sockets, and what names and numbers mean there, is not guessed from this machine', async () => {
    const answers = await inside<string[]>(
      ns,
      `const replay = await sockdiag.openRecording('recording');
       const of = (options) => sockdiag.sockets({ replay, ...options }).then((table) => String(table.length), ({ code, message }) => code + ' ' + message);
       const answers = [];
       for (const filter of ['comm = x', 'user = root', 'dev = lo', 'cgroup = /', 'autobound']) answers.push(await of({ filter }));
       answers.push(await of({ owners: true }), await of({ filter: 'user = 0 and dev = 0 and sport = :4001' }));
       for await (const chunk of sockdiag.sockets.stream({ replay, filter: 'sport = :4000' })) answers.push(chunk.length);
       return answers;`,
    );
    const unknown = (what: string) => `ERR_SOCKDIAG_FILTER ${what} cannot be looked up from here`;
    const unheld = 'ERR_SOCKDIAG_USAGE replay: a recording does not tell who holds its sockets';
    expect(answers.slice(0, 7)).toEqual([
      unheld,
      unknown("user 'root'"),
      unknown("device 'lo'"),
      unknown("cgroup '/'"),
      'ERR_SOCKDIAG_FILTER autobound: ip_local_port_range cannot be read from here',
      unheld,
      '2',
    ]);
    expect(answers.slice(7).reduce((sum, count) => sum + Number(count), 0)).toBe(3);
  });

  test('a capture of ss -D', async (t) => {
    if (findBinary('ss') === undefined) t.skip('the program ss is missing');
    const { status } = await ns.exec(['ss', '-tan', '-D', join(ns.directory, 'capture')]);
    expect(status).toBe(0);
    const [captured, live] = await inside<[Row[], Row[]]>(
      ns,
      `const options = { netid: ['tcp', 'tcp6'], columns: ['netid', 'localPort', 'remotePort', 'inode', 'cookie'] };
       const replay = await sockdiag.openRecording('capture');
       const rows = async (more) => (await sockdiag.sockets({ ...options, ...more })).toObjects().sort((a, b) => a.inode - b.inode);
       return [await rows({ replay }), await rows({})];`,
    );
    expect(captured).toEqual(live);
  });

  test('ss reads what captureTo wrote', async (t) => {
    if (findBinary('ss') === undefined) t.skip('the program ss is missing');
    await inside(
      ns,
      `const file = sockdiag.captureTo('for-ss');
       await sockdiag.sockets({ record: file.record, memory: true });
       file.close();
       return null;`,
    );
    const shown = async (env: Record<string, string>) => {
      const { stdout, stderr } = await ns.exec(['ss', '-tanHemO'], { env, cwd: ns.directory });
      expect(stderr.toString()).toBe('');
      return stdout
        .toString()
        .trim()
        .split('\n')
        .map((line) => line.replace(/\s+/g, ' ').trim())
        .sort();
    };
    const live = await shown({});
    expect(await shown({ TCPDIAG_FILE: join(ns.directory, 'for-ss') })).toEqual(live);
    expect(live.length).toBe(5);
    const again = await inside<number>(
      ns,
      "return (await sockdiag.sockets({ netid: ['tcp', 'tcp6'], replay: await sockdiag.openRecording('for-ss') })).length",
    );
    expect(again).toBe(live.length);
  });

  test('a recording of what this version does not know', async () => {
    const codes = await inside<string[]>(
      ns,
      `const { writeFileSync } = await import('node:fs');
       const codes = [];
       const requests = [{ kind: 'colour', protocol: 6 }, { kind: 'unix', protocol: 6 }, { kind: 'inet', netid4: 1e300, protocol: 6 }, { kind: 'inet', protocol: 6 }];
       for (const request of requests) {
         const about = { table: 'sockets', part: 'x', requests: [request], lengths: [4] };
         writeFileSync('wrong', 'sockdiag-recording 1\\n' + JSON.stringify(about) + '\\nabcd');
         const replay = await sockdiag.openRecording('wrong');
         codes.push(await sockdiag.sockets({ netid: 'tcp', replay }).then(({ length }) => length, (error) => error.code));
       }
       return codes;`,
    );
    expect(codes).toEqual(['ERR_SOCKDIAG_DECODE', 'ERR_SOCKDIAG_DECODE', 'EBADMSG', 'EBADMSG']);
  });

  test('a file that is no recording', async () => {
    const codes = await inside<string[]>(
      ns,
      `const { writeFileSync } = await import('node:fs');
       const codes = [];
       for (const bytes of ['hello', 'sockdiag-recording 1\\n{', 'sockdiag-recording 1\\n{"table":1}\\n', 'sockdiag-recording 1\\n{"table":"sockets","part":"","requests":[],"lengths":[9]}\\nx']) {
         writeFileSync('wrong', bytes);
         codes.push(await sockdiag.openRecording('wrong').then(() => 'read', (error) => error.code));
       }
       return codes;`,
    );
    expect(codes).toEqual(Array.from({ length: 4 }, () => 'ERR_SOCKDIAG_DECODE'));
  });
});

describe('counters', () => {
  test('deltas of what happened between two readings', async () => {
    const [delta] = await inside<Row[]>(
      ns,
      `const { connect } = await import('node:net');
       const before = await sockdiag.counters({ files: ['snmp'] });
       const socket = connect(4000, '127.0.0.1');
       await new Promise((resolve) => socket.on('connect', resolve));
       const after = await sockdiag.counters({ files: ['snmp'] });
       socket.destroy();
       return sockdiag.counterDeltas(before, after).toObjects().filter(({ name }) => name === 'ActiveOpens');`,
    );
    expect(delta).toMatchObject({ file: 'snmp', section: 'Tcp', name: 'ActiveOpens', value: '1' });
  });

  test('values are those of the file', async () => {
    const rows = await inside<Row[]>(ns, "return (await sockdiag.counters({ files: ['snmp'] })).toObjects()");
    const text = readFileSync(`/proc/${ns.pid}/net/snmp`, 'latin1');
    const [names, values] = text
      .split('\n')
      .filter((line) => line.startsWith('Tcp:'))
      .map((line) => line.split(' ').slice(1));
    const maximum = names!.indexOf('RtoMax');
    expect(rows.find(({ name }) => name === 'RtoMax')?.value).toBe(values![maximum]);
  });
});

test('consistent: a table read twice has every lasting socket once', async () => {
  const inodes = await inside<number[]>(
    ns,
    "return (await sockdiag.sockets({ netid: ['tcp', 'tcp6'], state: ['listen', 'established'], consistent: true })).toObjects().map(({ inode }) => inode)",
  );
  expect(new Set(inodes).size).toBe(inodes.length);
  expect(inodes.length).toBe(5);
});
