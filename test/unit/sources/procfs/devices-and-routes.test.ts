import { describe, expect, test } from 'vitest';
import { ProcfsError } from '../../../../src/errors.ts';
import { parseArp } from '../../../../src/sources/procfs/arp.ts';
import { parseDevLines } from '../../../../src/sources/procfs/dev.ts';
import { parseIfInet6 } from '../../../../src/sources/procfs/if-inet6.ts';
import { parseIgmp, parseIgmp6 } from '../../../../src/sources/procfs/igmp.ts';
import { parseIpv6Route, parseRoute } from '../../../../src/sources/procfs/route.ts';
import { addresses } from '../../../../src/tables/addresses.ts';
import { groups } from '../../../../src/tables/groups.ts';
import { neighbours } from '../../../../src/tables/neighbours.ts';
import { routes } from '../../../../src/tables/routes.ts';
import { captured, fixture, parsed } from './fixture.ts';

const parseRoutes = (bytes: Uint8Array, littleEndian = true) =>
  parsed(routes, (builder) => parseRoute(bytes, builder, { path: '/proc/net/route', littleEndian }));

const ROUTE_HEADER = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';

describe('route', () => {
  test('captured file', () => {
    const { table } = parseRoutes(captured('route'));
    const rows = Array.from(table, (row) => [
      `${row.destination}/${row.destinationLength}`,
      row.gateway,
      row.flags,
      row.metric,
      `${row.mss}/${row.window}/${row.irtt}`,
      row.device,
      row.table,
    ]);
    expect(rows).toEqual([
      ['0.0.0.0/0', '10.99.0.254', 0x3, -16769024, '0/0/0', 'veth-a', 254],
      ['10.62.0.0/20', '10.99.0.2', 0x3, 0, '1400/5000/300', 'veth-a', 254],
      ['10.99.0.0/24', '0.0.0.0', 0x1, 0, '0/0/0', 'veth-a', 254],
      ['198.51.100.0/24', '0.0.0.0', 0x1, 0, '0/0/0', null, 254],
      ['203.0.113.1/32', '0.0.0.0', 0x5, 0, '0/0/0', 'veth-a', 254],
      ['203.0.113.2/32', '0.0.0.0', 0x205, 9, '0/0/0', null, 254],
    ]);
  });

  test('big-endian file', () => {
    const [row] = parseRoutes(fixture('big-endian/route'), false).table;
    expect([row?.destination, row?.destinationLength, row?.gateway]).toEqual(['10.62.0.0', 20, '10.99.0.2']);
  });

  test('columns are found by name and in order, others are passed over', () => {
    const header = 'MTU Iface Destination Gateway Flags RefCnt Use device Metric Mask MTU Window IRTT Metric\n';
    const { table } = parseRoutes(Buffer.from(`${header}9 eth0 0000000B 0100000A 0003 5 6 ? 7 000000FF 1 2 3 8\n`));
    const { destination, destinationLength, gateway, flags, refCount, use, metric, mss, window, irtt, device } =
      table.at(0);
    expect([destination, destinationLength, gateway, flags, refCount, use, metric, mss, window, irtt, device]).toEqual([
      '11.0.0.0',
      8,
      '10.0.0.1',
      3,
      5,
      6,
      7,
      1,
      2,
      3,
      'eth0',
    ]);
  });

  test('IRTT may be missing in a line', () => {
    const text = 'eth0\t0000000B\t0100000A\t0003\t0\t0\t0\t000000FF\t0\t0\n';
    const { table, report } = parseRoutes(Buffer.from(ROUTE_HEADER + text));
    expect([table.at(0).irtt, report.malformed]).toEqual([0, 0]);
  });

  test.each([
    '',
    'eth0',
    'eth0 0 0 1 0 0 0 0 0',
    'eth0 0 0 1 0 0 0 0 0 x',
    'eth0 0 0 1 0 0 0 00FF00FF 0 0 0',
    'eth0 100000000 0 1 0 0 0 0 0 0 0',
  ])('malformed: %j', (text) => {
    const { table, report } = parseRoutes(Buffer.from(`${ROUTE_HEADER}${text}\nlo 0 0 1 0 0 0 0 0 0 0`));
    expect([Array.from(table, (row) => row.device), report.malformedLines]).toEqual([['lo'], [1]]);
  });

  test('an empty file lacks its header', () => {
    expect(parseRoutes(Buffer.from('')).report).toEqual({ rows: 0, malformed: 1, malformedLines: [0] });
  });

  test.each([
    ['\n', 'Iface'],
    ['Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window\n', 'IRTT'],
    [ROUTE_HEADER.replace('Metric', 'Metrik'), 'Metric'],
  ])('a missing column is an error: %j', (text, field) => {
    expect(() => parseRoutes(Buffer.from(text))).toThrow(ProcfsError);
    expect(() => parseRoutes(Buffer.from(text))).toThrow(
      expect.objectContaining({ field, line: 1, path: '/proc/net/route', code: 'ERR_SOCKDIAG_PROCFS' }),
    );
  });
});

