/** Hand-made files of /proc/net (no kernel wrote them; layout as of Linux 6.18), with what a parser must survive. */

const TCP_HEADER =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     \n';

interface InetRow {
  readonly local: string;
  readonly remote: string;
  readonly state: string;
  readonly queues?: string;
  readonly timer?: string;
  readonly retransmits?: string;
  readonly uid?: string;
  readonly timeout?: string;
  readonly inode: string;
}

function inetLine(index: number, row: InetRow): string {
  const {
    queues = '00000000:00000000',
    timer = '00:00000000',
    retransmits = '00000000',
    uid = '0',
    timeout = '0',
  } = row;
  const fields = [
    row.local,
    row.remote,
    row.state,
    queues,
    timer,
    retransmits,
    uid.padStart(5),
    timeout.padStart(8),
    row.inode,
  ];
  return `${String(index).padStart(4)}: ${fields.join(' ')} 1 0000000000000000 100 0 0 10 0\n`;
}

const ANY = '00000000:0000';
const LOOPBACK = '0100007F';

const TCP_ROWS: readonly InetRow[] = [
  { local: '00000000:0050', remote: ANY, state: '0A', queues: '00000080:00000003', inode: '1001' },
  {
    local: `${LOOPBACK}:1F90`,
    remote: `${LOOPBACK}:C000`,
    state: '01',
    queues: '0000000A:000F4240',
    inode: '1002',
    uid: '12345',
  },
  { local: `${LOOPBACK}:1F91`, remote: `${LOOPBACK}:C001`, state: '06', timer: '03:00001001', inode: '0' },
  {
    local: `${LOOPBACK}:1F92`,
    remote: `${LOOPBACK}:C002`,
    state: '02',
    timer: '01:00000064',
    retransmits: '00000005',
    inode: '1003',
  },
  { local: `${LOOPBACK}:1F93`, remote: `${LOOPBACK}:C003`, state: '01', timer: '02:000AFBEF', inode: '1004' },
  {
    local: `${LOOPBACK}:1F94`,
    remote: `${LOOPBACK}:C004`,
    state: '01',
    timer: '04:00000010',
    timeout: '7',
    inode: '1005',
  },
  { local: `${LOOPBACK}:1F95`, remote: `${LOOPBACK}:C005`, state: '01', timer: '05:00000010', inode: '1006' },
  {
    local: `${LOOPBACK}:1F96`,
    remote: `${LOOPBACK}:C006`,
    state: '0B',
    timer: '00:00000099',
    retransmits: '000000FF',
    inode: '4294967295',
  },
  {
    local: 'FFFFFFFF:FFFF',
    remote: '01020304:0001',
    state: '08',
    queues: 'FFFFFFFF:FFFFFFFF',
    uid: '4294967295',
    inode: '7',
  },
  { local: '01000000:0001', remote: '0000A8C0:0000', state: '0A', inode: '8' },
];

export const TCP: string = `${TCP_HEADER}${TCP_ROWS.map((row, index) => inetLine(index, row)).join('')}garbage\n\n  10: 0100007F:0050 00000000\n${inetLine(11, TCP_ROWS[0]!)}`;

const V6_ANY = `${'0'.repeat(32)}:0000`;

const TCP6_ROWS: readonly InetRow[] = [
  { local: `${'0'.repeat(32)}:01BB`, remote: V6_ANY, state: '0A', inode: '2001' },
  {
    local: `0000000000000000FFFF0000${LOOPBACK}:2328`,
    remote: `0000000000000000FFFF0000${LOOPBACK}:9C40`,
    state: '01',
    inode: '2002',
  },
  { local: '0000000000000000FFFF000000000000:2329', remote: V6_ANY, state: '0A', inode: '2003' },
  { local: '00000000000000000000000001000A0A:1F90', remote: V6_ANY, state: '0A', inode: '2004' },
  {
    local: 'B80D0120010001000200020003000300:FDE8',
    remote: 'B80D0120010001000200020004000400:FDE9',
    state: '01',
    inode: '2005',
  },
];

export const TCP6: string = `${TCP_HEADER}${TCP6_ROWS.map((row, index) => inetLine(index, row)).join('')}`;

const UDP_ROWS: readonly InetRow[] = [
  { local: '00000000:0035', remote: ANY, state: '07', inode: '3001' },
  {
    local: `${LOOPBACK}:0001`,
    remote: `${LOOPBACK}:0009`,
    state: '01',
    timer: '01:00000064',
    retransmits: '00000003',
    inode: '3002',
  },
  { local: `${LOOPBACK}:00FF`, remote: ANY, state: '03', timer: '02:00000064', timeout: '4', inode: '3003' },
  { local: `${LOOPBACK}:003A`, remote: '00000000:0009', state: '07', timer: '03:00000001', inode: '3004' },
];

export const UDP: string = `${TCP_HEADER}${UDP_ROWS.map((row, index) => inetLine(index, row)).join('')}garbage line\n\n`;

const ZERO = '0000000000000000';

export const UNIX: string = `Num       RefCount Protocol Flags    Type St Inode Path
${ZERO}: 00000002 00000000 00010000 0001 01 1001 /tmp/listen
${ZERO}: 00000003 00000000 00000000 0001 03 1002
${ZERO}: 00000010 00000000 00070000 0002 01 1003 @abstract
${ZERO}: 00000002 00000000 00010000 0005 03 1004 /two words
${ZERO}: 00000002 00000001 00000000 0003 00 1005 /protocol
${ZERO}: 00000002 00000000 00020000 0004 04 1006
${ZERO}: 00000002 00000000 00040000 0009 09 1007    /leading
(nil): 00000002 00000000 00000000 0002 02 1008 /nil
${ZERO}: FFFFFFFF 00000000 00010000 0001 01 4294967295 /${'l'.repeat(300)}
rest of a name
${ZERO}: 00000002

`;

