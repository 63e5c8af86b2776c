import { describe, expect, test } from 'vitest';
import { parseNetlinkSockets } from '../../../../src/sources/procfs/netlink.ts';
import { parsePacket } from '../../../../src/sources/procfs/packet.ts';
import { parseSctpAssociations, parseSctpEndpoints } from '../../../../src/sources/procfs/sctp.ts';
import { parseUnix } from '../../../../src/sources/procfs/unix.ts';
import { netlinkSockets } from '../../../../src/tables/netlink.ts';
import { packet } from '../../../../src/tables/packet.ts';
import { sctp } from '../../../../src/tables/sctp.ts';
import { unix } from '../../../../src/tables/unix.ts';
import { TCP_CLOSE, TCP_SYN_SENT, TCPF_ALL, TCPF_LISTEN } from '../../../../src/uapi/tcp-states.ts';
import { captured, fixture, parsed } from './fixture.ts';

const parseUnixBytes = (bytes: Uint8Array, states: number = TCPF_ALL) =>
  parsed(unix, (builder) => parseUnix(bytes, builder, { states }));

describe('unix', () => {
  test('captured file: names are kept whole, one with a newline breaks its line', () => {
    const { table, report } = parseUnixBytes(captured('unix'));
    expect(report).toEqual({ rows: 12, malformed: 1, malformedLines: [7] });
    const rows = Array.from(table, ({ type, state, connection, refCount, inode, path }) => [
      type,
      state,
      connection,
      refCount,
      inode,
      path,
    ]);
    expect(rows).toEqual([
      ['SEQPACKET', 'ESTABLISHED', 'CONNECTED', 3, 44684490, null],
      ['STREAM', 'SYN_SENT', 'CONNECTING', 3, 0, 'plain'],
      ['STREAM', 'LISTEN', 'UNCONNECTED', 2, 44684480, 'u listen'],
      ['STREAM', 'ESTABLISHED', 'CONNECTED', 3, 44684487, null],
      ['STREAM', 'LISTEN', 'UNCONNECTED', 2, 44684481, 'u\ttab'],
      ['STREAM', 'LISTEN', 'UNCONNECTED', 2, 44684482, 'u'],
      ['STREAM', 'LISTEN', 'UNCONNECTED', 2, 44684483, 'plain'],
      ['STREAM', 'LISTEN', 'UNCONNECTED', 2, 44684484, 'bytes\udcff\udcfe'],
      ['SEQPACKET', 'ESTABLISHED', 'CONNECTED', 3, 44684489, null],
      ['STREAM', 'LISTEN', 'UNCONNECTED', 2, 44684485, '@abstract'],
      ['DGRAM', 'CLOSE', 'UNCONNECTED', 2, 44684488, '@928a8'],
      ['STREAM', 'LISTEN', 'UNCONNECTED', 2, 44684486, '@abs with space@nul@'],
    ]);
    expect(table.at(2).flags).toBe(0x10000);
  });

  test('states', () => {
    const count = (states: number) => parseUnixBytes(captured('unix'), states).report.rows;
    expect([count(TCPF_LISTEN), count(1 << TCP_SYN_SENT), count(1 << TCP_CLOSE), count(0)]).toEqual([7, 1, 1, 0]);
  });

  test.each([
    ['(nil): 2 0 10000 1 1 5', ['LISTEN', 5, null]],
    ['0: 00000002 0 0 1 1 5 ', ['CLOSE', 5, '']],
    ['0: 00000002 0 0 1 1 5   lead', ['CLOSE', 5, '  lead']],
    ['0: 00000002 0 0 1 1', ['CLOSE', 0, null]],
    ['0: 00000002 0 0 1 1 x /q', ['CLOSE', 0, null]],
    ['0: 00000002 0 0 1 1 4294967296 /q', ['CLOSE', 0, null]],
    ['0: 00000002 0 10000 1 4 5', ['CLOSE', 5, null]],
    ['0: 00000002 0 10000 1 FF 5', ['CLOSE', 5, null]],
    ['FFFFFFFFFFFFFFFF: FFFFFFFF FFFFFFFF 0 FFFF 0 5', ['CLOSE', 5, null]],
  ])('%j', (text, expected) => {
    const { table, report } = parseUnixBytes(Buffer.from(`Num\n${text}\n`));
    const { state, inode, path } = table.at(0);
    expect([[state, inode, path], report.malformed]).toEqual([expected, 0]);
  });

  test.each([
    '',
    'x',
    '0',
    '0:',
    '(nil)',
    '(nil) 2 0 0 1 1 5',
    '0: 2 0 0 1',
    'g: 2 0 0 1 1 5',
    '0: 100000000 0 0 1 1 5',
    '12345678123456789: 2 0 0 1 1 5',
  ])('malformed: %j', (text) => {
    const { table, report } = parseUnixBytes(Buffer.from(`Num\n${text}\n0: 2 0 0 1 1 5\n`));
    expect([table.length, report.malformedLines]).toEqual([1, [1]]);
  });
});

