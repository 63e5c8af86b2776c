import { requireBinary } from './addon-binary.ts';
import { decodeText } from './columns/bytes.ts';
import type { Schema, TableSchema } from './columns/type.ts';

/** Columns of one table in one aligned ArrayBuffer. */
export interface Block {
  readonly buffer: ArrayBuffer;
  readonly rows: number;
  /** Five numbers for each column, in the order of `BlockColumn`. */
  readonly columns: Float64Array;
  /** Texts of `dict` columns by column id: strings, or bytes of those that are not ASCII. */
  readonly dictionaries: Readonly<Record<number, readonly (string | Uint8Array)[]>>;
}

export interface BlockColumn {
  /** Place of the column in its schema. */
  readonly id: number;
  /** Byte offset of the values in `buffer`, aligned to 8. */
  readonly offset: number;
  /** Byte offset of the validity bytes, -1 = every row has a value. */
  readonly valid: number;
  /** Byte offset and length of the heap of a `str` column, -1 = none. */
  readonly heap: number;
  readonly heapLength: number;
  /** Strings of a `dict` column, code 0 = null; undefined: every row is null. */
  readonly dict: readonly string[] | undefined;
}

/** Where the columns of a block are. */
export function blockColumns({ columns, dictionaries }: Block): BlockColumn[] {
  const described: BlockColumn[] = [];
  for (let at = 0; at < columns.length; at += 5) {
    const id = columns[at]!;
    described.push({
      id,
      offset: columns[at + 1]!,
      valid: columns[at + 2]!,
      heap: columns[at + 3]!,
      heapLength: columns[at + 4]!,
      dict: dictionaries[id]?.map((text) => (typeof text === 'string' ? text : decodeText(text))),
    });
  }
  return described;
}

export type DumpKind =
  | 'inet'
  | 'unix'
  | 'packet'
  | 'netlink'
  | 'vsock'
  | 'link'
  | 'address'
  | 'route'
  | 'rule'
  | 'neighbour';

/** One netlink dump. Numbers are as the uapi headers spell them; ports in host byte order. */
export interface DumpRequest {
  readonly kind: DumpKind;
  readonly family?: number;
  readonly protocol?: number;
  /** Bits 1 << TCP_*. */
  readonly states?: number;
  /** `idiag_ext`. */
  readonly ext?: number;
  /** `udiag_show`, `pdiag_show`, `ndiag_show`. */
  readonly show?: number;
  readonly sourcePort?: number;
  readonly destPort?: number;
  /** INET_DIAG_REQ_BYTECODE. */
  readonly bytecode?: Uint8Array;
  /** Message type 18: IPv4 and IPv6 in one walk; else type 20. */
  readonly legacy?: boolean;
  /** Codes for column `netid` of IPv4 and IPv6 rows. */
  readonly netid4?: number;
  readonly netid6?: number;
  /** Routing table, 0 = all. */
  readonly table?: number;
}

/** One socket by its ends, as its owner sees them. */
export interface GetRequest extends DumpRequest {
  readonly localAddress: Uint8Array;
  readonly remoteAddress: Uint8Array;
  /** Device the socket is bound to, 0 = none. */
  readonly interface?: number;
  /** Identity the socket must have; absent = any. */
  readonly cookie?: bigint;
}

export interface DumpOptions {
  /** Name of the schema, `sockets`, `unix` … */
  readonly table: string;
  /** Column ids wanted. */
  readonly columns: Uint16Array;
  /** Descriptor of a network namespace (/proc/PID/ns/net); absent = the caller's. */
  readonly netnsFd?: number;
  /** Keep the raw datagrams. */
  readonly record?: boolean;
}

/** What became of one request of a dump. */
export interface Outcome {
  readonly rows: number;
  readonly interrupted: boolean;
  /** Rows the kernel listed twice, dropped by cookie. */
  readonly duplicates: number;
  /** Messages that could not be decoded, dropped. */
  readonly malformed: number;
  readonly bytes: number;
  readonly datagrams: number;
  readonly error?: {
    readonly op: string;
    readonly errno: number;
    readonly code: string;
    readonly detail: string;
    readonly offset: number;
  };
}

export interface DumpResult {
  readonly block: Block;
  readonly outcomes: readonly Outcome[];
  readonly recorded?: readonly Uint8Array[];
}

/** A dump whose answer is received on a native thread, and decoded in chunks by whoever takes them. */
export interface DumpStream {
  /** Blocks until the next chunk is there; null at the end. */
  next(): DumpResult | null;
  nextAsync(): Promise<DumpResult | null>;
  /** Of the requests that are done; complete behind the last chunk. */
  outcomes(): readonly Outcome[];
  /** The first request had been sent by `askAhead`. */
  askedAhead(): boolean;
  close(): void;
}

export interface StreamOptions extends DumpOptions {
  /** Rows of a chunk, at least; the last one may have fewer. */
  readonly chunkRows?: number;
  /** Chunks share memory: each is valid until the next one is taken. */
  readonly reuse?: boolean;
}

/** How often and why a scan for owners saw less than everything. */
export interface OwnerCounters {
  readonly processes: number;
  readonly unreadable: number;
  /** EACCES on opendir of /proc/PID/fd. */
  readonly denied: number;
  readonly vanished: number;
  readonly threads: number;
  readonly threadsUnchecked: number;
  readonly retracted: number;
}

export interface OwnersResult {
  readonly block: Block;
  readonly counters: OwnerCounters;
  /** When the reading ended, in clock ticks since boot. */
  readonly takenAt: number;
  readonly source: 'proc_scan' | 'fd_walk' | 'task_file';
  /** With `indexed`: places in the block's buffer, see LowestHolders. */
  readonly index?: {
    readonly slotsOffset: number;
    readonly slots: number;
    readonly holdersOffset: number;
    readonly holders: number;
  };
}

