import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type FilterLookups,
  formatFilter,
  needsResolving,
  parseFilter,
  push,
  resolveFilter,
  systemLookups,
} from '../../../src/filters/index.ts';

const LOOKUPS: FilterLookups = {
  hosts: async (name, family) => {
    if (name !== 'two') return [];
    const addresses = [Uint8Array.of(10, 0, 0, 1), new Uint8Array(16)];
    return addresses.filter((bytes) => family === 0 || (family === 2) === (bytes.length === 4));
  },
  service: async (name) => (name === 'http' ? 80 : undefined),
  user: async (name) => (name === 'root' ? 0 : undefined),
  device: async (name) => (name === 'lo' ? 1 : undefined),
  cgroup: async (path) => (path === '/a' ? 42n : undefined),
  localPortRange: async () => [32768, 60999],
};

function program(filter: string): Promise<Uint8Array | undefined> {
  return resolveFilter(parseFilter(filter), LOOKUPS).then((ast) => push(ast).program);
}

describe('resolving', () => {
  test.for<[string, string]>([
    ['sport = http', 'sport = 80'],
    ['sport >= http', 'sport >= 80'],
    ['src two', 'src 10.0.0.1 or src [::]'],
    ['src two:http', 'src 10.0.0.1:80 or src [::]:80'],
    ['src inet:two', 'src inet:10.0.0.1'],
    ['src inet6:two', 'src [::]'],
    ['! src two', '! ( src 10.0.0.1 or src [::] )'],
    ['dev != lo', 'dev != 1'],
    ['cgroup = /a', 'cgroup = 42'],
  ])('%s is %s', async ([named, numeric]) => {
    expect(needsResolving(parseFilter(named))).toBe(true);
    expect(needsResolving(parseFilter(numeric))).toBe(false);
    expect(await program(named)).toEqual(await program(numeric));
  });

  test('keeps the text, and leaves numbers alone', async () => {
    const text = 'sport = http and ( user = root or autobound )';
    const ast = await resolveFilter(parseFilter(text), LOOKUPS);
    expect(formatFilter(ast)).toBe(text);
    expect(needsResolving(ast)).toBe(false);
    const plain = parseFilter('sport = 80 or uid = 1');
    expect(await resolveFilter(plain, LOOKUPS)).toEqual(plain);
  });

  test.for<[string, number]>([
    ['sport = nothing', 8],
    ['uid = 1 and user = nobody2', 19],
    ['dev lo0', 4],
    ['dst one.example', 4],
    ['cgroup = /b', 9],
    ['src link:ip:eth9', 4],
  ])('%s is an error at %s', async ([filter, position]) => {
    await expect(resolveFilter(parseFilter(filter), LOOKUPS)).rejects.toMatchObject({
      code: 'ERR_SOCKDIAG_FILTER',
      position,
      message: expect.stringMatching(/^no such/),
    });
  });
});

describe('lookups of the system', () => {
  test('read the databases', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'sockdiag-'));
    t.onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    mkdirSync(join(directory, 'proc/sys/net/ipv4'), { recursive: true });
    mkdirSync(join(directory, 'proc/self'), { recursive: true });
    mkdirSync(join(directory, 'cgroup/a/b'), { recursive: true });
    writeFileSync(
      join(directory, 'services'),
      '# x\nsyslog 514/udp\nshell 514/tcp cmd # c\nweb\t80/udp\nweb 81/tcp\nbad x/tcp\n',
    );
    writeFileSync(join(directory, 'passwd'), 'root:x:0:0::/:/bin/sh\nbad:x:y:0\nweb:x:33:33::/:\n');
    writeFileSync(
      join(directory, 'proc/self/mounts'),
      `tmpfs / tmpfs rw\ncgroup2 ${directory}/cgroup cgroup2 rw 0 0\n`,
    );
    writeFileSync(join(directory, 'proc/sys/net/ipv4/ip_local_port_range'), '1000\t2000\n');
    const lookups = systemLookups({ etc: directory, proc: join(directory, 'proc'), device: () => undefined });
    expect(await Promise.all(['syslog', 'shell', 'cmd', 'web', 'bad', 'x'].map(lookups.service))).toEqual([
      514,
      514,
      514,
      81,
      undefined,
      undefined,
    ]);
    expect(await Promise.all(['root', 'web', 'bad', 'x'].map(lookups.user))).toEqual([0, 33, undefined, undefined]);
    const { ino } = statSync(join(directory, 'cgroup/a/b'), { bigint: true });
    expect(await lookups.cgroup('/a/b')).toBe(ino);
    expect(await lookups.cgroup(join(directory, 'cgroup/a/b'))).toBe(ino);
    expect(await lookups.cgroup('/a/c')).toBeUndefined();
    expect(await lookups.localPortRange()).toEqual([1000, 2000]);
  });

  test('missing files know nothing', async () => {
    const lookups = systemLookups({ etc: '/nonexistent', proc: '/nonexistent', device: () => 7 });
    expect(await lookups.service('http')).toBeUndefined();
    expect(await lookups.user('root')).toBeUndefined();
    expect(await lookups.cgroup('/')).toBeUndefined();
    expect(await lookups.localPortRange()).toBeUndefined();
    expect(await lookups.device('lo')).toBe(7);
    const addresses = await lookups.hosts('localhost', 2);
    expect(addresses.every((bytes) => bytes.length === 4)).toBe(true);
  });
});
