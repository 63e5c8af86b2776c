import { IGMP6, ROUTE, SCTP, TCP, TCP6, UDP, UNIX } from './fake-proc-files.ts';
import { compareFakes, type FakeProcCase, type Files } from './fake-proc-suite.ts';

/** Files in a state no kernel of today leaves them in, and what netstat makes of that. */

const LOOP = (name: string) => ({ link: name });

const IP = 'Ip: Forwarding DefaultTTL InReceives InDelivers\nIp: 2 64 10 9\n';
const TCP_COUNTERS = 'Tcp: ActiveOpens PassiveOpens\nTcp: 7 8\n';
const NUMBERS = Array.from({ length: 600 }, (_, index) => index);

const COUNTER_FILES: Readonly<Record<string, Files>> = {
  'a title twice': { snmp: IP + IP + TCP_COUNTERS + IP },
  'a title twice, other keys': { snmp: 'Tcp: ActiveOpens\nTcp: 1\nTcp: ActiveOpens\nTcp: 2\nTcp: InSegs\nTcp: 3\n' },
  'an unknown title twice': { snmp: 'Strange: A B\nStrange: 1 2\nStrange: C\nStrange: 3\nStrange: A\nStrange: 4\n' },
  'sections without keys': { snmp: `Strange:\nStrange:\nTcp:\nTcp:\nIcmp:\nIcmp:\n${IP}` },
  'two titles in a pair': { snmp: `Ip: InReceives\nTcp: 5\n${TCP_COUNTERS}` },
  'missing and surplus values': { snmp: `Ip: Forwarding InReceives\nIp: 2\nTcp: ActiveOpens\nTcp: 3 4 5\n` },
  'values that are no numbers': {
    snmp: 'Ip: Forwarding InReceives\nIp: x 5\nStrange: A B C D\nStrange: 12abc +7 -9 3\nUdp: NoPorts\nUdp: 0x5\n',
  },
  'large and negative values': {
    snmp: 'Strange: A B C D E\nStrange: -1 +7 18446744073709551615 18446744073709551616 000000000000000000000000005\n',
  },
  'empty lines': { snmp: `\n${IP}\n\n${TCP_COUNTERS}\n`, netstat: 'TcpExt: TW\n\nTcpExt: 5\n' },
  'no colon in snmp': { snmp: `${IP}Tcp ActiveOpens\nTcp 1\n${TCP_COUNTERS}`, netstat: 'TcpExt: TW\nTcpExt: 1\n' },
  'no colon in the second line': { snmp: `${IP}Tcp: ActiveOpens\nTcp 1\n`, snmp6: 'Ip6InReceives 1\n' },
  'no colon in netstat': { snmp: IP, netstat: 'TcpExt TW\n', 'sctp/snmp': 'SctpCurrEstab 1\n' },
  'a pair without its second line': { snmp: `${IP}Tcp: ActiveOpens\n` },
  'no newline at the end': { snmp: (IP + TCP_COUNTERS).trimEnd() },
  'tabs, no blanks, a colon in a key': {
    snmp: 'Ip:\tForwarding\nIp:\t2\nTcp:InSegs\nTcp:5\n A: B\n A: 1\nA:B: C\nA:B: 1\n',
  },
  'long lines': { snmp: `Long: ${NUMBERS.map((n) => `K${n}`).join(' ')}\nLong: ${NUMBERS.join(' ')}\n` },
  histograms: {
    snmp:
      'Icmp: InDestUnreachs InEchos Unknown OutEchos InMsgs InEchos\nIcmp: 0 5 6 7 8 9\nIcmpMsg: InType3\nIcmpMsg: 4\n' +
      'Icmp: InEchos\nIcmp: 1\nStrange: A\nStrange: 1\nUdp: Zzz\nUdp: 4\n',
  },
  'snmp6: sections again, names without a 6': {
    snmp6:
      'Ip6InReceives 31\nUdp6InErrors 8\nIp6InReceives 32\nNoSix 7\n  Icmp6InMsgs\t3 4\nx6y6 1\n6 2\nUdp6NoPorts -5\n',
    snmp: `TcpExt: TW\nTcpExt: 2\n${IP}Tcp6: InSegs\nTcp6: 3\nTcpY:\nTcpY:\n${TCP_COUNTERS}`,
  },
  'sctp: noise': {
    snmp: IP,
    'sctp/snmp': 'SctpCurrEstab 1\nnoise\n\n 5\nSctpShutdowns\nOther 4\nSctpAborteds 0x5 6\n',
  },
  'empty files': { snmp: '', netstat: '', snmp6: '', 'sctp/snmp': '' },
  folders: { snmp: IP, netstat: { directory: true }, snmp6: { directory: true }, 'sctp/snmp': { directory: true } },
  'snmp is a folder': { snmp: { directory: true }, netstat: 'TcpExt: TW\nTcpExt: 4\n', snmp6: 'Ip6InReceives 5\n' },
  loops: { snmp: LOOP('snmp'), netstat: 'TcpExt: TW\nTcpExt: 4\n', snmp6: LOOP('snmp6') },
  'loops beside snmp': { snmp: IP, netstat: LOOP('netstat'), snmp6: 'Ip6InReceives 5\n', 'sctp/snmp': LOOP('snmp') },
  'snmp6 only': { snmp6: 'Ip6InReceives 5\n' },
};

