import { hex, type ProcessOptions, type Wanted } from './mksock.ts';
import { isRoot } from './netns.ts';
import { hasFeature } from './require.ts';
import { UIDS } from './world-etc.ts';

/** A process of the world and what it holds. */
export interface Holder {
  readonly process: ProcessOptions;
  readonly sockets: readonly Wanted[];
}

/** Another uid exists only for root; in a user namespace everything belongs to uid 0. */
function owner(uid: number): { owner?: number } {
  return isRoot ? { owner: uid } : {};
}

const LINK_LOCAL = 'fe80::6885:74ff:fe83:6b5d';

/** The fixed part: the sockets that the list of command lines names by address. */
function named(): Wanted[] {
  return [
    { kind: 'tcp-listen', host: '0.0.0.0', port: 80 },
    { kind: 'tcp-unaccepted', host: '127.0.0.1', port: 8080, backlog: 7 },
    { kind: 'tcp-listen', host: '::', port: 443, v6only: true },
    { kind: 'tcp-listen', host: '::1', port: 631 },
    { kind: 'tcp-connected', host: '::', port: 9000, to: '10.99.0.1' },
    { kind: 'tcp-connected', host: '::', port: 60001, v6only: true, to: '::1' },
    { kind: 'tcp-listen', host: '::ffff:10.99.0.1', port: 9001 },
    { kind: 'tcp-listen', host: '::ffff:0.0.0.0', port: 9002 },
    { kind: 'tcp-listen', host: '::10.10.0.1', port: 8080 },
    { kind: 'tcp-listen', host: '2001:db8:1::1', port: 65000 },
    { kind: 'tcp-connected', host: '2001:db8:1::1', port: 65001 },
    { kind: 'tcp-connected', host: LINK_LOCAL, port: 5000, scope: 'sp-a' },
    { kind: 'tcp-listen', host: '10.99.0.1', port: 60000, device: 'sp-a' },
    { kind: 'tcp-listen', host: '10.99.0.1', port: 60002, reuse: true, times: 3 },
    { kind: 'tcp-listen', host: '10.99.0.1', port: 25, ...owner(UIDS.owner) },
    { kind: 'tcp-connected', host: '10.99.0.1', port: 26, ...owner(UIDS.other) },
    { kind: 'tcp-listen', host: '10.99.0.1', port: 27, ...owner(UIDS.unnamed) },
    { kind: 'tcp-listen', host: '10.99.0.1', port: 28, ...owner(4294967294) },
    { kind: 'tcp-connected', host: '10.99.0.1', port: 22, send: 1500 },
    { kind: 'tcp-connected', host: '127.0.0.1', send: 2_000_000 },
    { kind: 'tcp-full-backlog', host: '127.0.0.1', port: 8081, backlog: 3 },
    { kind: 'tcp-full-backlog', host: '::1', port: 8082, backlog: 1 },
    { kind: 'tcp-bound', host: '10.99.0.1', port: 7001 },
    { kind: 'tcp-bound', host: '::1', port: 7002 },
    { kind: 'tcp-half-closed', host: '10.99.0.2' },
    { kind: 'tcp-half-closed', host: '::1' },
    { kind: 'tcp-keepalive', host: '10.99.0.1' },
    { kind: 'tcp-keepalive', host: '::1' },
    { kind: 'tcp-defer-accept', host: '127.0.0.1', port: 8083, ...owner(UIDS.owner) },
  ];
}

const PEER_STATES = [
  'tcp-syn-sent',
  'tcp-fin-wait1',
  'tcp-fin-wait2',
  'tcp-fin-wait2-timewait',
  'tcp-time-wait',
  'tcp-close-wait',
  'tcp-last-ack',
  'tcp-closing',
  'tcp-retransmit',
  'tcp-probe',
] as const;

/** Every state on IPv4, IPv6 and v4-mapped; orphans; half-open connections of several uids. */
function states(): Wanted[] {
  const ends = [{ host: '10.99.0.1' }, { host: 'fd97::1' }, { host: '10.99.0.1', mapped: true }];
  return [
    ...ends.flatMap((end) => PEER_STATES.map((kind): Wanted => ({ kind, ...end }))),
    ...ends.flatMap((end): Wanted[] => [
      { kind: 'tcp-fin-wait1', orphan: true, ...end },
      { kind: 'tcp-fin-wait2', orphan: true, ...end },
      { kind: 'tcp-closing', orphan: true, ...end },
    ]),
    { kind: 'tcp-retransmit', host: '10.99.0.1', send: 30_000, receive: 777 },
    { kind: 'tcp-close-wait', host: '10.99.0.1', queue: 100 },
    { kind: 'tcp-syn-recv', host: '10.99.0.1', port: 8084, count: 3, ...owner(UIDS.owner) },
    { kind: 'tcp-syn-recv', host: 'fd97::1', port: 8085, count: 2, ...owner(UIDS.other) },
    { kind: 'tcp-syn-recv', host: '10.99.0.1', port: 8086, dual: true },
    { kind: 'tcp-syn-sent', host: '10.99.0.1', count: 5 },
  ];
}

