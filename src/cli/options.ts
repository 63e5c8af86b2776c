import { addFamily, addFamilyList, FAMILY_TITLES, FAMILY_WORDS } from './address-families.ts';
import type { CommandLine, Draft, Family, Mode, Protocol, Stop } from './command-line.ts';
import { errorStop, helpStop, usageStop, versionStop } from './usage.ts';

/** What the options need to know of the machine; asked only when an option depends on it. */
export interface Host {
  readonly selinuxEnabled: () => boolean;
}

export type FlagGroup = 'mode' | 'socket' | 'family' | 'output' | 'selection' | 'resolve' | 'ending' | 'own';

/** What an argument may be, for completion: one of these words, a comma separated list of them, a file, a namespace. */
export type ArgumentValues =
  | { readonly kind: 'word' | 'list'; readonly words: readonly string[] }
  | { readonly kind: 'file' | 'netns' | 'text' };

/** One option: how it is written, what it is for, what it does to the command line. */
export interface Flag {
  /** '' when there is only a long name. */
  readonly letter: string;
  /** '' when there is only a letter. */
  readonly name: string;
  /** What its argument is called in the manual, '' for none. */
  readonly argument: string;
  /** Absent when no argument is taken. */
  readonly values?: ArgumentValues;
  readonly group: FlagGroup;
  /** For completion and the manual. */
  readonly help: string;
  /** Returns a stop when the run ends here, whatever options follow. */
  readonly apply: (draft: Draft, argument: string, host: Host) => Stop | undefined;
}

type Switch = {
  [K in keyof CommandLine]: CommandLine[K] extends boolean ? K : never;
}[keyof CommandLine];

function flag(letter: string, name: string, group: FlagGroup, help: string, apply: Flag['apply']): Flag {
  return { letter, name, argument: '', group, help, apply };
}

/** A switch whose long name is its field. */
function toggle(letter: string, name: Switch, group: FlagGroup, help: string): Flag {
  return flag(letter, name, group, help, (draft) => {
    draft.line[name] = true;
    return undefined;
  });
}

function mode(letter: string, name: string, help: string, chosen: Exclude<Mode, 'sockets'>): Flag {
  return flag(letter, name, 'mode', help, (draft) => {
    draft.modes.push(chosen);
    return undefined;
  });
}

function protocol(letter: string, name: Protocol, title: string): Flag {
  return flag(letter, name, 'socket', `list ${title} sockets`, (draft) => {
    draft.line.protocols[name] = true;
    return undefined;
  });
}

function adding(adds: Family): Flag['apply'] {
  return (draft) => {
    addFamily(draft, adds);
    return undefined;
  };
}

function family(letter: string, name: string, adds: Family): Flag {
  return flag(letter, name, 'family', `the ${FAMILY_TITLES[adds]} family`, adding(adds));
}

function bluetooth(letter: string, name: 'l2cap' | 'rfcomm'): Flag {
  return flag(letter, name, 'socket', `list Bluetooth ${name} sockets (never supported)`, (draft) => {
    draft.line.bluetooth[name] = true;
    return undefined;
  });
}

function numeric(letter: string, name: string, help: string, parts: readonly ('hosts' | 'ports' | 'users')[]): Flag {
  return flag(letter, name, 'resolve', help, (draft) => {
    for (const part of parts) draft.line.numeric[part] = true;
    return undefined;
  });
}

function context(draft: Draft, _argument: string, host: Host): Stop | undefined {
  if (!host.selinuxEnabled()) return errorStop('SELinux is not enabled on this machine.', 1);
  draft.line.context = true;
  draft.line.programs = true;
  return undefined;
}

function extend(draft: Draft): undefined {
  draft.line.extend++;
}

/**
 * Options with a long name, in the order of netstat's own table: it decides which abbreviation means what, and the
 * order of possibilities in an ambiguity error. `unix` is there twice, as a family and as the long form of `-x`.
 *
 * NB: `tcpip` differs on purpose: netstat prints an internal error and selects nothing, here it is inet as the table
 * of families says.
 */
export const NAMED_FLAGS: readonly Flag[] = [
  family('', 'ax25', 'ax25'),
  family('', 'x25', 'x25'),
  family('', 'ip', 'inet'),
  family('', 'ipx', 'ipx'),
  family('', 'appletalk', 'ddp'),
  family('', 'netrom', 'netrom'),
  family('', 'inet', 'inet'),
  family('', 'inet6', 'inet6'),
  family('', 'ddp', 'ddp'),
  family('', 'rose', 'rose'),
  family('', 'unix', 'unix'),
  family('', 'bluetooth', 'bluetooth'),
  family('', 'tcpip', 'inet'),
  flag('V', 'version', 'ending', 'print the version and exit', versionStop),
  mode('i', 'interfaces', 'show the interface table', 'interfaces'),
  flag('h', 'help', 'ending', 'print the usage and exit', helpStop),
  mode('r', 'route', 'show the routing table', 'route'),
  mode('M', 'masquerade', 'show masqueraded connections', 'masquerade'),
  {
    letter: 'A',
    name: 'protocol',
    argument: 'FAMILY,...',
    values: { kind: 'list', words: Object.keys(FAMILY_WORDS) },
    group: 'family',
    help: 'address families, comma separated',
    apply: addFamilyList,
  },
  protocol('t', 'tcp', 'TCP'),
  protocol('S', 'sctp', 'SCTP'),
  protocol('u', 'udp', 'UDP'),
  protocol('U', 'udplite', 'UDP-Lite'),
  protocol('w', 'raw', 'raw'),
  flag('x', 'unix', 'socket', 'list Unix domain sockets', adding('unix')),
  bluetooth('2', 'l2cap'),
  bluetooth('f', 'rfcomm'),
  toggle('l', 'listening', 'selection', 'only sockets that wait for peers'),
  toggle('a', 'all', 'selection', 'waiting and connected sockets'),
  toggle('o', 'timers', 'output', 'add the timer column'),
  toggle('c', 'continuous', 'output', 'print again every second'),
  flag('e', 'extend', 'output', 'more columns; may be repeated', extend),
  toggle('p', 'programs', 'output', 'add the process that holds the socket'),
  toggle('v', 'verbose', 'output', 'name what this kernel does not support'),
  mode('s', 'statistics', 'show the counters of each protocol', 'statistics'),
  toggle('W', 'wide', 'output', 'do not cut long addresses'),
  numeric('n', 'numeric', 'numbers instead of host, port and user names', ['hosts', 'ports', 'users']),
  numeric('', 'numeric-hosts', 'addresses instead of host names', ['hosts']),
  numeric('', 'numeric-ports', 'numbers instead of port names', ['ports']),
  numeric('', 'numeric-users', 'numbers instead of user names', ['users']),
  toggle('N', 'symbolic', 'resolve', 'names of hardware; makes route names numeric'),
  toggle('C', 'cache', 'selection', 'with -r: the routing cache'),
  toggle('F', 'fib', 'selection', 'with -r: the forwarding table (default)'),
  toggle('g', 'groups', 'selection', 'show multicast group memberships'),
  flag('Z', 'context', 'output', 'add the SELinux context of the process', context),
];

/** Options that are letters only. `-?` is the usage error without an error line. */
export const LETTER_FLAGS: readonly Flag[] = [
  family('4', '', 'inet'),
  family('6', '', 'inet6'),
  flag('d', '', 'output', 'accepted and ignored', () => undefined),
  flag('?', '', 'ending', 'print the usage as an error', () => usageStop()),
];
