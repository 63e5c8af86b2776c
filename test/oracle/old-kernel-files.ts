import type { Files } from './fake-proc-suite.ts';

/** Hand-made files of protocols that current kernels hardly have, in the layouts of Linux 2.0 to 2.6, and lines that end early. */

/** The first `count` words of a line, with the blanks before them; `line` has no blank at its start. */
function cut(line: string, count: number): string {
  return (line.match(/\s*\S+/g) ?? []).slice(0, count).join('');
}

/** `good`, then `line` cut behind each word, then `good` again; netstat shows of a short line what the one before left behind. */
function cuts(good: string, line: string): string {
  const words = line.match(/\S+/g)?.length ?? 0;
  const pairs = Array.from({ length: words + 1 }, (_, count) => `${good}\n${cut(line, count)}\n`);
  return `${pairs.join('')}${good}\n`;
}

const NOISE = 'garbage\n\n   \nshort line here\n';

const AX25_ROW =
  '0000000012345678 ax0 N0CALL-1 K1ABC-10,RELAY,WIDE2-2* 3 4 5 0 0 10 0 3 0 300 0 0 0 10 5 2 256 12 34 99';

const AX25 = `${AX25_ROW}
0000000012345679 ??? G4KLX * 0 0 0 0 0 0 0 0 0 0 0 0 0 10 5 2 256 * * *
0000000012345680 ax1 G4KLX-5* N0CALL 2 0 0 0 0 10 0 3 0 300 0 0 0 10 5 2 256 1234567 7654321 7
0000000012345681 ax1longname G4KLX-555555 N0CALL9999999 4 -3 7 0 0 10 0 3 0 300 0 0 0 10 5 2 256 0 -1 7
`;

const AX25_SHORT = '0000000000000001 ax1 SRC DEST 1 7 8 9 1 11 2 4 5 301 6 7 8 11 6 3 257 55 66 88';

const OLD_AX25_HEADER =
  'dest_addr  src_addr   dev  st vs vr va    t1     t2     t3      idle   n2  rtt wnd paclen Snd-Q Rcv-Q\n';
const OLD_AX25_ROW = 'K1ABC-10  N0CALL-1  ax0  3  4  5  0  0/10 0/3 0/300 0/0 0/10 5 2 256 12 34';
const OLD_AX25_SHORT = 'DEST      SRC       ax1  1  7  8  9  1/11 2/4 5/301 6/7 8/11 6 3 257 55 66';

const NETROM_HEADER =
  'user_addr dest_node src_node  dev    my  your  st  vs  vr  va    t1     t2     t4      idle   n2  wnd Snd-Q Rcv-Q inode\n';
const NETROM_ROW =
  'N0CALL-1  K1ABC-10  G4KLX-5   nr0  01/02 03/04  3   4   5   6   0/120  0/05   0/180   0/900  0/03   4    12    34 99';
const NETROM = `${NETROM_HEADER}${NETROM_ROW}
*         *         G4KLX-5   nr0  00/00 00/00  0   0   0   0   0/120  0/05   0/180   0/900  0/03   4     0     0 100
N0CALL-1  K1ABC-10  G4KLX-5   ???  01/02 03/04  1 123  45   0   0/120  0/05   0/180   0/900  0/03   4 1234567 7654321 99
`;
const NETROM_SHORT =
  'USER      DEST      SRC       xx9  0A/0B 0C/0D  2   7   8   9  99/121 88/06  77/181  66/901 55/04  44    55    66 88';

const X25_HEADER = 'dest_addr  src_addr   dev   lci st vs vr va   t  t2 t21 t22 t23 Snd-Q Rcv-Q inode\n';
const X25_ROW = '1234567    7654321    x25a  001  3  4  5  6   0   2 200 180 180    12    34 99';
const X25 = `${X25_HEADER}${X25_ROW}
*          12345678   ???   000  0  0  0  0   0   2 200 180 180     0     0 100
1234567890 0987654321 lapb0 FFF  1  7  7  0   0   2 200 180 180 1234567 7654321 101
1234567    7654321    x25a  012  2  4  5  0   0   2 200 180 180    12    34 99
1234567    7654321    x25a  0A0  4  4  5  0   0   2 200 180 180    12    34 99
`;
const X25_SHORT = 'DEST       SRC        xx9   009  1  7  8  9   1   3 201 182 183    55    66 88';

const ROSE_HEADER =
  'dest_addr  dest_call src_addr   src_call  dev   lci neigh st vs vr va   t  t1  t2  t3  hb    idle Snd-Q Rcv-Q inode\n';
const ROSE_ROW =
  '1234567890 K1ABC-10  0987654321 N0CALL-1  rose0 001 00002  3  4  5  0   0   0   0   0   0   0/000    12    34 99';
const ROSE = `${ROSE_HEADER}${ROSE_ROW}
*          *         0987654321 N0CALL-1  ???   000 00000  0  0  0  0   0   0   0   0   0   0/000     0     0 100
123        K1ABC-10  098765     N0CALL-1  rose1 0A1 00002  2  4  5  0   0   0   0   0   0   0/000    12    34 99
`;
const ROSE_SHORT =
  'D12        DEST      S09        SRC       xx9   009 00007  1  7  8  9   0   0   0   0   0   0/000    55    66 88';