function datagrams(): Wanted[] {
  const udplite: Wanted[] = [
    { kind: 'udplite', host: '0.0.0.0', port: 60001 },
    { kind: 'udplite', host: '127.0.0.1', queue: 1 },
    { kind: 'udplite', host: '::1', port: 5353 },
    { kind: 'udplite', host: '::1', connect: ['::1', 5353] },
  ];
  return [
    { kind: 'udp', host: '0.0.0.0', port: 53 },
    { kind: 'udp', host: '0.0.0.0', port: 60001 },
    { kind: 'udp', host: '127.0.0.1', port: 123, queue: 3 },
    { kind: 'udp', host: '127.0.0.1', connect: ['127.0.0.1', 123] },
    { kind: 'udp', host: '10.99.0.1', connect: ['10.99.0.2', 9], ...owner(UIDS.owner) },
    { kind: 'udp', host: '127.0.0.1', connect: ['0.0.0.0', 53] },
    { kind: 'udp', host: '::', port: 54, v6only: true },
    { kind: 'udp', host: '::', port: 55 },
    { kind: 'udp', host: '::1', port: 123, queue: 1 },
    { kind: 'udp', host: '::1', connect: ['::1', 123] },
    { kind: 'udp', host: '::ffff:10.99.0.1', connect: ['::ffff:10.99.0.2', 9] },
    { kind: 'udp', host: '::ffff:10.99.0.1', port: 56 },
    { kind: 'udp', host: LINK_LOCAL, port: 5000, scope: 'sp-a' },
    { kind: 'udp', host: '2001:db8:1::1', port: 65000, connect: ['2001:db8:1::2', 65001], ...owner(UIDS.other) },
    { kind: 'udp', host: '10.99.0.1', port: 57, reuse: true, times: 3 },
    { kind: 'udp', host: '10.99.0.1', port: 58, device: 'sp-a' },
    { kind: 'udp-pair', host: '127.0.0.1' },
    { kind: 'udp-pair', host: '::1' },
    ...(hasFeature('udplite') ? udplite : []),
    { kind: 'raw', protocol: 1, queue: 2 },
    { kind: 'raw', protocol: 255 },
    { kind: 'raw', protocol: 1, host: '10.99.0.1', connect: '10.99.0.2', ...owner(UIDS.owner) },
    { kind: 'raw', protocol: 200, host: '127.0.0.1' },
    { kind: 'raw', host: '::', protocol: 58 },
    { kind: 'raw', host: '2001:db8:1::1', protocol: 58, connect: '2001:db8:1::2' },
    { kind: 'raw', host: '::1', protocol: 255 },
  ];
}

/** Names in AF_UNIX. Bytes that are not printable ASCII are elsewhere: netstat prints them raw, ours does not. */
function unixSockets(directory: string): Wanted[] {
  const path = (name: string | Buffer) =>
    hex(Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(name as string)]));
  const abstract = (name: string) => hex(`\0${name}`);
  const long = path('l'.repeat(100 - directory.length - 1));
  return [
    { kind: 'unix-listen', path: path('listen') },
    { kind: 'unix-listen', path: path('u sp ace') },
    { kind: 'unix-listen', path: path('u\ttab') },
    { kind: 'unix-listen', path: long },
    { kind: 'unix-listen', path: hex('relative.sock'), directory },
    { kind: 'unix-listen', path: hex(' leading blank'), directory },
    { kind: 'unix-listen', type: 'seqpacket', path: abstract('abstract') },
    { kind: 'unix-listen', path: abstract('abs with space') },
    { kind: 'unix-listen', path: abstract('abs\0null\0') },
    { kind: 'unix-listen', path: '' },
    { kind: 'unix-connected', path: path('stream') },
    { kind: 'unix-connected', type: 'seqpacket', path: path('packets') },
    { kind: 'unix-connected', type: 'dgram', path: path('datagrams') },
    { kind: 'unix-unaccepted', path: path('unaccepted'), count: 3 },
    { kind: 'unix-unaccepted', type: 'seqpacket', path: abstract('unaccepted') },
    { kind: 'unix-full-backlog', path: path('full') },
    { kind: 'unix' },
    { kind: 'unix', type: 'stream' },
    { kind: 'unix', type: 'seqpacket' },
    { kind: 'unix', path: '' },
    { kind: 'unix', type: 'stream', path: path('bound-only') },
    { kind: 'unix', path: abstract('dgram') },
    { kind: 'unix-pair', send: 100 },
    { kind: 'unix-pair', type: 'dgram' },
    { kind: 'unix-pair', type: 'seqpacket' },
    { kind: 'unix-in-flight' },
  ];
}

