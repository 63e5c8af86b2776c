import { expect, test } from 'vitest';
import { mksock } from '../support/mksock.ts';
import { netns } from '../support/netns.ts';
import { ETC } from '../support/world-etc.ts';
import { both, fake, lineWith } from './deviation.ts';
import { ROUTE, SCTP, TCP, UDP, UNIX } from './fake-proc-files.ts';
import { NETROM_FILES, X25_FILES } from './old-kernel-files.ts';
import { missing } from './suite.ts';

/** Differences on purpose, by the names README.md has, in what hand-made files and name databases show. */
const compared = test.skipIf(missing !== undefined);

function rows(text: string): string[] {
  return text.split('\n').slice(2, -1);
}

// Quirk: host, service and device names are printed as they are.
compared('name-controls: escapes in host, service and device names become dots', async (t) => {
  const etc = { ...ETC, hosts: '127.0.0.1 evil\x1b[2Jhost\n', services: 'ev\x1b]il 7001/tcp\n' };
  const ns = await netns(t, { etc });
  await mksock(ns, 'tcp-listen', { host: '127.0.0.1', port: 7001 });
  const sockets = await both(ns, ['-tl']);
  expect(sockets.netstat.stdout).toContain('evil\x1b[2Jhost:ev\x1b]il');
  expect(sockets.ours.stdout).toContain(' evil.[2Jhost:ev.]il ');
  await ns.batch(['link add ev\x1b[2J type veth peer name peer', 'link set ev\x1b[2J up']);
  const devices = await both(ns, ['-i']);
  expect(devices.netstat.stdout).toContain('\nev\x1b[2J ');
  expect(devices.ours.stdout).toContain('\nev.[2J ');
});

compared('unknown-state: states of other families beyond their tables are UNKNOWN', async (t) => {
  const ns = await netns(t);
  const netrom = NETROM_FILES.nr as string;
  const shown = await both(ns, ['--netrom'], fake(ns, { nr: netrom.replace('03/04  3 ', '03/04  9 ') }));
  expect(shown.netstat.stdout).not.toContain('UNKNOWN');
  expect(lineWith(shown.ours.stdout, 'nr0')).toMatch(/ UNKNOWN +005\/004 /);
  const x25 = X25_FILES.x25 as string;
  const other = await both(ns, ['--x25'], fake(ns, { x25: x25.replace('001  3', '001 66') }));
  expect(other.netstat.stdout).not.toContain('UNKNOWN');
  expect(lineWith(other.ours.stdout, '1234567 ')).toMatch(/ UNKNOWN +05\/04 /);
});

// Quirk: fields that a line does not have keep the value of the line before, numbers are as wide as C's.
const [TCP_HEADER = '', TCP_LINE = ''] = TCP.split('\n').filter((_, index) => index === 0 || index === 2);

for (const [what, change, theirs, ours] of [
  ['more than 255 retransmissions', ['00:00000000 00000000', '01:00000010 FFFFFFFF'], '4294967295/0)', '(0.16/255/0)'],
  ['more than 255 probes', ['12345        0', '12345    65536'], '/65536)', '(0.00/0/255)'],
  ['a timer of 497 days', ['00:00000000', '01:FFFFFFFF'], '(42949672.95/', '(4294967.29/0/0)'],
  ['an inode of 33 bits', ['1002', '4294967298'], ' 4294967298 ', ' 0          off (0.00/0/0)'],
] as const) {
  compared(`foreign-lines: ${what}`, async (t) => {
    const ns = await netns(t);
    const files = { tcp: `${TCP_HEADER}\n${TCP_LINE.replace(change[0], change[1])}\n` };
    const shown = await both(ns, ['-taneo'], fake(ns, files));
    expect(files.tcp).toContain(change[1]);
    expect(shown.netstat.stdout).toContain(theirs);
    expect(rows(shown.ours.stdout)[0]).toContain(ours);
  });
}

