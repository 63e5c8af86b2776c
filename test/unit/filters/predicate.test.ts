import { describe, expect, test } from 'vitest';
import { TableBuilder } from '../../../src/columns/builder.ts';
import { selectRows } from '../../../src/columns/selection.ts';
import type { Table } from '../../../src/columns/table.ts';
import type { Schema } from '../../../src/columns/type.ts';
import { UsageError } from '../../../src/errors.ts';
import { parseIPv6 } from '../../../src/filters/host.ts';
import {
  compilePredicate,
  type FilterLookups,
  filterColumns,
  netidsFor,
  type OwnersOf,
  ownerFields,
  parseFilter,
  push,
  resolveFilter,
  statesOf,
} from '../../../src/filters/index.ts';
import { netlinkSockets } from '../../../src/tables/netlink.ts';
import { packet } from '../../../src/tables/packet.ts';
import { type SocketsSchema, sockets } from '../../../src/tables/sockets.ts';
import { unix } from '../../../src/tables/unix.ts';

const ESTABLISHED = 1;
const CLOSE = 7;
const LISTEN = 10;

function inet(): Table<SocketsSchema> {
  const builder = new TableBuilder<SocketsSchema>(sockets, [
    'netid',
    'family',
    'state',
    'localAddress',
    'localPort',
    'inode',
    'interface',
    'rtt',
    'bytesAcked',
    'congestion',
    'ipv6only',
  ]);
  const rows: [
    netid: number,
    family: number,
    state: number,
    port: number,
    rtt?: number,
    acked?: bigint,
    cong?: string,
  ][] = [
    [0, 2, ESTABLISHED, 22, 100, 0xffff_ffff_ffff_ffffn, 'cubic'],
    [1, 10, LISTEN, 22],
    [0, 2, ESTABLISHED, 40000, 60_000, 0x1_0000_0005n, 'bbr'],
    [2, 2, CLOSE, 53],
    [0, 2, CLOSE, 54],
  ];
  for (const [netid, family, state, port, rtt, acked, congestion] of rows) {
    builder.addRow();
    builder.number('netid').set(netid);
    builder.number('family').set(family);
    builder.number('state').set(state);
    builder.number('localPort').set(port);
    builder.number('inode').set(builder.length);
    builder
      .address('localAddress')
      .set(family === 2 ? Uint8Array.of(10, 0, 0, port & 255) : parseIPv6('::ffff:10.0.0.9')!);
    if (rtt !== undefined) builder.number('rtt').set(rtt);
    if (acked !== undefined) builder.bigint('bytesAcked').set(acked);
    if (congestion !== undefined) builder.word('congestion').set(congestion);
    if (family === 10) builder.number('ipv6only').set(0);
  }
  return builder.finish({ source: 'replay' });
}

function rows<S extends Schema>(table: Table<S>, filter: string, owners?: OwnersOf): number[] {
  const keep = compilePredicate(parseFilter(filter), table, owners === undefined ? {} : { owners });
  return [...selectRows(table.length, keep)];
}

