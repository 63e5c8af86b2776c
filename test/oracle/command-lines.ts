import type { CompareOptions } from './oracle.ts';

/** Command lines whose output must be netstat's, byte for byte. The key is what the tests are called. */
export type CommandLine = readonly [args: readonly string[], options?: CompareOptions];

/** Splits at blanks: enough for all lines but those with an empty argument. */
function lines(...texts: readonly string[]): CommandLine[] {
  return texts.map((text) => [text.split(' ').filter((word) => word !== '')]);
}

export const PARSER: readonly CommandLine[] = [
  ...lines(
    '-h',
    '--help',
    '-V',
    '--version',
    '-hV',
    '-Vh',
    '-?',
    '-T',
    '-z',
    '--foo',
    '--num',
    '--in',
    '--ver',
    '--cont',
  ),
  ...lines('--unix=3', '--al=1', '-A', '--protocol', '-A foo', '-A inet,foo', '-r -i', '-rr', '-s -M', '-r -s -h'),
  [['-A', '']],
  ...lines('-n5', '-Z', '-d -tn', 'foo -tn bar', '-- -t', '-ss', '-i -g -r', '--numeric-h -tn', '-tn --wid'),
  [['foo', '-tn'], { env: { POSIXLY_CORRECT: '1' } }],
];

/** Issue 2: TCP, UDP, UDP-Lite. Lines with raw rows too are in INET_ALL. */
export const TCP_UDP: readonly CommandLine[] = [
  ...lines(
    '-tn',
    '-tln',
    '-tan',
    '-un',
    '-uln',
    '-uan',
    '-Uan',
    '-Un',
    '-Uln',
    '-tuln',
    '-4tan',
    '-46tan',
    '-6tan',
    '-6uan',
  ),
  ...lines(
    '--inet --tcp -n',
    '-tane',
    '-taneo',
    '-tanW',
    '-ta',
    '-ua',
    '-Ua',
    '-taW',
    '-uaW',
    '-tae',
    '-uae',
    '-tuUaneoW',
  ),
  ...lines(
    '-ta --numeric-hosts',
    '-ta --numeric-ports',
    '-tae --numeric-users',
    '-ua --numeric-ports',
    '-taN',
    '-tano',
  ),
  ...lines(
    '-tuo',
    '-tueo',
    '-tv',
    '-tanv',
    '-tlneW',
    '-uneo',
    '-Ueo',
    '-4tu',
    '-6tu',
    '-4tl',
    '-6ul',
    '-tal',
    '-tu --inet6 -n',
  ),
  ...lines(
    '-tanoe -A inet',
    '-tuanoe -A inet6',
    '-t -A inet,inet6 -an',
    '-teW',
    '-toW',
    '-tlo',
    '-taeW --numeric-hosts',
  ),
  // No SCTP in the kernel: the message, and nothing after it.
  ...lines('-S -n', '-tSun', '-Sa'),
];

export const INET_ALL: readonly CommandLine[] = [
  ...lines('-n', '-an', '-ln', '-aln', '-wan', '-wln', '-wn', '-4n', '-6n', '-6ln', '-A inet -an', '-A inet6 -an'),
  ...lines(
    '-A inet,unix -an',
    '-4x -an',
    '-tx -an',
    '--ip -ln',
    '-A ip6 -ln',
    '-uwanW',
    '-wa',
    '-waeo',
    '-waW',
    '-v -n',
    '-v -an',
  ),
  ...lines('-l', '', '-a', '-e', '-aeoW'),
];

export const PROGRAMS: readonly CommandLine[] = lines(
  ...['-tlnp', '-tulpn', '-tuwanpeo', '-xap', '-p -n', '-tnpe', '-p', '-4tp', '-wanp', '-xlp', '-anp', '-gnp'],
);

export const UNIX: readonly CommandLine[] = lines(
  ...['-x', '-xl', '-xa', '--unix -ano', '-xae', '-xaW', '-xn4', '-A unix', '-A unix -a', '-xv', '-xa6'],
);

