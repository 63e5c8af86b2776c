import type { Schema } from '../columns/type.ts';
import type { Ast } from '../filters/ast.ts';
import type { Recording } from '../sources/recording.ts';
import type { Recorder } from '../sources/requests.ts';
import type { AddressesSchema } from '../tables/addresses.ts';
import type { CountersSchema } from '../tables/counters.ts';
import type { GroupsSchema } from '../tables/groups.ts';
import type { LinksSchema } from '../tables/links.ts';
import type { NeighboursSchema } from '../tables/neighbours.ts';
import type { NetlinkSocketsSchema } from '../tables/netlink.ts';
import type { NamedOwnersSchema } from '../tables/owners.ts';
import type { PacketSchema } from '../tables/packet.ts';
import type { RoutesSchema } from '../tables/routes.ts';
import type { RulesSchema } from '../tables/rules.ts';
import type { SctpSchema } from '../tables/sctp.ts';
import type { SocketsSchema } from '../tables/sockets.ts';
import type { UnixSchema } from '../tables/unix.ts';
import type { VsockSchema } from '../tables/vsock.ts';
import type { OwnerDetail } from './owner-details.ts';

/** Which source may answer: `auto` = the best that can. A forced source that is unavailable is an error. */
export type SourceChoice = 'auto' | 'netlink' | 'procfs';

/**
 * A network namespace: its name below /run/netns (or an absolute path of a namespace file), a process in it, or a
 * descriptor of it, which is not closed.
 */
export type NetnsChoice = string | { readonly pid: number } | { readonly fd: number };

/** Names of a schema's columns; any other text is taken too, and refused when the table does not have it. */
export type ColumnName<S> = (keyof S & string) | (string & Record<never, never>);

/** Options every table understands. */
export interface TableOptions<S = Schema> {
  /** Columns wanted; absent = the basic ones of the table. */
  readonly columns?: readonly ColumnName<S>[];
  readonly source?: SourceChoice;
  /** Where the proc file system is mounted; then only procfs is asked. Default `/proc`. */
  readonly root?: string;
  /**
   * Another network namespace; absent = that of the caller. Needs CAP_SYS_ADMIN in it (netlink), or only the right to see
   * the process (procfs).
   */
  readonly netns?: NetnsChoice;
  readonly signal?: AbortSignal;
  /** Is given the kernel's datagrams; see `recordTo`. What only /proc shows is in the table, but not recorded. */
  readonly record?: Recorder;
  /** Reads a recording instead of asking the kernel; see `openRecording`. */
  readonly replay?: Recording;
}

/** Groups of columns that cost the kernel, and are read only when asked for, beside `columns`. */
export interface ColumnGroups {
  /** Sockets: tcp_info and details of congestion control, upper layer protocols and MPTCP. */
  readonly info?: boolean;
  /** Socket memory (`skmem*`). */
  readonly memory?: boolean;
  /** cgroup v2 the socket was made in. */
  readonly cgroup?: boolean;
}

/** Are owners wanted, and what of them beside their numbers and names? */
export type OwnersChoice = boolean | readonly OwnerDetail[];

/** Options with which a table of sockets has its owners. */
export interface WithOwners {
  readonly owners: true | readonly OwnerDetail[];
}

/** Options of the tables whose rows are sockets. */
export interface SelectionOptions {
  /**
   * Only rows for which it holds: a text in ss's filter language, or an expression that was built. The part the kernel can
   * test is pushed to it; what the filter means does not depend on that.
   */
  readonly filter?: string | Ast;
  /** How `and` and `or` bind in a filter text: `and` first (default), or both alike from left to right as in ss. */
  readonly precedence?: 'conventional' | 'ss';
  /**
   * Adds who holds each socket: columns `pid`, `process`, `holders` and `ownerReason`, and `ownersOf(row)`, which tells
   * the details named here of each holder (`['exe', 'unit']`). Needs CAP_SYS_PTRACE for the
   * processes of other users.
   */
  readonly owners?: OwnersChoice;
}

