/**
 * Makes N TCP sockets, UDP sockets, unix sockets, routes, links and processes in a private network namespace.
 *
 * How: the namespace has a TCP hash table of its own (net.ipv4.tcp_child_ehash_entries, set in an intermediate namespace, so that the
 * host's value is never touched), because the host's table is shared by all other namespaces and every walk passes over everybody's
 * sockets. Sockets are made by population.c, compiled on first use: one process per 15,000 descriptors, all at
 * once, TCP as connections over 127.B.C.1 with both ends in the same process. Routes and links are made by `ip -batch`. Closing the
 * standard input of population.c ends all of it, so nothing is left when the bench dies; time-wait entries are switched off.
 */
import type { ChildProcess } from 'node:child_process';
import { type Netns, netns } from '../test/support/netns.ts';
import { program } from './program.ts';

export interface PopulationOptions {
  /** Sockets, not connections: two and a listener now and then. */
  readonly tcp?: number;
  readonly tcp6?: number;
  readonly udp?: number;
  /** Half in pairs, half listeners with abstract names. */
  readonly unix?: number;
  /** IPv4 routes of the main table. */
  readonly routes?: number;
  /** Ends of veth pairs, down. */
  readonly links?: number;
  /** Idle processes of eight descriptors. */
  readonly processes?: number;
  /** Buckets of the TCP hash table; the default is what an 8 GB host has. 0: the host's table. */
  readonly ehashEntries?: number;
  readonly perProcess?: number;
}

export interface Population {
  readonly ns: Netns;
  close(): Promise<void>;
}

const DEFAULT_EHASH_ENTRIES = 262_144;
const DEFAULT_PER_PROCESS = 15_000;
const KINDS = ['tcp', 'tcp6', 'udp', 'unix', 'processes'] as const;

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let errors = '';
    child.stderr?.on('data', (bytes: Buffer) => {
      errors += bytes;
    });
    child.stdout?.once('data', () => resolve());
    child.once('close', (status) => reject(new Error(`population ended with status ${status}: ${errors}`)));
  });
}

/** 11.0.0.0/28, 11.0.0.16/28, …: distinct networks through `lo`. */
function* routeLines(count: number): Generator<string> {
  for (let index = 0; index < count; index++) {
    const address = 0x0b00_0000 + index * 16;
    const quad = [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
    yield `route add ${quad}/28 dev lo`;
  }
}

function* linkLines(count: number): Generator<string> {
  for (let index = 0; index < count / 2; index++) yield `link add va${index} type veth peer name vb${index}`;
}

export async function population(options: PopulationOptions): Promise<Population> {
  const { ehashEntries = DEFAULT_EHASH_ENTRIES, perProcess = DEFAULT_PER_PROCESS } = options;
  const ns = await netns(undefined, {
    ...(ehashEntries === 0 ? {} : { ehashEntries }),
    sysctls: { 'ipv4/tcp_max_tw_buckets': 0, 'ipv4/ip_local_port_range': '10000 65000' },
  });
  const counts = KINDS.map((kind) => [kind, options[kind] ?? 0] as const).filter(([, count]) => count > 0);
  const argv = [
    program('bench/population.c'),
    String(perProcess),
    ...counts.map(([kind, count]) => `${kind}=${count}`),
  ];
  const child = ns.spawn(argv);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  ns.beforeClose(async () => {
    child.stdin?.end();
    await ended;
  });
  try {
    await ready(child);
    await ns.batch([...routeLines(options.routes ?? 0), ...linkLines(options.links ?? 0)]);
  } catch (error) {
    await ns.close();
    throw error;
  }
  return { ns, close: () => ns.close() };
}
