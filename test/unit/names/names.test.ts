import { describe, expect, test } from 'vitest';
import type { HostMode, Services } from '../../../src/addon.ts';
import { Names } from '../../../src/names/names.ts';
import type { NameResolver } from '../../../src/names/resolver.ts';
import { AF_INET, AF_INET6 } from '../../../src/uapi/socket.ts';

const NOTHING: Services = { tcp: [], udp: [], raw: [] };

/** Counts and answers look-ups from tables. */
class FakeResolver implements NameResolver {
  readonly asked: string[] = [];
  waiting = 0;
  mostWaiting = 0;
  readonly answers: Readonly<Record<string, string>>;
  readonly entries: Services;

  constructor(answers: Readonly<Record<string, string>> = {}, entries: Services = NOTHING) {
    this.answers = answers;
    this.entries = entries;
  }

  async users(uids: Uint32Array): Promise<(string | null)[]> {
    this.asked.push(`users ${[...uids]}`);
    return Array.from(uids, (uid) => this.answers[`user ${uid}`] ?? null);
  }

  async hosts(family: number, addresses: Uint8Array, mode: HostMode): Promise<(string | null)[]> {
    const key = `${mode} ${Buffer.from(addresses).toString('hex')}`;
    expect(addresses).toHaveLength(family === AF_INET ? 4 : 16);
    this.asked.push(key);
    this.waiting += 1;
    this.mostWaiting = Math.max(this.mostWaiting, this.waiting);
    await new Promise((resolve) => setImmediate(resolve));
    this.waiting -= 1;
    if (this.answers[key] === 'REJECT') throw new Error('no name server');
    return [this.answers[key] ?? null];
  }

  async services(): Promise<Services> {
    this.asked.push('services');
    return this.entries;
  }
}

const column = (...addresses: string[]): Uint8Array =>
  Buffer.from(addresses.map((hex) => hex.padEnd(32, '0')).join(''), 'hex');
const refs = (family: number, bytes: Uint8Array) =>
  Array.from({ length: bytes.length / 16 }, (_, row) => ({ family, bytes, offset: row * 16 }));

describe('hosts', () => {
  test('each distinct IPv4 address is looked up once for good', async () => {
    const resolver = new FakeResolver({ 'addr 0a000001': 'one.example', 'addr 0a000002': 'two.example' });
    const names = new Names(resolver);
    const bytes = column('0a000001', '0a000002', '0a000001', '0a000003', '00000000');
    await names.resolve({ hosts: refs(AF_INET, bytes) });
    expect([0, 16, 32, 48, 64].map((offset) => names.host(AF_INET, bytes, offset))).toEqual([
      'one.example',
      'two.example',
      'one.example',
      undefined,
      undefined,
    ]);
    await names.resolve({ hosts: refs(AF_INET, bytes) });
    expect(resolver.asked).toEqual(['addr 0a000001', 'addr 0a000002', 'addr 0a000003']);
  });

  test('an IPv4 address that begins with 0 is a network', async () => {
    const resolver = new FakeResolver({ 'net 00010203': 'zeronet' });
    const names = new Names(resolver);
    const bytes = column('00010203');
    await names.resolve({ hosts: refs(AF_INET, bytes) });
    expect([names.host(AF_INET, bytes, 0), resolver.asked]).toEqual(['zeronet', ['net 00010203']]);
  });

  test('IPv6 addresses are looked up again each time, numeric answers are no names', async () => {
    const one = `${'20010db8'.padEnd(24, '0')}00000001`;
    const two = `${'20010db8'.padEnd(24, '0')}00000002`;
    const resolver = new FakeResolver({ [`nameinfo ${one}`]: 'six.example', [`nameinfo ${two}`]: '2001:db8::2' });
    const names = new Names(resolver);
    const bytes = column(one, two, one);
    await names.resolve({ hosts: refs(AF_INET6, bytes) });
    await names.resolve({ hosts: refs(AF_INET6, bytes) });
    expect([0, 16, 32].map((offset) => names.host(AF_INET6, bytes, offset))).toEqual([
      'six.example',
      undefined,
      'six.example',
    ]);
    expect(resolver.asked).toEqual([one, two, one, two].map((hex) => `nameinfo ${hex}`));
  });

  test('families are kept apart', async () => {
    const names = new Names(new FakeResolver({ 'addr 0a000001': 'four.example' }));
    const bytes = column('0a000001');
    await names.resolve({ hosts: refs(AF_INET, bytes) });
    expect(names.host(AF_INET6, bytes, 0)).toBeUndefined();
  });

  test('a failing look-up leaves the others alone', async () => {
    const names = new Names(new FakeResolver({ 'addr 0a000001': 'REJECT', 'addr 0a000002': 'two.example' }));
    const bytes = column('0a000001', '0a000002');
    await names.resolve({ hosts: refs(AF_INET, bytes) });
    expect([names.host(AF_INET, bytes, 0), names.host(AF_INET, bytes, 16)]).toEqual([undefined, 'two.example']);
  });

  test('a few at a time', async () => {
    const resolver = new FakeResolver();
    const bytes = column(...Array.from({ length: 50 }, (_, at) => `0a0000${(at + 16).toString(16)}`));
    await new Names(resolver).resolve({ hosts: refs(AF_INET, bytes) });
    expect([resolver.asked.length, resolver.mostWaiting]).toEqual([50, 4]);
  });

  test('a second call does not return before what the first one looks up is known', async () => {
    const names = new Names(new FakeResolver({ 'addr 0a000001': 'one.example' }));
    const bytes = column('0a000001');
    void names.resolve({ hosts: refs(AF_INET, bytes) });
    await names.resolve({ hosts: refs(AF_INET, bytes) });
    expect(names.host(AF_INET, bytes, 0)).toBe('one.example');
  });

  test('networks', async () => {
    const resolver = new FakeResolver({ 'net 7f000000': 'loopback' });
    const names = new Names(resolver);
    const bytes = column('7f000000', '7f000000', '0a000000');
    await names.resolve({ networks: refs(AF_INET, bytes) });
    expect([names.network(bytes, 0), names.network(bytes, 16), names.network(bytes, 32)]).toEqual([
      'loopback',
      'loopback',
      undefined,
    ]);
    expect(names.host(AF_INET, bytes, 0)).toBeUndefined();
    expect(resolver.asked).toHaveLength(2);
  });
});

