import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { formatAddress, isMapped, isUnspecified, writeDecimal } from '../../../src/columns/address.ts';
import { AF_INET, AF_INET6 } from '../../../src/uapi/socket.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('address text', () => {
  test.each([
    ['7f000001 00000000 00000000 00000000', AF_INET, '127.0.0.1'],
    ['00000000 00000000 00000000 00000000', AF_INET, '0.0.0.0'],
    ['ffffffff 00000000 00000000 00000000', AF_INET, '255.255.255.255'],
    ['00000000 00000000 00000000 00000000', AF_INET6, '::'],
    ['00000000 00000000 00000000 00000001', AF_INET6, '::1'],
    ['fe800000 00000000 688574ff fe836b5d', AF_INET6, 'fe80::6885:74ff:fe83:6b5d'],
    ['20010db8 00010000 00000000 00000001', AF_INET6, '2001:db8:1::1'],
    ['00000000 00000000 0000ffff 0a630001', AF_INET6, '::ffff:10.99.0.1'],
    ['00000000 00000000 00000000 0a0a0001', AF_INET6, '::10.10.0.1'],
    ['00010000 00000001 00000000 00000000', AF_INET6, '1:0:0:1::'],
    ['00010002 00030000 00050006 00070008', AF_INET6, '1:2:3:0:5:6:7:8'],
  ])('%s', (bytes, family, text) => {
    expect(formatAddress(hex(bytes), 0, family)).toBe(text);
  });

  test('agrees with inet_ntop of the C library on random addresses', () => {
    const addresses = Array.from({ length: 4000 }, () =>
      Uint8Array.from({ length: 16 }, () => (Math.random() < 0.6 ? 0 : Math.floor(Math.random() * 256))),
    );
    for (const address of addresses.slice(0, 400)) address.set(hex('00000000 00000000 0000ffff'));
    const program = 'import socket,sys\nfor l in sys.stdin: print(socket.inet_ntop(socket.AF_INET6, bytes.fromhex(l)))';
    const input = addresses.map((address) => Buffer.from(address).toString('hex')).join('\n');
    const { stdout, status } = spawnSync('python3', ['-c', program], { input, encoding: 'utf8' });
    expect(status).toBe(0);
    expect(addresses.map((address) => formatAddress(address, 0, AF_INET6))).toEqual(stdout.trimEnd().split('\n'));
  });

  test('offset', () => {
    const bytes = new Uint8Array(48);
    bytes.set([10, 1, 2, 3], 32);
    expect(formatAddress(bytes, 32, AF_INET)).toBe('10.1.2.3');
    expect(isUnspecified(bytes, 16)).toBe(true);
    expect(isUnspecified(bytes, 32)).toBe(false);
    expect(isMapped(hex('00000000 00000000 0000ffff 00000000'), 0)).toBe(true);
    expect(isMapped(hex('00000000 00000001 0000ffff 00000000'), 0)).toBe(false);
  });
});

test('decimal digits', () => {
  const out = new Uint8Array(16);
  for (const value of [0, 9, 10, 99, 100, 65535, 999999, 1000000, 4294967295]) {
    const end = writeDecimal(out, 2, value);
    expect(Buffer.from(out.subarray(2, end)).toString()).toBe(String(value));
  }
});