describe('internet sockets', () => {
  const table = inet();
  test.for<[string, number[]]>([
    ['', [0, 1, 2, 3, 4]],
    ['false', []],
    ['rtt > 50ms', [2]],
    ['rtt <= 100us', [0]],
    ['! rtt > 50ms', [0]],
    ['rtt != 100', [2]],
    ['rtt = 100 or ! rtt = 100', [0, 2]],
    ['! ( rtt > 50ms and sport = 22 )', [0, 2, 3, 4]],
    ['! ( rtt > 50ms or sport = 22 )', []],
    ['! ( rtt > 500ms or sport = 22 )', [2]],
    ['bytesacked = 0xffffffffffffffff', [0]],
    ['bytesacked > 4G', [0, 2]],
    ['bytesacked > 4294967301', [0]],
    ['bytesacked >= 4294967301', [0, 2]],
    ['bytesacked < 4294967301', []],
    ['bytesacked < 99999999999999999999', [0, 2]],
    ['bytesacked > 99999999999999999999', []],
    ['bytesacked > -1', [0, 2]],
    ['congestion = c*', [0]],
    ['congestion != c*', [2]],
    ['ipv6only = 0', [1]],
    ['dev = 0', []],
    ['! dev = 0', []],
    ['state = listening', [1]],
    ['state != listening', [0, 2, 3, 4]],
    ['state = closed', [3, 4]],
    ['state = bound-inactive', [4]],
    ['netid = tcp*', [0, 1, 2, 4]],
    ['netid != tcp,udp', [1]],
    ['family = ipv6', [1]],
    ['sport = 20-60', [0, 1, 3, 4]],
    ['sport != 20-60', [2]],
    ['src 10.0.0.9', [1]],
    ['src inet:10.0.0.9', []],
    ['src 10.0.0.0/24', [0, 1, 2, 3, 4]],
    ['src inet6:*', [1]],
    ['src [::ffff:10.0.0.0/104]', [1]],
    ['src unix:*', []],
    ['! src unix:*', [0, 1, 2, 3, 4]],
    ['path = *', []],
    ['! path = *', []],
  ])('%s', ([filter, expected]) => {
    expect(rows(table, filter)).toEqual(expected);
  });

  test('a column that was not read is the fault of the caller', () => {
    expect(() => rows(table, 'uid = 0')).toThrow(UsageError);
    expect(() => rows(table, 'pid = 1')).toThrow(UsageError);
  });

  test('names have to be looked up first', () => {
    expect(() => rows(table, 'sport = http')).toThrow('a name has not been looked up');
    expect(() => push(parseFilter('autobound'))).toThrow('a name has not been looked up');
  });

  test('words of a dictionary are judged once, not per row', () => {
    const { dict } = table.data('congestion');
    expect(dict).toEqual(['', 'cubic', 'bbr']);
    expect(rows(table, '! congestion = x')).toEqual([0, 2]);
  });
});

describe('owners', () => {
  const holders: Record<number, [pid: number, comm: string | null][]> = {
    0: [
      [10, 'nginx'],
      [11, 'nginx: worker'],
    ],
    1: [[20, 'sshd']],
    2: [[30, null]],
  };
  const owners: OwnersOf = {
    count: (row) => holders[row]?.length ?? 0,
    pid: (row, holder) => holders[row]![holder]![0],
    comm: (row, holder) => holders[row]![holder]![1],
    container: () => null,
    unit: (_, holder) => (holder === 0 ? 'a.service' : null),
  };
  test.for<[string, number[]]>([
    ['pid = 11', [0]],
    ['pid != 11', [1, 2]],
    ['pid > 11', [1, 2]],
    ['! pid > 10', []],
    ['comm = nginx*', [0]],
    ['comm = nginx', [0]],
    ['comm != nginx', [1]],
    ['comm = *', [0, 1]],
    ['container = x', []],
    ['container != x', []],
    ['unit = *.service', [0, 1, 2]],
  ])('%s', ([filter, expected]) => {
    expect(rows(inet(), filter, owners)).toEqual(expected);
  });

  test('the filter says what it needs', () => {
    const ast = parseFilter('( pid = 1 or unit = a ) and rtt > 5 and src 1.2.3.4 and state = listen');
    expect([...ownerFields(ast)].sort()).toEqual(['pid', 'unit']);
    expect(filterColumns(ast).sort()).toEqual([
      'family',
      'inode',
      'localAddress',
      'localPort',
      'netid',
      'rtt',
      'state',
    ]);
    expect(filterColumns(ast, 'unix').sort()).toEqual(['inode', 'path', 'state']);
  });
});

