import { describe, expect, test } from 'vitest';
import { TableBuilder } from '../../../src/columns/builder.ts';
import { byteUnits } from '../../../src/formats/netstat/byte-units.ts';
import { hardwareOf } from '../../../src/formats/netstat/hardware.ts';
import { listInterfaces } from '../../../src/formats/netstat/interface-list.ts';
import { sortByName } from '../../../src/formats/netstat/interface-order.ts';
import { formatInterfaces } from '../../../src/formats/netstat/interfaces.ts';
import { formatLegacy } from '../../../src/formats/netstat/legacy.ts';
import { contextCell } from '../../../src/formats/netstat/program.ts';
import { sctpNames } from '../../../src/formats/netstat/sctp.ts';
import { INET_SECTIONS, INET6_SECTIONS } from '../../../src/formats/netstat/statistics-tables.ts';
import { ByteWriter } from '../../../src/formats/netstat/text.ts';
import { writeUntrusted } from '../../../src/formats/netstat/untrusted.ts';
import { LEGACY_PARSERS } from '../../../src/sources/procfs/legacy.ts';
import { addresses } from '../../../src/tables/addresses.ts';
import { legacySockets } from '../../../src/tables/legacy.ts';
import { type LinksSchema, links } from '../../../src/tables/links.ts';
import { SCTP_ENDPOINT, sctp } from '../../../src/tables/sctp.ts';
import { Golden, joined } from './golden.ts';

test.each([
  [0n, '0.0 B'],
  [1024n, '1024.0 B'],
  [1025n, '1.0 KiB'],
  [1142n, '1.1 KiB'],
  [1048575n, '1023.9 KiB'],
  [1048576n, '1024.0 KiB'],
  [1048577n, '1.0 MiB'],
  [(1n << 40n) + 1n, '1.0 TiB'],
  [1n << 60n, '1024.0 PiB'],
  [2n ** 64n - 1n, '16.0 EiB'],
])('byteUnits(%s) is %s', (value, text) => {
  expect(byteUnits(value)).toBe(text);
});

/** As `netstat -ie` printed them with the hardware address replaced by these bytes. */
test.each([
  [1, '9a82a4c6e8ea7041', 'ether', '9a:82:a4:c6:e8:ea'],
  [774, '9a82a4c6e8ea7041', 'fddi', '9A-82-A4-C6-E8-EA'],
  [27, '9a82a4c6e8ea7041', 'eui64', '9A:82:A4:C6:E8:EA:70:41'],
  [7, '9a82a4c6e8ea7041', 'arcnet', '9A'],
  [15, '9a82a4c6e8ea7041', 'dlci', '-32102'],
  [3, '9a82a4c6e8ea7041', 'ax25', 'MARctu-8'],
  [0, 'a6a8a2a4a6a8fe00', 'netrom', 'STQRST-15'],
  [3, '8200846840406200', 'ax25', 'A-1'],
  [270, '9a82a4c6e8ea7041', 'rose', '9a82a4c6e8'],
  [271, '4142430000000000', 'x25', 'ABC'],
  [768, '9a82a4c6e8ea7041', 'tunnel', ''],
  [772, '0000000000000000', 'loop', undefined],
  [65534, '9a82a4c6e8ea7041', 'unspec', '9A-82-A4-C6-E8-EA-70-41-00-00-00-00-00-00-00-00'],
])('hardware type %i of %s', (type, hex, word, text) => {
  const hardware = hardwareOf(type);
  const bytes = new Uint8Array(16);
  bytes.set(Buffer.from(hex, 'hex'));
  expect(hardware.word).toBe(word);
  expect(hardware.address?.(bytes)).toBe(text);
});

test('names are sorted as netstat lists them', () => {
  const order =
    'aa1b2 aa1b12 abcdefghij abcdefghijk averylongname15 b12345678901234 br01 br1 br2 br10 brx lo macv0 ' +
    'sp-a sp-a:1 sp-a:2 sp-a:10 sp-a:foo tap7 tun7 zz';
  const devices = order.split(' ').map((name) => ({ name }));
  for (const shuffled of [devices.toReversed(), devices.toSorted((a, b) => (a.name < b.name ? -1 : 1))]) {
    const names = sortByName(shuffled).map(({ name }) => name);
    expect(names.join(' ')).toBe(order);
  }
});