export interface SocketsOptions extends TableOptions<SocketsSchema>, ColumnGroups, SelectionOptions {
  /** Kinds of sockets, one or more of `tcp tcp6 udp udp6 udplite udplite6 raw raw6 …`; default: tcp to raw6. */
  readonly netid?: string | readonly string[];
  /** States, in netstat's or ss's spelling, any case; default all. */
  readonly state?: string | readonly string[];
  /** Only sockets with this local port. */
  readonly localPort?: number;
  /** Only sockets with this remote port. */
  readonly remotePort?: number;
  /**
   * Reads twice and adds what only the second reading has, so that no lasting socket is missed while others come and go.
   * Costs twice the time. Rows of sockets that opened or closed in between are in the table too.
   */
  readonly consistent?: boolean;
}

export interface MptcpSocketsOptions extends Omit<SocketsOptions, 'netid'> {
  /** Default both families. */
  readonly family?: AddressFamily;
}

export interface UnixSocketsOptions extends TableOptions<UnixSchema>, SelectionOptions, Pick<ColumnGroups, 'memory'> {
  /** `listen`, `connected`, `unconnected`; default all. */
  readonly state?: string | readonly string[];
}

export interface PacketSocketsOptions
  extends TableOptions<PacketSchema>,
    SelectionOptions,
    Pick<ColumnGroups, 'memory'> {}

export interface NetlinkSocketsOptions extends TableOptions<NetlinkSocketsSchema>, SelectionOptions {
  /** NETLINK_* number; default all. */
  readonly protocol?: number;
}

export interface VsockSocketsOptions extends TableOptions<VsockSchema>, SelectionOptions {
  /** States, in netstat's or ss's spelling, any case; default all. */
  readonly state?: string | readonly string[];
}

export interface SctpSocketsOptions extends TableOptions<SctpSchema>, SelectionOptions {
  /** Default both: endpoints, then associations. */
  readonly kind?: 'endpoint' | 'association';
}

export type AddressFamily = 4 | 6;

export interface FamilyOptions<S = Schema> extends TableOptions<S> {
  /** Default both. */
  readonly family?: AddressFamily;
}

export type AddressesOptions = FamilyOptions<AddressesSchema>;
export type RulesOptions = FamilyOptions<RulesSchema>;
export type NeighboursOptions = FamilyOptions<NeighboursSchema>;
export type GroupsOptions = FamilyOptions<GroupsSchema>;
export type LinksOptions = TableOptions<LinksSchema>;

export interface RoutesOptions extends FamilyOptions<RoutesSchema> {
  /** Routing table: number, or `main`, `local`, `default`; absent = all. */
  readonly table?: number | 'main' | 'local' | 'default';
}

export interface CountersOptions extends TableOptions<CountersSchema> {
  /** Files below /proc/net: `snmp`, `netstat`, `snmp6`, `sctp/snmp`; default the first three. */
  readonly files?: readonly string[];
}

/**
 * Where owners come from: `bpf` also where it is not taken unasked (it passes over hidepid and ptrace checks), `scan` and `procfs`
 * from /proc, `procfs` without the addon if need be.
 */
export type OwnersSource = 'auto' | 'bpf' | 'scan' | 'procfs';

export interface OwnersOptions extends Pick<TableOptions<NamedOwnersSchema>, 'columns' | 'root' | 'signal'> {
  readonly source?: OwnersSource;
  /** Only owners of these sockets. */
  readonly inodes?: Uint32Array;
  /** Stop once each wanted inode has some owner. */
  readonly stopWhenFound?: boolean;
  /** Only the descriptor table of each process's leader, which is all that netstat -p looks at. */
  readonly leadersOnly?: boolean;
}

export function wantsOwners(owners: OwnersChoice | undefined): boolean {
  return owners !== undefined && owners !== false;
}
