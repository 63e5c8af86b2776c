import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { ProcfsError } from '../../../../src/errors.ts';
import { netPath, readProc, readProcSync } from '../../../../src/sources/procfs/file.ts';
import {
  addressesFromProcfs,
  countersFromProcfs,
  groupsFromProcfs,
  linksFromProcfs,
  neighboursFromProcfs,
  routesFromProcfs,
  socketsFromProcfs,
  unixFromProcfs,
} from '../../../../src/sources/procfs/sources.ts';
import { UnavailableError } from '../../../../src/sources/source.ts';
import { AF_INET, AF_INET6, AF_UNSPEC } from '../../../../src/uapi/socket.ts';
import { TCPF_ALL } from '../../../../src/uapi/tcp-states.ts';
import { FIXTURES, LINUX } from './fixture.ts';

const made: string[] = [];
afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true });
});

/** A proc file system with nothing but an empty `net`. */
function emptyRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'sockdiag-proc-'));
  made.push(root);
  mkdirSync(join(root, 'net'));
  return root;
}

const SOCKETS = { netids: ['tcp', 'tcp6'], states: TCPF_ALL, columns: ['netid', 'family', 'localPort', 'inode'] };

describe('reading a file', () => {
  test.each([
    [{}, '/proc/net/tcp'],
    [{ root: '/host/proc' }, '/host/proc/net/tcp'],
    [{ pid: 17 }, '/proc/17/net/tcp'],
    [{ root: '/host/proc', pid: 17 }, '/host/proc/17/net/tcp'],
  ])('path of %j', (place, path) => {
    expect(netPath(place, 'tcp')).toBe(path);
  });

  test('both ways give all bytes, whatever the size', async () => {
    const root = emptyRoot();
    for (const size of [0, 1, 16383, 16384, 16385, 300_001]) {
      const path = join(root, String(size));
      const bytes = Buffer.alloc(size, 'abcdefg\n');
      writeFileSync(path, bytes);
      for (const content of [readProcSync(path), await readProc(path)]) {
        expect(content.path).toBe(path);
        expect('bytes' in content && Buffer.compare(content.bytes, bytes)).toBe(0);
      }
    }
  });

  test('failures are values', async () => {
    const root = emptyRoot();
    symlinkSync('loop', join(root, 'loop'));
    const codes: Record<string, string> = { missing: 'ENOENT', net: 'EISDIR', loop: 'ELOOP', 'loop/x': 'ELOOP' };
    for (const [name, code] of Object.entries(codes)) {
      const path = join(root, name);
      expect(readProcSync(path)).toEqual({ path, code });
      expect(await readProc(path)).toEqual({ path, code });
    }
  });

  test('a FIFO nobody writes to is empty and does not wait', async () => {
    const path = join(emptyRoot(), 'fifo');
    execFileSync('mkfifo', [path]);
    expect(readProcSync(path)).toEqual({ path, bytes: Buffer.alloc(0) });
    expect(await readProc(path)).toEqual({ path, bytes: Buffer.alloc(0) });
  });
});

