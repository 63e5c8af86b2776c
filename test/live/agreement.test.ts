import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { sctpSockets } from '../../src/index.ts';
import { type MadeProcess, mkprocess, mksock } from '../support/mksock.ts';
import { type Netns, netns } from '../support/netns.ts';
import { findBinary, hasFeature, python, require, type Skippable } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { inside } from './inside.ts';

/** Every table beside what ss, ip and nstat say of the same namespace. */

type Row = Record<string, unknown>;

const scope = suiteScope();
let ns: Netns;
let made: MadeProcess;

const LINKS = [
  ['link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1'],
  ['addr', 'add', '198.51.100.1/24', 'dev', 'v0'],
  ['addr', 'add', '192.0.2.1', 'peer', '192.0.2.2', 'dev', 'v1'],
  ['-6', 'addr', 'add', '2001:db8::1/64', 'dev', 'v0', 'nodad'],
  ['link', 'set', 'v0', 'up'],
  ['link', 'set', 'v1', 'up'],
  ['route', 'add', '203.0.113.0/24', 'via', '198.51.100.2', 'metric', '7', 'mtu', '1400'],
  ['route', 'add', 'unreachable', '10.1.0.0/16'],
  ['route', 'add', '10.9.0.0/16', 'nexthop', 'via', '198.51.100.2', 'weight', '3', 'nexthop', 'via', '198.51.100.3'],
  ['-6', 'route', 'add', '2001:db8:1::/48', 'via', '2001:db8::2', 'table', '77'],
  ['rule', 'add', 'from', '10.0.0.0/8', 'lookup', '77', 'priority', '100'],
  ['-6', 'rule', 'add', 'iif', 'v0', 'lookup', '78', 'priority', '101'],
  ['neigh', 'add', '198.51.100.9', 'lladdr', '02:00:00:00:00:09', 'dev', 'v0', 'nud', 'permanent'],
  ['-6', 'neigh', 'add', '2001:db8::9', 'lladdr', '02:00:00:00:00:0a', 'dev', 'v0', 'nud', 'permanent'],
];

beforeAll(async () => {
  ns = await netns(scope);
  if (hasFeature('veth')) for (const words of LINKS) await ns.ip(...words);
  made = await mkprocess(ns, { comm: 'agreement' }, [
    { kind: 'tcp-listen', host: '127.0.0.1', port: 4000, backlog: 7 },
    { kind: 'tcp-connected', host: '127.0.0.1', port: 4001, send: 4321 },
    { kind: 'tcp-connected', host: '::1', port: 4002, v6only: true },
    { kind: 'tcp-unaccepted', host: '127.0.0.1', port: 4003, count: 2 },
    { kind: 'tcp-half-closed', host: '127.0.0.1', port: 4004 },
    { kind: 'udp', host: '127.0.0.1', port: 4005, queue: 3 },
    { kind: 'udp', host: '::', port: 4006 },
    { kind: 'unix-listen', path: Buffer.from('\0agreement').toString('hex') },
    { kind: 'unix-pair', type: 'seqpacket', send: 10 },
    { kind: 'packet', device: 'lo' },
    { kind: 'netlink', protocol: 0, groups: [1] },
  ]);
  await mksock(ns, 'tcp-time-wait', { refresh: true });
  await mksock(ns, 'tcp-retransmit', { send: 100 });
  await makeOpted();
});

async function ss(t: Skippable, ...options: string[]): Promise<string[]> {
  if (findBinary('ss') === undefined) t.skip('the program ss is missing');
  const { stdout } = await ns.exec(['ss', ...options]);
  const lines = stdout
    .toString()
    .split('\n')
    .map((line) => line.trim());
  return lines.filter((line) => line !== '');
}

async function ip(t: Skippable, ...words: string[]): Promise<Row[]> {
  require.feature(t, 'veth');
  const rows = JSON.parse(await ns.ip('-j', ...words)) as Row[];
  return rows.filter((row) => Object.keys(row).length > 0);
}

const read = (call: string) => inside<Row[]>(ns, `return (await sockdiag.${call}).toObjects()`);
const sorted = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).sort();

