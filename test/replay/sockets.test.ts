import { expect, test } from 'vitest';
import { blockColumns } from '../../src/addon.ts';
import { sockets } from '../../src/tables/sockets.ts';
import { decode, type Fixture, loadFixture, pick } from './fixture.ts';

/** What a row looks like when nobody names columns, and what netstat shows besides. */
const SHOWN = new Set(sockets.names.filter((name) => sockets.columns[name].basic === true)).add('probes').add('cookie');

function rowsOf(fixture: Fixture): Record<string, unknown>[] {
  const { rows, outcome } = decode(sockets, fixture.request, fixture.datagrams);
  expect(outcome).toMatchObject({ malformed: 0, duplicates: 0, interrupted: false, rows: rows.length });
  expect(outcome.error).toBeUndefined();
  return rows;
}

const byInode = (rows: Record<string, unknown>[], inode: number | undefined) =>
  rows.find((row) => row.inode === inode && inode !== 0);

/** [local port, remote port, state, inode] of each line of /proc/net/tcp and the like. */
function procRows(text: string): number[][] {
  return text
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => {
      const fields = line.trim().split(/\s+/);
      const port = (field: string) => Number.parseInt(field.split(':')[1]!, 16);
      return [port(fields[1]!), port(fields[2]!), Number.parseInt(fields[3]!, 16), Number(fields[9])];
    });
}

test('tcp: every row of both families, in the order of the /proc files', () => {
  const fixture = loadFixture('tcp');
  const { rows } = decode(sockets, fixture.request, fixture.datagrams, ['family', 'localPort', 'remotePort', 'inode']);
  const list = (family: string) =>
    rows.filter((row) => row.family === family).map((row) => [row.localPort, row.remotePort, row.inode]);
  const shown = (file: string) =>
    procRows(fixture.proc[file]!).map(([local, remote, , inode]) => [local, remote, inode]);
  expect(list('IPv4')).toEqual(shown('tcp'));
  expect(list('IPv6')).toEqual(shown('tcp6'));
});

test('tcp: a listener with a connection that waits', () => {
  const fixture = loadFixture('tcp');
  const row = byInode(rowsOf(fixture), fixture.made.listener);
  expect(pick(row, ...SHOWN)).toEqual({
    netid: 'tcp',
    family: 'IPv4',
    state: 'LISTEN',
    localAddress: '127.0.0.1',
    localPort: 8001,
    remoteAddress: '0.0.0.0',
    remotePort: 0,
    interface: 0,
    recvQ: 1,
    sendQ: 0,
    backlogMax: 7,
    timer: 'off',
    timerMs: 0,
    retransmits: 0,
    probes: 0,
    uid: 0,
    inode: fixture.made.listener,
    cookie: row!.cookie,
  });
  expect(typeof row!.cookie).toBe('bigint');
  // Kernel: a listener's tcp_info carries its accept queue.
  expect(pick(row, 'mark', 'unacked', 'sacked')).toEqual({ mark: 0x1234, unacked: 1, sacked: 7 });
});

test('tcp: bytes that wait to be read, on the right side', () => {
  const fixture = loadFixture('tcp');
  const rows = rowsOf(fixture);
  const accepted = byInode(rows, fixture.made.accepted);
  expect(pick(accepted, 'state', 'localPort', 'remotePort', 'recvQ', 'sendQ', 'backlogMax')).toEqual({
    state: 'ESTABLISHED',
    localPort: 8002,
    remotePort: 9002,
    recvQ: 5,
    sendQ: 0,
    backlogMax: null,
  });
  expect(pick(accepted, 'bytesReceived', 'bytesAcked', 'dataSegsIn', 'shutdown', 'tos')).toEqual({
    bytesReceived: 5n,
    bytesAcked: 0n,
    dataSegsIn: 1,
    shutdown: 0,
    tos: 0,
  });
  const client = byInode(rows, fixture.made.client);
  // Kernel: bytes_acked counts the SYN.
  expect(pick(client, 'bytesSent', 'bytesAcked', 'bytesReceived')).toEqual({
    bytesSent: 5n,
    bytesAcked: 6n,
    bytesReceived: 0n,
  });
  expect(client!.congestion).toBe(accepted!.congestion);
  expect(client!.congestion).toMatch(/^[a-z]+$/);
});

test('tcp: TIME_WAIT has a timer and no tcp_info', () => {
  const fixture = loadFixture('tcp');
  const row = rowsOf(fixture).find((candidate) => candidate.state === 'TIME_WAIT');
  expect(pick(row, 'localPort', 'remotePort', 'timer', 'uid', 'inode', 'rto', 'congestion', 'skmemRcvbuf')).toEqual({
    localPort: 9003,
    remotePort: 8002,
    timer: 'timewait',
    uid: 0,
    inode: 0,
    rto: null,
    congestion: null,
    skmemRcvbuf: null,
  });
  expect(row!.timerMs).toBeGreaterThan(50_000);
});

test('tcp: IPv6 listeners, with and without IPv4', () => {
  const fixture = loadFixture('tcp');
  const rows = rowsOf(fixture);
  const names = ['netid', 'family', 'localAddress', 'localPort', 'backlogMax', 'ipv6only', 'tclass'];
  expect(pick(byInode(rows, fixture.made.six), ...names)).toEqual({
    netid: 'tcp6',
    family: 'IPv6',
    localAddress: '::1',
    localPort: 8003,
    backlogMax: 9,
    ipv6only: true,
    tclass: 0,
  });
  expect(pick(byInode(rows, fixture.made.both), ...names)).toMatchObject({ localAddress: '::', ipv6only: false });
});

test('udp: states, addresses and memory', () => {
  const fixture = loadFixture('udp');
  const rows = rowsOf(fixture);
  const names = ['netid', 'state', 'localAddress', 'localPort', 'remoteAddress', 'remotePort', 'recvQ', 'drops', 'rto'];
  const [bound, connected, six] = [fixture.made.bound, fixture.made.connected, fixture.made.six].map((inode) =>
    pick(byInode(rows, inode), ...names),
  );
  expect(bound).toEqual({
    netid: 'udp',
    state: 'CLOSE',
    localAddress: '0.0.0.0',
    localPort: 5001,
    remoteAddress: '0.0.0.0',
    remotePort: 0,
    recvQ: 0x340,
    drops: 0,
    rto: null,
  });
  expect(connected).toMatchObject({
    state: 'ESTABLISHED',
    localPort: 5002,
    remoteAddress: '127.0.0.1',
    remotePort: 5001,
  });
  expect(six).toMatchObject({ netid: 'udp6', state: 'CLOSE', localAddress: '::1', localPort: 5003 });
  expect(rows).toHaveLength(3);
});

test('a column that is not asked for is not there, and costs the others nothing', () => {
  const fixture = loadFixture('tcp');
  const all = rowsOf(fixture).map((row) => pick(row, 'localPort', 'congestion', 'rtt'));
  const { rows, result } = decode(sockets, fixture.request, fixture.datagrams, ['rtt', 'congestion', 'localPort']);
  expect(rows.map((row) => pick(row, 'localPort', 'congestion', 'rtt'))).toEqual(all);
  expect(Object.keys(rows[0]!)).toHaveLength(3);
  for (const { offset, valid } of blockColumns(result.block)) {
    expect(offset % 8).toBe(0);
    if (valid >= 0) expect(valid % 8).toBe(0);
  }
});
