/**
 * What in-process scenarios time, by name. Each runs in a process of its own, inside the population's network namespace.
 * The library is the built package, as its users have it.
 */
import { createRequire } from 'node:module';
import { find, getSocket, owners, portOwners, type SocketEnds, sockets } from 'sockdiag';
import { InodeIndex } from '../src/columns/join.ts';
import { formatInet, selectListed } from '../src/formats/netstat/inet.ts';
import { LONE_PORT, SHARED_PORT } from './populations.ts';
import { parseAsBytes, parseAsText } from './procfs-parsers.ts';

/** Does the work once; resolves to the number of rows, by which the bench knows that it was done. */
export type Repetition = () => Promise<number>;

export interface Subject {
  /** Everything that is not timed. */
  prepare(): Promise<Repetition>;
  /** What is measured is not the time it took but this many milliseconds, which it reports itself. */
  readonly gauge?: () => number;
}

const TCP = { netid: ['tcp', 'tcp6'] } as const;
const WITH_UDP = { netid: ['tcp', 'tcp6', 'udp', 'udp6'] } as const;

function subject(repetition: Repetition): Subject {
  return { prepare: async () => repetition };
}

async function rows(table: Promise<{ readonly length: number }>): Promise<number> {
  return (await table).length;
}

/** Longest time between two turns of the event loop while the work runs. */
function blocking(repetition: Repetition): Subject {
  let longest = 0;
  const watched = async (): Promise<number> => {
    longest = 0;
    let last = performance.now();
    let running = true;
    const turn = (): void => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (running) setImmediate(turn);
    };
    setImmediate(turn);
    try {
      return await repetition();
    } finally {
      // The turn that handed over the result counts.
      longest = Math.max(longest, performance.now() - last);
      running = false;
    }
  };
  return { prepare: async () => watched, gauge: () => longest };
}

/** A connection of which exactly one end has the local port. */
async function lonePort(): Promise<SocketEnds & { readonly localPort: number }> {
  const table = await sockets({ ...TCP, state: 'established' });
  const count = new Map<number, number>();
  for (const port of table.column('localPort')) count.set(port, (count.get(port) ?? 0) + 1);
  const row = table.column('localPort').findIndex((port) => count.get(port) === 1);
  const { localAddress, localPort, remoteAddress, remotePort } = table.at(Math.max(row, 0));
  return { localAddress, localPort, remoteAddress, remotePort };
}

const LOOK_UPS = 1000;

/** Mean time of one look-up among many: a turn of the harness would be a good part of it. */
function exactly(): Subject {
  let mean = 0;
  return {
    prepare: async () => {
      const ends = await lonePort();
      return async () => {
        const start = performance.now();
        let found = 0;
        for (let count = 0; count < LOOK_UPS; count += 1) if (getSocket(ends) !== null) found += 1;
        mean = (performance.now() - start) / LOOK_UPS;
        return found;
      };
    },
    gauge: () => mean,
  };
}

const numeric = { numericHosts: true, extend: false, timers: false, wide: false } as const;

async function formatting(): Promise<Repetition> {
  const table = await sockets(TCP);
  return async () => {
    let bytes = 0;
    for (const netid of TCP.netid) {
      const selection = selectListed(table as never, netid, 'all');
      for (const chunk of formatInet(table as never, selection, netid, numeric)) bytes += chunk.length;
    }
    return bytes === 0 ? 0 : table.length;
  };
}

const JOINED_SOCKETS = 100_000;
const JOINED_OWNERS = 130_000;

/** Inodes as a busy host has them: increasing with gaps, owners process by process, three in ten with a second holder. */
function joining(): Repetition {
  const inodes = Uint32Array.from({ length: JOINED_SOCKETS }, (_, row) => 1_000_000 + row * 3);
  const held = Uint32Array.from({ length: JOINED_OWNERS }, (_, row) => inodes[(row * 7919) % JOINED_SOCKETS]!);
  return async () => {
    const index = new InodeIndex(held);
    let owned = 0;
    for (const inode of inodes) if (index.first(inode) >= 0) owned += 1;
    return owned;
  };
}

type NodeNetstat = (options: { readonly done: (error?: Error) => void }, handler: () => void) => void;

/** Packages are loaded when they are the subject, from the development dependencies. */
function load<T>(name: string): T {
  return createRequire(import.meta.url)(name) as T;
}

function nodeNetstat(): Promise<number> {
  const netstat = load<NodeNetstat>('node-netstat');
  return new Promise((resolve, reject) => {
    let count = 0;
    const done = (error?: Error): void => (error ? reject(error) : resolve(count));
    netstat({ done }, () => {
      count += 1;
    });
  });
}

async function systeminformation(): Promise<number> {
  const { networkConnections } = load<{ networkConnections(): Promise<unknown[]> }>('systeminformation');
  return (await networkConnections()).length;
}

export const SUBJECTS: Readonly<Record<string, Subject>> = {
  columns: subject(() => rows(sockets(TCP))),
  'columns-netstat': subject(() =>
    rows(
      sockets({
        ...TCP,
        columns: ['localAddress', 'localPort', 'remoteAddress', 'remotePort', 'recvQ', 'sendQ', 'uid', 'inode'],
      }),
    ),
  ),
  'columns-procfs': subject(() => rows(sockets({ ...TCP, source: 'procfs' }))),
  block: blocking(() => rows(sockets(TCP))),
  objects: subject(async () => (await sockets(TCP)).toObjects().length),
  listeners: subject(() => rows(sockets({ ...TCP, state: 'listen' }))),
  port: {
    prepare: async () => {
      const { localPort } = await lonePort();
      return () => rows(sockets({ ...TCP, localPort }));
    },
  },
  exact: exactly(),
  format: { prepare: formatting },
  join: { prepare: async () => joining() },
  'parse-text': subject(async () => (await parseAsText()).length),
  'parse-bytes': subject(async () => parseAsBytes().rows),
  'with-owners': subject(async () => (await sockets({ ...WITH_UDP, owners: true })).toObjects().length),
  systeminformation: subject(systeminformation),
  'node-netstat': subject(nodeNetstat),
  'owners-bpf': ownersFrom('auto', 'bpf'),
  'owners-scan': ownersFrom('procfs', 'scan'),
  'port-owners': subject(async () => (await portOwners(LONE_PORT)).length),
  'port-owners-shared': subject(async () => (await portOwners(SHARED_PORT)).length),
  'find-port': subject(async () => (await find({ port: LONE_PORT })).length),
};

/** What a subject cannot do on this machine; the others go on without it. */
export class Unfit extends Error {}

/** A few thousand descriptors are always scanned, and BPF may be refused. */
function ownersFrom(source: 'auto' | 'procfs', expected: string): Subject {
  const read = () => owners({ source, columns: ['inode', 'pid'] });
  return {
    prepare: async () => {
      const table = await read();
      if (table.source !== expected) throw new Unfit(`owners come from ${table.source} here`);
      return async () => (await read()).length;
    },
  };
}