/** Sockets with options that netstat never shows. */
const OPTED = `
import socket, sys
s = socket.socket(); s.setsockopt(0, 1, 0x10); s.setsockopt(0, 15, 1); s.bind(('127.0.0.1', 4010)); s.listen(3)
s.setsockopt(socket.SOL_SOCKET, 36, 7)
t = socket.socket(socket.AF_INET6); t.setsockopt(41, 67, 0x20); t.setsockopt(41, 26, 1); t.setsockopt(socket.SOL_SOCKET, 12, 3)
t.bind(('::1', 4011)); t.listen(3)
print('ready', flush=True)
sys.stdin.read()
`;

async function makeOpted(): Promise<void> {
  const child = ns.spawn([python, '-BSE', '-c', OPTED]);
  ns.beforeClose(async () => void child.stdin!.end());
  await new Promise((resolve, reject) => {
    child.stdout!.once('data', resolve);
    child.once('exit', () => reject(new Error('the maker of sockets with options ended')));
  });
}

describe('sockets beside ss', () => {
  const STATES: Row = { ESTAB: 'ESTABLISHED', 'TIME-WAIT': 'TIME_WAIT', UNCONN: 'CLOSE' };
  const address = (row: Row, side: string) => {
    const host = row[`${side}Address`] as string;
    const port = row[`${side}Port`] === 0 ? '*' : row[`${side}Port`];
    return host === '::' ? `*:${port}` : host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  };

  test.each([
    ['-tanHeO', "sockets({ netid: ['tcp', 'tcp6'] })"],
    ['-uanHeO', "sockets({ netid: ['udp', 'udp6'] })"],
  ])('ss %s', async (options, call) => {
    const lines = await ss({ skip: () => undefined }, options);
    const theirs = lines.map((line) => {
      const [state, recvQ, sendQ, local, remote] = line.split(/\s+/) as [string, string, string, string, string];
      const cookie = BigInt(`0x${/ sk:([0-9a-f]+)/.exec(line)![1]}`);
      const inode = Number(/ ino:(\d+)/.exec(line)?.[1] ?? 0);
      return [String(cookie), STATES[state] ?? state.replaceAll('-', '_'), +recvQ, +sendQ, local, remote, inode];
    });
    const ours = (await read(call)).map((row) => {
      const state = String(row.state).replace('FIN_WAIT', 'FIN_WAIT_');
      const ends = [address(row, 'local'), address(row, 'remote')];
      return [row.cookie, state, row.recvQ, row.backlogMax ?? row.sendQ, ...ends, row.inode];
    });
    const plain = (rows: unknown[][]) =>
      sorted(rows.map((row) => row.map((cell) => (cell === '[::]:*' ? '*:*' : cell))));
    expect(plain(ours)).toEqual(plain(theirs));
    expect(ours.length).toBeGreaterThan(1);
  });

  /** What ss prints of tcp_info and memory, from which columns. Times that run and figures ss works out are left out. */
  const ms = (value: unknown) => Number(value) / 1000;
  const hex = (value: unknown) => (value === 0 ? '0' : `0x${Number(value).toString(16)}`);
  /** As printf's %g. */
  const gain = (value: unknown) => Number((Number(value) / 256).toPrecision(6));
  const bps = (value: unknown) => `${BigInt(String(value)) * 8n}bps`;
  const FIELDS: Readonly<Record<string, (row: Row) => unknown>> = {
    bbr: (row) => {
      const gains = ['Pacing', 'Cwnd'].map((word) => [`${word.toLowerCase()}_gain`, gain(row[`bbr${word}Gain`])]);
      const shown = gains.filter(([, value]) => value !== 0).map(([name, value]) => `${name}:${value}`);
      return `(${[`bw:${bps(row.bbrBw)}`, `mrtt:${ms(row.bbrMinRtt)}`, ...shown].join(',')})`;
    },
    cgroup: (row) => row.cgroup,
    tos: (row) => hex(row.tos),
    tclass: (row) => hex(row.tclass),
    class_id: (row) => hex(row.classId),
    fwmark: (row) => hex(row.mark),
    sockopt: (row) => SOCKOPT.filter((_, bit) => (Number(row.sockopt) >> bit) & 1).join(','),
    ino: (row) => row.inode,
    uid: (row) => row.uid,
    v6only: (row) => Number(row.ipv6only),
    skmem: (row) => {
      const words = ['RmemAlloc', 'Rcvbuf', 'WmemAlloc', 'Sndbuf', 'FwdAlloc', 'WmemQueued', 'Optmem', 'Backlog'];
      const names = ['r', 'rb', 't', 'tb', 'f', 'w', 'o', 'bl'];
      return `(${words.map((word, at) => `${names[at]}${row[`skmem${word}`]}`).join(',')},d${row.drops})`;
    },
    wscale: (row) => `${row.sndWscale},${row.rcvWscale}`,
    rto: (row) => ms(row.rto),
    rtt: (row) => `${ms(row.rtt)}/${ms(row.rttvar)}`,
    ato: (row) => ms(row.ato),
    mss: (row) => row.sndMss,
    pmtu: (row) => row.pmtu,
    rcvmss: (row) => row.rcvMss,
    advmss: (row) => row.advmss,
    cwnd: (row) => row.sndCwnd,
    ssthresh: (row) => row.sndSsthresh,
    bytes_sent: (row) => row.bytesSent,
    bytes_acked: (row) => row.bytesAcked,
    bytes_received: (row) => row.bytesReceived,
    bytes_retrans: (row) => row.bytesRetrans,
    segs_out: (row) => row.segsOut,
    segs_in: (row) => row.segsIn,
    data_segs_out: (row) => row.dataSegsOut,
    data_segs_in: (row) => row.dataSegsIn,
    delivered: (row) => row.delivered,
    unacked: (row) => row.unacked,
    lost: (row) => row.lost,
    retrans: (row) => `${row.retrans}/${row.totalRetrans}`,
    backoff: (row) => row.backoff,
    rcv_rtt: (row) => ms(row.rcvRtt),
    rcv_space: (row) => row.rcvSpace,
    rcv_ssthresh: (row) => row.rcvSsthresh,
    minrtt: (row) => ms(row.minRtt),
    snd_wnd: (row) => row.sndWnd,
    notsent: (row) => row.notsentBytes,
    pacing_rate: (row) => bps(row.pacingRate),
    delivery_rate: (row) => bps(row.deliveryRate),
  };
  const OPTIONS = ['tos', 'tclass', 'classId', 'mark', 'sockopt'];
  const SOCKOPT = ['recverr', 'is_icsk', 'freebind', 'hdrincl', 'mc_loop', 'transparent', 'mc_all', 'nodefrag'];
  const FLAGS: Readonly<Record<string, (row: Row) => boolean>> = {
    ts: (row) => (Number(row.options) & 1) !== 0,
    sack: (row) => (Number(row.options) & 2) !== 0,
    app_limited: (row) => row.appLimited === true,
    '<->': (row) => row.shutdown === 0,
    '-->': (row) => row.shutdown === 1,
    '<--': (row) => row.shutdown === 2,
  };

  test('ss -tinemO: tcp_info, memory, shutdown, congestion control', async (t) => {
    const names = ['inode', 'uid', 'cookie', 'localPort', 'shutdown', 'ipv6only', 'drops', ...OPTIONS];
    const more = `info: true, memory: true, cgroup: true, columns: ${JSON.stringify(names)}`;
    const script = `sockets({ netid: ['tcp', 'tcp6'], ${more} })`;
    const seen = new Set<string>();
    for (let attempt = 1; ; attempt += 1) {
      const wrong: unknown[] = [];
      const before = await read(script);
      const lines = await ss(t, '-tanHeimO', '--tos', '--inet-sockopt');
      const rows = new Map((await read(script)).map((row) => [row.cookie, row]));
      // A row that the kernel changed meanwhile (a timer, a retransmission) is compared in the next attempt.
      const still = new Set(
        before.filter((row) => steady(row) === steady(rows.get(row.cookie))).map(({ cookie }) => cookie),
      );
      for (const line of lines) {
        const row = rows.get(String(BigInt(`0x${/ sk:([0-9a-f]+)/.exec(line)![1]}`)));
        if (row === undefined || !still.has(row.cookie)) continue;
        for (const word of wordsOf(line)) {
          const [, name = '', value = ''] = /^([a-z0-9_]+):(.*)$/.exec(word) ?? [];
          const ours = FIELDS[name]?.(row);
          if (ours !== undefined) seen.add(name);
          if (ours !== undefined && String(ours) !== value) wrong.push([row.localPort, word, ours]);
          const flag = FLAGS[word];
          if (flag !== undefined) seen.add(word);
          if (flag?.(row) === false) wrong.push([row.localPort, word]);
        }
        if (/ wscale:/.test(line) && !line.includes(` ${String(row.congestion)} `)) wrong.push([row.congestion, line]);
      }
      if (wrong.length > 0 && attempt < 3) continue;
      expect(wrong).toEqual([]);
      break;
    }
    const rare = [
      'ssthresh',
      'lost',
      'retrans',
      'backoff',
      'rcv_rtt',
      'notsent',
      'bytes_retrans',
      'uid',
      '-->',
      '<--',
      'delivery_rate',
      'ato',
      'bbr',
    ];
    const expected = [...Object.keys(FIELDS), ...Object.keys(FLAGS)].filter((name) => !rare.includes(name));
    expect(expected.filter((name) => !seen.has(name))).toEqual([]);
  });

  /** Each word as NAME:VALUE, also where ss writes it otherwise. */
  const wordsOf = (line: string) =>
    line
      .replace(/ (\w+_rate) /g, ' $1:')
      .replace(/ inet-sockopt: \(([^)]*)\)/, (_, words: string) => ` sockopt:${words.trim().replaceAll(' ', ',')}`)
      .split(/\s+/)
      .slice(5);

  const steady = (row: Row | undefined) =>
    JSON.stringify(Object.entries(row ?? {}).filter(([name]) => !/^(last|timer|busyTime)/.test(name)));

  test('ss -tanp: owners', async (t) => {
    const lines = await ss(t, '-tanpHeO');
    const theirs = lines.flatMap((line) =>
      [...line.matchAll(/pid=(\d+),fd=(\d+)/g)].map(([, pid, fd]) => [
        Number(/ ino:(\d+)/.exec(line)![1]),
        +pid!,
        +fd!,
      ]),
    );
    const rows = await read("sockets({ netid: ['tcp', 'tcp6'], owners: true })");
    const ours = rows.flatMap(({ inode, owners }) => (owners as Row[]).map(({ pid, fd }) => [inode, pid, fd]));
    expect(sorted(ours)).toEqual(sorted(theirs));
    const inodes = new Set(ours.map(([inode]) => inode));
    const table = (await read('owners()')).filter(({ inode }) => inodes.has(inode));
    expect(sorted(table.map(({ inode, pid, fd }) => [inode, pid, fd]))).toEqual(sorted(theirs));
    expect(ours.length).toBeGreaterThan(5);
  });

  test('ss -xa: inode, peer, queue', async (t) => {
    const lines = await ss(t, '-xanHO');
    const theirs = lines.map((line) => {
      const words = line.split(/\s+/);
      return [+words[2]!, +words[5]!, +words.at(-1)!];
    });
    const rows = await read("unixSockets({ columns: ['inode', 'peer', 'recvQ'] })");
    expect(sorted(rows.map(({ inode, peer, recvQ }) => [recvQ, inode, peer ?? 0]))).toEqual(sorted(theirs));
  });

  test('ss -0a: packet sockets', async (t) => {
    const lines = await ss(t, '-0anHeO');
    const theirs = lines.map((line) => [+line.split(/\s+/)[2]!, Number(/ ino:(\d+)/.exec(line)![1])]);
    const rows = await read("packetSockets({ columns: ['inode', 'recvQ', 'cookie'] })");
    expect(sorted(rows.map(({ inode, recvQ }) => [recvQ, inode]))).toEqual(sorted(theirs));
    expect(rows.length).toBe(1);
  });

  test('ss -f netlink: protocol and port id of each', async (t) => {
    // ss asks through a netlink socket of its own, and lists members of groups twice.
    const lines = await ss(t, '-f', 'netlink', '-anH');
    const theirs = new Set(lines.map((line) => line.split(/\s+/)[3]!).filter((word) => !word.startsWith('4:')));
    const rows = await read('netlinkSockets()');
    const ours = rows.filter(({ protocol }) => protocol !== 4).map(({ protocol, portid }) => `${protocol}:${portid}`);
    expect([...new Set(ours)].sort()).toEqual([...theirs].sort());
    const row = rows.find(({ inode }) => inode === made.sockets[10]![0]!.inode);
    expect(row).toMatchObject({ protocol: 0, portid: made.sockets[10]![0]!.portId, groups: 1 });
  });

  test('ss -M: MPTCP', async (t) => {
    require.feature(t, 'mptcp diag');
    require.feature(t, 'mptcp');
    const other = await netns(scope);
    await mksock(other, 'mptcp-connected', { host: '127.0.0.1', port: 4100 });
    const { stdout } = await other.exec(['ss', '-ManHeiO']);
    const theirs = stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => {
        const token = /token:([0-9a-f]+)/.exec(line)?.[1];
        return [
          String(BigInt(`0x${/ sk:([0-9a-f]+)/.exec(line)![1]}`)),
          token === undefined ? 0 : Number.parseInt(token, 16),
        ];
      });
    const rows = await inside<Row[]>(other, 'return (await sockdiag.mptcpSockets({ info: true })).toObjects()');
    const ours = rows.map(({ cookie, mptcpToken }) => [cookie, mptcpToken ?? 0]);
    expect(sorted(ours)).toEqual(sorted(theirs));
    expect(ours.filter(([, token]) => token !== 0).length).toBeGreaterThan(0);
  });

  test('vsock: as ss has them, or an error that says that the kernel does not list them', async () => {
    const answer = await inside<Row>(
      ns,
      'return sockdiag.vsockSockets().then((table) => ({ rows: table.toObjects() }), ({ name, code }) => ({ name, code }))',
    );
    if (!hasFeature('vsock diag')) expect(answer).toEqual({ name: 'NetlinkError', code: 'ENOENT' });
    else expect((answer.rows as Row[]).length).toBe((await ss({ skip: () => undefined }, '--vsock', '-anH')).length);
  });

  test('sctp: endpoints and associations from the files', async () => {
    const root = mkdtempSync(join(tmpdir(), 'sockdiag-sctp-'));
    cpSync(new URL('../fixtures/proc/sctp', import.meta.url), join(root, 'net/sctp'), { recursive: true });
    onTestFinished(() => rmSync(root, { recursive: true }));
    const table = await sctpSockets({ root });
    expect(new Set(Array.from(table, ({ kind }) => kind))).toEqual(new Set(['endpoint', 'association']));
    const ports = Array.from(await sctpSockets({ root, kind: 'association' }), (row) => row.remotePort);
    const kept = await sctpSockets({ root, filter: `dport = ${ports[0]}`, columns: ['kind', 'remotePort'] });
    expect(kept.toObjects()[0]).toEqual({ kind: 'association', remotePort: ports[0] });
    expect(kept.length).toBe(ports.filter((port) => port === ports[0]).length);
  });
});

