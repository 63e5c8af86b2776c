import { expect, test } from 'vitest';
import type { Schema, TableSchema } from '../../src/columns/type.ts';
import { addresses } from '../../src/tables/addresses.ts';
import { links } from '../../src/tables/links.ts';
import { neighbours } from '../../src/tables/neighbours.ts';
import { netlinkSockets } from '../../src/tables/netlink.ts';
import { packet } from '../../src/tables/packet.ts';
import { routes } from '../../src/tables/routes.ts';
import { rules } from '../../src/tables/rules.ts';
import { unix } from '../../src/tables/unix.ts';
import { attribute, done, join, message } from './datagram.ts';
import { decode, loadFixture, pick } from './fixture.ts';

/** All rows of a recorded dump that went well, and what the recorder made. */
function load<S extends Schema>(name: string, schema: TableSchema<S>) {
  const fixture = loadFixture(name);
  const { rows, outcome } = decode(schema, fixture.request, fixture.datagrams);
  expect(outcome.error).toBeUndefined();
  expect(outcome.malformed).toBe(0);
  return { rows, outcome, made: fixture.made, proc: fixture.proc };
}

test('unix: abstract and hostile names, queues, peers', () => {
  const { rows, made } = load('unix', unix);
  const row = (name: string) => rows.find((candidate) => candidate.inode === made[name]);
  expect(pick(row('stream'), 'type', 'state', 'connection', 'path', 'recvQ', 'sendQ', 'backlogMax', 'pending')).toEqual(
    {
      type: 'STREAM',
      state: 'LISTEN',
      connection: 'UNCONNECTED',
      path: '\0abstract\0name',
      recvQ: 1,
      sendQ: 0,
      backlogMax: 7,
      pending: 1,
    },
  );
  expect(pick(row('stream'), 'flags', 'peer', 'vfsInode')).toEqual({ flags: 0x10000, peer: null, vfsInode: null });
  expect(pick(row('dgram'), 'type', 'state', 'path', 'vfsInode', 'uid')).toEqual({
    type: 'DGRAM',
    state: 'CLOSE',
    // Not UTF-8: the byte 0xff as a lone surrogate.
    path: 'line\nbreak \x1b[31m \udcff.sock',
    vfsInode: made.dgramFile,
    uid: 0,
  });
  expect(pick(row('left'), 'type', 'state', 'connection', 'path', 'peer', 'recvQ', 'shutdown')).toEqual({
    type: 'SEQPACKET',
    state: 'ESTABLISHED',
    connection: 'CONNECTED',
    path: null,
    peer: made.right,
    recvQ: 0,
    shutdown: 1,
  });
  expect(pick(row('right'), 'peer', 'recvQ', 'shutdown')).toEqual({ peer: made.left, recvQ: 6, shutdown: 2 });
  expect(rows).toHaveLength(5);
});

test('packet: bound and unbound', () => {
  const { rows, made } = load('packet', packet);
  const row = (name: string) => rows.find((candidate) => candidate.inode === made[name]);
  const names = ['type', 'protocol', 'interface', 'running', 'uid', 'recvQ', 'drops', 'version', 'flags', 'fanout'];
  expect(pick(row('arp'), ...names)).toEqual({
    type: 'RAW',
    protocol: 0x806,
    interface: made.interface,
    running: 1,
    uid: 0,
    recvQ: 0,
    drops: 0,
    version: 0,
    flags: 1,
    fanout: null,
  });
  expect(pick(row('every'), 'type', 'protocol', 'interface')).toEqual({ type: 'DGRAM', protocol: 3, interface: 0 });
});

test('netlink: a member of groups is listed once, although the kernel lists it twice', () => {
  const { rows, made, outcome } = load('netlink', netlinkSockets);
  const members = rows.filter((candidate) => candidate.inode === made.listening);
  expect(members.map((row) => pick(row, 'type', 'protocol', 'portid', 'groups', 'recvQ', 'sendQ', 'drops'))).toEqual([
    { type: 'RAW', protocol: 0, portid: 4242, groups: 5, recvQ: 0, sendQ: 0, drops: 0 },
  ]);
  expect(outcome.duplicates).toBe(1);
});

