import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databaseResolver } from '../../../src/names/databases.ts';
import { AF_INET, AF_INET6 } from '../../../src/uapi/socket.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sockdiag-etc-'));
  const files: Record<string, string> = {
    passwd: 'root:x:0:0:root:/root:/bin/sh\n\nalias:x:0:0::/:/bin/sh\nbroken\nodd:x:12z:0\n:x:5:5\nöl:x:1000:1000::/:',
    services:
      '# comment\nhttp 80/tcp www # web\nhttp\t80/udp\n\nx 1\ny 70000/tcp\nz zz/tcp\nold 9/ddp\nlast 80/tcp\nping 1/raw',
    protocols: 'ip 0 IP\nicmp 1 ICMP\n#tcp 6 TCP\nbad x\n',
    networks: 'default 0.0.0.0\nloopback 127.0.0.0\nshort 10.1\nsecond 127.0.0.0\nbad 1.2.3.4.5\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('files below /etc', () => {
  test('users: the first entry of a uid', async () => {
    const names = await databaseResolver({ directory }).users(Uint32Array.of(0, 1000, 12, 5, 7));
    expect(names).toEqual(['root', 'öl', null, null, null]);
  });

  test('services and protocols, in file order', async () => {
    expect(await databaseResolver({ directory }).services()).toEqual({
      tcp: [
        [80, 'http'],
        [80, 'last'],
      ],
      udp: [[80, 'http']],
      raw: [
        [1, 'ping'],
        [0, 'ip'],
        [1, 'icmp'],
      ],
    });
  });

  test('networks: the first entry, short numbers filled up', async () => {
    const addresses = Uint8Array.of(127, 0, 0, 0, 10, 1, 0, 0, 1, 2, 3, 4);
    expect(await databaseResolver({ directory }).hosts(AF_INET, addresses, 'net')).toEqual(['loopback', 'short', null]);
  });

  test('missing files have no names', async () => {
    const resolver = databaseResolver({ directory: join(directory, 'none') });
    expect(await resolver.users(Uint32Array.of(0))).toEqual([null]);
    expect(await resolver.services()).toEqual({ tcp: [], udp: [], raw: [] });
    expect(await resolver.hosts(AF_INET, Uint8Array.of(127, 0, 0, 0), 'net')).toEqual([null]);
  });
});

describe('reverse look-ups', () => {
  test('addresses are given as text, a rejection is no name', async () => {
    const asked: string[] = [];
    const reverse = async (address: string): Promise<string> => {
      asked.push(address);
      if (address === '10.0.0.2') throw new Error('ENOTFOUND');
      return `name-of-${address}`;
    };
    const resolver = databaseResolver({ directory, reverse });
    expect(await resolver.hosts(AF_INET, Uint8Array.of(10, 0, 0, 1, 10, 0, 0, 2), 'addr')).toEqual([
      'name-of-10.0.0.1',
      null,
    ]);
    const six = new Uint8Array(16).fill(0, 0, 15);
    six[15] = 1;
    expect(await resolver.hosts(AF_INET6, six, 'nameinfo')).toEqual(['name-of-::1']);
    expect(asked).toEqual(['10.0.0.1', '10.0.0.2', '::1']);
  });

  test('the default one knows the loopback address', async () => {
    const [name] = await databaseResolver().hosts(AF_INET, Uint8Array.of(127, 0, 0, 1), 'addr');
    expect(name).toMatch(/localhost/);
  });
});