describe('a table of several files', () => {
  test('rows come file by file, each with its part', async () => {
    const table = await socketsFromProcfs.read({ ...SOCKETS, root: LINUX });
    expect(table.source).toBe('procfs');
    expect(table.parts).toEqual([
      { name: 'tcp', source: 'procfs', rows: 7 },
      { name: 'tcp6', source: 'procfs', rows: 7 },
    ]);
    expect(table.warnings).toEqual([]);
    expect(table.columnNames).toEqual(['netid', 'family', 'localPort', 'inode']);
    expect(Array.from(table, (row) => row.netid)).toEqual([...Array(7).fill('tcp'), ...Array(7).fill('tcp6')]);
    expect(socketsFromProcfs.readSync({ ...SOCKETS, root: LINUX }).toObjects()).toEqual(table.toObjects());
  });

  test('a missing file is an empty part and a warning', async () => {
    const root = emptyRoot();
    cpSync(join(LINUX, 'net/tcp'), join(root, 'net/tcp'));
    const table = await socketsFromProcfs.read({ ...SOCKETS, root });
    const path = join(root, 'net/tcp6');
    expect(table.length).toBe(7);
    expect(table.warnings).toEqual([
      { code: 'missing', message: `${path}: no such file`, path, part: 'tcp6', lines: [] },
    ]);
    expect(table.parts[1]).toEqual({ name: 'tcp6', source: 'procfs', rows: 0, reason: `${path}: no such file` });
  });

  test('malformed lines are a warning with their numbers', async () => {
    const table = await unixFromProcfs.read({ states: TCPF_ALL, columns: ['path'], root: LINUX });
    const path = join(LINUX, 'net/unix');
    const message = `${path}: 1 malformed line dropped`;
    expect(table.warnings).toEqual([{ code: 'malformed', message, count: 1, path, part: 'unix', lines: [7] }]);
  });

  test('a file that cannot be read is an error', async () => {
    const root = emptyRoot();
    mkdirSync(join(root, 'net/tcp'));
    const expected = expect.objectContaining({ name: 'ProcfsError', code: 'EISDIR', path: join(root, 'net/tcp') });
    await expect(socketsFromProcfs.read({ ...SOCKETS, root })).rejects.toThrow(expected);
    expect(() => socketsFromProcfs.readSync({ ...SOCKETS, root })).toThrow(expected);
  });

  test('a process that has ended is an error, not an empty table', async () => {
    const root = emptyRoot();
    await expect(socketsFromProcfs.read({ ...SOCKETS, root, pid: 4 })).rejects.toThrow(
      expect.objectContaining({ code: 'ESRCH' }),
    );
    mkdirSync(join(root, '5/net'), { recursive: true });
    writeFileSync(join(root, '5/net/dev'), 'a\nb\n');
    expect((await socketsFromProcfs.read({ ...SOCKETS, root, pid: 5 })).length).toBe(0);
  });

  test.skipIf(process.getuid?.() === 0)('a file one may not read makes the source unavailable', async () => {
    const root = emptyRoot();
    writeFileSync(join(root, 'net/tcp'), '', { mode: 0 });
    const rejected = expect(socketsFromProcfs.read({ ...SOCKETS, root })).rejects;
    await rejected.toThrow(UnavailableError);
    await rejected.toThrow(expect.objectContaining({ code: 'EACCES', cause: expect.any(ProcfsError) }));
  });

  test('what no file shows makes the source unavailable', () => {
    expect(socketsFromProcfs.probe(SOCKETS)).toBeUndefined();
    expect(socketsFromProcfs.probe({ ...SOCKETS, netids: ['tcp', 'mptcp'] })).toEqual({
      code: 'ENOENT',
      reason: 'no file below /proc/net shows mptcp sockets',
    });
    expect(addressesFromProcfs.probe({ family: AF_INET, columns: [], root: LINUX })?.code).toBe('ENOENT');
    expect(addressesFromProcfs.probe({ family: AF_INET, columns: [], pid: 1 })?.code).toBe('ENOENT');
    expect(addressesFromProcfs.probe({ family: AF_INET, columns: [] })).toBeUndefined();
    expect(neighboursFromProcfs.probe({ family: AF_INET6, columns: [] })?.code).toBe('ENOENT');
    expect(routesFromProcfs.probe({ family: AF_INET, table: 254, columns: [] })).toBeUndefined();
    expect(routesFromProcfs.probe({ family: AF_INET6, table: 254, columns: [] })?.code).toBe('ENOSYS');
  });
});

describe('families', () => {
  const count = (family: number) =>
    groupsFromProcfs.readSync({ family, columns: ['group'], root: LINUX }).parts.map(({ name }) => name);
  test('groups', () => {
    expect([count(AF_INET), count(AF_INET6), count(AF_UNSPEC)]).toEqual([['igmp'], ['igmp6'], ['igmp', 'igmp6']]);
  });

  test('routes of both families', () => {
    const table = routesFromProcfs.readSync({ family: AF_UNSPEC, columns: ['family'], root: LINUX });
    expect(table.parts.map(({ name, rows }) => [name, rows])).toEqual([
      ['route', 6],
      ['ipv6_route', 13],
    ]);
  });

  test('addresses of another /proc say that those of IPv4 are not there', () => {
    const table = addressesFromProcfs.readSync({ family: AF_UNSPEC, columns: ['address'], root: LINUX });
    expect([table.length, table.warnings.map(({ code }) => code)]).toEqual([4, ['missing']]);
    expect(table.parts.map(({ name, rows }) => [name, rows])).toEqual([['if_inet6', 4]]);
  });

  test('IPv4 addresses of this namespace: what Node.js tells, and what it does not', () => {
    const columns = ['family', 'label', 'address', 'prefixLength', 'broadcast'];
    const table = addressesFromProcfs.readSync({ family: AF_INET, columns });
    const told = Object.entries(networkInterfaces()).flatMap(([name, entries = []]) =>
      entries.filter(({ family }) => family === 'IPv4').map(({ cidr }) => `${name} ${cidr}`),
    );
    expect(Array.from(table, (row) => `${row.label} ${row.address}/${row.prefixLength}`)).toEqual(told);
    expect(Array.from(table, ({ family, broadcast }) => [family, broadcast])).toEqual(told.map(() => ['IPv4', null]));
    expect(table.warnings).toMatchObject([{ code: 'missing', message: expect.stringContaining('running devices') }]);
  });
});