function others(): Wanted[] {
  const mptcp: Wanted[] = [
    { kind: 'mptcp-listen', host: '127.0.0.1', port: 8090 },
    { kind: 'mptcp-connected', host: '127.0.0.1' },
    { kind: 'mptcp-connected', host: '::1' },
  ];
  return [
    { kind: 'packet' },
    { kind: 'packet', type: 'dgram', protocol: 0x0806, device: 'sp-a' },
    { kind: 'netlink', groups: [1, 2, 30] },
    { kind: 'netlink', protocol: 15, groups: [1] },
    { kind: 'multicast', group: '239.1.2.3', device: 'sp-a', users: 3 },
    { kind: 'multicast', group: '239.1.2.4', device: 'abcdefghijklmn' },
    { kind: 'multicast', group: 'ff02::1234', device: 'sp-a', users: 3 },
    { kind: 'multicast', group: 'ff05::5678:1', device: 'lo' },
    ...(hasFeature('mptcp') ? mptcp : []),
  ];
}

/** Many of the ordinary kinds, so that order and batches matter. */
const CROWD: readonly Wanted[] = [
  { kind: 'tcp-listen', host: '127.0.0.1', times: 30 },
  { kind: 'tcp-listen', host: '::1', times: 20 },
  { kind: 'tcp-connected', host: '127.0.0.1', times: 30 },
  { kind: 'tcp-connected', host: '::1', times: 20 },
  { kind: 'udp', host: '127.0.0.1', times: 30 },
  { kind: 'udp', host: '::1', times: 20 },
  { kind: 'unix-pair', times: 30 },
  { kind: 'unix', path: '', times: 20 },
];

/** Rows of the program column: argv[0] as netstat treats it. All printable ASCII: netstat prints other bytes raw, ours does not. */
export const TITLES: readonly string[] = [
  '/usr/sbin/nginx',
  './rel/path/prog',
  'sshd: root@pts/0',
  'nginx: master process /usr/sbin/nginx -g daemon on;',
  '/usr/bin/foo bar/baz qux',
  '/ends/with/slash/',
  '',
  '/usr/lib/postgres: writer /var/x',
  'a-name-of-exactly-nineteen-bytes-or-more',
  'spaces   inside  ',
  `x${'y'.repeat(4095)}`,
];

function programs(): Holder[] {
  const listen = (port: number): Wanted[] => [{ kind: 'tcp-listen', host: '10.99.0.1', port }];
  return [
    ...TITLES.map((title, index): Holder => ({ process: { title }, sockets: listen(61000 + index) })),
    { process: { holders: 3 }, sockets: [...listen(61100), { kind: 'unix-listen', path: hex('\0shared') }] },
    { process: { leaderExits: true }, sockets: listen(61101) },
    { process: { unsharedFiles: true }, sockets: listen(61102) },
    ...(isRoot ? [{ process: { uid: UIDS.owner, title: '/bin/owned' }, sockets: listen(61103) }] : []),
    ...(isRoot ? [{ process: { uid: UIDS.other }, sockets: listen(61104) }] : []),
  ];
}

/** All processes of the world; `directory` takes the names of unix sockets. */
export function holders(directory: string): Holder[] {
  const groups = [named(), datagrams()];
  return [
    ...groups.map((sockets) => ({ process: {}, sockets })),
    ...states().map((socket) => ({ process: {}, sockets: [socket] })),
    ...quietHolders(directory),
  ];
}

/** Those whose sockets do nothing by themselves: no timers, no packets. */
export function quietHolders(directory: string): Holder[] {
  const groups = [unixSockets(directory), others(), CROWD];
  return [...groups.map((sockets) => ({ process: {}, sockets })), ...programs()];
}