export interface OwnersOptions {
  readonly procRoot?: string;
  readonly workers?: number;
  readonly leadersOnly?: boolean;
  readonly indexed?: boolean;
  /** scanOwners: only these processes. */
  readonly pids?: Uint32Array;
  readonly wanted?: Uint32Array;
  readonly stopWhenFound?: boolean;
  readonly cgroups?: readonly string[];
  readonly uids?: Uint32Array;
}

export interface OwnersProbe {
  /** Why iterateOwners cannot work; null when it can. */
  readonly reason: string | null;
  /** May the caller see every process anyway? BPF passes over hidepid and ptrace checks. */
  readonly entitled: boolean;
  /** Open files of the whole machine, 0 = unknown. */
  readonly openFiles: number;
}

export interface ProcessNamesOptions {
  /** Ids of columns of the table `processes`: what is not wanted is not read. */
  readonly columns: Uint16Array;
  readonly procRoot?: string;
  /** Bytes of a command line to read; default 511. */
  readonly cmdlineLimit?: number;
  /** Clock ticks since boot, 0 = no limit: who started later is not the process that was seen. */
  readonly notAfter?: number;
}

/** [port or protocol number, official name], in the order of the C library's database. */
export type ServiceEntry = readonly [number: number, name: string];

export interface Services {
  readonly tcp: readonly ServiceEntry[];
  readonly udp: readonly ServiceEntry[];
  /** Services of pseudo protocol `raw`, then all protocols. */
  readonly raw: readonly ServiceEntry[];
}

/** How an address is looked up: gethostbyaddr(3), getnameinfo(3) without flags, getnetbyaddr(3). */
export type HostMode = 'addr' | 'nameinfo' | 'net';

/** What the native addon exports. */
export interface Addon {
  /** Columns of a table as `name:kind`, blanks between them. */
  schema(table: string): string | undefined;
  dump(requests: readonly DumpRequest[], options: DumpOptions): Promise<DumpResult>;
  dumpSync(requests: readonly DumpRequest[], options: DumpOptions): DumpResult;
  /** Without a dump; what is not there is an outcome without rows, mostly with ENOENT. */
  get(requests: readonly GetRequest[], options: DumpOptions): Promise<DumpResult>;
  getSync(requests: readonly GetRequest[], options: DumpOptions): DumpResult;
  open(requests: readonly DumpRequest[], options: StreamOptions): DumpStream;
  /** Sends a request whose answer the next `open` reads, if it asks for the same in the caller's network namespace. */
  askAhead(request: DumpRequest): void;
  /** Ends the process at once: nothing that waits for its end is run. */
  exit(status: number): never;
  decode(requests: readonly DumpRequest[], options: DumpOptions, datagrams: readonly Uint8Array[]): DumpResult;
  users(uids: Uint32Array): Promise<(string | null)[]>;
  hosts(family: number, addresses: Uint8Array, mode: HostMode): Promise<(string | null)[]>;
  services(): Promise<Services>;
  scanOwners(options: OwnersOptions): Promise<OwnersResult>;
  iterateOwners(
    options: OwnersOptions & { readonly taskFile?: boolean; readonly keep?: boolean },
  ): Promise<OwnersResult>;
  /** Ends what `keep` left loaded. NB: waits for a reading that is under way. */
  unloadOwners(): void;
  probeOwners(options: { readonly procRoot?: string }): OwnersProbe;
  processNames(pids: Uint32Array, options: ProcessNamesOptions): Promise<Block>;
}

export interface LoadedAddon {
  readonly addon?: Addon;
  /** Why there is none, in words. */
  readonly reason?: string;
}

let loaded: LoadedAddon | undefined;

/** Takes over what another bundle of this package has loaded in this process. */
export function adoptAddon(given: LoadedAddon | undefined): void {
  loaded ??= given;
}

const agreed = new Map<object, LoadedAddon>();

/**
 * The addon, loaded once; or why it cannot be used, for a table it is to fill: whether its columns are ours. Never throws.
 */
export function loadAddon<S extends Schema>(table?: TableSchema<S>): LoadedAddon {
  loaded ??= tryLoad();
  const { addon } = loaded;
  if (table === undefined || addon === undefined) return loaded;
  let answer = agreed.get(table);
  if (answer === undefined) {
    answer = agreement(addon, table);
    agreed.set(table, answer);
  }
  return answer;
}

/** What an addon built from an earlier checkout lacks. */
const YOUNGEST: readonly (keyof Addon)[] = ['askAhead', 'exit', 'unloadOwners'];

function tryLoad(): LoadedAddon {
  if (process.env.SOCKDIAG_NO_ADDON !== undefined) return { reason: 'SOCKDIAG_NO_ADDON is set' };
  try {
    const addon = requireBinary() as Addon;
    const missing = YOUNGEST.find((name) => typeof addon[name] !== 'function');
    return missing === undefined ? { addon } : { reason: `the addon is of another version: it has no ${missing}()` };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const words = (message ?? String(error)).split('\n')[0]!;
    return { reason: `the addon cannot be loaded (${code ?? 'error'}: ${words})` };
  }
}

function agreement<S extends Schema>(addon: Addon, { name, names, columns }: TableSchema<S>): LoadedAddon {
  const theirs = String(addon.schema(name));
  const ours = names.map((column) => `${column}:${columns[column]!.kind}`);
  if (theirs === ours.join(' ')) return { addon };
  const given = theirs.split(' ');
  const at = ours.findIndex((column, id) => column !== given[id]);
  const place = at < 0 ? ours.length : at;
  const difference = `${name} column ${place} is ${given[place]}, expected ${ours[place]}`;
  return { reason: `the addon is of another version: ${difference}` };
}
