import { describe, expect, test } from 'vitest';
import type { Table } from '../../../../src/columns/table.ts';
import { FAMILIES, netidCode } from '../../../../src/families.ts';
import { type InetContext, parseInet } from '../../../../src/sources/procfs/inet.ts';
import type { ParseReport } from '../../../../src/sources/procfs/report.ts';
import { type SocketsSchema, sockets } from '../../../../src/tables/sockets.ts';
import { TCPF_ALL, TCPF_ESTABLISHED, TCPF_LISTEN } from '../../../../src/uapi/tcp-states.ts';
import { captured, fixture, parsed } from './fixture.ts';

function parse(
  netid: string,
  bytes: Uint8Array,
  context: Partial<InetContext> = {},
): { table: Table<SocketsSchema>; report: ParseReport } {
  const { family, protocol } = FAMILIES[netidCode(netid)]!;
  const full = { netid: netidCode(netid), family, protocol, states: TCPF_ALL, littleEndian: true, ticksPerSecond: 100 };
  return parsed(sockets, (builder) => parseInet(bytes, builder, { ...full, ...context }));
}

/** `local:port remote:port state recvQ sendQ timer/ms/retransmits/probes uid inode ref drops` */
function brief(table: Table<SocketsSchema>): string[] {
  return Array.from(table, (row) =>
    [
      row.netid,
      `${row.localAddress}:${row.localPort}`,
      `${row.remoteAddress}:${row.remotePort}`,
      row.state,
      row.recvQ,
      row.sendQ,
      `${row.timer}/${row.timerMs}/${row.retransmits}/${row.probes}`,
      row.uid,
      row.inode,
      row.refCount,
      row.drops,
    ].join(' '),
  );
}

const HEADER = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const ENDPOINTS = '0100007F:0050 0200007F:C000';
const line = (text: string): Uint8Array => Buffer.from(HEADER + text, 'latin1');