const COUNTERS: readonly FakeProcCase[] = Object.entries(COUNTER_FILES).map(([name, files]) => ({
  name,
  files,
  lines: ['-s', '-st', '-s6', '-sS'],
}));

const EPS = ' ENDPT SOCK STY SST HBKT LPORT UID INODE LADDRS\n';
const ASSOCS = ' ASSOC SOCK STY SST ST HBKT ASSOC-ID TX_QUEUE RX_QUEUE UID INODE LPORT RPORT LADDRS <-> RADDRS HBINT\n';
const V6 = '0000:0000:0000:0000:0000:0000:0000:0001';
const EPS6 = `${EPS}ffff1 ffff2 2 10 29 11111 0 5001 ${V6} \n`;
const ASSOCS6 = `${ASSOCS}ffff1 ffff2 0 1 3 0 1 10 20 0 5004 11111 22222 *${V6} <-> *${V6} \n`;
const SCTP_LINES = ['-San', '-Sn', '-Sln', '-S6an', '-4an', '-an', '-anv', '-tSuan'];

const SCTP_CASES: readonly FakeProcCase[] = Object.entries({
  'sctp6 too': { ...SCTP, 'sctp6/eps': EPS6, 'sctp6/assocs': ASSOCS6 },
  'sctp6 only': { 'sctp6/eps': EPS6, 'sctp6/assocs': ASSOCS6 },
  'no assocs': { 'sctp/eps': EPS6 },
  'no eps': { 'sctp/assocs': ASSOCS6 },
  'assocs leads to itself': { 'sctp/eps': EPS6, 'sctp/assocs': LOOP('assocs') },
  'sctp6/eps leads to itself': { ...SCTP, 'sctp6/eps': LOOP('eps'), 'sctp6/assocs': ASSOCS6 },
}).map(([name, files]) => ({ name, files, lines: SCTP_LINES }));

const SOCKETS: Files = { tcp: TCP, tcp6: TCP6, udp: UDP, udplite: UDP, raw: UDP, unix: UNIX };

/** NB: of an IPv6 file that cannot be opened nothing is said; an IPv4 one ends the run. */
const UNREADABLE: readonly FakeProcCase[] = ['tcp', 'tcp6', 'udp6', 'udplite', 'raw', 'raw6', 'unix'].map((file) => ({
  name: `${file} leads to itself`,
  files: { ...SOCKETS, [file]: LOOP(file) },
  lines: ['-an', '-4an', '-6an', '-tuUwan', '-xan'],
}));

const GROUPS: readonly FakeProcCase[] = Object.entries({
  'igmp leads to itself': { igmp: LOOP('igmp'), igmp6: IGMP6 },
  'igmp6 is empty': { igmp: '', igmp6: '' },
  'no igmp at all': {},
}).map(([name, files]) => ({ name, files, lines: ['-gn', '-gn4', '-gn6', '-gt', '-gv'] }));

const [ROUTE_HEADER = '', ...ROUTE_ROWS] = ROUTE.split('\n');

function routesBelow(header: string): Files {
  return { route: [header.padEnd(127), ...ROUTE_ROWS].join('\n') };
}

const ROUTE_LINES = ['-rn', '-rne', '-rnee', '-rneee', '-rn46'];

const ROUTES: readonly FakeProcCase[] = [
  ...['Iface', 'Destination', 'Gateway', 'Flags', 'RefCnt', 'Use', 'Metric', 'Mask', 'MTU', 'Window', 'IRTT'].map(
    (column) => ({ name: `no ${column}`, files: routesBelow(ROUTE_HEADER.replace(column, 'X')), lines: ROUTE_LINES }),
  ),
  {
    name: 'columns in another order',
    files: routesBelow(ROUTE_HEADER.trim().split(/\s+/).toReversed().join('\t')),
    lines: ROUTE_LINES,
  },
  { name: 'no columns', files: routesBelow(''), lines: ROUTE_LINES },
  {
    name: 'files lead to themselves',
    files: { route: LOOP('route'), ipv6_route: LOOP('ipv6_route') },
    lines: ['-rn', '-rn6', '-rn46', '-rnC6'],
  },
];

const DEV = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:${' 0'.repeat(16)}
`;

/** Every scope byte, a mapped address, a foreign device; the counters are those of a new namespace, which netlink has too. */
const IF_INET6 = [
  ...['00', '10', '20', '40', '80', '90', '81', '01', '0f', 'ff', '30', '60', 'c0', 'a0'].map(
    (scope, index) => `20010db8${index.toString(16).padStart(24, '0')} 01 40 ${scope} 80       lo\n`,
  ),
  '00000000000000000000ffff0a630001 01 60 00 80       lo\n',
  'fe800000000000000000000000000001 02 40 20 80     eth7\n',
].join('');

const DEVICES: readonly FakeProcCase[] = [
  {
    name: 'if_inet6',
    files: { if_inet6: IF_INET6 },
    lines: ['-ie', '-iae'],
    shows: /prefixlen 64 {2}scopeid 0x90<compat,host>/,
  },
  { name: 'no if_inet6', files: {}, lines: ['-ie'], shows: /inet 127\.0\.0\.1/ },
].map((one) => ({ ...one, source: 'auto', files: { ...one.files, dev: DEV } }));

compareFakes('counters', COUNTERS);
compareFakes('SCTP', SCTP_CASES);
compareFakes('files that cannot be opened', UNREADABLE);
compareFakes('groups', GROUPS);
compareFakes('routes', ROUTES);
compareFakes('addresses of devices', DEVICES);