const IPX_HEADER = 'Local_Address  Remote_Address              Tx_Queue  Rx_Queue  State  Uid\n';
const IPX_ROW = '00000001:000000000001:4001  00000002:000000000002:0451     0000000A  00000014  01     12345';
const IPX = `${IPX_HEADER}00000001:4000  Not_Connected               00000000  00000000  07     000
${IPX_ROW}
00000001:4002  00000002:000000000002:0451     FFFFFFFF  00000014  03     001
`;
/** Addresses and numbers as no kernel writes them, which netstat reads all the same. */
const IPX_ODD = `${IPX_HEADER}${[
  ...['00000000:000000000001', 'a:0', 'a:b:c', 'a:bcdefghijkl', '123456789:1', 'a:0123456789ABCDEF', 'a:zz', 'a:1z'],
  ...['0xa:1', '-1:1', 'a-b:c', 'a:', 'a:1:', 'ffffffff:1', '1ffffffff:1', '100000000:1', '*', 'a:010203040506', ''],
]
  .map((address) => `${address}:400 ${address}:-1 1 1 107 -5\n`)
  .join('')}`;

/** Words of each file's good line that are enough for netstat. */
export const AX25_FILES: Files = { ax25: AX25 };
export const OLD_AX25_FILES: Files = { ax25: `${OLD_AX25_HEADER}${OLD_AX25_ROW}\n${OLD_AX25_SHORT}\n` };
export const NETROM_FILES: Files = { nr: NETROM };
export const X25_FILES: Files = { x25: X25 };
export const ROSE_FILES: Files = { rose: ROSE };
export const IPX_FILES: Files = { 'ipx/socket': IPX };

/** By family: files whose lines are noise, or end behind each of their words. */
export const SHORT_FILES: Readonly<Record<string, readonly Files[]>> = {
  ax25: [
    { ax25: `${AX25}${NOISE}${AX25_ROW}\n` },
    { ax25: cuts(AX25_ROW, AX25_SHORT) },
    { ax25: `${OLD_AX25_HEADER}${cuts(OLD_AX25_ROW, OLD_AX25_SHORT)}` },
    { ax25: `${OLD_AX25_HEADER}${OLD_AX25_ROW}\n${NOISE}` },
  ],
  netrom: [{ nr: `${NETROM}${NOISE}${NETROM_ROW}\n` }, { nr: `${NETROM_HEADER}${cuts(NETROM_ROW, NETROM_SHORT)}` }],
  x25: [{ x25: `${X25}${NOISE}${X25_ROW}\n` }, { x25: `${X25_HEADER}${cuts(X25_ROW, X25_SHORT)}` }],
  rose: [{ rose: `${ROSE}${NOISE}${ROSE_ROW}\n` }, { rose: `${ROSE_HEADER}${cuts(ROSE_ROW, ROSE_SHORT)}` }],
  ipx: [
    { 'ipx/socket': IPX_ODD },
    { 'ipx/socket': `${IPX}${NOISE}` },
    { 'ipx/socket': `${IPX_HEADER}${cuts(IPX_ROW, '00000003:4003  00000004:0452 1 2 07 5')}` },
    { 'ipx/socket': `${IPX_HEADER}${IPX_ROW}\n00000001:4000  Other 00000000 00000000 07 5\n${IPX_ROW}\n` },
    // NB: behind a whole line: of a first one that is cut netstat shows what its memory held before.
    { 'ipx/socket': `${IPX_HEADER}${IPX_ROW}\n${cut(IPX_ROW, 2)}${' '.repeat(300)}3 4 7 5\n` },
  ],
};

export const FILE_NAMES: Readonly<Record<string, string>> = {
  ax25: 'ax25',
  netrom: 'nr',
  x25: 'x25',
  rose: 'rose',
  ipx: 'ipx/socket',
};

const MASQUERADE_HEADER =
  'Prc FromIP   FPrt ToIP     TPrt Masq Init-seq  Delta PDelta Expires (free=40960,40960,40960)\n';
/** Linux 2.0 */
const OLD_MASQUERADE_HEADER = 'Prc FromIP   FPrt ToIP     TPrt Masq Init-seq  Delta Expires\n';
const MASQUERADE_ROW = 'TCP 0A630001:0400 0A630002:0050 EE48 00000001     -1      2    8999';

export const MASQUERADE_FILES: Readonly<Record<string, Files>> = {
  entries: {
    ip_masquerade: `${MASQUERADE_HEADER}${MASQUERADE_ROW}
UDP 7F000001:0035 0A630002:0035 0016 FFFFFFFF -123456 223456  360000

ICMP 0A630001:0016 00000000:0016 0000 00000000      0      0       0
GRE 0A630001:0016 0A630002:0050 0035 00000001 -1 2 99999999
ESP 0A630001:0000 0A630002:0000 0000 00000001 -1 2 5999
  IP 0x1:0x2 3:4 5 6 7 8 9
`,
  },
  'entries of Linux 2.0': {
    ip_masquerade: `${OLD_MASQUERADE_HEADER}TCP 0A630001:0400 0A630002:0050 EE48 00000001     -1    8999\n`,
  },
  'no entry': { ip_masquerade: MASQUERADE_HEADER },
  'no line': { ip_masquerade: '' },
  folder: { ip_masquerade: { directory: true } },
  loop: { ip_masquerade: { link: 'ip_masquerade' } },
  ...Object.fromEntries(
    [
      ...[
        'garbage',
        'TCP',
        cut(MASQUERADE_ROW, 3),
        cut(MASQUERADE_ROW, 7),
        `${MASQUERADE_ROW} more`,
        'TCP 1:2 3.4 5 6 7 8 9',
      ],
      ...['AH', 'tcp', 'TCPX', 'T'].map((type) => MASQUERADE_ROW.replace('TCP', type)),
    ].map((line) => [line, { ip_masquerade: `${MASQUERADE_HEADER}${MASQUERADE_ROW}\n${line}\n` }]),
  ),
};