export const SCTP: Readonly<Record<string, string>> = {
  'sctp/eps': ` ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS
ffff1     ffff2  2   10  29   11111   0   5001 127.0.0.1 10.99.0.1
ffff3     ffff4  2   77  30   11112   12345   5002 2001:0db8:0001:0000:0000:0000:0000:0001
ffff5     ffff6  2   10  31   11113   0   5003
short line
`,
  'sctp/assocs': ` ASSOC     SOCK   STY SST ST HBKT ASSOC-ID TX_QUEUE RX_QUEUE UID INODE LPORT RPORT LADDRS <-> RADDRS HBINT
ffff1 ffff2 0   1   3  0    1        10       20     0 5004 11111  22222  *127.0.0.1 10.99.0.1 <-> *127.0.0.2
ffff1 ffff2 0   4   3  0    2        0        0      0 5005 11111  22223  127.0.0.1 <-> *127.0.0.3 10.98.0.5
bad
`,
};

/** All bits of the flags one by one, then together. */
const IPV4_FLAGS: readonly number[] = [
  1, 3, 5, 0x201, 0x205, 9, 0x11, 0x21, 0x10001, 0x20001, 0x40001, 0x200001, 0x400001, 0x1000001, 0x2000001, 0x4000001,
  0x80000001, 0x41, 0x81, 0x101, 0x401, 0x877707ff, 0, 2, 0x200,
];

const ROUTE_HEADER = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT';

export const ROUTE: string = [
  ROUTE_HEADER,
  ...IPV4_FLAGS.map((flags, index) => {
    const hex = flags.toString(16).toUpperCase().padStart(4, '0');
    const mask = flags & 4 ? 'FFFFFFFF' : '00FFFFFF';
    return `eth${index}\t00${index.toString(16).padStart(2, '0')}000A\t0100000A\t${hex}\t${index}\t${index * 1000}\t${index}\t${mask}\t${index * 100}\t${index}\t${index}`;
  }),
  'averylongname15\t00000000\t00000000\t0001\t0\t0\t4294967295\t00000000\t4294967295\t0\t0',
  'too few fields',
  '',
]
  .map((line) => line.padEnd(127))
  .join('\n');

const IPV6_FLAGS: readonly number[] = [
  1, 0x201, 3, 5, 0x10001, 0x40001, 0x1000001, 0x20001, 0x400001, 0x21, 0x200001, 0x2000001, 0x3670227, 0, 0x200200,
];

export const IPV6_ROUTE: string = IPV6_FLAGS.map((flags, index) => {
  const target = `20010db8${index.toString(16).padStart(4, '0')}${'0'.repeat(20)}`;
  const next = `fe80${'0'.repeat(27)}${index.toString(16).padStart(1, '0')}`;
  const numbers = [0xffffffff - index, index, index * 7, flags].map((n) => n.toString(16).padStart(8, '0'));
  return `${target} 30 ${'0'.repeat(32)} 00 ${next} ${numbers.join(' ')}     eth${index}\n`;
}).join('');

export const IGMP: string = `Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter
1\tlo        :     1      V3
\t\t\t\t010000E0     1 0:00000000\t\t0
2\teth0.100:1:     2      V3
\t\t\t\t030201EF     3 0:00000000\t\t0
\t\t\t\tbroken
3\taverylongname15:     2      V3
\t\t\t\t040201EF    10 0:00000000\t\t0
`;

export const IGMP6: string = `1    lo              ff020000000000000000000000000001     1 0000000C 0
2    averylongname15 ff020000000000000000000000001234     3 00000004 0
broken
`;

export const SNMP: Readonly<Record<string, string>> = {
  snmp: `Ip: Forwarding DefaultTTL InReceives Unknown InDelivers OutRequests ReasmFails
Ip: 2 64 10 5 9 8 1
Tcp: RetransSegs ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RtoMin MaxConn
Tcp: 7 1 2 3 4 5 6 7 200 -1
Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors
Udp: 1 2 3 4 5 6 7
Icmp: InMsgs InErrors InDestUnreachs OutMsgs InEchos OutEchoReps
Icmp: 3 0 1 3 1 1
IcmpMsg: InType3 InType8 OutType0 OutType255
IcmpMsg: 1 2 3 4
UdpLite: InDatagrams NoPorts
UdpLite: 1 2
Strange: One Two
Strange: 1 2
Tcp: ActiveOpens
Tcp: 99
`,
  netstat: `TcpExt: SyncookiesSent TCPTimeouts DelayedACKs TCPAbortOnData Unheard
TcpExt: 1 2 3 4 5
IpExt: InOctets InBcastPkts OutOctets
IpExt: 100 0 18446744073709551615
MPTcpExt: MPCapableSYNRX
MPTcpExt: 3
`,
  snmp6: `Ip6InReceives                   \t31
Ip6OutRequests                  \t30
Ip6InUnknown                    \t5
Icmp6InMsgs                     \t2
Icmp6InType134                  \t3
Icmp6OutType133                 \t4
Udp6InDatagrams                 \t12
Udp6InErrors                    \t1
UdpLite6InDatagrams             \t1
Strange6Thing                   \t9
`,
  'sctp/snmp': `SctpCurrEstab                   \t1
SctpActiveEstabs                \t2
SctpUnknown                     \t3
`,
};
