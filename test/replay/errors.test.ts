import { describe, expect, test } from 'vitest';
import { type BlockColumn, blockColumns, type DumpRequest, type Outcome } from '../../src/addon.ts';
import { links } from '../../src/tables/links.ts';
import { routes } from '../../src/tables/routes.ts';
import { sockets } from '../../src/tables/sockets.ts';
import {
  attribute,
  done,
  error,
  join,
  message,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLM_F_DUMP_INTR,
  NLMSG_DONE,
  NLMSG_ERROR,
  SEQUENCE,
  socketMessage,
  TCPDIAG_GETSOCK,
  u8,
  u32,
} from './datagram.ts';
import { addon, decode, loadFixture } from './fixture.ts';

const TCP: DumpRequest = { kind: 'inet', protocol: 6, states: 0x1ffe, legacy: true };

function outcomeOf(...datagrams: readonly Uint8Array[]): Outcome & { ports: unknown[] } {
  const { rows, outcome } = decode(sockets, TCP, datagrams);
  return { ...outcome, ports: rows.map((row) => row.localPort) };
}

describe('recorded', () => {
  test('a protocol without a handler: an empty dump whose NLMSG_DONE says -ENOENT', () => {
    const { request, datagrams } = loadFixture('no-protocol');
    const { rows, outcome } = decode(sockets, request, datagrams);
    expect(rows).toEqual([]);
    expect(outcome.error).toEqual({ op: 'NLMSG_DONE', errno: 2, code: 'ENOENT', detail: '', offset: 0 });
  });

  test('a family without a handler: NLMSG_ERROR', () => {
    const { request, datagrams } = loadFixture('no-family');
    expect(decode(sockets, request, datagrams).outcome.error).toMatchObject({ op: 'NLMSG_ERROR', code: 'ENOENT' });
  });
});

test('recorded: a routing table that does not exist', () => {
  const { request, datagrams } = loadFixture('no-table');
  const { rows, outcome } = decode(routes, request, datagrams);
  expect(rows).toEqual([]);
  expect(outcome.error).toMatchObject({ op: 'NLMSG_DONE', code: 'ENOENT' });
});

describe('NLMSG_ERROR', () => {
  const codes = { EPERM: 1, ENOENT: 2, EINTR: 4, EAGAIN: 11, ENOMEM: 12, EACCES: 13, EBUSY: 16, EINVAL: 22 };
  const rest = { EOPNOTSUPP: 95, EAFNOSUPPORT: 97, EPROTONOSUPPORT: 93, ENOBUFS: 105, ESTALE: 116, ECONNREFUSED: 111 };
  for (const [code, errno] of Object.entries({ ...codes, ...rest })) {
    test(`${code} ends the dump, and no row stays`, () => {
      const { error: reason, ports } = outcomeOf(socketMessage({ port: 1 }), error(-errno));
      expect(reason).toMatchObject({ op: 'NLMSG_ERROR', errno, code });
      expect(ports).toEqual([]);
    });
  }

  test('an acknowledgement does not end a dump', () => {
    expect(outcomeOf(error(0), join(socketMessage({ port: 1 }), done())).ports).toEqual([1]);
  });

  test("the kernel's own words and place, behind the echoed request and behind its header alone", () => {
    const words = join(attribute(1, Buffer.from('Invalid filter\0')), attribute(2, u32(24)));
    const echo = join(u32(20), new Uint8Array(12), u32(0));
    const whole = error(-22, { flags: NLM_F_ACK_TLVS }, join(echo, words));
    const capped = error(-22, { flags: NLM_F_ACK_TLVS | NLM_F_CAPPED }, join(u32(200), new Uint8Array(12), words));
    for (const answer of [whole, capped]) {
      expect(outcomeOf(answer).error).toMatchObject({ code: 'EINVAL', detail: 'Invalid filter', offset: 24 });
    }
  });

  test('words that do not fit are left out, the error stays', () => {
    const cut = error(-22, { flags: NLM_F_ACK_TLVS | NLM_F_CAPPED }, join(u32(20), new Uint8Array(12), u32(0xffff)));
    expect(outcomeOf(cut).error).toMatchObject({ code: 'EINVAL', detail: '' });
    const huge = error(-22, { flags: NLM_F_ACK_TLVS }, join(u32(0xfffffff0), new Uint8Array(12)));
    expect(outcomeOf(huge).error).toMatchObject({ code: 'EINVAL', detail: '' });
  });
});

