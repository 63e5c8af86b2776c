import type { CompareOptions, REDIRECTS } from './oracle.ts';

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

const STOP = { stopAfterMs: 2000 } as const;

/** Every section; what a round leaves behind must not show in the next. */
export const CONTINUOUS: readonly CommandLine[] = lines(
  ...['-ic', '-iec', '-rnc', '-r6nc', '-rnFCc', '-tnc', '-tlnc', '-uwUanc', '-xlc', '-g6nc', '-c'],
).map(([args]) => [args, STOP]);

export const CONTINUOUS_PROGRAMS: readonly CommandLine[] = lines('-tlnpc', '-xapc').map(([args]) => [args, STOP]);

/** What ends a listing that would go on for ever. */
export const INTERRUPTED: readonly CommandLine[] = [
  [['-tanpc'], { ...STOP, stopWith: 'SIGINT' }],
  [['-ic'], { ...STOP, stopWith: 'SIGINT' }],
  [['-rnc'], { ...STOP, stopWith: 'SIGHUP' }],
  [['-Sc'], {}],
  [['-Mc'], {}],
  [['-sc'], {}],
  [['--ipx', '-c'], {}],
  [['-r', '-x', '-c'], {}],
];

/** How many rounds begin before the reader is gone is a matter of time; each of them may warn. */
function onceEach(text: string): string {
  return text.replace(/(\(N[^)]*\)\n)\1+/g, '$1');
}

function redirected(redirect: keyof typeof REDIRECTS, ...texts: readonly string[]): CommandLine[] {
  return lines(...texts).map(([args]) => [args, { redirect }]);
}

export const STREAMS: readonly CommandLine[] = [
  ...redirected('full', '-tn', '-tan', '-tanp', '-x', '-i', '-ie', '-rn', '-gn', '-s', '-h', '-V', '-S', '--foo'),
  ...redirected('closed', '-tan', '-x', '-i', '-rn', '-gn', '-s', '-M', '-h', '-T', '-s46', '-tlnp'),
  ...redirected('noErrors', '-tlnp', '-S', '-T', '--ipx', '-r -x', '-h'),
  ...redirected('fullErrors', '-tlnp', '-S', '-T', '--ipx', '-M'),
  ...redirected('nothing', '-tan', '-T', '-s', '-tlnp'),
  ...redirected(
    'terminal',
    '-tan',
    '-tlnp',
    '-S',
    '-tSun',
    '-x --ipx',
    '-h',
    '-T',
    '-r -4 -x',
    '-s46',
    '-gn',
    '-v -ln',
  ),
];

export const CLOSED_PIPE: readonly CommandLine[] = lines(
  ...['-xc', '-tanc', '-c', '-rnc', '-ic', '-iec', '-r6nc', '-h'],
).map(([args]) => [args, { redirect: 'head' }]);

export const CLOSED_PIPE_PROGRAMS: readonly CommandLine[] = lines('-tanpc', '-xapc').map(([args]) => [
  args,
  { redirect: 'head', mask: onceEach },
]);

/** What the environment must not change, and what it must. */
export const ENVIRONMENT: readonly CommandLine[] = [
  [['-taeo'], { env: { COLUMNS: '40', LINES: '5', TERM: 'dumb', NO_COLOR: '1' } }],
  [['-tan'], { env: { FORCE_COLOR: '1', TERM: 'xterm-256color', CLICOLOR_FORCE: '1' } }],
  [['-tano'], { env: { LC_ALL: '', LANG: 'C.UTF-8', LC_NUMERIC: 'C.UTF-8' } }],
  [['-rne'], { env: { LC_ALL: 'POSIX', LANGUAGE: 'de' } }],
  [['-ta'], { env: { RES_OPTIONS: 'attempts:1 timeout:1', LOCALDOMAIN: 'example.com' } }],
  [['-r'], { env: { HOSTALIASES: '/etc/hosts' } }],
  [['-uan', 'word', '-l'], { env: { POSIXLY_CORRECT: '' } }],
  [['-uan', '-l', 'word', '-T'], { env: { POSIXLY_CORRECT: '1' } }],
  [['-p', '-tln'], { env: { HOME: '/nonexistent', USER: 'nobody', TZ: 'Asia/Tokyo' } }],
];