describe('other tables', () => {
  test('unix: paths by pattern in any case, bytes as they are', () => {
    const builder = new TableBuilder(unix, ['path', 'state', 'inode']);
    for (const path of ['/run/Docker.sock', '\0abstract', '/tmp/\xff\n', undefined]) {
      builder.addRow();
      builder.number('state').set(10);
      if (path !== undefined) builder.bytes('path').set(Buffer.from(path, 'latin1'));
    }
    const table = builder.finish({ source: 'replay' });
    expect(rows(table, 'src unix:*docker*')).toEqual([0]);
    expect(rows(table, 'path = *docker*')).toEqual([]);
    expect(rows(table, 'src unix:@abs*')).toEqual([1]);
    expect(rows(table, '! src unix:@abs*')).toEqual([0, 2, 3]);
    expect(rows(table, 'path = /tmp/??')).toEqual([2]);
    expect(rows(table, 'src 127.0.0.1')).toEqual([]);
    expect(rows(table, 'src *')).toEqual([0, 1, 2, 3]);
    expect(rows(table, 'sport = 1')).toEqual([]);
    expect(rows(table, '! sport = 1')).toEqual([]);
    expect(rows(table, 'state = listening')).toEqual([0, 1, 2, 3]);
  });

  test('packet and netlink: protocol and device, protocol and port id', async () => {
    const packets = new TableBuilder(packet, ['protocol', 'interface', 'inode']);
    for (const [protocol, device] of [
      [3, 1],
      [0x800, 2],
    ] as const) {
      packets.addRow();
      packets.number('protocol').set(protocol);
      packets.number('interface').set(device);
    }
    const table = packets.finish({ source: 'replay' });
    expect(rows(table, 'src link:all:*')).toEqual([0]);
    expect(rows(table, 'src link:ip:2')).toEqual([1]);
    expect(rows(table, 'src link:*:1')).toEqual([0]);
    expect(rows(table, 'src link:nothing:1')).toEqual([]);
    const device = { device: async () => 2 } as unknown as FilterLookups;
    const named = await resolveFilter(parseFilter('src link:ip:eth0'), device);
    expect([...selectRows(2, compilePredicate(named, table))]).toEqual([1]);
    const links = new TableBuilder(netlinkSockets, ['protocol', 'portid']);
    for (const [protocol, portid] of [
      [0, 0],
      [0, 77],
      [16, -5],
    ] as const) {
      links.addRow();
      links.number('protocol').set(protocol);
      links.number('portid').set(portid);
    }
    const table2 = links.finish({ source: 'replay' });
    expect(rows(table2, 'src netlink:rtnl:kernel')).toEqual([0]);
    expect(rows(table2, 'src netlink:route:*')).toEqual([0, 1]);
    expect(rows(table2, 'src netlink:*:77')).toEqual([1]);
    expect(rows(table2, 'portid < 0')).toEqual([2]);
  });
});

describe('what a request can leave out', () => {
  test.for<[string, number]>([
    ['', 0x1ffe],
    ['sport = 1', 0x1ffe],
    ['state listening', 0x400],
    ['exclude listening', 0x1bfe],
    ['state = listen or ( state = time-wait and sport = 1 )', 0x440],
    ['! ( state = listen or sport = 1 )', 0x1bfe],
    ['! ( state = listen and sport = 1 )', 0x1ffe],
    ['state = listen and state = time-wait', 0],
    ['state = bound-inactive', 0x2000],
    ['state = bound-inactive or sport = 1', 0x3ffe],
    ['state = closed', 0x80],
    ['state != closed', 0x1f7e],
    ['state syn-recv', 0x1008],
    ['state = bound-inactive and state != closed', 0],
    ['state = closed and ! ( state = bound-inactive and sport = 1 )', 0x2080],
  ])('states of %s', ([filter, mask]) => {
    expect(statesOf(parseFilter(filter))).toBe(mask);
  });

  test('netids', () => {
    expect(netidsFor(parseFilter('netid = udp* and src [::1]'))).toEqual(['udp6', 'udplite6']);
    expect(netidsFor(parseFilter('src inet:* and netid = tcp*'))).toEqual(['tcp']);
    expect(netidsFor(parseFilter('! src [::1] and netid = tcp6'))).toEqual(['tcp6']);
    expect(netidsFor(parseFilter('src 1.2.3.4 and netid = tcp6'))).toEqual(['tcp6']);
    expect(netidsFor(parseFilter('family != IPv6 and netid = raw*'))).toEqual(['raw']);
  });
});
