import { beforeAll, describe, expect, test } from 'vitest';
import { inside } from '../live/inside.ts';
import { netns } from '../support/netns.ts';
import { type FeatureName, require } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { type World, world } from '../support/world.ts';
import { EXCEPTIONS, isExcepted } from './exceptions.ts';

type Row = Readonly<Record<string, unknown>>;

interface Compared {
  readonly table: string;
  readonly netlink: readonly Row[];
  readonly procfs: readonly Row[];
  readonly sources: readonly [string, string];
  /** Columns that the schema gives to both. */
  readonly columns: readonly string[];
}

/** How a table is read for comparison: rows that only one source has are left out for a reason. */
interface Compare {
  readonly read: string;
  readonly options?: object;
  /** What identifies a row in both sources; rows with the same identity are compared in order. */
  readonly identity: readonly string[];
  readonly netlinkOnly?: { readonly reason: string; readonly rows: (row: Row) => boolean };
  readonly procfsOnly?: { readonly reason: string; readonly rows: (row: Row) => boolean };
  /** Without it netlink has no such table. */
  readonly feature?: FeatureName;
  /** Are the rows in the same order too? */
  readonly ordered: boolean;
}

const ENDPOINTS = ['netid', 'localAddress', 'localPort', 'remoteAddress', 'remotePort', 'inode'];

const TABLES: Readonly<Record<string, Compare>> = {
  tcp: { read: 'sockets', options: { netid: ['tcp', 'tcp6'] }, identity: ENDPOINTS, ordered: true },
  udp: { read: 'sockets', options: { netid: ['udp', 'udp6'] }, identity: ENDPOINTS, ordered: true },
  raw: {
    read: 'sockets',
    options: { netid: ['raw', 'raw6'] },
    identity: ENDPOINTS,
    ordered: true,
    feature: 'raw diag',
  },
  unix: {
    read: 'unixSockets',
    identity: ['inode'],
    ordered: true,
    procfsOnly: { reason: 'connections that wait for accept(2) are not dumped', rows: ({ inode }) => inode === 0 },
  },
  packet: { read: 'packetSockets', identity: ['inode'], ordered: true },
  netlink: {
    read: 'netlinkSockets',
    identity: ['protocol', 'portid'],
    ordered: false,
    netlinkOnly: { reason: 'the socket that asks', rows: ({ protocol, portid }) => protocol === 4 && portid !== 0 },
  },
  links: { read: 'links', identity: ['name'], ordered: true },
  'IPv4 addresses': {
    read: 'addresses',
    options: { family: 4 },
    identity: ['address', 'label'],
    ordered: false,
    netlinkOnly: {
      reason: 'getifaddrs(3) of Node.js leaves out devices that are not running: tun7 has nothing attached to it',
      rows: ({ label }) => label === 'tun7',
    },
  },
  'IPv6 addresses': { read: 'addresses', options: { family: 6 }, identity: ['address', 'interface'], ordered: false },
  'IPv4 routes': {
    read: 'routes',
    options: { family: 4, table: 'main' },
    identity: ['destination', 'destinationLength', 'gateway', 'metric'],
    ordered: false,
    netlinkOnly: {
      reason: '/proc/net/route shows the first next hop, and no broadcast or multicast routes',
      rows: ({ hop, type }) => (hop !== null && hop !== 0) || type === 'broadcast' || type === 'multicast',
    },
  },
  'IPv6 routes': {
    read: 'routes',
    options: { family: 6 },
    identity: ['destination', 'destinationLength', 'gateway', 'metric'],
    ordered: false,
    procfsOnly: { reason: 'the null row of a table without default route', rows: ({ metric }) => metric === -1 },
  },
  'IPv4 neighbours': {
    read: 'neighbours',
    options: { family: 4 },
    identity: ['address'],
    ordered: false,
    netlinkOnly: {
      reason: '/proc/net/arp leaves out what needs no resolution (NUD_NOARP)',
      rows: ({ state }) => (Number(state) & 0x40) !== 0,
    },
  },
};

const scope = suiteScope();
let ns: World;

beforeAll(async () => {
  ns = await world(scope);
  await ns.ip('neigh', 'add', '10.99.0.77', 'lladdr', '02:00:00:00:00:77', 'dev', 'sp-a', 'nud', 'permanent');
  // The sysfs of the host does not show the devices of this namespace.
  const { status, stderr } = await ns.exec(['mount', '-t', 'sysfs', 'sysfs', '/sys']);
  if (status !== 0) throw new Error(`sysfs: ${stderr}`);
});

