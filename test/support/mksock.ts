import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Netns, netns, type Scope } from './netns.ts';
import { python } from './require.ts';

/** Options that all IPv4/IPv6 factories take. */
interface InetOptions {
  host?: string;
  port?: number;
  /** fchown(2) of the socket: its uid in the kernel, whoever holds it. Needs root outside. */
  owner?: number;
}

interface ListenOptions extends InetOptions {
  backlog?: number;
  v6only?: boolean;
  /** Interface of a link-local address. */
  scope?: string;
  /** SO_BINDTODEVICE. */
  device?: string;
  reuse?: boolean;
}

interface ConnectOptions extends ListenOptions {
  /** The address the client connects to, for a listener on a wildcard: 127.0.0.1 with host `::` gives a v4-mapped pair. */
  to?: string;
}

/** A connection to a peer played by hand; `mapped` puts the IPv4 addresses into an IPv6 socket. */
interface PeerOptions extends InetOptions {
  mapped?: boolean;
}

interface DatagramOptions extends InetOptions {
  connect?: readonly [host: string, port: number];
  /** Datagrams that wait to be read. */
  queue?: number;
  v6only?: boolean;
  scope?: string;
  device?: string;
  reuse?: boolean;
}

interface UnixOptions {
  type?: 'stream' | 'dgram' | 'seqpacket';
  /** Hexadecimal bytes (see `hex`); '' = autobind, absent = not bound. */
  path?: string;
  /** Entered before bind, for relative names. */
  directory?: string;
}

/** What each factory takes. The first row it returns is the socket it is named after. */
export interface Factories {
  'tcp-listen': ListenOptions;
  /** Rows: accepted end, client, listener. `send` bytes wait at the accepted end. */
  'tcp-connected': ConnectOptions & { send?: number };
  'tcp-unaccepted': ConnectOptions & { count?: number };
  'tcp-full-backlog': ListenOptions & { more?: number };
  'tcp-bound': InetOptions;
  /** Rows: FIN_WAIT2, CLOSE_WAIT, listener; all owned. */
  'tcp-half-closed': ConnectOptions;
  'tcp-defer-accept': ListenOptions;
  'tcp-keepalive': ConnectOptions;
  'mptcp-listen': ListenOptions;
  'mptcp-connected': ConnectOptions;
  'tcp-syn-sent': PeerOptions & { count?: number };
  'tcp-syn-recv': ListenOptions & { count?: number; dual?: boolean };
  'tcp-fin-wait1': PeerOptions & { orphan?: boolean };
  'tcp-fin-wait2': PeerOptions & { orphan?: boolean; refresh?: boolean };
  'tcp-fin-wait2-timewait': PeerOptions & { refresh?: boolean };
  'tcp-time-wait': PeerOptions & { refresh?: boolean };
  'tcp-close-wait': PeerOptions & { queue?: number };
  'tcp-last-ack': PeerOptions;
  'tcp-closing': PeerOptions & { orphan?: boolean };
  /** ESTABLISHED, timer "on": `send` bytes nobody acknowledges, `receive` bytes nobody reads. */
  'tcp-retransmit': PeerOptions & { send?: number; receive?: number };
  /** ESTABLISHED, timer "probe": the peer's window is closed. */
  'tcp-probe': PeerOptions & { send?: number };
  udp: DatagramOptions;
  'udp-pair': InetOptions;
  udplite: DatagramOptions;
  raw: { host?: string; protocol?: number; connect?: string; queue?: number; owner?: number };
  packet: { type?: 'raw' | 'dgram'; protocol?: number; device?: string };
  netlink: { protocol?: number; groups?: readonly number[] };
  multicast: { group: string; device: string; users?: number };
  'vsock-listen': { port?: number };
  unix: UnixOptions;
  'unix-listen': UnixOptions & { backlog?: number };
  'unix-connected': UnixOptions;
  'unix-unaccepted': UnixOptions & { count?: number };
  'unix-full-backlog': UnixOptions & { backlog?: number };
  'unix-pair': { type?: 'stream' | 'dgram' | 'seqpacket'; send?: number };
  'unix-in-flight': Record<never, never>;
}

export type Kind = keyof Factories;

/** One socket to make; `times` repeats it. */
export type Wanted = { [K in Kind]: { kind: K; times?: number } & Factories[K] }[Kind];