describe('services', () => {
  const entries: Services = {
    tcp: [
      [80, 'http'],
      [60000, 'first'],
      [60000, 'last'],
    ],
    udp: [[53, 'domain']],
    raw: [
      [1, 'raw-service'],
      [1, 'icmp'],
      [58, 'ipv6-icmp'],
    ],
  };

  test('the last entry of a number counts, protocols come after raw services', async () => {
    const names = new Names(new FakeResolver({}, entries));
    expect(names.service('tcp', 80)).toBeUndefined();
    await names.resolve({ services: true });
    expect([names.service('tcp', 80), names.service('tcp', 60000), names.service('udp', 80)]).toEqual([
      'http',
      'last',
      undefined,
    ]);
    expect([names.service('raw', 1), names.service('raw', 58)]).toEqual(['icmp', 'ipv6-icmp']);
  });

  test('they are read once', async () => {
    const resolver = new FakeResolver({}, entries);
    const names = new Names(resolver);
    await Promise.all([names.resolve({ services: true }), names.resolve({ services: true })]);
    expect(resolver.asked).toEqual(['services']);
  });

  test('a name is cut at 63 bytes', async () => {
    const names = new Names(
      new FakeResolver(
        {},
        {
          ...NOTHING,
          tcp: [
            [1, 'x'.repeat(63)],
            [2, 'y'.repeat(64)],
          ],
        },
      ),
    );
    await names.resolve({ services: true });
    expect([names.service('tcp', 1), names.service('tcp', 2)]).toEqual(['x'.repeat(63), 'y'.repeat(63)]);
  });
});

describe('users', () => {
  test('each uid once per call, all at a time', async () => {
    const resolver = new FakeResolver({ 'user 0': 'root', 'user 4294967294': 'nobody' });
    const names = new Names(resolver);
    await names.resolve({ users: [0, 1000, 0, 4294967294] });
    expect([names.user(0), names.user(1000), names.user(4294967294), names.user(7)]).toEqual([
      'root',
      undefined,
      'nobody',
      undefined,
    ]);
    await names.resolve({ users: [0] });
    expect(resolver.asked).toEqual(['users 0,1000,4294967294', 'users 0']);
  });

  test('nothing wanted, nothing asked', async () => {
    const resolver = new FakeResolver();
    await new Names(resolver).resolve({ users: [], hosts: [], networks: [] });
    expect(resolver.asked).toEqual([]);
  });
});
