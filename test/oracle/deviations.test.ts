import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hex, mksock } from '../support/mksock.ts';
import { netns } from '../support/netns.ts';
import { python } from '../support/require.ts';
import { both, fake, lineWith } from './deviation.ts';
import { TCP } from './fake-proc-files.ts';
import { runProgram } from './oracle.ts';
import { missing } from './suite.ts';

/** What differs from netstat on purpose, by the names README.md has: each shows netstat's output and asserts ours. */
describe.skipIf(missing !== undefined)('deviations from netstat', () => {
  // Quirk: process_name (netstat.c) prints control characters of argv[0] as they are (CVE-2024-58251).
  for (const [what, title, theirs, ours] of [
    ['newline', '/bin/evil\nroot', '\n', 'evil.root'],
    ['escape', 'x\x1b[2Jy', 'x\x1b[2Jy', 'x.[2Jy'],
    ['bytes beyond ASCII', Buffer.from([0x61, 0xff, 0x62]), 'a\xffb', 'a.b'],
  ] as const) {
    test(`program-controls: ${what} in a program name becomes a dot`, async (t) => {
      const ns = await netns(t, { processes: true });
      const { port, pid } = await mksock(ns, 'tcp-listen', { title });
      const shown = await both(ns, ['-tlnp']);
      expect(shown.netstat.stdout).toContain(theirs);
      expect(lineWith(shown.ours.stdout, `:${port} `)).toContain(` ${pid}/${ours} `);
      expect(shown.ours.stdout.split('\n')).toHaveLength(4);
    });
  }

  // Quirk: unix_do_one (netstat.c) prints a path as it is.
  for (const [what, name, ours] of [
    ['escape', Buffer.from('@x\x1b[2Jy'), '@x.[2Jy'],
    ['bytes that are not UTF-8', Buffer.from([0x40, 0x75, 0xff, 0xfe]), '@u..'],
  ] as const) {
    test(`unix-path-controls: ${what} in a unix name becomes a dot`, async (t) => {
      const ns = await netns(t);
      const { inode } = await mksock(ns, 'unix-listen', {
        path: hex(Buffer.concat([Buffer.from([0]), name.subarray(1)])),
      });
      const shown = await both(ns, ['-xl']);
      expect(lineWith(shown.netstat.stdout, ` ${inode} `)).toMatch(
        new RegExp(`${name.toString('latin1').replace('[', '\\[')}$`),
      );
      expect(lineWith(shown.ours.stdout, ` ${inode} `)?.endsWith(` ${ours}`)).toBe(true);
    });
  }

  test('interface-name-15: an interface name of 15 bytes has its statistics', async (t) => {
    const ns = await netns(t);
    await ns.batch([
      'link add averylongname15 type veth peer name peer',
      'link set averylongname15 addrgenmode none',
      'link set peer addrgenmode none',
      'link set averylongname15 up',
      'link set peer up',
      'addr add 10.0.0.1/24 dev averylongname15',
      'neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev averylongname15',
    ]);
    await ns.exec([python, '-c', 'import socket; socket.socket(2, 2).sendto(b"x", ("10.0.0.9", 9))']);
    const shown = await both(ns, ['-i']);
    const counters = (text: string) => lineWith(text, 'averylongname15')?.trim().split(/ +/).slice(2, 10).map(Number);
    const real = (await ns.exec(['cat', '/proc/net/dev'])).stdout.toString();
    const fields = lineWith(real, 'averylongname15')!.split(':')[1]!.trim().split(/ +/).map(Number);
    expect(counters(shown.netstat.stdout)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(fields[9]).toBeGreaterThan(0);
    expect(counters(shown.ours.stdout)).toEqual([1, 2, 3, 4, 9, 10, 11, 12].map((field) => fields[field]));
  });

  test('groups-continuous: -g -c repeats the IPv4 groups', async (t) => {
    const ns = await netns(t);
    const shown = await both(ns, ['-gnc'], { stopAfterMs: 1800 });
    expect(shown.netstat.stderr).toContain('bogus');
    expect(shown.ours.stderr).toBe('');
    expect(shown.ours.stdout.match(/^lo +1 +224\.0\.0\.1$/gm)?.length).toBeGreaterThanOrEqual(2);
  });

  test('unknown-state: a TCP state beyond the table is UNKNOWN', async (t) => {
    const ns = await netns(t);
    const files = { tcp: TCP.replace('0100007F:C001 06', '0100007F:C001 0F') };
    const shown = await both(ns, ['-tan'], fake(ns, files));
    expect(lineWith(shown.netstat.stdout, ':49153')).not.toMatch(/UNKNOWN {5}$/);
    expect(lineWith(shown.ours.stdout, ':49153')).toMatch(/ UNKNOWN {4}$/);
  });

  test('unreadable-file: a socket file that cannot be read ends the section, not in a loop', async (t) => {
    const ns = await netns(t);
    const options = fake(ns, { tcp: { directory: true }, tcp6: '', udp: '' });
    const shown = await both(ns, ['-tan'], { ...options, stopAfterMs: 1500 });
    expect(shown.netstat.end).toBe('SIGTERM');
    expect(shown.ours.end).not.toBe('SIGTERM');
  });

  test('route-cache: the IPv4 routing cache is empty also without its file', async (t) => {
    const ns = await netns(t);
    const shown = await both(ns, ['-rnC'], fake(ns, {}));
    expect(shown.netstat).toMatchObject({ stderr: '/proc/net/rt_cache: No such file or directory\n', end: 'status 1' });
    const header = 'Source          Destination     Gateway         Flags   MSS Window  irtt Iface';
    expect(shown.ours).toEqual({ stdout: `Kernel IP routing cache\n${header}\n`, stderr: '', end: 'status 0' });
  });

  test('tcpip: --tcpip is what inet is', async (t) => {
    const ns = await netns(t);
    const shown = await both(ns, ['--tcpip', '-ln']);
    expect(shown.netstat.stderr).toContain('longopts 1 range');
    const { stdout, stderr, status } = await runProgram(ns, 'ours', ['--inet', '-ln']);
    expect(shown.ours).toEqual({
      stdout: stdout.toString('latin1'),
      stderr: stderr.toString('latin1'),
      end: `status ${status}`,
    });
  });
});

test('README.md lists those that have a test, and no others', () => {
  const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8');
  const section = /## netstat compatibility\n(.*?)\n## /s.exec(read('../../README.md'))?.[1] ?? '';
  const listed = section
    .split('\n')
    .flatMap((line) => (line.startsWith('- ') ? [...(line.split(':', 1)[0] ?? '').matchAll(/`([a-z0-9-]+)`/g)] : []));
  const tested = ['deviations.test.ts', 'deviations-files.test.ts'].flatMap((file) => [
    ...read(file).matchAll(/(?:test|compared)\([`']([a-z0-9-]+): /g),
  ]);
  const names = (found: readonly RegExpMatchArray[]) => [...new Set(found.map(([, name]) => name))].sort();
  expect(names(listed)).toEqual(names(tested));
});