describe('tables beside ip', () => {
  const TABLE_NAMES: Row = { main: 254, local: 255, default: 253 };
  const tableNumber = (name: unknown) => TABLE_NAMES[name as string] ?? Number(name);
  const network = (address: unknown, length: unknown, whole: number) =>
    length === 0 ? 'default' : length === whole ? address : `${address}/${length}`;

  test('routes', async (t) => {
    const theirs: unknown[] = [];
    for (const family of ['-4', '-6']) {
      for (const route of await ip(t, '-d', family, 'route', 'show', 'table', 'all')) {
        const hops = (route.nexthops as Row[] | undefined) ?? [route];
        for (const hop of hops) {
          const { dst, type, table, metric = 0, prefsrc = null } = route;
          const gateway = hop.gateway ?? (family === '-4' ? '0.0.0.0' : '::');
          theirs.push([dst, type, tableNumber(table), metric, prefsrc, gateway, hop.dev ?? null, hop.weight ?? null]);
        }
      }
    }
    const columns = 'family,destination,destinationLength,type,table,metric,preferredSource,gateway,device,weight';
    const ours = (await read(`routes({ columns: '${columns}'.split(',') })`)).map((row) => {
      const whole = row.family === 'IPv4' ? 32 : 128;
      const destination = network(row.destination, row.destinationLength, whole);
      return [destination, row.type, row.table, row.metric, row.preferredSource, row.gateway, row.device, row.weight];
    });
    expect(sorted(ours)).toEqual(sorted(theirs));
    expect(ours.length).toBeGreaterThan(8);
    const [row] = (await read("routes({ table: 'main', columns: ['mtu', 'metric'] })")).filter(
      ({ metric }) => metric === 7,
    );
    expect(row!.mtu).toBe(1400);
  });

  test('rules', async (t) => {
    const theirs: unknown[] = [];
    for (const family of ['-4', '-6']) {
      for (const { priority, src, srclen, table, iif = null } of await ip(t, family, 'rule')) {
        theirs.push([priority, src === 'all' ? null : src, srclen ?? 0, tableNumber(table), iif]);
      }
    }
    const ours = (await read('rules()')).map((row) => [
      row.priority,
      row.source,
      row.sourceLength,
      row.table,
      row.inputDevice,
    ]);
    expect(sorted(ours)).toEqual(sorted(theirs));
  });

  test('neighbours', async (t) => {
    const NUD: Row = {
      PERMANENT: 0x80,
      NOARP: 0x40,
      REACHABLE: 2,
      STALE: 4,
      INCOMPLETE: 1,
      DELAY: 8,
      PROBE: 16,
      FAILED: 32,
    };
    const indexes = new Map((await ip(t, 'link')).map(({ ifname, ifindex }) => [ifname, ifindex]));
    const theirs = (await ip(t, 'neigh', 'show', 'nud', 'all')).map(({ dst, dev, lladdr = null, state }) => [
      dst,
      indexes.get(dev),
      lladdr,
      (state as string[]).reduce((bits, word) => bits | Number(NUD[word]), 0),
    ]);
    const ours = (await read('neighbours()')).map((row) => [row.address, row.interface, row.lladdr, row.state]);
    expect(sorted(ours)).toEqual(sorted(theirs));
    expect(ours.length).toBeGreaterThan(1);
  });

  test('links', async (t) => {
    const theirs = (await ip(t, '-s', 'link')).map((row) => {
      const { rx, tx } = row.stats64 as Record<'rx' | 'tx', Row>;
      const stats = [
        rx.bytes,
        rx.packets,
        rx.errors,
        rx.dropped,
        rx.multicast,
        tx.bytes,
        tx.packets,
        tx.errors,
        tx.dropped,
      ];
      return [
        row.ifindex,
        row.ifname,
        row.mtu,
        row.txqlen ?? 0,
        row.address,
        String(row.operstate).toLowerCase(),
        ...stats.map(String),
      ];
    });
    const ours = (await read('links()')).map((row) => {
      const stats = [
        'rxBytes',
        'rxPackets',
        'rxErrors',
        'rxDropped',
        'multicast',
        'txBytes',
        'txPackets',
        'txErrors',
        'txDropped',
      ];
      return [row.index, row.name, row.mtu, row.txqlen, row.address, row.operstate, ...stats.map((name) => row[name])];
    });
    expect(sorted(ours)).toEqual(sorted(theirs));
  });

  test('addresses', async (t) => {
    const SCOPES: Row = { global: 0, host: 254, link: 253 };
    const theirs = (await ip(t, 'addr')).flatMap(({ ifindex, addr_info }) =>
      (addr_info as Row[]).map((row) => [
        ifindex,
        row.local,
        row.prefixlen,
        SCOPES[row.scope as string],
        row.address ?? null,
      ]),
    );
    const ours = (await read('addresses()')).map((row) => [
      row.interface,
      row.address,
      row.prefixLength,
      row.scope,
      row.peer,
    ]);
    expect(sorted(ours)).toEqual(sorted(theirs));
    expect(ours.length).toBeGreaterThan(4);
  });

  test('groups', async (t) => {
    const theirs = (await ip(t, 'maddr')).flatMap(({ ifname, maddr }) =>
      (maddr as Row[])
        .filter(({ family }) => family !== undefined)
        .map(({ address, users = 1 }) => [ifname, address, users]),
    );
    const ours = (await read('groups()')).map(({ device, group, users }) => [device, group, users]);
    expect(sorted(ours)).toEqual(sorted(theirs));
  });
});

test('counters beside nstat', async (t) => {
  if (findBinary('nstat') === undefined) t.skip('the program nstat is missing');
  const { stdout } = await ns.exec(['nstat', '-a', '-z', '-s', '-j']);
  const theirs = (JSON.parse(stdout.toString()) as { kernel: Row }).kernel;
  const rows = await read('counters()');
  const ours = new Map(
    rows.map(({ file, section, name, value }) => [file === 'snmp6' ? name : `${section}${name}`, value]),
  );
  const missing = Object.keys(theirs).filter((name) => !ours.has(name));
  expect(missing).toEqual([]);
  // Counting goes on, if only for the reader; nothing here counts backwards.
  const wrong = Object.entries(theirs).filter(
    ([name, value]) => BigInt(String(value)) > BigInt(String(ours.get(name))),
  );
  expect(wrong.filter(([name]) => !/CurrEstab/.test(name))).toEqual([]);
  expect(Object.keys(theirs).length).toBeGreaterThan(200);
});
