import { closeSync, openSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { type Addon, type DumpRequest, type DumpResult, type GetRequest, loadAddon } from '../../src/addon.ts';
import { defineTable, type TableSchema, u32 } from '../../src/columns/type.ts';
import { blockTable, dumpOptions } from '../../src/sources/block.ts';
import { addresses } from '../../src/tables/addresses.ts';
import { links } from '../../src/tables/links.ts';
import { neighbours } from '../../src/tables/neighbours.ts';
import { netlinkSockets } from '../../src/tables/netlink.ts';
import { owners } from '../../src/tables/owners.ts';
import { packet } from '../../src/tables/packet.ts';
import { processes } from '../../src/tables/processes.ts';
import { routes } from '../../src/tables/routes.ts';
import { rules } from '../../src/tables/rules.ts';
import { sockets } from '../../src/tables/sockets.ts';
import { unix } from '../../src/tables/unix.ts';
import { mkprocess } from '../support/mksock.ts';
import { type Netns, netns } from '../support/netns.ts';
import { require } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';

const PAIRS = 1000;
const PAIRS6 = 300;
const TCP: DumpRequest = { kind: 'inet', protocol: 6, states: 0x1ffe, legacy: true, netid4: 0, netid6: 1 };
const PROGRAM = decodeURIComponent(new URL('addon-program.mjs', import.meta.url).pathname);

let ns: Netns;
let addon: Addon;

beforeAll(async () => {
  const loaded = loadAddon();
  if (loaded.addon === undefined) throw new Error(loaded.reason);
  addon = loaded.addon;
  const scope = suiteScope();
  ns = await netns(scope);
  await mkprocess(ns, {}, [
    { kind: 'tcp-connected', host: '127.0.0.1', times: PAIRS },
    { kind: 'tcp-connected', host: '::1', times: PAIRS6 },
  ]);
});

const SHARED = [
  addresses,
  links,
  neighbours,
  netlinkSockets,
  owners,
  packet,
  processes,
  routes,
  rules,
  sockets,
  unix,
] as unknown as readonly TableSchema[];

test.each(SHARED)('the addon has the columns of $name', (schema) => {
  expect(loadAddon(schema)).toEqual({ addon });
});

test('an addon whose columns are others is not used', () => {
  const { reason } = loadAddon(defineTable('rules', { ...rules.columns, family: u32({ doc: '' }) }));
  expect(reason).toMatch(/another version: rules column \d+ is family:u8, expected family:u32/);
  expect(loadAddon(defineTable('rules', { family: rules.columns.family })).reason).toMatch(/expected undefined/);
  expect(loadAddon(defineTable('nothing', {})).reason).toMatch(/another version/);
});

interface Ended {
  status: number | null;
  signal: NodeJS.Signals | null;
  stderr: string;
  value: Record<string, unknown>;
}

/** Runs a program of addon-program.mjs in the namespace. */
async function run(name: string, ...flags: string[]): Promise<Ended> {
  const { stdout, stderr, status, signal } = await ns.exec([process.execPath, ...flags, PROGRAM, name]);
  const text = stdout.toString();
  return { status, signal, stderr: stderr.toString(), value: text === '' ? {} : JSON.parse(text) };
}

/** Runs `action` with a descriptor of the namespace. */
async function inNamespace<T>(action: (netnsFd: number) => T | Promise<T>): Promise<T> {
  const fd = openSync(ns.path, 'r');
  try {
    return await action(fd);
  } finally {
    closeSync(fd);
  }
}

const COLUMNS = ['netid', 'localPort', 'remotePort', 'inode'];

function rowsOf(results: readonly DumpResult[]): unknown[] {
  return results.flatMap(({ block }) => {
    const rows = blockTable(sockets, block, { source: 'netlink' }).toObjects();
    return rows.map((row) => COLUMNS.map((name) => (row as Record<string, unknown>)[name]).join(' '));
  });
}

test('a dump leaves the event loop alone', async () => {
  const { status, stderr, value } = await run('delay');
  expect([status, stderr]).toEqual([0, '']);
  expect(value.rows).toBeGreaterThanOrEqual(2 * PAIRS);
  expect(value.delay).toBeLessThan(20);
});

test('worker threads end in the middle of dumps', async () => {
  const { status, signal, stderr, value } = await run('terminate');
  expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
  expect(value).toEqual({ before: value.before, after: value.before, terminated: 24 });
});

test('no descriptor is left open, whatever becomes of a dump', async () => {
  const { value } = await run('leak');
  expect(value).toEqual({ before: expect.any(Number), after: value.before });
});

test('a stream that nobody closes ends when it is collected', async () => {
  const { value } = await run('collect', '--expose-gc');
  const { before, during, after } = value as Record<string, { sockets: number; threads: number }>;
  expect(during!.sockets).toBeGreaterThan(before!.sockets);
  expect(after!.sockets).toBe(before!.sockets);
  expect(after!.threads).toBeLessThanOrEqual(before!.threads + 4);
});

test('another namespace is read without entering it', async (t) => {
  require.root(t);
  await inNamespace(async (netnsFd) => {
    const options = { ...dumpOptions(sockets, COLUMNS), netnsFd };
    const there = await addon.dump([TCP], options);
    expect(there.outcomes[0]!.error).toBeUndefined();
    expect(there.block.rows).toBeGreaterThanOrEqual(2 * PAIRS);
    const ours = new Set(rowsOf([there]));
    const here = rowsOf([addon.dumpSync([TCP], dumpOptions(sockets, COLUMNS))]);
    expect(here.filter((row) => ours.has(row))).toEqual([]);
  });
});

test('a descriptor that is no namespace is an outcome, not a crash', async () => {
  const fd = openSync('/dev/null', 'r');
  const { outcomes, block } = await addon.dump([TCP], { ...dumpOptions(sockets, COLUMNS), netnsFd: fd });
  closeSync(fd);
  expect(block.rows).toBe(0);
  expect(outcomes[0]!.error).toMatchObject({ op: 'setns', code: 'EINVAL' });
});

test('a stream gives the rows of the dump, IPv4 first', async (t) => {
  require.root(t);
  await inNamespace(async (netnsFd) => {
    const options = { ...dumpOptions(sockets, COLUMNS), netnsFd };
    const whole = rowsOf([addon.dumpSync([TCP], options)]);
    const inOrder = ['tcp ', 'tcp6 '].flatMap((netid) => whole.filter((row) => (row as string).startsWith(netid)));
    for (const reuse of [false, true]) {
      const stream = addon.open([TCP, { ...TCP, states: 0x400 }], { ...options, chunkRows: 100, reuse });
      const chunks: unknown[][] = [];
      for (let chunk = stream.next(); chunk !== null; chunk = stream.next()) chunks.push(rowsOf([chunk]));
      const outcomes = stream.outcomes();
      stream.close();
      expect(chunks.length).toBeGreaterThan(5);
      const rows = chunks.flat();
      expect(rows.slice(0, inOrder.length)).toEqual(inOrder);
      expect(outcomes.map((outcome) => outcome.rows)).toEqual([inOrder.length, rows.length - inOrder.length]);
      expect(outcomes[1]!.rows).toBeGreaterThan(0);
    }
  });
});

test('a stream of one family comes in chunks, whichever it is', async (t) => {
  require.root(t);
  await inNamespace(async (netnsFd) => {
    const options = { ...dumpOptions(sockets, COLUMNS), netnsFd };
    for (const [family, least] of [
      [2, 2 * PAIRS],
      [10, 2 * PAIRS6],
    ] as const) {
      // NB: rows are handed over behind a datagram, which holds some 260.
      const stream = addon.open([{ ...TCP, family, legacy: false }], { ...options, chunkRows: 1 });
      const chunks: number[] = [];
      for (let chunk = stream.next(); chunk !== null; chunk = stream.next()) chunks.push(chunk.block.rows);
      stream.close();
      expect(chunks.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(least);
      expect(Math.max(...chunks)).toBeLessThan(300);
    }
  });
});

test('a stream reads what was asked ahead, if it is the same question', async (t) => {
  require.root(t);
  const { stdout } = await ns.exec([process.execPath, PROGRAM, 'asked']);
  const { same, next, other, last, before, after } = JSON.parse(stdout.toString());
  expect(same.rows).toBeGreaterThan(2 * PAIRS);
  expect(same).toEqual({ ahead: true, rows: same.rows });
  expect(next).toEqual({ ahead: false, rows: same.rows });
  expect(last).toEqual({ ahead: true, rows: same.rows });
  expect(other).toEqual({ ahead: false, rows: expect.any(Number) });
  expect(other.rows).toBeLessThan(same.rows);
  expect(after).toEqual(before);
});

test('an asynchronous reader gets the same', async (t) => {
  require.root(t);
  await inNamespace(async (netnsFd) => {
    const options = { ...dumpOptions(sockets, COLUMNS), netnsFd };
    const stream = addon.open([TCP], { ...options, chunkRows: 100 });
    const chunks: DumpResult[] = [];
    for (let chunk = await stream.nextAsync(); chunk !== null; chunk = await stream.nextAsync()) chunks.push(chunk);
    // Chunks that are not reused stay as they were.
    expect(new Set(rowsOf(chunks))).toEqual(new Set(rowsOf([addon.dumpSync([TCP], options)])));
    expect(await stream.nextAsync()).toBeNull();
    stream.close();
    expect(stream.next()).toBeNull();
  });
});

test('a request that fails ends the stream with its reason', () => {
  const request = { ...TCP, protocol: 254, legacy: false, family: 2 };
  const stream = addon.open([request], { ...dumpOptions(sockets, COLUMNS), chunkRows: 100 });
  expect(stream.next()).toBeNull();
  expect(stream.outcomes()).toMatchObject([{ rows: 0, error: { op: 'NLMSG_DONE', code: 'ENOENT' } }]);
  stream.close();
});

test('a recording decodes to the same rows as the dump it was made of', async () => {
  const options = { ...dumpOptions(sockets, COLUMNS), record: true };
  const live = await addon.dump([TCP, { ...TCP, protocol: 17 }], options);
  const replayed = addon.decode([TCP, { ...TCP, protocol: 17 }], options, live.recorded!);
  expect(rowsOf([replayed])).toEqual(rowsOf([live]));
  expect(replayed.outcomes).toEqual(live.outcomes);
});

const LOOPBACK = Uint8Array.of(127, 0, 0, 1);

function ends(protocol: number, sourcePort: number, destPort: number): GetRequest {
  const addresses = { localAddress: LOOPBACK, remoteAddress: LOOPBACK };
  return { kind: 'inet', family: 2, protocol, states: 0xffffffff, sourcePort, destPort, ...addresses };
}

test('one socket by its ends, TCP and UDP from the same side', async (t) => {
  require.root(t);
  const [tcp] = (await mkprocess(ns, {}, [{ kind: 'tcp-connected', host: '127.0.0.1' }])).sockets;
  const [udp] = (await mkprocess(ns, {}, [{ kind: 'udp-pair', host: '127.0.0.1' }])).sockets;
  await inNamespace(async (netnsFd) => {
    const options = { ...dumpOptions(sockets, ['inode', 'cookie']), netnsFd };
    for (const [protocol, rows] of [[6, tcp!.slice(0, 2)] as const, [17, udp!] as const]) {
      const requests = rows.map((row) => ends(protocol, row.localPort!, row.remotePort!));
      for (const result of [addon.getSync(requests, options), await addon.get(requests, options)]) {
        const table = blockTable(sockets, result.block, { source: 'netlink' });
        expect(table.toObjects().map((row) => row.inode)).toEqual(rows.map((row) => row.inode));
      }
    }
    const [row] = tcp!;
    const wrong = { ...ends(6, row!.localPort!, row!.remotePort!), cookie: 0xffff_ffff_0000n };
    expect(addon.getSync([wrong], options).outcomes[0]).toMatchObject({ rows: 0, error: { code: 'ENOENT' } });
    const none = ends(6, 1, 1);
    expect(addon.getSync([none], options).outcomes[0]).toMatchObject({ rows: 0, error: { op: 'NLMSG_ERROR' } });
  });
});

test('kinds without an exact get say so', () => {
  const { outcomes } = addon.getSync([{ ...ends(0, 0, 0), kind: 'unix' }], {
    table: 'unix',
    columns: new Uint16Array(0),
  });
  expect(outcomes[0]!.error).toMatchObject({ op: 'request', code: 'EOPNOTSUPP' });
});

test('arguments of the wrong shape are TypeErrors', () => {
  const options = dumpOptions(sockets, COLUMNS);
  const wrong: unknown[][] = [
    [[{ kind: 'nonsense' }], options],
    [['inet'], options],
    [[TCP], { table: 'nonsense', columns: new Uint16Array(0) }],
    [[TCP], { table: 'sockets', columns: Uint16Array.of(9999) }],
    [[TCP], { table: 'sockets', columns: [1] }],
    [[{ ...TCP, bytecode: 'text' }], options],
    [[{ ...TCP, bytecode: new Uint8Array(70_000) }], options],
    [[{ ...TCP, localAddress: 'text' }], options],
    [[{ ...TCP, localAddress: new Uint8Array(17) }], options],
    [[TCP], undefined],
    [undefined, options],
  ];
  for (const [requests, given] of wrong) {
    expect(() => addon.dumpSync(requests as never, given as never)).toThrow(TypeError);
    expect(() => addon.open(requests as never, given as never)).toThrow(TypeError);
  }
  expect(() => addon.dumpSync([TCP], dumpOptions({ ...sockets, name: 'unix' }, []))).toThrow('fills another table');
});

test('names come from the databases of the C library', async () => {
  expect(await addon.users(Uint32Array.of(0, 4_000_000_000))).toEqual(['root', null]);
  const [loopback] = await addon.hosts(2, Uint8Array.of(127, 0, 0, 1), 'addr');
  expect(loopback).toBe('localhost');
  expect(await addon.hosts(10, new Uint8Array(16), 'nameinfo')).toEqual(['::']);
  const { tcp, udp, raw } = await addon.services();
  expect(tcp).toContainEqual([80, 'http']);
  expect(udp).toContainEqual([53, 'domain']);
  expect(raw).toContainEqual([1, 'icmp']);
});
