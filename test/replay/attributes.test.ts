import { describe, expect, test } from 'vitest';
import type { DumpRequest } from '../../src/addon.ts';
import { sockets } from '../../src/tables/sockets.ts';
import {
  attribute,
  done,
  type InetFields,
  inetDiagMsg,
  join,
  message,
  socketMessage,
  TCPDIAG_GETSOCK,
  u8,
  u16,
  u32,
  u64,
} from './datagram.ts';
import { decode } from './fixture.ts';

/** Asks for INET_DIAG_INFO: without, none is looked for. */
const TCP: DumpRequest = { kind: 'inet', protocol: 6, states: 0x1ffe, ext: 2, legacy: true, netid4: 0, netid6: 1 };

const MEMINFO = 1;
const INFO = 2;
const VEGASINFO = 3;
const CONG = 4;
const TOS = 5;
const SKMEMINFO = 7;
const DCTCPINFO = 9;
const MARK = 15;
const BBRINFO = 16;
const MD5SIG = 18;
const ULP_INFO = 19;
const CGROUP_ID = 21;
const SOCKOPT = 22;

/** The row of one socket with these attributes; undefined when it was refused. */
function rowOf(fields: InetFields, ...attributes: readonly Uint8Array[]): Record<string, unknown> | undefined {
  return decode(sockets, TCP, [join(socketMessage(fields, ...attributes), done())]).rows[0];
}

/** Neighbours of a damaged message must not suffer: the damaged one stands between two good ones. */
function damaged(...attributes: readonly Uint8Array[]): { ports: unknown[]; malformed: number } {
  const broken = message(TCPDIAG_GETSOCK, join(inetDiagMsg({ port: 2 }), ...attributes));
  const datagram = join(socketMessage({ port: 1 }), broken, socketMessage({ port: 3 }), done());
  const { rows, outcome } = decode(sockets, TCP, [datagram]);
  return { ports: rows.map((row) => row.localPort), malformed: outcome.malformed };
}

describe('lengths', () => {
  test.each([
    ['a length of nothing', attribute(TOS, u8(1), 0)],
    ['a length inside the header', attribute(TOS, u8(1), 3)],
    ['a length beyond the message', attribute(TOS, u8(1), 9)],
    ['three bytes at the end', Uint8Array.of(5, 0, 5)],
    ['a u32 of two bytes', attribute(MARK, u16(1))],
    ['a u8 of no bytes', attribute(TOS, new Uint8Array(0))],
    ['a u64 of four bytes', attribute(CGROUP_ID, u32(1))],
    ['tcp_info shorter than ever', attribute(INFO, new Uint8Array(103))],
    ['six words of skmem', attribute(SKMEMINFO, new Uint8Array(24))],
    ['a nested attribute that does not fit', attribute(ULP_INFO, join(u16(8), u16(1)))],
    ['a nested attribute inside a nested one', attribute(ULP_INFO, attribute(2, join(u16(12), u16(1), u32(0))))],
  ])('%s costs that row only', (_, broken) => {
    expect(damaged(broken)).toEqual({ ports: [1, 3], malformed: 1 });
  });

  test('a fixed part that is cut costs that row only', () => {
    const datagram = join(socketMessage({ port: 1 }), message(TCPDIAG_GETSOCK, inetDiagMsg().subarray(0, 71)), done());
    const { rows, outcome } = decode(sockets, TCP, [datagram]);
    expect([rows.length, outcome.malformed]).toEqual([1, 1]);
  });

  test('a message of another type is counted, not read', () => {
    const datagram = join(message(20, inetDiagMsg({ port: 9 })), socketMessage({ port: 1 }), done());
    const { rows, outcome } = decode(sockets, TCP, [datagram]);
    expect([rows.map((row) => row.localPort), outcome.malformed]).toEqual([[1], 1]);
  });

  test('nothing of a refused row is left in the next one', () => {
    const broken = message(
      TCPDIAG_GETSOCK,
      join(inetDiagMsg({ port: 2, uid: 9 }), attribute(MARK, u32(77)), attribute(CONG, Buffer.from('cubic\0')), u8(1)),
    );
    const { rows } = decode(sockets, TCP, [join(broken, socketMessage({ port: 3 }), done())]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ localPort: 3, uid: 0, mark: null, congestion: null });
  });

  test('longer attributes, unknown ones and flag bits are fine', () => {
    const row = rowOf(
      {},
      attribute(MARK, join(u32(7), u32(8))),
      attribute(60, u32(1)),
      attribute(9000, new Uint8Array(0)),
      attribute(0x8000 | TOS, u8(16)),
      attribute(SKMEMINFO, join(...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(u32))),
    );
    expect(row).toMatchObject({ mark: 7, tos: 16, drops: 9, skmemBacklog: 8 });
  });

  test('a u64 at an odd multiple of four', () => {
    const row = rowOf({}, attribute(MARK, u32(1)), attribute(CGROUP_ID, u64(0x1122334455667)));
    expect(row).toMatchObject({ mark: 1, cgroupId: 0x1122334455667n });
  });

  test('the last attribute without its padding', () => {
    const payload = join(inetDiagMsg({ port: 5 }), attribute(TOS, u8(8)).subarray(0, 5));
    const { rows } = decode(sockets, TCP, [message(TCPDIAG_GETSOCK, payload), done()]);
    expect(rows[0]).toMatchObject({ localPort: 5, tos: 8 });
  });
});