compared('foreign-lines: an inode that is none is 0, not that of the line before', async (t) => {
  const ns = await netns(t);
  const shown = await both(ns, ['-taneo'], fake(ns, { tcp: `${TCP}${TCP_LINE.replace('1002', 'x')}\n` }));
  expect(rows(shown.netstat.stdout).at(-1)).not.toContain(' 0          off (0.00/0/0)');
  expect(rows(shown.ours.stdout).at(-1)).toContain(' 0          off (0.00/0/0)');
});

for (const [what, change] of [
  ['a queue of 33 bits', ['0000000A:', '10000000A:']],
  ['an address of 7 digits', ['0100007F:1F90', '100007F:1F90']],
] as const) {
  compared(`foreign-lines: ${what} makes a bogus line`, async (t) => {
    const ns = await netns(t);
    const shown = await both(ns, ['-tan'], fake(ns, { tcp: `${TCP_HEADER}\n${TCP_LINE.replace(...change)}\n` }));
    expect([rows(shown.netstat.stdout).length, shown.netstat.stderr]).toEqual([1, '']);
    expect([rows(shown.ours.stdout), shown.ours.stderr]).toEqual([[], 'warning, got bogus tcp line.\n']);
  });
}

compared('foreign-lines: an inode that is missing is 0, not that of the line before', async (t) => {
  const ns = await netns(t);
  const [header = '', first = ''] = UNIX.split('\n');
  const short = first.replace(/ 1001 .*/, '');
  const shown = await both(ns, ['-xa'], fake(ns, { unix: `${header}\n${first}\n${short}\n` }));
  expect(rows(shown.netstat.stdout)[1]).toMatch(/ LISTENING {5}1001 {5}$/);
  expect(rows(shown.ours.stdout)[1]).toMatch(/ LISTENING {5}0 {8}$/);
});

compared('foreign-lines: a malformed IPv6 route is left out, not shown as the one before', async (t) => {
  const ns = await netns(t);
  const line = `${'20010db8'.padEnd(32, '0')} 30 ${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00000400 00000005 00000000 00000001     eth0\n`;
  const shown = await both(ns, ['-r6n'], fake(ns, { ipv6_route: `${line}garbage\n` }));
  expect(rows(shown.netstat.stdout)).toHaveLength(2);
  expect(rows(shown.ours.stdout)).toEqual([rows(shown.netstat.stdout)[0]]);
});

compared('foreign-lines: an IPv4 route with an address that is none is left out', async (t) => {
  const ns = await netns(t);
  const [header = '', first = ''] = ROUTE.split('\n');
  const shown = await both(
    ns,
    ['-rn'],
    fake(ns, { route: `${header}\n${first.replace('\t0001\t', '\tzz\t')}\n${first}\n` }),
  );
  expect(rows(shown.ours.stdout)).toEqual(rows(shown.netstat.stdout).slice(-1));
});

compared('foreign-lines: a counter without a value is left out, not shown with the one before', async (t) => {
  const ns = await netns(t);
  const shown = await both(ns, ['-s6'], fake(ns, { snmp6: 'Ip6InReceives 31\nIp6OutRequests\n', snmp: '' }));
  expect(shown.netstat.stdout).toBe('Ip6:\n    31 total packets received\n    31 requests sent out\n');
  expect(shown.ours.stdout).toBe('Ip6:\n    31 total packets received\n');
});

compared('foreign-lines: a negative count of users makes a bogus line', async (t) => {
  const ns = await netns(t);
  const igmp6 = '1    lo  ff020000000000000000000000000001     -1 0000000C 0\n';
  const shown = await both(ns, ['-gn'], fake(ns, { igmp: '', igmp6 }));
  expect(lineWith(shown.netstat.stdout, 'ff02::1')).toBe('lo              -1     ff02::1');
  expect(shown.ours.stderr).toBe('warning, got bogus igmp6 line 0.\n');
});

