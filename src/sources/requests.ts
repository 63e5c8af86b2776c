import type { DumpRequest } from '../addon.ts';

/**
 * What the sources are asked for, the same whichever source answers. A request narrows what is read; the filter of a
 * query is applied to the rows afterwards, so a source may give more rows than a hint (`bytecode`, ports) asks for.
 */

/** Whose network namespace is read, and from where. */
export interface Place {
  /** Where the proc file system is mounted, `/proc` by default; procfs only. */
  readonly root?: string;
  /** Where sysfs is mounted: `/sys` when `root` is the default, else it is not read; procfs only. */
  readonly sysRoot?: string;
  /** A process in the wanted network namespace; absent = the caller's namespace. */
  readonly pid?: number;
  /** Descriptor of the wanted network namespace (of /proc/PID/ns/net); netlink only. */
  readonly netnsFd?: number;
  /** Is given the raw datagrams of every dump; netlink only. */
  readonly record?: Recorder;
}

/** One call of the addon: what was asked, and every datagram of the answer, the one with NLMSG_DONE included. */
export interface RecordedDump {
  /** Name of the schema. */
  readonly table: string;
  /** Part of the table, in words: `tcp,tcp6`. */
  readonly part: string;
  readonly requests: readonly DumpRequest[];
  readonly datagrams: readonly Uint8Array[];
}

export type Recorder = (dump: RecordedDump) => void;

/** `columns` names the columns wanted; a source may add what it needs itself. */
export interface Columns {
  readonly columns: readonly string[];
}

/** Internet sockets, one or more netids of `FAMILIES`; rows come netid by netid in this order. */
export interface SocketsRequest extends Place, Columns {
  readonly netids: readonly string[];
  /** Bits 1 << TCP_*. */
  readonly states: number;
  /** INET_DIAG_REQ_BYTECODE; netlink only. */
  readonly bytecode?: Uint8Array;
  /** Local and remote port in host byte order, 0 = any; netlink only. */
  readonly sourcePort?: number;
  readonly destPort?: number;
}

export interface UnixRequest extends Place, Columns {
  /** Bits 1 << TCP_*: ESTABLISHED, SYN_SENT (waits for accept), CLOSE, LISTEN. */
  readonly states: number;
}

export interface PacketRequest extends Place, Columns {}

export interface NetlinkSocketsRequest extends Place, Columns {
  /** NETLINK_* number; absent = all. */
  readonly protocol?: number;
}

export interface VsockRequest extends Place, Columns {
  /** Bits 1 << TCP_*. */
  readonly states: number;
}

/** `family` of the route, address and neighbour requests: AF_INET, AF_INET6, or AF_UNSPEC for both, IPv4 first. */
export interface RoutesRequest extends Place, Columns {
  readonly family: number;
  /** Routing table, 0 or absent = as the source has them. */
  readonly table?: number;
}

export interface LinksRequest extends Place, Columns {}

export interface AddressesRequest extends Place, Columns {
  readonly family: number;
}

export interface NeighboursRequest extends Place, Columns {
  readonly family: number;
}

export interface RulesRequest extends Place, Columns {
  readonly family: number;
}

/** Multicast group memberships. */
export interface GroupsRequest extends Place, Columns {
  readonly family: number;
}

/** SNMP counters. */
export interface CountersRequest extends Place, Columns {
  /** Files below /proc/net, read in this order: `snmp`, `netstat`, `snmp6`, `sctp/snmp`. */
  readonly files: readonly string[];
}

/** SCTP endpoints and associations. */
export interface SctpRequest extends Place, Columns {
  readonly kinds: readonly ('endpoint' | 'association')[];
  /** `sctp`, the default, has both address families; kernels of today have no `sctp6`. */
  readonly folders?: readonly ('sctp' | 'sctp6')[];
}

/** Who holds which socket. */
export interface OwnersRequest extends Place, Columns {
  /** Only rows of these inodes; absent = of all sockets. */
  readonly inodes?: Uint32Array;
  /** Stop once each wanted inode has some owner; it need not be the lowest pid. */
  readonly stopWhenFound?: boolean;
  /** Only the descriptor table of each process's leader, which is all that netstat -p looks at. */
  readonly leadersOnly?: boolean;
  /** The table shall have `lowest`, if the source makes that. */
  readonly indexed?: boolean;
  /** Look at processes one after the other, ascending: with stopWhenFound the owner found is the lowest pid. */
  readonly inOrder?: boolean;
  /** Who to look at first, with stopWhenFound: the processes of these cgroup directories, then those of these users. */
  readonly cgroups?: readonly string[];
  readonly uids?: Uint32Array;
  /** Only these processes; not by BPF. */
  readonly pids?: readonly number[];
  /** The source was asked for by its name: it is used even where it is dearer than another, or sees more than the caller may. */
  readonly forced?: boolean;
}

/** What processes are called; rows come in the order of `pids`. */
export interface ProcessesRequest extends Pick<Place, 'root'>, Columns {
  readonly pids: Uint32Array;
  /** Clock ticks since boot, 0 or absent = no limit: a process that started later is not the one that was seen. */
  readonly notAfter?: number;
  /** Bytes of a command line to read; default 511, what netstat reads. */
  readonly cmdlineLimit?: number;
}
