import type { Schema, TableSchema } from '../columns/type.ts';
import { UsageError } from '../errors.ts';
import { FAMILIES, NETIDS } from '../families.ts';
import { sockets, TCP_STATES } from '../tables/sockets.ts';
import { TCPF_ALL } from '../uapi/tcp-states.ts';

/** Which source may answer: `auto` = the best that can. A forced source that is unavailable is an error. */
export type SourceChoice = 'auto' | 'netlink' | 'procfs';

/** Options every table understands. */
export interface TableOptions {
  /** Columns wanted; absent = the basic ones of the table. */
  readonly columns?: readonly string[];
  readonly source?: SourceChoice;
  /** Where the proc file system is mounted; then only procfs is asked. Default `/proc`. */
  readonly root?: string;
  readonly signal?: AbortSignal;
}

export interface SocketsOptions extends TableOptions {
  /** Kinds of sockets, one or more of `tcp tcp6 udp udp6 udplite udplite6 raw raw6 …`; default: tcp to raw6. */
  readonly netid?: string | readonly string[];
  /** States, in netstat's or ss's spelling, any case; default all. */
  readonly state?: string | readonly string[];
}

export interface SocketsPlan {
  readonly netids: readonly string[];
  readonly states: number;
  readonly columns: readonly string[];
  readonly source: SourceChoice;
  readonly root: string | undefined;
}

/** Listed when nobody says which: what netstat knows as Internet sockets, SCTP aside. */
const DEFAULT_NETIDS: readonly string[] = ['tcp', 'tcp6', 'udp', 'udp6', 'udplite', 'udplite6', 'raw', 'raw6'];

/** Other spellings of a state: ss's and the kernel's. */
const STATE_SPELLINGS: Readonly<Record<string, string>> = {
  ESTAB: 'ESTABLISHED',
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
    columns: wantedColumns(sockets, options.columns, ['netid', 'family', 'state']),
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

/** The columns named, or the basic ones, and those the table cannot do without, in schema order. */
export function wantedColumns<S extends Schema>(
  schema: TableSchema<S>,
  named: readonly string[] | undefined,
  needed: readonly string[],
): readonly (keyof S & string)[] {
  const unknown = named?.find((name) => !(name in schema.columns));
  if (unknown !== undefined) throw new UsageError(`columns: '${unknown}' is not a column of ${schema.name}`);
  const chosen = new Set<string>([...needed, ...(named ?? schema.names.filter((name) => schema.columns[name]!.basic))]);
  return schema.names.filter((name) => chosen.has(name));
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
