import type { ColumnSpec, Schema, TableSchema } from '../columns/type.ts';
import { NETIDS } from '../families.ts';
import { netlinkSockets } from '../tables/netlink.ts';
import { packet } from '../tables/packet.ts';
import { sctp } from '../tables/sctp.ts';
import { sockets } from '../tables/sockets.ts';
import { unix } from '../tables/unix.ts';
import { vsock } from '../tables/vsock.ts';
import type { HostOperand, Operand } from './ast.ts';
import { BYTES, MICROSECONDS, MILLISECONDS, type Units } from './number.ts';
import {
  codesOperand,
  HOST,
  MARK,
  nameOperand,
  numberOperand,
  type OperandKind,
  PATTERN,
  PORT,
  STATE,
  spanOf,
} from './operands.ts';

/** What a term asks of the processes that hold a socket. */
export type OwnerField = 'pid' | 'comm' | 'container' | 'unit';

/** `order`: all six operators; `equality`: = and !=; `none`: the term stands alone. */
export type Operators = 'order' | 'equality' | 'none';

/** Columns by table name. */
export type TermColumns = Readonly<Record<string, readonly string[]>>;

/** What a filter can ask. */
export interface TermRow {
  readonly name: string;
  readonly doc: string;
  readonly operators: Operators;
  readonly operand: OperandKind;
  /** Columns it reads, by table. In a table that is not named nothing is known of it: no row matches. */
  readonly columns: TermColumns;
  /** Set: it asks the owners, who are found by column `inode`. */
  readonly owner?: OwnerField;
  /** Is there bytecode for it? */
  readonly pushed: boolean;
}

const NONE: OperandKind = { expected: 'nothing', parse: (word) => ({ type: 'none', text: '', span: spanOf(word) }) };
const AUTOBOUND: OperandKind = {
  expected: 'nothing',
  parse: (word) => ({ type: 'range', text: '', span: spanOf(word) }),
};

const LOCAL: TermColumns = {
  sockets: ['family', 'localAddress', 'localPort'],
  unix: ['path'],
  packet: ['protocol', 'interface'],
  netlink: ['protocol', 'portid'],
  vsock: ['localCid', 'localPort'],
};
const REMOTE: TermColumns = {
  sockets: ['family', 'remoteAddress', 'remotePort'],
  vsock: ['remoteCid', 'remotePort'],
};

/** The same columns in every table that has sockets with an inode. */
const BY_INODE: TermColumns = {
  sockets: ['inode'],
  unix: ['inode'],
  packet: ['inode'],
  netlink: ['inode'],
  vsock: ['inode'],
  sctp: ['inode'],
};

type Written = Omit<TermRow, 'name' | 'pushed'> & { readonly pushed?: true };

/**
 * The terms that are more than a column: ss's own, and those that ask names or owners.
 *
 * NB: there is no `older` and `younger`: the kernel keeps no time of birth of a socket. `lastDataSent`, `lastDataRecv` and
 * `lastAckRecv` tell how long a TCP connection has been idle.
 */
const WRITTEN: Readonly<Record<string, Written>> = {
  src: { doc: 'Local address', operators: 'equality', operand: HOST, columns: LOCAL, pushed: true },
  dst: { doc: 'Remote address', operators: 'equality', operand: HOST, columns: REMOTE, pushed: true },
  sport: {
    doc: 'Local port',
    operators: 'order',
    operand: PORT,
    columns: { sockets: ['localPort'], vsock: ['localPort'], sctp: ['localPort'] },
    pushed: true,
  },
  dport: {
    doc: 'Remote port',
    operators: 'order',
    operand: PORT,
    columns: { sockets: ['remotePort'], vsock: ['remotePort'], sctp: ['remotePort'] },
    pushed: true,
  },
  dev: {
    doc: 'Device the socket is bound to, 0 = none (DEV_COND, kernel 4.2)',
    operators: 'equality',
    operand: nameOperand('a device name or index', 0xffffffffn),
    columns: { sockets: ['interface'], packet: ['interface'] },
    pushed: true,
  },
  fwmark: {
    doc: 'SO_MARK; needs CAP_NET_ADMIN (MARK_COND, kernel 4.6)',
    operators: 'equality',
    operand: MARK,
    columns: { sockets: ['mark'] },
    pushed: true,
  },
  cgroup: {
    doc: 'cgroup v2 the socket was made in, by path or id (CGROUP_COND, kernel 5.9); TIME_WAIT and SYN_RECV have none',
    operators: 'equality',
    operand: nameOperand('a cgroup path or id', (1n << 64n) - 1n),
    columns: { sockets: ['cgroupId'] },
    pushed: true,
  },
  autobound: {
    doc: 'The local port is within ip_local_port_range',
    operators: 'none',
    operand: AUTOBOUND,
    columns: { sockets: ['localPort'] },
  },
  state: {
    doc: 'State or group of states',
    operators: 'equality',
    operand: STATE,
    columns: { sockets: ['state', 'netid'], unix: ['state'], vsock: ['state'], sctp: ['state'] },
  },
  netid: {
    doc: 'Kind of socket, as column netid has it',
    operators: 'equality',
    operand: codesOperand(NETIDS),
    columns: { sockets: ['netid'] },
  },
  user: {
    doc: 'Owner by name or uid',
    operators: 'equality',
    operand: nameOperand('a user name or uid', 0xffffffffn),
    columns: { sockets: ['uid'], unix: ['uid'], packet: ['uid'], sctp: ['uid'] },
  },
  pid: {
    doc: 'Process that holds it',
    operators: 'order',
    operand: numberOperand({}),
    columns: BY_INODE,
    owner: 'pid',
  },
  comm: {
    doc: 'Name of a process that holds it',
    operators: 'equality',
    operand: PATTERN,
    columns: BY_INODE,
    owner: 'comm',
  },
  container: {
    doc: 'Container of a process that holds it',
    operators: 'equality',
    operand: PATTERN,
    columns: BY_INODE,
    owner: 'container',
  },
  unit: {
    doc: 'systemd unit of a process that holds it',
    operators: 'equality',
    operand: PATTERN,
    columns: BY_INODE,
    owner: 'unit',
  },
  true: { doc: 'Every row', operators: 'none', operand: NONE, columns: {} },
  false: { doc: 'No row', operators: 'none', operand: NONE, columns: {} },
};