describe('tcp_info', () => {
  /** Every byte of every word is its place, so that each field has one right value. */
  const info = (length: number) => Uint8Array.from({ length }, (_, at) => (at < 4 ? at + 40 : at & 255));
  const word = (at: number) => new DataView(info(400).buffer).getUint32(at, true);
  /** First column of each generation and the length that brought it. */
  const generations = [
    ['totalRetrans', 104],
    ['maxPacingRate', 120],
    ['bytesReceived', 136],
    ['segsIn', 144],
    ['dataSegsOut', 160],
    ['deliveryRate', 168],
    ['sndbufLimited', 192],
    ['deliveredCe', 200],
    ['reordSeen', 224],
    ['sndWnd', 232],
    ['rehash', 240],
    ['totalRtoTime', 248],
    ['receivedCeBytes', 276],
  ] as const;

  test.each([104, 120, 136, 160, 232, 248, 280, 400])('%i bytes: what lies behind the end is null, not 0', (length) => {
    const row = rowOf({}, attribute(INFO, info(length)))!;
    for (const [column, end] of generations) expect([column, row[column] !== null]).toEqual([column, length >= end]);
    expect(row.rto).toBe(word(8));
  });

  test('a field that is cut in the middle is null', () => {
    const row = rowOf({}, attribute(INFO, info(110)))!;
    expect([row.totalRetrans, row.pacingRate]).toEqual([word(100), null]);
  });

  test('fields come from their places', () => {
    const row = rowOf({}, attribute(INFO, info(280)))!;
    expect(row).toMatchObject({ caState: 41, backoff: 4, options: 5, sndWscale: 6, rcvWscale: 0 });
    expect(row).toMatchObject({ appLimited: true, fastopenClientFail: 3 });
    expect(row).toMatchObject({ rtt: word(68), rttvar: word(72), rcvSpace: word(96), sndWnd: word(228) });
    expect(row.bytesAcked).toBe(BigInt(word(120)) | (BigInt(word(124)) << 32n));
    expect([row.totalRto, row.totalRtoRecoveries]).toEqual([240 | (241 << 8), 242 | (243 << 8)]);
    expect(row.receivedCeBytes).toBe(word(272));
  });

  test('the word at 276 means different things to different kernels, and is no column', () => {
    const other = info(280).fill(0xff, 276);
    expect(rowOf({}, attribute(INFO, other))).toEqual(rowOf({}, attribute(INFO, info(280))));
  });

  test('its counters overrule idiag_retrans', () => {
    expect(rowOf({ timer: 4, retrans: 9 }, attribute(INFO, info(104)))).toMatchObject({ retransmits: 42, probes: 43 });
  });
});