describe('NLMSG_DONE', () => {
  test('its result is read: a dump that failed at the end leaves no rows', () => {
    const { error: reason, ports } = outcomeOf(socketMessage({ port: 1 }), done(-12));
    expect(reason).toMatchObject({ op: 'NLMSG_DONE', code: 'ENOMEM' });
    expect(ports).toEqual([]);
  });

  test.each([
    ['without a result', message(NLMSG_DONE, new Uint8Array(0))],
    ['of one byte', message(NLMSG_DONE, u8(0))],
    ['with a positive number', done(2)],
    ['with the smallest number', done(-2147483648)],
  ])('%s is refused', (_, last) => {
    const { error: reason, ports } = outcomeOf(join(socketMessage({ port: 1 }), last));
    expect(reason).toMatchObject({ op: 'decode', code: 'EBADMSG', offset: 88 });
    expect(ports).toEqual([]);
  });

  test('what follows it is not read', () => {
    expect(outcomeOf(join(socketMessage({ port: 1 }), done(), socketMessage({ port: 2 }))).ports).toEqual([1]);
  });
});

describe('a dump that breaks off', () => {
  test.each([
    ['no datagram', []],
    ['the recording ends', [socketMessage({ port: 1 })]],
  ])('%s', (_, datagrams) => {
    const { error: reason, ports } = outcomeOf(...datagrams);
    expect(reason).toMatchObject({ op: 'recv', code: 'ENODATA' });
    expect(ports).toEqual([]);
  });

  test.each([
    ['a foreign sequence number', message(TCPDIAG_GETSOCK, new Uint8Array(72), { sequence: SEQUENCE + 1 }), 0],
    ['a header that is cut', socketMessage().subarray(0, 10), 0],
    ['a length beyond the datagram', message(TCPDIAG_GETSOCK, new Uint8Array(72), { length: 89 }), 0],
    ['a length of nothing', message(TCPDIAG_GETSOCK, new Uint8Array(72), { length: 0 }), 0],
    ['a length inside the header', message(TCPDIAG_GETSOCK, new Uint8Array(72), { length: 15 }), 0],
    ['an empty datagram', new Uint8Array(0), 0],
    ['an error without a number', message(NLMSG_ERROR, u8(1)), 0],
    ['bytes behind the last message', join(socketMessage({ port: 3 }), u32(1)), 88],
  ])('%s', (_, broken, offset) => {
    const { error: reason, ports } = outcomeOf(socketMessage({ port: 1 }), broken, done());
    expect(reason).toMatchObject({ op: 'decode', code: 'EBADMSG', offset });
    expect(ports).toEqual([]);
  });

  test('other requests of the same call keep their rows', () => {
    const ids = Uint16Array.of(sockets.names.indexOf('localPort'));
    const good = join(socketMessage({ port: 1 }), done());
    const bad = join(socketMessage({ port: 2 }), error(-12));
    const last = join(socketMessage({ port: 3 }), done());
    const { block, outcomes } = addon().decode([TCP, TCP, TCP], { table: 'sockets', columns: ids }, [good, bad, last]);
    const [{ offset }] = blockColumns(block) as [BlockColumn];
    expect([...new Uint16Array(block.buffer, offset, block.rows)]).toEqual([1, 3]);
    expect(outcomes.map((outcome) => [outcome.rows, outcome.error?.code])).toEqual([
      [1, undefined],
      [0, 'ENOMEM'],
      [1, undefined],
    ]);
  });
});

describe('NLM_F_DUMP_INTR', () => {
  const link = (name: string, flags = 2) =>
    message(16, join(new Uint8Array(16), attribute(3, Buffer.from(`${name}\0`))), { flags });
  const names = (datagrams: readonly Uint8Array[]) => {
    const { rows, outcome } = decode(links, { kind: 'link' }, datagrams, ['name']);
    return { names: rows.map((row) => row.name), interrupted: outcome.interrupted, datagrams: outcome.datagrams };
  };

  test('the dump is repeated, and the torn one leaves nothing', () => {
    const torn = join(link('old'), link('half', 2 | NLM_F_DUMP_INTR), done());
    expect(names([torn, join(link('new'), done())])).toEqual({ names: ['new'], interrupted: false, datagrams: 2 });
  });

  test('the flag on NLMSG_DONE counts too', () => {
    const torn = join(link('old'), done(0, { flags: 2 | NLM_F_DUMP_INTR }));
    expect(names([torn, join(link('new'), done())]).names).toEqual(['new']);
  });

  test('after three times the last answer is given, as interrupted', () => {
    const torn = (name: string) => join(link(name, 2 | NLM_F_DUMP_INTR), done());
    expect(names(['a', 'b', 'c', 'd'].map(torn))).toEqual({ names: ['c'], interrupted: true, datagrams: 3 });
  });
});
