import { describe, expect, test } from 'vitest';
import { parseSctpSnmp, parseSnmp, parseSnmp6 } from '../../../../src/sources/procfs/snmp.ts';
import { counters } from '../../../../src/tables/counters.ts';
import { captured, fixture, parsed } from './fixture.ts';

type Parse = typeof parseSnmp;

function parse(parser: Parse, bytes: Uint8Array | string, file = 'snmp') {
  const { table, report } = parsed(counters, (builder) => parser(Buffer.from(bytes), builder, file));
  return { rows: Array.from(table, (row) => [row.section, row.name, row.value]), report, table };
}

describe('snmp and netstat', () => {
  test('captured snmp: sections and keys in file order, -1 is modulo 2^64', () => {
    const { rows, report } = parse(parseSnmp, captured('snmp'));
    expect(report.malformed).toBe(0);
    expect([...new Set(rows.map(([section]) => section))]).toEqual(['Ip', 'Icmp', 'Tcp', 'Udp', 'UdpLite']);
    expect(rows.slice(0, 2)).toEqual([
      ['Ip', 'Forwarding', 2n],
      ['Ip', 'DefaultTTL', 64n],
    ]);
    expect(rows).toContainEqual(['Tcp', 'MaxConn', 2n ** 64n - 1n]);
  });

  test('captured netstat has one value for every key', () => {
    const text = Buffer.from(captured('netstat')).toString();
    const values = text
      .split('\n')
      .filter((_, at) => at % 2 === 1)
      .flatMap((line) => line.split(' ').slice(1));
    const { rows, table } = parse(parseSnmp, captured('netstat'), 'netstat');
    expect(rows.map(([, , value]) => String(value))).toEqual(values);
    expect(table.at(0).file).toBe('netstat');
  });

  test.each([
    [
      'Ip: A B\nIp: 1 2\n',
      [
        ['Ip', 'A', 1n],
        ['Ip', 'B', 2n],
      ],
    ],
    [
      'Ip: A B\nIp: 1',
      [
        ['Ip', 'A', 1n],
        ['Ip', 'B', 0n],
      ],
    ],
    ['Ip: A\nUdp: 1 2 3\n', [['Ip', 'A', 1n]]],
    [
      '\nIp: A\nIp: 1\n\n\nTcp: B\nTcp: 2\n',
      [
        ['Ip', 'A', 1n],
        ['Tcp', 'B', 2n],
      ],
    ],
    ['Ip: A\nIp: 99999999999999999999999\n', [['Ip', 'A', 2n ** 64n - 1n]]],
    [`Ip: A\nIp: ${'9'.repeat(9999)}\n`, [['Ip', 'A', 2n ** 64n - 1n]]],
    [
      'Ip: A B C D\nIp: -2 +3 4x 5\n',
      [
        ['Ip', 'A', 2n ** 64n - 2n],
        ['Ip', 'B', 3n],
        ['Ip', 'C', 4n],
        ['Ip', 'D', 0n],
      ],
    ],
    ['Ip:\nIp:\n', []],
    ['Ip: A\nIp: 1\nTcp: B\n', [['Ip', 'A', 1n]]],
    ['', []],
  ])('%.60j', (text, expected) => {
    const { rows, report } = parse(parseSnmp, text);
    expect([rows, report.malformed]).toEqual([expected, 0]);
  });

  test.each([
    ['Ip A\nIp: 1\n', 0, 0],
    ['Ip: A\nIp: 1\nnoise\nTcp: B\nTcp: 2\n', 1, 2],
    ['Ip: A\nIp 1\nTcp: B\nTcp: 2\n', 0, 1],
  ])('a line without a colon ends the file: %j', (text, count, line) => {
    const { rows, report } = parse(parseSnmp, text);
    expect([rows.length, report.malformedLines]).toEqual([count, [line]]);
  });
});

describe('snmp6', () => {
  test('captured file', () => {
    const { rows, report } = parse(parseSnmp6, captured('snmp6'), 'snmp6');
    expect(report.malformed).toBe(0);
    expect([...new Set(rows.map(([section]) => section))]).toEqual(['Ip6', 'Icmp6', 'Udp6', 'UdpLite6']);
    expect(rows.at(0)?.[1]).toBe('Ip6InReceives');
  });

  test('a name that holds the section anywhere stays in it', () => {
    const { rows } = parse(parseSnmp6, 'Ip6A 1\nxIp6B 2\nTcp6C 3\n');
    expect(rows.map(([section]) => section)).toEqual(['Ip6', 'Ip6', 'Tcp6']);
  });

  test.each(['', 'Ip6A', 'Ip6A x'])('malformed: %j', (text) => {
    expect(parse(parseSnmp6, `${text}\n`).report.malformedLines).toEqual([0]);
  });
});

test('sctp/snmp', () => {
  const { rows } = parse(parseSctpSnmp, fixture('sctp/snmp'), 'sctp/snmp');
  expect(rows).toEqual([
    ['Sctp', 'SctpCurrEstab', 1n],
    ['Sctp', 'SctpActiveEstabs', 2n],
  ]);
});