test('links: names, flags and the sixteen counters of /proc/net/dev', () => {
  const { rows, made, proc } = load('link', links);
  const fix0 = rows.find((row) => row.name === 'fix0');
  expect(pick(fix0, 'index', 'type', 'mtu', 'kind', 'address', 'alias', 'operstate')).toEqual({
    index: made.fix0,
    type: 1,
    mtu: 1400,
    kind: 'veth',
    address: '02:00:00:00:00:01',
    alias: null,
    operstate: 'up',
  });
  expect((fix0!.flags as number) & 0x1043).toBe(0x1043);
  const names = ['rxBytes', 'rxPackets', 'rxErrors', 'rxDropped', 'rxFifo', 'rxFrame', 'rxCompressed', 'multicast'];
  names.push('txBytes', 'txPackets', 'txErrors', 'txDropped', 'txFifo', 'collisions', 'txCarrier', 'txCompressed');
  const lines = proc.dev!.trim().split('\n').slice(2);
  expect(rows.map((row) => row.name)).toEqual(lines.map((line) => line.split(':')[0]!.trim()));
  lines.forEach((line, at) => {
    const counters = line.split(':')[1]!.trim().split(/\s+/).map(BigInt);
    expect(names.map((name) => rows[at]![name])).toEqual(counters);
  });
});

test('links: counters have 64 bits, and come from nowhere else', () => {
  const [RTM_NEWLINK, IFLA_STATS, IFLA_STATS64] = [16, 7, 23];
  const counters = BigUint64Array.from({ length: 25 }, (_, at) => 2n ** 40n + BigInt(at));
  const narrow = attribute(IFLA_STATS, new Uint8Array(96).fill(7));
  const link = (...attributes: Uint8Array[]) => message(RTM_NEWLINK, join(new Uint8Array(16), ...attributes));
  const both = link(narrow, attribute(IFLA_STATS64, new Uint8Array(counters.buffer)));
  const { rows } = decode(links, { kind: 'link' }, [both, link(narrow), done()]);
  expect(rows.map(({ rxPackets, txBytes }) => [rxPackets, txBytes])).toEqual([
    [2n ** 40n, 2n ** 40n + 3n],
    [null, null],
  ]);
});

test('addresses: labels, peers, broadcast', () => {
  const { rows, made } = load('address', addresses);
  const row = (address: string) => rows.find((candidate) => candidate.address === address);
  const names = ['family', 'interface', 'label', 'prefixLength', 'peer', 'broadcast', 'scope'];
  expect(pick(row('10.9.0.1'), ...names)).toEqual({
    family: 'IPv4',
    interface: made.fix0,
    label: 'fix0',
    prefixLength: 24,
    peer: null,
    broadcast: '10.9.0.255',
    scope: 0,
  });
  expect(pick(row('10.9.0.9'), 'label', 'broadcast')).toEqual({ label: 'fix0:5', broadcast: null });
  expect(pick(row('10.8.0.1'), 'interface', 'prefixLength', 'peer')).toEqual({
    interface: made.fix1,
    prefixLength: 32,
    peer: '10.8.0.2',
  });
  expect(pick(row('2001:db8::1'), 'label', 'prefixLength', 'peer', 'validLifetime')).toEqual({
    label: null,
    prefixLength: 64,
    peer: null,
    validLifetime: 0xffffffff,
  });
});