describe('interfaces', () => {
  function tables(names: readonly string[], labels: readonly string[]) {
    const devices = new TableBuilder<LinksSchema>(links);
    for (const name of names) {
      devices.addRow();
      devices.word('name').set(name);
      devices.number('flags').set(0x1043);
      devices.number('mtu').set(1500);
      devices.bigint('rxPackets').set(7n);
    }
    const labelled = new TableBuilder(addresses);
    for (const label of labels) {
      labelled.addRow();
      labelled.number('family').set(2);
      labelled.word('label').set(label);
    }
    return { links: devices.finish({ source: 'replay' }), addresses: labelled.finish({ source: 'replay' }) };
  }

  test('a label of no device ends the list', () => {
    const { rows, failure } = listInterfaces(tables(['eth0', 'lo'], ['eth0', 'foo:1', 'eth0:9']), false);
    expect(rows.map(({ name }) => name)).toEqual(['eth0', 'eth0:9']);
    expect(failure).toEqual({
      status: 1,
      stderr:
        'foo:1: error fetching interface information: Device not found\n' +
        'missing interface information: No such device\n',
    });
  });

  test('deviation interface-name-15: counters of a name of 15 bytes are shown', () => {
    const both = tables(['averylongname15'], []);
    const text = joined(formatInterfaces(both, listInterfaces(both, false).rows, { title: false, extend: false }));
    const netstat = 'averylongname15  1500        0      0      0 0             0      0      0      0 BMRU';
    expect(text.split('\n')[1]).toBe(netstat.replace('        0      0', '        7      0'));
  });

  test('a device name cannot write to the terminal', () => {
    const both = tables(['e\x1b[2J'], []);
    const text = joined(formatInterfaces(both, listInterfaces(both, false).rows, { title: false, extend: true }));
    expect(text).toMatch(/^e\.\[2J: flags=4163<UP,BROADCAST,RUNNING,MULTICAST> {2}mtu 1500\n/);
  });
});

test.each([
  ['plain', 'plain'],
  ['a\x00\x1f\x7f', 'a...'],
  ['\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80', '\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80'],
  ['\xc2\x85\xc2\xa0', '..\xc2\xa0'],
  ['\x9b31m', '.31m'],
  ['\xc3', '.'],
  ['\xe2\x82', '..'],
  ['\xed\xa0\x80', '...'],
  ['\xc0\xaf\xf5\x80\x80\x80', '......'],
])('writeUntrusted(%j) gives %j', (bytes, shown) => {
  const out = new ByteWriter(4);
  writeUntrusted(out, Buffer.from(bytes, 'latin1'));
  expect(Buffer.from(out.lend()).toString('latin1')).toBe(shown);
});

describe('statistics tables', () => {
  const sections = [...INET_SECTIONS, ...INET6_SECTIONS];

  test.each(sections.map((section) => [section.title, section] as const))(
    '%s: each counter once',
    (_title, section) => {
      const names = section.counters.map(([name]) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const [, rule, sentence] of section.counters) {
        const silent = rule === 'never' || rule === 'unreachable';
        expect(sentence?.split('#').length).toBe(silent ? undefined : 2);
      }
    },
  );

  test('rows are in the order Linux 6.18 prints them', () => {
    const { table: printed } = new Golden('linux-6.18').counters();
    const names = Array.from(printed, ({ section, name }) => `${section}.${name}`);
    const places = new Map(names.map((name, place) => [name, place]));
    for (const { title, counters } of sections) {
      const found = counters.map(([name]) => places.get(`${title}.${name}`)).filter((place) => place !== undefined);
      expect(found).toEqual(found.toSorted((a, b) => a - b));
      if (title !== 'Sctp' && title !== 'Tcp6') expect(found.length).toBeGreaterThan(3);
    }
  });

  test('the entries the binary search of net-tools cannot reach', () => {
    const unreachable = sections.flatMap(({ title, counters }) =>
      counters.filter(([, rule]) => rule === 'unreachable').map(([name]) => `${title}.${name}`),
    );
    expect(unreachable).toEqual([
      'Ip.Forwarding',
      ...[
        'TWKilled',
        'TCPSackRecovery',
        'TCPSACKReneging',
        'TCPDSACKUndo',
        'TCPSackFailures',
        'TCPTimeouts',
        'TCPRenoRecoveryFail',
        'TCPSackRecoveryFail',
        'TCPDSACKOldSent',
        'TCPDSACKOfoSent',
        'TCPDSACKRecv',
        'TCPDSACKOfoRecv',
        'TCPDirectCopyFromPrequeue',
        'TCPDSackUndo',
        'TCPLoss',
        'TCPPrequeueDropped',
        'TCPRenoRecoveryFailed',
      ].map((name) => `TcpExt.${name}`),
    ]);
  });
});

test('addresses of SCTP rows are asked for as bytes', () => {
  const builder = new TableBuilder(sctp);
  builder.addRow();
  builder.number('kind').set(SCTP_ENDPOINT);
  builder.number('uid').set(1000);
  builder
    .bytes('localAddresses')
    .set(Buffer.from('10.99.0.1 2001:db8::1 ::ffff:1.2.3.4 :: ::1 1:2:3:4:5:6:7:8 fe80::'));
  const { hosts = [], users = [] } = sctpNames(builder.finish({ source: 'replay' }), Uint32Array.of(0));
  const texts = Array.from(hosts, ({ family, bytes }) => `${family} ${Buffer.from(bytes).toString('hex')}`);
  expect(texts).toEqual([
    `2 0a630001${'0'.repeat(24)}`,
    `10 20010db8${'0'.repeat(22)}01`,
    `10 ${'0'.repeat(20)}ffff01020304`,
    `10 ${'0'.repeat(31)}1`,
    '10 00010002000300040005000600070008',
    `10 fe80${'0'.repeat(28)}`,
  ]);
  expect([...users]).toEqual([1000]);
});

test.each([
  ['system_u:object_r:x:s0', 'system_u:object_r:x:s0'],
  ['a'.repeat(49), 'a'.repeat(49)],
  [`xy${'a'.repeat(48)}`, 'a'.repeat(48)],
  ['a\x1b[2J\xff', 'a.[2J.'],
])('security context %j', (context, shown) => {
  expect(Buffer.from(contextCell(Buffer.from(context, 'latin1'))).toString()).toBe(shown.padEnd(50));
});

test('IPX: any number of lines that end early repeat the line before, the port swapped each time', () => {
  const short = 20_000;
  const end = '00000001:000000000002:1234';
  const builder = new TableBuilder(legacySockets);
  LEGACY_PARSERS.ipx(Buffer.from(`header\n${end} ${end} 0 0 1 0\n${'\n'.repeat(short)}`), builder);
  const text = joined(formatLegacy('ipx', builder.finish({ source: 'procfs' }), { all: true, extend: false }));
  const rows = text.split('\n').slice(2, -1);
  expect(rows).toHaveLength(short + 1);
  expect(rows.map((row) => row.match(/:(\d{4}) /)?.[1])).toEqual(rows.map((_, at) => (at % 2 === 0 ? '3412' : '1234')));
});