test('counters: files in the order asked for', () => {
  const table = countersFromProcfs.readSync({ files: ['snmp6', 'snmp'], columns: ['file', 'section'], root: LINUX });
  expect([...new Set(Array.from(table, (row) => `${row.file} ${row.section}`))]).toEqual([
    'snmp6 Ip6',
    'snmp6 Icmp6',
    'snmp6 Udp6',
    'snmp6 UdpLite6',
    'snmp Ip',
    'snmp Icmp',
    'snmp Tcp',
    'snmp Udp',
    'snmp UdpLite',
  ]);
});

test('neighbours take the device index from igmp', async () => {
  const table = await neighboursFromProcfs.read({
    family: AF_INET,
    columns: ['address', 'interface', 'family'],
    root: LINUX,
  });
  expect(table.toObjects()).toEqual([
    { address: '10.99.0.7', interface: 3, family: 'IPv4' },
    { address: '10.99.0.8', interface: 3, family: 'IPv4' },
  ]);
});

describe('links', () => {
  const columns = ['index', 'name', 'type', 'flags', 'mtu', 'txqlen', 'operstate', 'address', 'rxPackets', 'txBytes'];
  const sysRoot = join(FIXTURES, 'linux-6.18/sys');

  test('names and counters from proc, the rest from sysfs', async () => {
    const table = await linksFromProcfs.read({ columns, root: LINUX, sysRoot });
    expect(table.warnings).toEqual([]);
    expect(
      Array.from(table, (row) => [
        table.value('index', row.rowIndex),
        row.name,
        row.type,
        row.flags,
        row.mtu,
        row.operstate,
      ]),
    ).toEqual([
      [1, 'lo', 772, 0x10049, 65536, 'unknown'],
      [2, 'veth-b', 1, 0x11043, 1500, 'up'],
      [3, 'veth-a', 1, 0x11043, 1500, 'up'],
      [4, 'abcdefghijklmno', 1, 0x1002, 1500, 'down'],
    ]);
    expect([table.at(2).address, table.at(2).txqlen, table.at(2).txBytes]).toEqual(['02:00:00:00:00:0a', 1000, 702n]);
    expect(linksFromProcfs.readSync({ columns, root: LINUX, sysRoot }).toObjects()).toEqual(table.toObjects());
  });

  test.each([
    ['another counter', (root: string) => writeFileSync(join(root, 'class/net/lo/statistics/rx_packets'), '30\n')],
    ['another device', (root: string) => mkdirSync(join(root, 'class/net/eth9'))],
    ['a device less', (root: string) => rmSync(join(root, 'class/net/veth-b'), { recursive: true })],
  ])('sysfs of another namespace is not believed: %s', async (_, change) => {
    const root = join(emptyRoot(), 'sys');
    cpSync(sysRoot, root, { recursive: true });
    change(root);
    const table = await linksFromProcfs.read({ columns, root: LINUX, sysRoot: root });
    expect(table.warnings.map(({ code }) => code)).toEqual(['unreadable']);
    expect([table.value('index', 0), table.at(0).flags, table.at(0).address]).toEqual([null, null, null]);
    expect(table.at(0).rxPackets).toBe(29n);
  });

  test('another proc file system without its sysfs', async () => {
    const table = await linksFromProcfs.read({ columns, root: LINUX });
    expect([table.length, table.value('index', 0), table.warnings.map(({ code }) => code)]).toEqual([
      4,
      null,
      ['unreadable'],
    ]);
  });

  test('no dev file', async () => {
    const table = await linksFromProcfs.read({ columns, root: emptyRoot() });
    expect([table.length, table.warnings.map(({ code }) => code)]).toEqual([0, ['missing']]);
  });
});
