import type { Flag, FlagGroup } from './options.ts';

/** The manual page in mdoc(7), made from the table of options. Loaded only when it is asked for. */
export function manPage(flags: readonly Flag[]): string {
  const options = GROUPS.map(([group, title]) => {
    const rows = flags.filter((row) => row.group === group);
    return rows.length === 0 ? '' : `.Ss ${title}\n.Bl -tag -width Ds\n${rows.map(item).join('')}.El\n`;
  });
  return `${HEAD}${options.join('')}${TAIL}`;
}

/** Date of the last change of the text below. */
const DATE = 'November 23, 2026';

const GROUPS: readonly (readonly [FlagGroup, string])[] = [
  ['mode', 'What is shown'],
  ['socket', 'Which sockets'],
  ['family', 'Which address families'],
  ['selection', 'Which rows'],
  ['output', 'Columns and repetition'],
  ['resolve', 'Names and numbers'],
  ['own', 'Options netstat does not have'],
  ['ending', 'Help'],
];

/** Text that roff takes literally: no escape, and no request at the start of a line. */
export function roffText(text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

/** One word of an mdoc macro line: a single punctuation character or a macro's name would be taken for one. */
function macroWord(word: string): string {
  const text = roffText(word);
  return text.length === 1 || /^[A-Z%][A-Za-z0-9]{1,2}$/.test(word) ? `\\&${text}` : text;
}

function item(row: Flag): string {
  const argument = row.argument === '' ? '' : ` Ar ${macroWord(row.argument)}`;
  const letter = row.letter === '' ? '' : `Fl ${macroWord(row.letter)}${argument}`;
  const name = row.name === '' ? '' : `Fl Fl ${roffText(row.name)}${argument}`;
  const both = letter !== '' && name !== '' ? `${letter} , ${name}` : letter + name;
  return `.It ${both}\n${sentence(row.help)}\n`;
}

function sentence(help: string): string {
  return roffText(`${help.charAt(0).toUpperCase()}${help.slice(1)}.`);
}

const HEAD = `.Dd ${DATE}
.Dt SOCKDIAG 8
.Os
.Sh NAME
.Nm sockdiag
.Nd which sockets are open, in what state, to whom, and who owns them
.Sh SYNOPSIS
.Nm
.Op Fl aceglnopvNWZ
.Op Fl tuUSwx
.Op Fl 46
.Op Fl A Ar FAMILY,...
.Nm
.Fl r
.Op Fl 46neFCc
.Nm
.Fl i
.Op Fl aec
.Nm
.Fl s
.Op Fl 6tuwS
.Nm
.Fl M
.Nm
.Fl h | V
.Nm
.Op Fl Fl table Ar LIST
.Op Fl Fl filter Ar EXPR
.Op Fl Fl json | ndjson | csv | prometheus
.Op Fl Fl columns Ar LIST
.Op Fl Fl sort Ar KEY
.Op Fl Fl by Ar LIST
.Op Fl Fl diff
.Sh DESCRIPTION
.Nm
lists sockets, routes, interfaces and protocol counters of this host, in the
words, columns and exit statuses of
.Xr netstat 8
of net\\-tools 2.10.
Sockets are read from the kernel through
.Xr sock_diag 7
where that gives every column that is shown, and from
.Xr proc 5
otherwise.
.Pp
Options may be bundled, may follow other words, and long ones may be
abbreviated as long as they stay unambiguous; options netstat does not have
need their full name.
Words that are not options are ignored.
.Pp
Without a mode, sockets are listed; without a choice of sockets, those of the
Internet and Unix families that have a peer.
.Pp
Options netstat does not have print tables in other forms; what the other
options choose is what they show.
Filters are written in the language of
.Xr ss 8 ,
with more terms: each column of a table of sockets is one, in lower case, and
.Ql pid ,
.Ql comm ,
.Ql user ,
.Ql unit
and
.Ql container
ask for the processes that hold a socket.
`;

const TAIL = `.Sh ENVIRONMENT
.Bl -tag -width POSIXLY_CORRECT
.It Ev POSIXLY_CORRECT
Options end at the first word that is not one.
.It Ev NO_COLOR , FORCE_COLOR , CLICOLOR_FORCE
No colours, or colours although standard output is no terminal.
.Fl Fl color
comes before them.
.It Ev NODE_DEBUG
With
.Ql sockdiag
among its words, requests, answers and fallbacks are told on standard error.
.El
.Sh EXIT STATUS
.Bl -tag -width Ds
.It 0
Success, also when nothing was found.
.It 1
Something asked for is unknown, not supported by this kernel, or cannot be
read.
.It 3
An option error, more than one mode, or a family that has no routes.
.El
.Sh EXAMPLES
Listening TCP and UDP sockets with the processes that hold them, as numbers:
.Pp
.Dl sockdiag \\-tulpn
.Pp
All TCP connections over IPv6 with their timers:
.Pp
.Dl sockdiag \\-6tano
.Pp
Which processes leave connections in CLOSE_WAIT:
.Pp
.Dl sockdiag \\-t \\-\\-filter \\(aqstate close\\-wait\\(aq \\-\\-by process
.Pp
What opens and closes, once a second, as JSON:
.Pp
.Dl sockdiag \\-ta \\-\\-diff \\-\\-ndjson
.Sh SEE ALSO
.Xr sock_diag 7 ,
.Xr netstat 8 ,
.Xr ss 8
.Sh CAVEATS
Texts are never translated, and
.Fl Fl tcpip
selects the inet family instead of ending in an internal error.
`;
