import type { FakeFile } from '../support/fakeproc.ts';
import { IGMP, IGMP6, IPV6_ROUTE, ROUTE, SCTP, SNMP, TCP, TCP6, UDP, UNIX } from './fake-proc-files.ts';
import { compareFakes, type FakeProcCase, type Files } from './fake-proc-suite.ts';

const SOCKETS: Files = { tcp: TCP, tcp6: TCP6, udp: UDP, udplite: UDP, raw: UDP, unix: UNIX };
const LOOP: FakeFile = { link: 'tcp' };

function without(name: string): Files {
  return Object.fromEntries(Object.entries(SOCKETS).filter(([key]) => key !== name));
}

/** As every process has it: started at the 100th tick after boot (field 22), long before the listing. */
const STAT = `7 (first) S ${'0 '.repeat(18)}100 ${'0 '.repeat(30)}\n`;

const PROGRAMS: Files = {
  'net/tcp': TCP,
  'net/unix': UNIX,
  '7/fd/3': { link: 'socket:[1001]' },
  '7/stat': STAT,
  '7/cmdline': '/usr/bin/first\0',
  '12/fd/3': { link: 'socket:[1001]' },
  '12/fd/4': { link: 'socket:[1002]' },
  '12/fd/x': { link: 'socket:[1003]' },
  '12/stat': STAT,
  '12/cmdline': 'second',
  '13/fd/0': { link: 'socket:[1003]' },
  '13/stat': STAT,
  '13/cmdline': '',
  '14/fd/0': { link: '/dev/null' },
  '16/fd': { directory: true, mode: 0o700 },
};

const CASES: readonly FakeProcCase[] = [
  {
    name: 'all socket files, good and bad lines',
    files: SOCKETS,
    lines: ['-an', '-aneo', '-ln', '-n', '-anW', '-xa', '-tn', '-uan'],
  },
  { name: 'programs', files: PROGRAMS, over: 'proc', users: 'both', lines: ['-tanp', '-xap', '-anp'] },
  ...['tcp', 'udp', 'udplite', 'raw', 'unix', 'tcp6'].map((name) => ({
    name: `no ${name}`,
    files: without(name),
    lines: ['-an', '-anv', '-tan', '-uan', '-Uan', '-wan', '-xan', '-4an', '-6an'],
  })),
  { name: 'tcp leads to itself', files: { ...SOCKETS, tcp: LOOP }, lines: ['-tan', '-an', '-4an'] },
  {
    name: 'empty files',
    files: { tcp: '', udp: '', raw: '', unix: '', igmp: '', igmp6: '' },
    lines: ['-an', '-gn', '-xa'],
  },
  {
    name: 'sctp',
    files: { ...SOCKETS, ...SCTP },
    lines: ['-San', '-Sn', '-Sln', '-Saneo', '-tSuan', '-S6an', '-an', '-Sa'],
  },
  { name: 'groups', files: { igmp: IGMP, igmp6: IGMP6 }, lines: ['-gn', '-g'] },
  { name: 'igmp missing', files: { igmp6: IGMP6 }, lines: ['-gn'] },
  { name: 'routes of every flag', files: { route: ROUTE }, lines: ['-rn', '-rne', '-rnee', '-r'] },
  ...['Iface', 'Metric', 'MTU', 'IRTT', 'Use'].map((column) => ({
    name: `route without ${column}`,
    files: { route: ROUTE.replace(column, 'Other') },
    lines: ['-rn'],
  })),
  { name: 'empty route', files: { route: '' }, lines: ['-rn'] },
  { name: 'no route', files: {}, lines: ['-rn', '-r6n'] },
  { name: 'IPv6 routes of every flag', files: { ipv6_route: IPV6_ROUTE }, lines: ['-r6n', '-r6nC', '-r6nFC'] },
  { name: 'statistics', files: SNMP, lines: ['-s', '-st', '-su', '-sw', '-s6', '-stu', '-s6u', '-s6w', '-sS'] },
  { name: 'statistics missing', files: {}, lines: ['-s', '-s6'] },
  { name: 'snmp without colon', files: { snmp: 'Ip Forwarding\nIp 1\n' }, lines: ['-s'] },
];

compareFakes('hand-made /proc', CASES);