describe('ipv6_route', () => {
  const parse = (bytes: Uint8Array) => parsed(routes, (builder) => parseIpv6Route(bytes, builder));

  test('captured file', () => {
    const { table, report } = parse(captured('ipv6_route'));
    expect(report).toEqual({ rows: 13, malformed: 0, malformedLines: [] });
    const brief = (row: number) => {
      const { destination, destinationLength, gateway, metric, refCount, use, flags, device, source, sourceLength } =
        table.at(row);
      return [
        `${destination}/${destinationLength}`,
        gateway,
        metric,
        refCount,
        use,
        flags,
        device,
        source,
        sourceLength,
      ];
    };
    expect(brief(1)).toEqual(['2001:db8:50::/48', '2001:db8:1::2', 1024, 2, 0, 0x3, 'veth-a', null, 0]);
    expect(brief(5)).toEqual(['::/0', '::', -1, 1, 0, 0x200200, 'lo', null, 0]);
    expect(brief(6)).toEqual(['::1/128', '::', 0, 4, 0, 0x80200001, 'lo', null, 0]);
  });

  const ZERO = '0'.repeat(32);
  test('source networks', () => {
    const { table } = parse(Buffer.from(`${ZERO} 00 fe80${'0'.repeat(28)} 0a ${ZERO} 1 2 3 4 eth0\n`));
    expect([table.at(0).source, table.at(0).sourceLength]).toEqual(['fe80::', 10]);
  });

  test.each([
    '',
    ZERO,
    `${ZERO} 81 ${ZERO} 00 ${ZERO} 1 2 3 4 eth0`,
    `${ZERO} 000 ${ZERO} 00 ${ZERO} 1 2 3 4 eth0`,
    `${ZERO.slice(1)} 00 ${ZERO} 00 ${ZERO} 1 2 3 4 eth0`,
    `${ZERO} 00 ${ZERO} 00 ${ZERO} 1 2 3 4`,
    `${ZERO} 00 ${ZERO} 00 ${ZERO} 1 2 3 100000000 eth0`,
  ])('malformed: %j', (text) => {
    const { table, report } = parse(Buffer.from(`${text}\n`));
    expect([table.length, report.malformedLines]).toEqual([0, [0]]);
  });
});

describe('dev', () => {
  test('captured file', () => {
    const { lines, report } = parseDevLines(captured('dev'));
    expect(report.malformed).toBe(0);
    expect(lines.map(({ name }) => name)).toEqual(['lo', 'veth-b', 'veth-a', 'abcdefghijklmno']);
    expect(lines[2]?.counters).toEqual([430n, 5n, 0n, 0n, 0n, 0n, 0n, 0n, 702n, 9n, 0n, 0n, 0n, 0n, 0n, 0n]);
  });

  const numbers = (first: string) => [first, ...Array.from({ length: 15 }, () => '0')].join(' ');
  test('numbers need no blank before them and have 64 bits', () => {
    const { lines } = parseDevLines(Buffer.from(`a\nb\n  eth0:${numbers('18446744073709551615')}`));
    expect(lines[0]).toMatchObject({ name: 'eth0', counters: expect.arrayContaining([2n ** 64n - 1n]) });
  });

  test.each([
    '',
    'eth0',
    ':',
    `:${numbers('1')}`,
    'eth0: 1 2 3',
    `eth0: ${numbers('18446744073709551616')}`,
    `eth0: ${numbers('-1')}`,
  ])('malformed: %j', (text) => {
    const { lines, report } = parseDevLines(Buffer.from(`a\nb\n${text}\nlo: ${numbers('5')}\n`));
    expect([lines.map(({ name }) => name), report.malformedLines]).toEqual([['lo'], [2]]);
  });
});

describe('if_inet6', () => {
  const parse = (bytes: Uint8Array) => parsed(addresses, (builder) => parseIfInet6(bytes, builder));

  test('captured file', () => {
    const rows = Array.from(parse(captured('if_inet6')).table, (row) => [
      row.address,
      row.prefixLength,
      row.interface,
      row.scopeId,
      row.flags,
      row.label,
      row.scope,
    ]);
    expect(rows).toEqual([
      ['2001:db8:1::1', 64, 3, 0, 0x82, 'veth-a', null],
      ['fe80::ff:fe00:a', 64, 3, 0x20, 0x80, 'veth-a', null],
      ['fe80::ff:fe00:b', 64, 2, 0x20, 0x80, 'veth-b', null],
      ['::1', 128, 1, 0x10, 0x80, 'lo', null],
    ]);
  });

  test('an index of more than two digits', () => {
    expect(parse(Buffer.from(`${'0'.repeat(32)} 1a2b 40 00 80 eth0\n`)).table.at(0).interface).toBe(0x1a2b);
  });

  test.each([
    '',
    'x',
    `${'0'.repeat(32)} 01 81 00 80 lo`,
    `${'0'.repeat(32)} 01 80 100 80 lo`,
    `${'0'.repeat(32)} 01 80 10 80`,
  ])('malformed: %j', (text) => {
    expect(parse(Buffer.from(`${text}\n`)).report.malformedLines).toEqual([0]);
  });
});