describe('meanings', () => {
  test.each([
    [
      { timer: 0, retrans: 3 },
      { retransmits: 0, probes: 0 },
    ],
    [
      { timer: 1, retrans: 3 },
      { retransmits: 3, probes: 0 },
    ],
    [
      { timer: 2, retrans: 3 },
      { retransmits: 0, probes: 3 },
    ],
    [
      { timer: 3, retrans: 3 },
      { retransmits: 0, probes: 0 },
    ],
    [
      { timer: 4, retrans: 3 },
      { retransmits: 0, probes: 3 },
    ],
  ])('idiag_retrans counts what the timer counts: %o', (fields, expected) => {
    expect(rowOf(fields)).toMatchObject(expected);
  });

  test('the send queue of a listener is its backlog limit', () => {
    expect(rowOf({ state: 10, rqueue: 2, wqueue: 128 })).toMatchObject({ recvQ: 2, sendQ: 0, backlogMax: 128 });
    expect(rowOf({ state: 1, rqueue: 2, wqueue: 128 })).toMatchObject({ recvQ: 2, sendQ: 128, backlogMax: null });
  });

  test('a timer that should have fired is due now', () => {
    expect(rowOf({ timer: 1, expires: 0xfffffff0 })).toMatchObject({ timerMs: 0 });
    expect(rowOf({ timer: 1, expires: 0x7fffffff })).toMatchObject({ timerMs: 0x7fffffff });
  });

  test('unknown states, timers and families are kept as numbers', () => {
    expect(rowOf({ state: 200, timer: 99, family: 77 })).toMatchObject({ state: '200', timer: '99', family: '77' });
  });

  test('the kernel lists a socket twice: one row', () => {
    const twice = join(socketMessage({ port: 1, cookie: 5 }), socketMessage({ port: 1, cookie: 5 }), done());
    const { rows, outcome } = decode(sockets, TCP, [twice]);
    expect([rows.length, outcome.duplicates, outcome.rows]).toEqual([1, 1, 1]);
  });

  test('sockets without a cookie are all kept', () => {
    const none = socketMessage({ cookie: 0 });
    expect(decode(sockets, TCP, [join(none, none, done())]).rows).toHaveLength(2);
  });

  test('memory of repeated cookies is bounded but far-reaching', () => {
    const first = Array.from({ length: 30_000 }, (_, at) => socketMessage({ cookie: at + 1 }));
    const datagrams = [first.slice(0, 15_000), first.slice(15_000), first.slice(0, 1)].map((list) => join(...list));
    const { result, outcome } = decode(sockets, TCP, [...datagrams, done()], ['cookie']);
    expect([result.block.rows, outcome.duplicates]).toEqual([30_000, 1]);
  });
});

test('every congestion detail goes to its own columns', () => {
  const vegas = rowOf({}, attribute(VEGASINFO, join(...[1, 2, 3, 4].map(u32))));
  expect(vegas).toMatchObject({ vegasEnabled: 1, vegasRttcnt: 2, vegasRtt: 3, vegasMinrtt: 4, bbrBw: null });
  const dctcp = rowOf({}, attribute(DCTCPINFO, join(u16(1), u16(2), u32(3), u32(4), u32(5))));
  expect(dctcp).toMatchObject({ dctcpEnabled: 1, dctcpCeState: 2, dctcpAlpha: 3, dctcpAbEcn: 4, dctcpAbTot: 5 });
  const bbr = rowOf({}, attribute(BBRINFO, join(...[0xffffffff, 1, 2, 3, 4].map(u32))));
  expect(bbr).toMatchObject({ bbrBw: 0x1ffffffffn, bbrMinRtt: 2, bbrPacingGain: 3, bbrCwndGain: 4 });
});

test('memory, names, keys, socket options', () => {
  const row = rowOf(
    {},
    attribute(MEMINFO, join(...[1, 2, 3, 4].map(u32))),
    attribute(CONG, Buffer.from('cubic\0garbage')),
    attribute(MD5SIG, new Uint8Array(200)),
    attribute(SOCKOPT, Uint8Array.of(0x82, 0x01)),
  );
  expect(row).toMatchObject({ memRmem: 1, memWmem: 2, memFmem: 3, memTmem: 4, congestion: 'cubic', md5Keys: 2 });
  expect(row!.sockopt).toBe(0x182);
});

test('TLS and MPTCP subflow details', () => {
  const tls = attribute(
    2,
    join(attribute(1, u16(0x304)), attribute(2, u16(52)), attribute(3, u16(2)), attribute(4, u16(1))),
  );
  expect(rowOf({}, attribute(ULP_INFO, join(attribute(1, Buffer.from('tls\0')), tls)))).toMatchObject({
    ulp: 'tls',
    tlsVersion: 0x304,
    tlsCipher: 52,
    tlsTxConf: 2,
    tlsRxConf: 1,
    subflowFlags: null,
  });
  const flow = attribute(
    3,
    join(attribute(1, u32(11)), attribute(4, u64(44)), attribute(8, u32(88)), attribute(10, u8(10))),
  );
  expect(rowOf({}, attribute(ULP_INFO, join(attribute(1, Buffer.from('mptcp\0')), flow)))).toMatchObject({
    ulp: 'mptcp',
    subflowTokenRem: 11,
    subflowMapSeq: 44n,
    subflowFlags: 88,
    subflowIdLoc: 10,
    tlsVersion: null,
  });
});

test('mptcp_info is another struct under the same number', () => {
  const info = join(Uint8Array.of(1, 2, 3, 4, 5, 6, 0, 0), u32(8), u32(12), u64(16), u64(24), u64(32));
  const request: DumpRequest = { ...TCP, protocol: 262 };
  const { rows } = decode(sockets, request, [join(socketMessage({}, attribute(INFO, info)), done())]);
  expect(rows[0]).toMatchObject({
    mptcpSubflows: 1,
    mptcpToken: 12,
    mptcpRcvNxt: 32n,
    mptcpBytesSent: null,
    rto: null,
  });
});