compared('foreign-lines: an SCTP association that ends early does no harm', async (t) => {
  const ns = await netns(t);
  const [header = '', first = ''] = SCTP['sctp/assocs']!.split('\n');
  const files = { 'sctp/eps': '\n', 'sctp/assocs': `${header}\n${first.slice(0, first.indexOf(' <->'))}\n` };
  const shown = await both(ns, ['-San'], fake(ns, files));
  // It depends on what netstat's memory held before.
  expect(['SIGSEGV', 'status 0']).toContain(shown.netstat.end);
  expect([shown.ours.end, shown.ours.stderr]).toEqual(['status 0', 'warning, got bogus sctp assoc line.\n']);
});

compared('long-lines: a line is never cut into two', async (t) => {
  const ns = await netns(t);
  const files = { udp: `${UDP.split('\n').slice(0, 2).join('\n')}${' '.repeat(9000)}1\n` };
  const shown = await both(ns, ['-uan'], fake(ns, files));
  expect(shown.netstat.stderr).toBe('warning, got bogus udp line.\n');
  expect([shown.ours.stdout, shown.ours.stderr]).toEqual([shown.netstat.stdout, '']);
});

compared('unix-without-inode: inode and path stay in their columns', async (t) => {
  const ns = await netns(t);
  const shown = await both(ns, ['-xl'], fake(ns, { unix: UNIX.replace('Inode', 'Other') }));
  expect(rows(shown.netstat.stdout)[0]).toMatch(/ LISTENING {5}- {8}1001$/);
  expect(rows(shown.ours.stdout)[0]).toMatch(/ LISTENING {5}1001 {5}\/tmp\/listen$/);
});

compared('historic-links: descriptors of Linux 2.0 are not looked for', async (t) => {
  const ns = await netns(t);
  const stat = `7 (first) S ${'0 '.repeat(18)}100 ${'0 '.repeat(30)}\n`;
  const files = { 'net/tcp': TCP, '7/fd/3': { link: '[0000]:1002' }, '7/stat': stat, '7/cmdline': '/bin/old\0' };
  const shown = await both(ns, ['-tnp'], fake(ns, files, { over: 'proc' }));
  expect(shown.netstat.stdout).toContain(' 7/old ');
  expect(shown.ours.stdout).not.toContain(' 7/old ');
});

compared('interface-counters: they are those of the kernel, whatever /proc/net/dev says', async (t) => {
  const ns = await netns(t);
  const { run } = fake(ns, {});
  const shown = await both(ns, ['-i'], { ...(run === undefined ? {} : { run }) });
  const warning = 'Warning: cannot open /proc/net/dev (No such file or directory). Limited output.\n';
  expect(shown.netstat.stderr).toBe(warning);
  expect(lineWith(shown.netstat.stdout, 'lo ')).toContain('- no statistics available -');
  expect(shown.ours.stderr).toBe('');
  expect(lineWith(shown.ours.stdout, 'lo ')).toMatch(/^lo +65536 +0 +0 +0 0 +0 +0 +0 +0 LRU$/);
});

compared('locale: no translations', async (t) => {
  const ns = await netns(t);
  const env = { LC_ALL: 'C.UTF-8', LANGUAGE: 'de' };
  const shown = await both(ns, ['-tln'], { env });
  if (shown.netstat.stdout.startsWith('Active')) t.skip('the German texts of netstat are missing');
  expect(shown.netstat.stdout).toMatch(/^Aktive Internetverbindungen/);
  expect(shown.ours).toEqual((await both(ns, ['-tln'])).netstat);
});

compared('netrom-errno: -r with NET/ROM names the errno of the second file', async (t) => {
  const ns = await netns(t);
  const toFile = '"$@" 2> "$0"; cat "$0" >&2';
  const shown = await both(ns, ['-r', '--netrom'], {
    run: (argv, options) => ns.exec(['sh', '-c', toFile, `${ns.directory}/errors`, ...argv], options),
  });
  const first = '/proc/net/nr_nodes: No such file or directory\n/proc/net/nr_neigh: ';
  expect(shown.netstat.stderr).toBe(`${first}Invalid argument\n`);
  expect(shown.ours.stderr).toBe(`${first}No such file or directory\n`);
});