describe('captured files', () => {
  test('tcp', () => {
    const { table, report } = parse('tcp', captured('tcp'));
    expect(report).toEqual({ rows: 7, malformed: 0, malformedLines: [] });
    expect(brief(table)).toEqual([
      'tcp 127.0.0.1:40757 0.0.0.0:0 LISTEN 1 0 off/0/0/0 0 44652418 2 ',
      'tcp 127.0.0.1:40757 127.0.0.1:46874 ESTABLISHED 0 0 off/0/0/0 0 0 1 ',
      'tcp 127.0.0.1:46866 127.0.0.1:40757 ESTABLISHED 0 0 keepalive/7198980/0/0 0 44675260 2 ',
      'tcp 127.0.0.1:46874 127.0.0.1:40757 ESTABLISHED 0 0 off/0/0/0 0 44675262 2 ',
      'tcp 10.99.0.1:39556 10.99.0.1:9008 ESTABLISHED 0 0 off/0/0/0 0 44675270 2 ',
      'tcp 10.99.0.1:45696 10.99.0.8:81 SYN_SENT 0 1 on/0/0/0 0 44675271 2 ',
      'tcp 127.0.0.1:40757 127.0.0.1:46866 ESTABLISHED 100 0 off/0/0/0 0 44675261 1 ',
    ]);
  });

  test('tcp6, with a mapped address', () => {
    const { table } = parse('tcp6', captured('tcp6'));
    expect(brief(table).slice(0, 4)).toEqual([
      'tcp6 :::9008 :::0 LISTEN 1 0 off/0/0/0 0 44675267 2 ',
      'tcp6 ::1:9004 :::0 LISTEN 1 0 off/0/0/0 0 44675263 2 ',
      'tcp6 ::ffff:10.99.0.1:9008 ::ffff:10.99.0.1:39556 ESTABLISHED 0 0 off/0/0/0 0 0 1 ',
      'tcp6 ::1:9004 ::1:52882 ESTABLISHED 100 0 off/0/0/0 0 44675265 1 ',
    ]);
    expect(table.at(0).family).toBe('IPv6');
    expect(table.at(0).protocol).toBe(6);
  });

  test.each([
    [
      'udp',
      [
        'udp 127.0.0.1:37910 0.0.0.0:0 CLOSE 832 0 off/0/0/0 0 44675272 2 0',
        'udp 127.0.0.1:39537 127.0.0.1:37910 ESTABLISHED 0 0 off/0/0/0 0 44675273 2 0',
      ],
    ],
    [
      'udp6',
      [
        'udp6 ::1:38772 ::1:44573 ESTABLISHED 0 0 off/0/0/0 0 44675278 2 0',
        'udp6 ::1:44573 :::0 CLOSE 832 0 off/0/0/0 0 44675277 2 0',
      ],
    ],
    [
      'udplite',
      [
        'udplite 127.0.0.1:52267 0.0.0.0:0 CLOSE 832 0 off/0/0/0 0 44675274 2 0',
        'udplite 127.0.0.1:43187 127.0.0.1:52267 ESTABLISHED 0 0 off/0/0/0 0 44675275 2 0',
      ],
    ],
    ['raw', ['raw 0.0.0.0:1 0.0.0.0:0 CLOSE 0 0 off/0/0/0 0 44675276 2 0']],
    ['raw6', ['raw6 :::58 :::0 CLOSE 0 0 off/0/0/0 0 44675281 2 0']],
  ])('%s', (netid, rows) => {
    expect(brief(parse(netid, captured(netid)).table)).toEqual(rows);
  });

  test('what the files do not tell is null', () => {
    const row = parse('tcp', captured('tcp')).table.at(0);
    expect([row.interface, row.cookie, row.backlogMax, row.congestion, row.rtt]).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('arguments', () => {
  test('big-endian files', () => {
    const big = { littleEndian: false };
    expect(brief(parse('tcp', fixture('big-endian/tcp'), big).table)).toEqual([
      'tcp 127.0.0.1:22 0.0.0.0:0 LISTEN 3 0 off/0/0/0 1000 4711 2 ',
      'tcp 10.99.0.1:39556 10.99.0.2:443 ESTABLISHED 32 16 on/250/2/1 0 4712 2 ',
    ]);
    expect(brief(parse('tcp6', fixture('big-endian/tcp6'), big).table)).toEqual([
      'tcp6 2001:db8:1::1:80 fe80::ff:fe00:a:49152 TIME_WAIT 0 0 timewait/40970/0/0 0 0 3 ',
    ]);
  });

  test('tick rate', () => {
    const bytes = line(`0: ${ENDPOINTS} 01 0:0 02:00000400 0 0 0 1\n`);
    expect(parse('tcp', bytes, { ticksPerSecond: 1024 }).table.at(0).timerMs).toBe(1000);
    expect(parse('tcp', bytes).table.at(0).timerMs).toBe(10240);
  });

  test('states', () => {
    const states = (mask: number) => parse('tcp', captured('tcp'), { states: mask }).report.rows;
    expect([states(TCPF_LISTEN), states(TCPF_ESTABLISHED), states(1 << 2), states(0)]).toEqual([1, 5, 1, 0]);
  });

  test('SYN_RECV is asked for by either of its bits, unknown states by all bits', () => {
    const bytes = line(`0: ${ENDPOINTS} 03 0:0 00:0 0 0 0 1\n1: ${ENDPOINTS} 4D 0:0 00:0 0 0 0 1\n`);
    const states = (mask: number) => Array.from(parse('tcp', bytes, { states: mask }).table, (row) => row.state);
    expect(states(1 << 3)).toEqual(['SYN_RECV']);
    expect(states(1 << 12)).toEqual(['SYN_RECV']);
    expect(states(TCPF_ALL)).toEqual(['SYN_RECV', '77']);
    expect(states(TCPF_LISTEN)).toEqual([]);
  });
});

describe('hostile lines', () => {
  test.each([
    ['', 0],
    [`0: ${ENDPOINTS} 01 0:0 00:0 0 0 0 1\n`, 0],
  ])('a file without a header line has no rows: %j', (text, malformed) => {
    const { table, report } = parse('tcp', Buffer.from(text));
    expect([table.length, report.malformed]).toEqual([0, malformed]);
  });

  test.each([
    '\n',
    ' \n',
    'garbage\n',
    `0: ${ENDPOINTS}\n`,
    `0: ${ENDPOINTS} 01 0:0 00:0\n`,
    `0: ${ENDPOINTS} 01 0:0 00:\n`,
    `0  ${ENDPOINTS} 01 0:0 00:0 0 0 0 1\n`,
    `0: 0100007F:0050 0200007F 01 0:0 00:0 0 0 0 1\n`,
    `0: 0100007:0050 0200007F:0 01 0:0 00:0 0 0 0 1\n`,
    `0: 0100007F0:0050 0200007F:0 01 0:0 00:0 0 0 0 1\n`,
    `0: ${'0'.repeat(32)}:0050 ${'0'.repeat(32)}:0 01 0:0 00:0 0 0 0 1\n`,
    `0: 0100007F:10000 0200007F:0 01 0:0 00:0 0 0 0 1\n`,
    `0: ${ENDPOINTS} 01 100000000:0 00:0 0 0 0 1\n`,
    `0: ${ENDPOINTS} 01 0:FFFFFFFFF 00:0 0 0 0 1\n`,
    `0: ${ENDPOINTS} 01 0:0 00:${'F'.repeat(17)} 0 0 0 1\n`,
    `0: 01\x0000007F:0050 0200007F:0 01 0:0 00:0 0 0 0 1\n`,
    `${'9'.repeat(5000)}: ${ENDPOINTS} 01 0:0 00:0 0 0 0 1\n`,
  ])('%.80j costs its row and no other', (text) => {
    const { table, report } = parse('tcp', line(`${text}9: ${ENDPOINTS} 01 0:0 00:0 0 0 0 7`));
    expect(Array.from(table, (row) => row.inode)).toEqual([7]);
    expect(report).toEqual({ rows: 1, malformed: 1, malformedLines: [1] });
  });

  test('UDP lines may end before the retransmissions', () => {
    const { table, report } = parse('udp', line(`0: ${ENDPOINTS} 07 0:5 00:0\n`));
    expect(report.malformed).toBe(0);
    expect(brief(table)).toEqual(['udp 127.0.0.1:80 127.0.0.2:49152 CLOSE 5 0 off/0/0/0 0 0  ']);
  });

  test.each([
    ['', '0 0  '],
    ['5', '5 0  '],
    ['5 0', '5 0  '],
    ['5 0 77', '5 77  '],
    ['5 0 77 9', '5 77 9 '],
    ['x 0 77', '0 0  '],
    ['5 x 77', '5 0  '],
    ['-2 0 4294967295', '4294967294 4294967295  '],
    ['4294967294 0 4294967296', '4294967294 0  '],
  ])('behind the retransmissions all may be missing: %j', (tail, expected) => {
    const [row] = brief(parse('tcp', line(`0: ${ENDPOINTS} 01 0:0 00:0 0 ${tail}`)).table);
    expect(row!.split(' ').slice(-4).join(' ')).toBe(expected);
  });

  test('a value does not stay for the next line', () => {
    const bytes = line(`0: ${ENDPOINTS} 07 0:0 00:0 5 6 7 8 9 aa 3\n1: ${ENDPOINTS} 07 0:0 00:0\n`);
    expect(brief(parse('udp', bytes).table)[1]).toBe('udp 127.0.0.1:80 127.0.0.2:49152 CLOSE 0 0 off/0/0/0 0 0  ');
  });

  test('numbers too large for their column are clamped', () => {
    const { table } = parse('tcp', line(`0: ${ENDPOINTS} 1FF 0:0 FFF:FFFFFFFFFFFFFFFF 100 0 999 1\n`));
    const row = table.at(0);
    const { state, timer, timerMs, retransmits, probes } = row;
    expect([state, timer, timerMs, retransmits, probes]).toEqual(['255', '255', 4294967295, 255, 255]);
  });

  test('malformed lines are counted when there are too many to list', () => {
    const { report } = parse('tcp', line('x\n'.repeat(5000)));
    expect(report.malformed).toBe(5000);
    expect(report.malformedLines).toHaveLength(1024);
  });
});