test('routes: what /proc/net/route says of table main, row for row', () => {
  const { rows, made, proc } = load('route', routes);
  const hex = (address: unknown) =>
    String(address)
      .split('.')
      .reverse()
      .map((byte) => Number(byte).toString(16).padStart(2, '0'))
      .join('')
      .toUpperCase();
  const device = new Map([
    [made.fix0, 'fix0'],
    [made.fix1, 'fix1'],
  ]);
  const mask = (length: number) =>
    hex(
      [0, 8, 16, 24]
        .map((at) => 256 - 2 ** Math.min(8, Math.max(0, 8 + at - length)))
        .map((byte) => byte & 255)
        .join('.'),
    );
  const lines = rows
    .filter((row) => row.hop === 0)
    .map((row) =>
      [
        device.get(row.interface as number) ?? '*',
        hex(row.destination),
        hex(row.gateway),
        (row.flags as number).toString(16).toUpperCase().padStart(4, '0'),
        row.refCount,
        row.use,
        row.metric,
        mask(row.destinationLength as number),
        row.mss,
        row.window,
        row.irtt,
      ].join('\t'),
    );
  const shown = proc.route!.trimEnd().split('\n').slice(1);
  expect(lines).toEqual(shown.map((line) => line.trim()));
});

test('routes: next hops, metrics, an IPv6 next hop of an IPv4 route', () => {
  const { rows } = load('route', routes);
  const to = (destination: string) => rows.filter((row) => row.destination === destination);
  expect(to('10.40.0.0').map((row) => pick(row, 'hop', 'weight', 'gateway', 'metric'))).toEqual([
    { hop: 0, weight: 3, gateway: '10.9.0.2', metric: 50 },
    { hop: 1, weight: 1, gateway: '10.9.0.3', metric: 50 },
  ]);
  expect(pick(to('10.20.0.0')[0], 'mtu', 'advmss', 'mss', 'irtt', 'window', 'weight', 'via')).toEqual({
    mtu: 1200,
    advmss: 900,
    mss: 940,
    irtt: 300,
    window: 4000,
    weight: null,
    via: null,
  });
  expect(to('10.30.0.0')[0]).toMatchObject({ type: 'blackhole', interface: 0, flags: 1 });
  expect(to('10.31.0.0')[0]).toMatchObject({ type: 'unreachable', flags: 0x201 });
  const { rows: raw } = decode(routes, loadFixture('route').request, loadFixture('route').datagrams, [
    'via',
    'destination',
  ]);
  expect(raw.filter((row) => row.via !== null)).toHaveLength(1);
});

test('routes: IPv6 of every table', () => {
  const { rows } = load('route6', routes);
  const route = rows.find((row) => row.destination === '2001:db8:5::');
  expect(pick(route, 'family', 'table', 'type', 'destinationLength', 'gateway', 'flags', 'metric', 'refCount')).toEqual(
    {
      family: 'IPv6',
      table: 254,
      type: 'unicast',
      destinationLength: 48,
      gateway: '2001:db8::2',
      flags: 3,
      metric: 1024,
      refCount: null,
    },
  );
  const local = rows.find((row) => row.destination === '2001:db8::1' && row.type === 'local');
  expect(pick(local, 'table', 'flags')).toEqual({ table: 255, flags: 0x200001 });
});

test('rules and neighbours', () => {
  const { rows } = load('rule', rules);
  expect(
    pick(
      rows.find((row) => row.table === 1000),
      'source',
      'sourceLength',
      'inputDevice',
      'outputDevice',
      'mark',
      'markMask',
      'action',
    ),
  ).toEqual({
    source: '10.9.0.0',
    sourceLength: 24,
    inputDevice: 'fix0',
    outputDevice: null,
    mark: 5,
    markMask: 255,
    action: 1,
  });
  expect(rows.map((row) => row.table)).toEqual([255, 1000, 254, 253]);
  const { rows: near, made } = load('neighbour', neighbours);
  expect(near.map((row) => pick(row, 'family', 'address', 'interface', 'lladdr', 'state', 'type'))).toEqual([
    { family: 'IPv4', address: '10.9.0.2', interface: made.fix0, lladdr: '02:00:00:00:00:07', state: 0x80, type: 1 },
  ]);
});
