import type { Stop } from './command-line.ts';

/** The fixed texts of netstat 2.10, byte for byte, and the ways a run ends with one of them. Blanks at line ends count. */

export const USAGE: string = text([
  'usage: netstat [-vWeenNcCF] [<Af>] -r         netstat {-V|--version|-h|--help}',
  '       netstat [-vWnNcaeol] [<Socket> ...]',
  '       netstat { [-vWeenNac] -i | [-cnNe] -M | -s [-6tuw] }',
  '',
  '        -r, --route              display routing table',
  '        -i, --interfaces         display interface table',
  '        -g, --groups             display multicast group memberships',
  '        -s, --statistics         display networking statistics (like SNMP)',
  '        -M, --masquerade         display masqueraded connections',
  '',
  '        -v, --verbose            be verbose',
  "        -W, --wide               don't truncate IP addresses",
  "        -n, --numeric            don't resolve names",
  "        --numeric-hosts          don't resolve host names",
  "        --numeric-ports          don't resolve port names",
  "        --numeric-users          don't resolve user names",
  '        -N, --symbolic           resolve hardware names',
  '        -e, --extend             display other/more information',
  '        -p, --programs           display PID/Program name for sockets',
  '        -o, --timers             display timers',
  '        -c, --continuous         continuous listing',
  '',
  '        -l, --listening          display listening server sockets',
  '        -a, --all                display all sockets (default: connected)',
  '        -F, --fib                display Forwarding Information Base (default)',
  '        -C, --cache              display routing cache instead of FIB',
  '        -Z, --context            display SELinux security context for sockets',
  '',
  '  <Socket>={-t|--tcp} {-u|--udp} {-U|--udplite} {-S|--sctp} {-w|--raw}',
  '           {-x|--unix} --ax25 --ipx --netrom',
  "  <AF>=Use '-6|-4' or '-A <af>' or '--<af>'; default: inet",
  '  List of possible address families (which support routing):',
]);

/** Quirk: always on stderr, even below a `--help` that was asked for on stdout. */
export const FAMILY_LIST: string = text([
  '    inet (DARPA Internet) inet6 (IPv6) ax25 (AMPR AX.25) ',
  '    netrom (AMPR NET/ROM) rose (AMPR ROSE) ipx (Novell IPX) ',
  '    ddp (Appletalk DDP) x25 (CCITT X.25) ',
]);

/** The compiled-in features of the binary whose output is reproduced; scripts look for `net-tools` here. */
export const VERSION: string = text([
  'net-tools 2.10',
  'Fred Baumgarten, Alan Cox, Bernd Eckenfels, Phil Blundell, Tuan Hoang, Brian Micek and others',
  '+NEW_ADDRT +RTF_IRTT +RTF_REJECT +FW_MASQUERADE +I18N +SELINUX',
  'AF: (inet) +UNIX +INET +INET6 +IPX +AX25 +NETROM +X25 +ATALK +ECONET +ROSE -BLUETOOTH',
  'HW:  +ETHER +ARC +SLIP +PPP +TUNNEL -TR +AX25 +NETROM +X25 +FR +ROSE +ASH +SIT +FDDI +HIPPI +HDLC/LAPB +EUI64 ',
]);

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

export function helpStop(): Stop {
  return { stdout: USAGE, stderr: FAMILY_LIST, status: 0 };
}

export function versionStop(): Stop {
  return { stdout: VERSION, stderr: '', status: 0 };
}

/** An option error, or more than one mode: `message`, if any, is a line without its line break. */
export function usageStop(message = ''): Stop {
  const line = message === '' ? '' : `${message}\n`;
  return { stdout: '', stderr: `${line}${USAGE}${FAMILY_LIST}`, status: 3 };
}

/** A run that ends with one line on stderr. */
export function errorStop(message: string, status: number): Stop {
  return { stdout: '', stderr: `${message}\n`, status };
}
