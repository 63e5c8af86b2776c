import { UsageError } from '../errors.ts';
import { FAMILIES, NETIDS } from '../families.ts';
import { sockets, TCP_STATES } from '../tables/sockets.ts';
import { AF_INET, AF_INET6, AF_UNSPEC } from '../uapi/socket.ts';
import { TCPF_ALL } from '../uapi/tcp-states.ts';
import { type ColumnRules, wantedColumns } from './columns.ts';
import type { AddressFamily, RoutesOptions, SocketsOptions, SourceChoice } from './options.ts';

export type { SocketsOptions, SourceChoice, TableOptions } from './options.ts';

/** INET_DIAG_INFO and what is only sent with it, or names the algorithm. */
const INFO_EXT: ReadonlySet<number | undefined> = new Set([2, 3, 4]);
/** INET_DIAG_SKMEMINFO. */
const MEMORY_EXT = 7;

/** Which columns of internet sockets are read. */
export const SOCKETS_COLUMNS: ColumnRules<(typeof sockets)['columns']> = {
  schema: sockets,
  needed: ['netid', 'family', 'state'],
  groups: {
    info: ({ ext }) => INFO_EXT.has(ext),
    memory: ({ ext }) => ext === MEMORY_EXT,
    cgroup: (spec) => spec === sockets.columns.cgroupId || spec === sockets.columns.cgroup,
  },
};

export interface SocketsPlan {
  readonly netids: readonly string[];
  readonly states: number;
  readonly columns: readonly string[];
  readonly source: SourceChoice;
  readonly root: string | undefined;
}

/** Listed when nobody says which: what netstat knows as Internet sockets, SCTP aside. */
export const DEFAULT_NETIDS: readonly string[] = ['tcp', 'tcp6', 'udp', 'udp6', 'udplite', 'udplite6', 'raw', 'raw6'];

/** Other spellings of a state: ss's and the kernel's. */
const STATE_SPELLINGS: Readonly<Record<string, string>> = {
  ESTAB: 'ESTABLISHED',
  CONNECTED: 'ESTABLISHED',
  LISTENING: 'LISTEN',
  UNCONN: 'CLOSE',
  UNCONNECTED: 'CLOSE',
  CLOSED: 'CLOSE',
  SYN_RCV: 'SYN_RECV',
  FIN_WAIT_1: 'FIN_WAIT1',
  FIN_WAIT_2: 'FIN_WAIT2',
};

export function planSockets(options: SocketsOptions): SocketsPlan {
  return {
    netids: wanted('netid', options.netid, NETIDS) ?? DEFAULT_NETIDS,
    states: stateMask(options.state),
    columns: wantedColumns(SOCKETS_COLUMNS, options),
    source: options.source ?? 'auto',
    root: options.root,
  };
}

function list(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof value === 'string' ? [value] : value;
}

/** The words given, each checked against what there is. */
function wanted(
  option: string,
  value: string | readonly string[] | undefined,
  known: readonly string[],
): readonly string[] | undefined {
  const words = list(value);
  for (const word of words ?? []) {
    if (!known.includes(word)) throw new UsageError(`${option}: '${word}' is not one of ${known.join(', ')}`);
  }
  return words === undefined ? undefined : [...new Set(words)];
}

/** Bits 1 << TCP_* of the states named. */
export function stateMask(value: string | readonly string[] | undefined): number {
  const words = list(value);
  if (words === undefined) return TCPF_ALL;
  let mask = 0;
  for (const word of words) {
    const spelled = word.toUpperCase().replaceAll('-', '_');
    const number = TCP_STATES.indexOf(STATE_SPELLINGS[spelled] ?? spelled);
    if (number < 0) {
      const known = TCP_STATES.slice(1, 12).join(', ').toLowerCase();
      throw new UsageError(`state: '${word}' is not one of ${known}`);
    }
    mask |= 1 << number;
  }
  return mask;
}

/** A port number, 0 = any when none is asked for. */
export function portNumber(option: string, value: number | undefined): number {
  if (value === undefined) return 0;
  if (!Number.isInteger(value) || value < 1 || value > 65535) {
    throw new UsageError(`${option}: ${value} is not a port from 1 to 65535`);
  }
  return value;
}

/** Netids grouped by protocol, each group one request: both families of a protocol come from one walk. */
export function protocolGroups(netids: readonly string[]): readonly (readonly string[])[] {
  const groups = new Map<number, string[]>();
  for (const netid of netids) {
    const { protocol } = FAMILIES[NETIDS.indexOf(netid)]!;
    groups.set(protocol, [...(groups.get(protocol) ?? []), netid]);
  }
  return [...groups.values()];
}

const FAMILY_NUMBERS: Readonly<Record<AddressFamily, number>> = { 4: AF_INET, 6: AF_INET6 };

/** AF_* of option `family`. */
export function familyNumber(family: AddressFamily | undefined): number {
  if (family === undefined) return AF_UNSPEC;
  const number = FAMILY_NUMBERS[family];
  if (number === undefined) throw new UsageError(`family: ${family} is neither 4 nor 6`);
  return number;
}

/** linux/rtnetlink.h: RT_TABLE_*. */
const ROUTE_TABLES: Readonly<Record<string, number>> = { default: 253, main: 254, local: 255 };

/** RT_TABLE_* of option `table`, 0 = all. */
export function routeTable(table: RoutesOptions['table']): number {
  if (table === undefined) return 0;
  const number = typeof table === 'string' ? ROUTE_TABLES[table] : table;
  if (number === undefined || !Number.isInteger(number) || number < 1 || number > 0xffffffff) {
    throw new UsageError(`table: '${table}' is neither a number nor one of ${Object.keys(ROUTE_TABLES).join(', ')}`);
  }
  return number;
}