/** Reads both sources one after the other, every column they share. */
function compareIn(where: World, { read, options = {} }: Compare): Promise<Compared> {
  return inside(
    where,
    `const options = ${JSON.stringify(options)};
     const { schema } = await sockdiag.${read}({ ...options, source: 'procfs' });
     const columns = schema.names.filter((name) => schema.columns[name].netlink !== undefined && schema.columns[name].procfs !== undefined);
     const more = schema.names.filter((name) => ['hop', 'type', 'protocol', 'inode', 'state'].includes(name));
     const all = [...new Set([...columns, ...more])];
     const a = await sockdiag.${read}({ ...options, columns: all, source: 'netlink' });
     const b = await sockdiag.${read}({ ...options, columns: all, source: 'procfs' });
     return { table: schema.name, columns, sources: [a.source, b.source], netlink: a.toObjects(), procfs: b.toObjects() };`,
  );
}

function keyOf(row: Row, identity: readonly string[]): string {
  return JSON.stringify(identity.map((name) => row[name]));
}

function byKey(rows: readonly Row[], identity: readonly string[]): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row, identity);
    found.set(key, [...(found.get(key) ?? []), row]);
  }
  return found;
}

/** Both families of a protocol come from one walk of netlink's, mixed; within a netid the order is that of the file. */
function inOrder(rows: readonly Row[], { ordered, identity }: Compare): Row[] {
  const key = (row: Row) => (ordered ? String(row.netid ?? '') : keyOf(row, identity));
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** Milliseconds between the two readings, and what a tick of /proc rounds away. */
const TIMER_SLACK = 1500;

function isEqual(column: string, a: unknown, b: unknown): boolean {
  if (column === 'timerMs') return Math.abs(Number(a) - Number(b)) <= TIMER_SLACK;
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Columns that differ without an exception: in how many rows, and one of them. */
function differences({ table, columns }: Compared, pairs: readonly (readonly [Row, Row])[]): Record<string, unknown> {
  const wrong: Record<string, { rows: number; netlink: unknown; procfs: unknown; row: string }> = {};
  for (const [a, b] of pairs) {
    for (const name of columns) {
      if (isEqual(name, a[name], b[name]) || isExcepted(table, name, a, b)) continue;
      wrong[name] ??= { rows: 0, netlink: a[name], procfs: b[name], row: JSON.stringify(a) };
      wrong[name].rows += 1;
    }
  }
  return wrong;
}

interface Outcome {
  readonly sources: readonly [string, string];
  readonly netlink: readonly string[];
  readonly procfs: readonly string[];
  readonly wrong: Record<string, unknown>;
}

async function outcomeOf(compare: Compare): Promise<Outcome> {
  const compared = await compareIn(ns, compare);
  const netlink = compared.netlink.filter((row) => !(compare.netlinkOnly?.rows(row) ?? false));
  const procfs = compared.procfs.filter((row) => !(compare.procfsOnly?.rows(row) ?? false));
  const keys = (rows: readonly Row[]) => inOrder(rows, compare).map((row) => keyOf(row, compare.identity));
  const theirs = byKey(procfs, compare.identity);
  const pairs = [...byKey(netlink, compare.identity)].flatMap(([key, rows]) =>
    rows.flatMap((row, at): [Row, Row][] => {
      const other = theirs.get(key)?.[at];
      return other === undefined ? [] : [[row, other]];
    }),
  );
  const { sources } = compared;
  return { sources, netlink: keys(netlink), procfs: keys(procfs), wrong: differences(compared, pairs) };
}

/** Timers fire and connections end between two readings; what is wrong stays wrong. */
const ATTEMPTS = 8;

async function settled(compare: Compare): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await outcomeOf(compare);
    const same = JSON.stringify(outcome.netlink) === JSON.stringify(outcome.procfs);
    if (attempt === ATTEMPTS || (same && Object.keys(outcome.wrong).length === 0)) return outcome;
  }
}

describe('netlink and procfs', () => {
  for (const [name, compare] of Object.entries(TABLES)) {
    test(`${name}: the same rows, the same values in every column`, async (t) => {
      if (compare.feature !== undefined) require.feature(t, compare.feature);
      const { sources, netlink, procfs, wrong } = await settled(compare);
      expect(sources).toEqual(['netlink', 'procfs']);
      expect(netlink.length).toBeGreaterThan(0);
      expect(netlink).toEqual(procfs);
      expect(wrong).toEqual({});
    });
  }
});

describe('exceptions', () => {
  test('each has a reason', () => {
    expect(EXCEPTIONS.filter(({ reason }) => reason.length < 10)).toEqual([]);
  });
});

test('an empty namespace is empty in both', async () => {
  const empty = await netns(scope);
  const lengths = await inside<number[]>(
    empty,
    `const lengths = [];
     for (const source of ['netlink', 'procfs']) for (const read of ['unixSockets', 'packetSockets']) lengths.push((await sockdiag[read]({ source })).length);
     return lengths;`,
  );
  expect(lengths).toEqual([0, 0, 0, 0]);
});
