import type { Family, Stop } from './command-line.ts';
import { errorStop } from './usage.ts';

/** What is said of things this kernel does not have, or that netstat cannot do. */

/** A part of the socket list that may be missing in the kernel. */
export type SupportName =
  | 'tcp'
  | 'sctp'
  | 'udp'
  | 'udplite'
  | 'raw'
  | 'igmp'
  | 'unix'
  | 'ipx'
  | 'ax25'
  | 'x25'
  | 'netrom'
  | 'rose'
  | 'masquerade';

export const SUPPORT_TITLES: Readonly<Record<SupportName, string>> = {
  tcp: 'AF INET (tcp)',
  sctp: 'AF INET (sctp)',
  udp: 'AF INET (udp)',
  udplite: 'AF INET (udplite)',
  raw: 'AF INET (raw)',
  igmp: 'AF INET (igmp)',
  unix: 'AF UNIX',
  ipx: 'AF IPX',
  ax25: 'AF AX25',
  x25: 'AF X25',
  netrom: 'AF NETROM',
  rose: 'AF ROSE',
  masquerade: 'ip_masquerade',
};

/** The line, with its line break, for stderr. Whether it also ends the run with status 1 is `WhenMissing`. */
export function noSupport(name: SupportName): string {
  return `netstat: no support for \`${SUPPORT_TITLES[name]}' on this system.\n`;
}

/** Mode `-M`: kernels since 2.2 have no /proc/net/ip_masquerade. */
export const NO_MASQUERADE: Stop = { stdout: '', stderr: noSupport('masquerade'), status: 1 };

/** The reproduced binary is built without Bluetooth, so asking for it always ends the run. */
export const NO_BLUETOOTH: Stop = {
  stdout: '',
  stderr:
    "netstat: feature `AF BLUETOOTH' not supported.\n" +
    "Please recompile `net-tools' with newer kernel source or full configuration.\n",
  status: 1,
};

function noRouting(family: Family): Stop {
  return errorStop(`No routing for address family \`${family}'.`, 3);
}

/**
 * Mode `-r` with a family whose table is missing in the kernel or unknown to netstat; a family without an entry here
 * has a table.
 * NB: netrom differs on purpose: netstat shows a clobbered errno for nr_neigh when stderr is not a terminal.
 */
export const NO_ROUTES: Readonly<Partial<Record<Family, Stop>>> = {
  unix: noRouting('unix'),
  ec: noRouting('ec'),
  ash: noRouting('ash'),
  bluetooth: errorStop("Address family `bluetooth' not supported.", 3),
  ax25: {
    stdout: 'AX.25 not configured in this system.\n',
    stderr: '/proc/net/ax25_route: No such file or directory\n',
    status: 1,
  },
  netrom: {
    stdout: 'NET/ROM not configured in this system.\n',
    stderr: '/proc/net/nr_nodes: No such file or directory\n/proc/net/nr_neigh: No such file or directory\n',
    status: 1,
  },
  rose: errorStop('/proc/net/rose_nodes: No such file or directory\nROSE not configured in this system.', 1),
  ipx: {
    stdout: 'IPX routing not in file /proc/net/ipx/route or /proc/net/ipx_route found.\n',
    stderr: 'No such file or directory\n',
    status: 1,
  },
  x25: { stdout: 'X.25 not configured in this system.\n', stderr: '', status: 1 },
  ddp: errorStop(
    'Error opening /proc/net/atalk_route: No such file or directory\nDDP (AppleTalk) not configured on this system.',
    1,
  ),
};

/** Mode `-s` with anything but one of inet and inet6. Quirk: this error is on stdout. */
export function noStatistics(families: readonly Family[]): Stop {
  const list = families.join(',');
  return {
    stdout: `netstat: No statistics support for specified address family: ${list}\n`,
    stderr: '',
    status: 1,
  };
}