describe('packet', () => {
  test('captured file', () => {
    const { table } = parsed(packet, (builder) => parsePacket(captured('packet'), builder));
    const rows = Array.from(table, (row) => [
      row.type,
      row.protocol,
      row.interface,
      row.running,
      row.recvQ,
      row.uid,
      row.inode,
      row.refCount,
    ]);
    expect(rows).toEqual([
      ['RAW', 3, 0, 1, 29312, 0, 44675284, 3],
      ['DGRAM', 0x0806, 3, 1, 0, 0, 44675285, 3],
    ]);
    expect(table.at(0).cookie).toBeNull();
  });

  test.each(['', 'x', '0 3 3', '0 3 256 0003 0 1 0 0 1', '0 3 3 10000 0 1 0 0 1', '0 3 3 3 0 1 0 0 4294967296'])(
    'malformed: %j',
    (text) => {
      const { table, report } = parsed(packet, (builder) =>
        parsePacket(Buffer.from(`sk\n${text}\n0 3 3 3 0 1 0 0 9`), builder),
      );
      expect([Array.from(table, (row) => row.inode), report.malformedLines]).toEqual([[9], [1]]);
    },
  );
});

describe('netlink', () => {
  test('captured file', () => {
    const { table } = parsed(netlinkSockets, (builder) => parseNetlinkSockets(captured('netlink'), builder));
    expect(table.length).toBe(9);
    const { protocol, portid, groups, recvQ, sendQ, refCount, drops, inode, type, state } = table.at(0);
    expect([protocol, portid, groups, recvQ, sendQ, refCount, drops, inode, type, state]).toEqual([
      0,
      4242,
      0x11,
      0,
      0,
      2,
      0,
      44684479,
      null,
      null,
    ]);
  });

  test('one protocol', () => {
    const { table } = parsed(netlinkSockets, (builder) =>
      parseNetlinkSockets(captured('netlink'), builder, { protocol: 16 }),
    );
    expect(Array.from(table, (row) => row.inode)).toEqual([44417065]);
  });

  test.each([
    ['0 0 -4112 0 0 0 0 2 0 7', -4112],
    ['0 0 4294963184 0 0 0 0 2 0 7', -4112],
  ])('port ids are signed: %s', (text, portid) => {
    const { table } = parsed(netlinkSockets, (builder) => parseNetlinkSockets(Buffer.from(`sk\n${text}\n`), builder));
    expect(table.at(0).portid).toBe(portid);
  });

  test.each(['', 'x', '0 256 0 0 0 0 0 2 0 7', '0 0 0 0 0 0 0 2 0'])('malformed: %j', (text) => {
    const { table, report } = parsed(netlinkSockets, (builder) =>
      parseNetlinkSockets(Buffer.from(`sk\n${text}\n`), builder),
    );
    expect([table.length, report.malformedLines]).toEqual([0, [1]]);
  });
});

describe('sctp', () => {
  test('endpoints', () => {
    const { table, report } = parsed(sctp, (builder) => parseSctpEndpoints(fixture('sctp/eps'), builder));
    expect(report.malformed).toBe(0);
    const rows = Array.from(table, (row) => [
      row.kind,
      row.type,
      row.state,
      row.localPort,
      row.uid,
      row.inode,
      row.localAddresses,
      row.remoteAddresses,
    ]);
    expect(rows).toEqual([
      ['endpoint', 2, 'LISTEN', 5000, 1000, 71001, '10.99.0.1 2001:db8:1::1', null],
      ['endpoint', 0, 'CLOSE', 5001, 0, 71002, '', null],
    ]);
  });

  test('associations: lists end before the timers, the primary addresses are marked', () => {
    const { table } = parsed(sctp, (builder) => parseSctpAssociations(fixture('sctp/assocs'), builder));
    expect(table.at(0).toJSON()).toEqual({
      kind: 'association',
      type: 2,
      state: 'ESTABLISHED',
      associationState: 3,
      associationId: 17,
      localPort: 5000,
      remotePort: 40000,
      recvQ: 128,
      sendQ: 64,
      uid: 1000,
      inode: 71003,
      localAddresses: '10.99.0.1 10.99.1.1',
      remoteAddresses: '10.99.0.2 10.99.1.2 2001:db8:1::2',
      localPrimary: 1,
      remotePrimary: 0,
    });
  });

  test.each([
    '',
    'x',
    '0 0 2 1 3 0 17 64 128 1000 71003 5000 40000 10.99.0.1 10.99.0.2',
    '0 0 2 1 3 0 17 64 128 1000 71003 5000 65536 10.99.0.1 <-> 10.99.0.2',
    '0 0 2 1 3 0 17 64 128 1000 71003 5000 40000 10.99.0.256 <-> 10.99.0.2',
  ])('malformed: %j', (text) => {
    const { table, report } = parsed(sctp, (builder) =>
      parseSctpAssociations(Buffer.from(`ASSOC\n${text}\n`), builder),
    );
    expect([table.length, report.malformedLines]).toEqual([0, [1]]);
  });

  test.each([
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.4x',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '00001:2:3:4:5:6:7:8',
    '*',
    '1.2.3.',
    ':',
  ])('no address: %j', (text) => {
    const bytes = Buffer.from(`ENDPT\n0 0 2 10 29 5000 0 7 9.9.9.9 ${text} 8.8.8.8\n`);
    const { table } = parsed(sctp, (builder) => parseSctpEndpoints(bytes, builder));
    expect(table.at(0).localAddresses).toBe('9.9.9.9');
  });
});