export interface SocketRow {
  /** 0: the kernel's alone (half-open, time-wait, orphan). */
  readonly inode: number;
  readonly localAddress?: string;
  readonly localPort?: number;
  readonly remoteAddress?: string;
  readonly remotePort?: number;
  readonly role?: 'client' | 'listener' | 'half-open' | 'carrier';
  /** AF_UNIX: the bound name as hexadecimal bytes. */
  readonly path?: string;
  /** AF_NETLINK: nl_pid. */
  readonly portId?: number;
}

export interface ProcessOptions {
  uid?: number;
  /** Bytes that /proc/PID/cmdline begins with. */
  title?: string | Buffer;
  comm?: string | Buffer;
  /** Further processes that hold the same sockets. */
  holders?: number;
  /** The first thread ends, another one goes on. */
  leaderExits?: boolean;
  /** The descriptors are in the table of a thread that is not the leader. */
  unsharedFiles?: boolean;
}

export interface MadeProcess {
  readonly pid: number;
  readonly holders: readonly number[];
  /** Rows per wanted socket, in the order asked for. */
  readonly sockets: readonly (readonly SocketRow[])[];
  close(): Promise<void>;
}

/** The first row's fields, all rows, and the process that holds them. */
export interface Made extends SocketRow {
  /** The same as localPort; 0 for a family without ports. */
  readonly port: number;
  readonly pid: number;
  readonly rows: readonly SocketRow[];
  close(): Promise<void>;
}

interface Report {
  id: number;
  error?: string;
  pid: number;
  holders: number[];
  sockets: SocketRow[][];
}

/** Room for titles: the argument area of the server is what its forks may write over. */
const TITLE_ROOM = ' '.repeat(6000);

export function hex(text: string | Buffer): string {
  return Buffer.from(text as string).toString('hex');
}

/** One server per namespace; it ends with the namespace's `close` because its standard input closes then. */
class Server {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve(report: Report): void; reject(error: Error): void }>();
  #errors = '';
  #last = 0;

  constructor(ns: Netns) {
    const script = join(import.meta.dirname, 'mksock', 'serve.py');
    this.#child = ns.spawn([python, '-BSE', script, TITLE_ROOM], { cwd: ns.directory });
    this.#child.stderr!.on('data', (bytes: Buffer) => {
      this.#errors += bytes;
    });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => this.#answer(JSON.parse(line) as Report));
    this.#child.once('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the socket maker ended: ${this.#errors}`));
    });
  }

  #answer(report: Report): void {
    const waiting = this.#waiting.get(report.id);
    this.#waiting.delete(report.id);
    if (report.error === undefined) waiting?.resolve(report);
    else waiting?.reject(new Error(report.error));
  }

  ask(request: object): Promise<Report> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.stdin!.write(`${JSON.stringify({ id, ...request })}\n`);
    });
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin!.end();
    await ended;
  }
}

const servers = new WeakMap<Netns, Server>();

function serverOf(ns: Netns): Server {
  let server = servers.get(ns);
  if (server === undefined) {
    server = new Server(ns);
    servers.set(ns, server);
    ns.beforeClose(() => server!.close());
  }
  return server;
}

/** A process inside `ns` that holds all of `sockets`; it lives until `close`, or as long as the namespace. */
export async function mkprocess(ns: Netns, options: ProcessOptions, sockets: readonly Wanted[]): Promise<MadeProcess> {
  const { title, comm, ...rest } = options;
  const process = {
    ...rest,
    ...(title === undefined ? {} : { title: hex(title) }),
    ...(comm === undefined ? {} : { comm: hex(comm) }),
  };
  const server = serverOf(ns);
  const { pid, holders, sockets: rows } = await server.ask({ process, sockets });
  return { pid, holders, sockets: rows, close: async () => void (await server.ask({ close: pid })) };
}

/** One socket (or group of sockets) in a process of its own; with a scope instead of a namespace, in a new namespace too. */
export async function mksock<K extends Kind>(
  where: Netns | Scope,
  kind: K,
  options: Factories[K] & ProcessOptions = {} as Factories[K],
): Promise<Made> {
  const ns = 'exec' in where ? where : await netns(where);
  const { uid, title, comm, holders, leaderExits, unsharedFiles, ...rest } = options;
  const about = { uid, title, comm, holders, leaderExits, unsharedFiles };
  const given = Object.fromEntries(Object.entries(about).filter(([, value]) => value !== undefined));
  const made = await mkprocess(ns, given, [{ kind, ...rest } as unknown as Wanted]);
  const rows = made.sockets[0]!;
  const first = rows[0]!;
  return { ...first, port: first.localPort ?? 0, pid: made.pid, rows, close: made.close };
}