/** tcp_info fields in microseconds and milliseconds. */
const IN_MICROSECONDS = /^(rtt|rttvar|minRtt|rcvRtt|rto|ato|busyTime|rwndLimited|sndbufLimited)$/;
const IN_MILLISECONDS = /^(timerMs|(mptcp)?last(Data|Ack)(Sent|Recv)|totalRtoTime)$/i;

function unitsOf(name: string, spec: ColumnSpec): Units {
  if (IN_MICROSECONDS.test(name)) return MICROSECONDS;
  if (IN_MILLISECONDS.test(name)) return MILLISECONDS;
  return spec.unit === 'bytes' || /bytes/i.test(`${name} ${spec.doc}`) ? BYTES : {};
}

/** How the values of a column are written in a filter; undefined for addresses, which `src` and `dst` compare. */
function columnOperand(name: string, spec: ColumnSpec): Pick<TermRow, 'operand' | 'operators'> | undefined {
  if (spec.kind === 'addr') return undefined;
  if (spec.names !== undefined) return { operand: codesOperand(spec.names), operators: 'equality' };
  if (spec.kind === 'dict' || spec.kind === 'str') return { operand: PATTERN, operators: 'equality' };
  return { operand: numberOperand(unitsOf(name, spec)), operators: 'order' };
}

const TABLES: readonly TableSchema[] = [
  sockets,
  unix,
  packet,
  netlinkSockets,
  vsock,
  sctp,
] as unknown as readonly TableSchema[];

/** Tables whose column of this name compares the same way. */
function columnTables(name: string, like: ColumnSpec): TermColumns {
  const text = (spec: ColumnSpec) => spec.kind === 'dict' || spec.kind === 'str';
  const has = ({ columns }: TableSchema<Schema>) => {
    const spec = columns[name];
    return spec !== undefined && spec.names === like.names && text(spec) === text(like) && spec.kind !== 'addr';
  };
  return Object.fromEntries(TABLES.filter(has).map((table) => [table.name, [name]]));
}

function allTerms(): Map<string, TermRow> {
  const terms = new Map<string, TermRow>();
  for (const [name, row] of Object.entries(WRITTEN)) terms.set(name, { ...row, name, pushed: row.pushed === true });
  for (const table of TABLES) {
    for (const column of table.names) {
      const spec = table.columns[column]!;
      const read = columnOperand(column, spec);
      const name = column.toLowerCase();
      if (read === undefined || terms.has(name)) continue;
      terms.set(name, { name, doc: spec.doc, ...read, columns: columnTables(column, spec), pushed: false });
    }
  }
  return terms;
}

/** Every term by its name in lower case: the rows above, then each column of the socket tables as a comparison. */
export const TERMS: ReadonlyMap<string, TermRow> = allTerms();

export function termRow(name: string): TermRow | undefined {
  return TERMS.get(name.toLowerCase());
}

/** Does the operand name something that has to be looked up first? */
export function isUnresolved(operand: Operand): boolean {
  if (operand.type === 'name') return operand.value === undefined;
  if (operand.type === 'range') return operand.range === undefined;
  if (operand.type === 'port') return operand.port.name !== undefined;
  if (operand.type !== 'host') return false;
  if (operand.family === 'link') return operand.device === undefined && linkDevice(operand) !== undefined;
  if (operand.family !== undefined && operand.family !== 'inet' && operand.family !== 'inet6') return false;
  return operand.matches === undefined || operand.port?.name !== undefined;
}

/** Name of the device in `link:PROTOCOL:DEVICE`; undefined when there is none to look up. */
export function linkDevice(operand: HostOperand): string | undefined {
  const device = operand.name?.split(':').slice(1).join(':');
  return device === undefined || /^(|\*|\d+)$/.test(device) ? undefined : device;
}