describe('igmp', () => {
  const parse = (bytes: Uint8Array, littleEndian = true) =>
    parsed(groups, (builder) => parseIgmp(bytes, builder, { littleEndian }));
  const brief = ({ table }: ReturnType<typeof parse>) =>
    Array.from(table, (row) => [row.device, row.interface, row.users, row.group]);

  test('captured file', () => {
    expect(brief(parse(captured('igmp')))).toEqual([
      ['lo', 1, 1, '224.0.0.1'],
      ['veth-b', 2, 1, '224.0.0.1'],
      ['veth-a', 3, 2, '239.1.2.3'],
      ['veth-a', 3, 1, '224.0.0.1'],
    ]);
  });

  test('big-endian file', () => {
    expect(brief(parse(fixture('big-endian/igmp'), false))).toEqual([['eth0', 2, 2, '239.1.2.3']]);
  });

  test('a name of 15 bytes', () => {
    expect(brief(parse(Buffer.from('Idx\n7\tabcdefghijklmno:     1      V3\n\t\t\t\t010000E0     1 0:0\n')))).toEqual([
      ['abcdefghijklmno', 7, 1, '224.0.0.1'],
    ]);
  });

  test('malformed lines are numbered from 0, groups stay with the last device that could be read', () => {
    const lines = [
      'Idx',
      '1\tlo        :     1      V3',
      '',
      'garbage',
      '\t\t\t\tzz 1',
      '\t010000E0',
      '\t010000E1 2',
      'x\tfoo: 1',
      '\t010000E3 1',
    ];
    const result = parse(Buffer.from(lines.join('\n')));
    expect(result.report.malformedLines).toEqual([2, 3, 4, 5, 7]);
    expect(brief(result)).toEqual([
      ['lo', 1, 2, '225.0.0.1'],
      ['lo', 1, 1, '227.0.0.1'],
    ]);
  });

  test('a group before any device is malformed', () => {
    expect(parse(Buffer.from('Idx\n\t010000E0 1\n')).report.malformedLines).toEqual([1]);
  });
});

describe('igmp6', () => {
  const parse = (bytes: Uint8Array) => parsed(groups, (builder) => parseIgmp6(bytes, builder));

  test('captured file', () => {
    const { table, report } = parse(captured('igmp6'));
    expect(report.malformed).toBe(0);
    const own = Array.from(table).filter((row) => row.device === 'lo');
    expect(own.map((row) => [row.interface, row.users, row.group])).toEqual([
      [1, 1, 'ff02::1'],
      [1, 1, 'ff01::1'],
    ]);
  });

  test.each(['', 'junk', '2 x ff02 1', `3 y ff02${'0'.repeat(28)}`])('malformed: %j', (text) => {
    expect(parse(Buffer.from(`${text}\n`)).report.malformedLines).toEqual([0]);
  });
});

describe('arp', () => {
  const parse = (bytes: Uint8Array, indexOf?: (device: string) => number | undefined) =>
    parsed(neighbours, (builder) => parseArp(bytes, builder, indexOf));

  test('captured file', () => {
    const { table } = parse(captured('arp'), (device) => (device === 'veth-a' ? 3 : undefined));
    const rows = Array.from(table, (row) => [row.address, row.lladdr, row.state, row.interface, row.flags]);
    expect(rows).toEqual([
      ['10.99.0.7', '02:00:00:00:00:07', 0x80, 3, 0],
      ['10.99.0.8', null, null, 3, 0],
    ]);
  });

  test('proxy entries are left out, odd hardware addresses are none', () => {
    const lines = [
      '10.0.0.1 0x1 0xc 00:00:00:00:00:00 * eth0',
      '10.0.0.2 0x3 0x2 N0CALL * ax0',
      '10.0.0.3 0x20 0x2 80:00:02 * ib0',
    ];
    const { table } = parse(Buffer.from(`IP\n${lines.join('\n')}\n`));
    const rows = Array.from(table, (row) => [row.address, row.lladdr]);
    expect(rows).toEqual([
      ['10.0.0.2', null],
      ['10.0.0.3', '80:00:02'],
    ]);
  });

  test.each(['', '10.0.0', '10.0.0.256 0x1 0x2 x * eth0', '10.0.0.1 1 0x2 x * eth0', '10.0.0.1 0x1 0x2 x *'])(
    'malformed: %j',
    (text) => {
      expect(parse(Buffer.from(`IP\n${text}\n`)).report.malformedLines).toEqual([1]);
    },
  );
});