export const FAMILIES: readonly CommandLine[] = lines(
  ...[
    '--ipx',
    '--ax25',
    '--x25',
    '--netrom',
    '--rose',
    '--ddp -n',
    '-A econet -n',
    '-2',
    '-f',
    '-tn --bluetooth',
    '-x --ipx',
  ],
  ...['-4 --ipx -n', '-A ash -n', '-A ipx,ax25', '-A bluetooth', '--appletalk -n', '-a --ipx', '-v --ipx'],
);

export const ROUTES: readonly CommandLine[] = lines(
  ...[
    '-r',
    '-rn',
    '-re',
    '-rne',
    '-rnee',
    '-rneee',
    '-rneeee',
    '-rneeeee',
    '-ree',
    '-rN',
    '-rC',
    '-rnC',
    '-rnFC',
    '-rF',
    '-rneC',
  ],
  ...[
    '-rneeC',
    '-rneeeC',
    '-r6',
    '-r6n',
    '-rn46',
    '-rn64',
    '-r6nC',
    '-r6nFC',
    '-r6ne',
    '-rn -A inet,inet6',
    '-rn -A inet,inet',
  ],
  ...['-r -x', '-r -4 -x', '-r -x -4', '-r --bluetooth', '-r --x25', '-r --ddp', '-rn --rose', '-r --ax25', '-r --ipx'],
  ...['-r -A ec', '-r -A ash', '-r --numeric-hosts', '-r --numeric-ports', '-rnW', '-rnv'],
);

/** /proc/net/nr_neigh is reported with an errno that depends on where the output goes. */
export const ROUTES_MASKED: readonly CommandLine[] = [
  [
    ['-r', '--netrom'],
    { mask: (text) => text.replace(/(nr_neigh: )(Invalid argument|No such file or directory)/, '$1REASON') },
  ],
];

export const INTERFACES: readonly CommandLine[] = lines(
  ...['-i', '-ia', '-ie', '-iae', '-iee', '-in eth0', '-il', '-ip', '-i -4', '-i -6', '-it', '-iav', '-iaW'],
);

export const GROUPS: readonly CommandLine[] = lines(
  '-g',
  '-gn',
  '-g4n',
  '-g6n',
  '-gtn',
  '-gxn',
  '-gan',
  '-g --numeric-hosts',
);

export const STATISTICS: readonly CommandLine[] = lines(
  ...[
    '-s',
    '-st',
    '-su',
    '-sw',
    '-sS',
    '-sU',
    '-s6',
    '-s6u',
    '-s6w',
    '-s6t',
    '-stu',
    '-stw',
    '-suw',
    '-stuw',
    '-s -x',
    '-s46',
    '-s4',
  ],
  ...['-sn', '-sa', '-se', '-s -A inet', '-s -A inet6', '-s -A unix'],
);

export const MASQUERADE: readonly CommandLine[] = lines('-M', '-Mn', '-Me', '-Mc');

const STOP = { stopAfterMs: 2500 } as const;

export const CONTINUOUS: readonly CommandLine[] = [
  [['-ic'], STOP],
  [['-rnc'], STOP],
  [['-tlnc'], STOP],
  [['-xlc'], STOP],
  [['-tlnpc'], STOP],
  [['-r6nc'], STOP],
];

export const STREAMS: readonly CommandLine[] = [
  [['-tn'], { redirect: 'full' }],
  [['-tan'], { redirect: 'full' }],
  [['-s'], { redirect: 'closed' }],
  [['-rn'], { redirect: 'closed' }],
  [['-i'], { redirect: 'full' }],
  [['-h'], { redirect: 'full' }],
  [['-xc'], { redirect: 'head' }],
  [['-tanc'], { redirect: 'head' }],
  [['-c'], { redirect: 'head' }],
  [['-rnc'], { redirect: 'head' }],
  [['-sc'], {}],
];
