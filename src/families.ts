import {
  AF_INET,
  AF_INET6,
  IPPROTO_MPTCP,
  IPPROTO_RAW,
  IPPROTO_SCTP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPPROTO_UDPLITE,
} from './uapi/socket.ts';
import { TCPF_ALL, TCPF_CLOSE, TCPF_ESTABLISHED } from './uapi/tcp-states.ts';

/** One kind of internet socket: how the kernel is asked for it, and which file shows it. */
export interface Family {
  /** Name as in /proc/net and in column `netid`. */
  readonly netid: string;
  readonly family: number;
  readonly protocol: number;
  /** File below /proc/net; absent = no file shows these sockets. */
  readonly file?: string;
  /** States a full listing asks for. */
  readonly states: number;
  /** Kernel that has a sock_diag handler for it (the handler may still be left out of a kernel's configuration). */
  readonly since: string;
}

const DGRAM_STATES = TCPF_ESTABLISHED | TCPF_CLOSE;

/**
 * One row per netid; the row number is the code stored in column `netid`. NB: rows are only ever added at the end of
 * their group's list by name, never reordered: the codes travel in recorded dumps' tests.
 */
export const FAMILIES: readonly Family[] = [
  { netid: 'tcp', family: AF_INET, protocol: IPPROTO_TCP, file: 'tcp', states: TCPF_ALL, since: '2.6' },
  { netid: 'tcp6', family: AF_INET6, protocol: IPPROTO_TCP, file: 'tcp6', states: TCPF_ALL, since: '2.6' },
  { netid: 'udp', family: AF_INET, protocol: IPPROTO_UDP, file: 'udp', states: DGRAM_STATES, since: '3.3' },
  { netid: 'udp6', family: AF_INET6, protocol: IPPROTO_UDP, file: 'udp6', states: DGRAM_STATES, since: '3.3' },
  { netid: 'udplite', family: AF_INET, protocol: IPPROTO_UDPLITE, file: 'udplite', states: DGRAM_STATES, since: '3.3' },
  {
    netid: 'udplite6',
    family: AF_INET6,
    protocol: IPPROTO_UDPLITE,
    file: 'udplite6',
    states: DGRAM_STATES,
    since: '3.3',
  },
  { netid: 'raw', family: AF_INET, protocol: IPPROTO_RAW, file: 'raw', states: DGRAM_STATES, since: '4.10' },
  { netid: 'raw6', family: AF_INET6, protocol: IPPROTO_RAW, file: 'raw6', states: DGRAM_STATES, since: '4.10' },
  { netid: 'sctp', family: AF_INET, protocol: IPPROTO_SCTP, states: TCPF_ALL, since: '4.7' },
  { netid: 'sctp6', family: AF_INET6, protocol: IPPROTO_SCTP, states: TCPF_ALL, since: '4.7' },
  { netid: 'mptcp', family: AF_INET, protocol: IPPROTO_MPTCP, states: TCPF_ALL, since: '5.9' },
  { netid: 'mptcp6', family: AF_INET6, protocol: IPPROTO_MPTCP, states: TCPF_ALL, since: '5.9' },
];

export const NETIDS: readonly string[] = FAMILIES.map((row) => row.netid);

/** Code of a netid, the number stored in column `netid`; -1 when there is none of that name. */
export function netidCode(netid: string): number {
  return NETIDS.indexOf(netid);
}
