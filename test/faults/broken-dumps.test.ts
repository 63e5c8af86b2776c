import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Netns, Outcome } from '../support/netns.ts';
import { hasFeature, python } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { compile, errnoOf, ours, populated, waitUntilReady } from './faulty.ts';

/**
 * Dumps that die on their first datagram, in the middle, and on their last one: every kind of dump, by the library and by
 * the command. Never half a table that passes for whole, never a hang, never a row twice.
 */

const scope = suiteScope();
const compiled = compile(scope);
let ns: Netns;

/** A kind of dump as the shim calls it, and who reads it; `columns` make rows distinct. */
interface Kind {
  readonly on: string;
  readonly read: string;
  readonly options?: object;
  /** Letters of the command. */
  readonly args: readonly string[];
  /** Another source can give the table when the kernel refuses it. */
  readonly procfs: boolean;
}

const KINDS: readonly Kind[] = [
  { on: 'tcp', read: 'sockets', options: { netid: ['tcp', 'tcp6'] }, args: ['-tan'], procfs: true },
  { on: 'tcp', read: 'stream', options: { netid: ['tcp', 'tcp6'] }, args: ['-tan'], procfs: true },
  { on: 'unix', read: 'unixSockets', args: ['-xan'], procfs: true },
  { on: 'packet', read: 'packetSockets', args: ['--table', 'packet'], procfs: true },
  { on: 'netlink', read: 'netlinkSockets', args: ['--table', 'netlink'], procfs: true },
  { on: 'link', read: 'links', args: ['--table', 'links'], procfs: true },
  { on: 'route', read: 'routes', options: { family: 4, table: 'main' }, args: ['-rn'], procfs: true },
  { on: 'address', read: 'addresses', options: { family: 4 }, args: ['--table', 'addresses', '-4'], procfs: true },
  { on: 'neighbour', read: 'neighbours', options: { family: 4 }, args: ['--table', 'neighbours', '-4'], procfs: true },
  { on: 'rule', read: 'rules', options: { family: 4 }, args: ['--table', 'rules', '-4'], procfs: false },
];

/** What happens to the datagram. */
const FAULTS: readonly (readonly [name: string, fault: string])[] = [
  ['ENOMEM from recv()', `recv:${errnoOf('ENOMEM')}`],
  ['ENOBUFS from recv()', `recv:${errnoOf('ENOBUFS')}`],
  ['EINTR in NLMSG_DONE', `done:${errnoOf('EINTR')}`],
  ['ENOMEM in NLMSG_DONE', `done:${errnoOf('ENOMEM')}`],
  ['ENOBUFS in NLMSG_ERROR', `error:${errnoOf('ENOBUFS')}`],
  ['a foreign sequence number', 'sequence'],
  ['a datagram of one byte', 'byte'],
  ['a datagram that is cut in half', 'half'],
  ['MSG_TRUNC', 'truncated'],
  ['the end of the file', 'empty'],
];

/** Which datagram: the first, one in the middle, the last. */
const PLACES = ['0', '1', 'last'] as const;

interface Case {
  readonly read: string;
  readonly options: object;
  readonly env?: { readonly FAULT: string; readonly FAULT_ON: string; readonly FAULT_AT: string };
}

interface Became {
  readonly rows: number;
  readonly distinct: number;
  readonly source: string;
  readonly malformed: number;
  readonly error?: { readonly name: string; readonly code: string };
}

const dist = pathToFileURL(resolve(import.meta.dirname, '../../dist')).href;

async function library(cases: readonly Case[]): Promise<Became[]> {
  const script = join(import.meta.dirname, 'broken-dumps.mjs');
  const argv = [process.execPath, script, dist, JSON.stringify(cases)];
  const { stdout, stderr, signal } = await ns.exec(argv, { env: { LD_PRELOAD: compiled!.shim } });
  expect([signal, stderr.toString()]).toEqual([null, '']);
  return JSON.parse(stdout.toString());
}

/** Enough of everything for at least three datagrams of 32 KiB. */
beforeAll(async () => {
  if (compiled === undefined) return;
  ns = await populated(scope, { tcp: 2000, udp: 0, unix: 2500 });
  const child = ns.spawn([python, '-BSE', join(import.meta.dirname, 'kinds-population.py'), '1600']);
  await waitUntilReady(ns, child);
  const each = (count: number, line: (at: number) => string) => Array.from({ length: count }, (_, at) => line(at));
  await ns.batch([
    ...each(45, (at) => `link add a${at} type veth peer name b${at}`),
    'link set a0 up',
    'link set b0 up',
    ...each(1300, (at) => `addr add 10.8.${at >> 8}.${at & 255}/32 dev a0`),
    ...each(2000, (at) => `route add 10.9.${at >> 8}.${at & 255}/32 dev a0`),
    ...each(1300, (at) => `neigh add 10.10.${at >> 8}.${at & 255} lladdr 02:00:00:00:00:01 dev a0 nud permanent`),
    ...each(1500, (at) => `rule add from 10.11.${at >> 8}.${at & 255} table 100 priority ${1000 + at}`),
  ]);
});

function broken({ read, options = {}, on }: Kind, source: object): readonly Case[] {
  return PLACES.flatMap((FAULT_AT) =>
    FAULTS.map(([, FAULT]) => ({ read, options: { ...options, ...source }, env: { FAULT, FAULT_ON: on, FAULT_AT } })),
  );
}

describe.skipIf(compiled === undefined || !hasFeature('tcp diag'))('the library', () => {
  for (const kind of KINDS) {
    const name = kind.read === 'stream' ? 'sockets.stream' : kind.read;
    test.each([
      ['netlink insisted on', { source: 'netlink' }],
      // It is procfs that is asked first for netlink sockets.
      ...(kind.on === 'netlink' ? [] : [['whichever source', {}] as const]),
    ])(`${name}, %s: a typed error, whatever happens and wherever`, async (_, source) => {
      const whole: Case = { read: kind.read, options: { ...kind.options, ...source } };
      const cases = broken(kind, source);
      const [before, ...became] = await library([whole, ...cases, whole]);
      expect(before).toMatchObject({ source: 'netlink', malformed: 0 });
      expect(before!.rows).toBeGreaterThan(80);
      expect(became.pop()).toEqual(before);
      for (const [at, { env }] of cases.entries()) {
        const told = JSON.stringify([env, became[at]]);
        expect(became[at]?.error?.name, told).toMatch(/^(NetlinkError|DecodeError)$/);
        expect(became[at]?.error?.code, told).toMatch(/^E[A-Z]+$/);
      }
    });

    test(`${name}: a refusal in the middle is an answer from elsewhere, or the error`, async () => {
      const options = { ...kind.options, ...(kind.on === 'netlink' ? { source: 'netlink' } : {}) };
      const FAULT = `done:${errnoOf('ENOENT')}`;
      const cases = PLACES.map((FAULT_AT) => ({
        read: kind.read,
        options,
        env: { FAULT, FAULT_ON: kind.on, FAULT_AT },
      }));
      const [elsewhere, ...became] = await library([
        { read: kind.read, options: { ...options, source: 'procfs' } },
        ...cases,
      ]);
      for (const told of became) {
        if (kind.procfs && kind.on !== 'netlink') expect(told).toEqual(elsewhere);
        else expect(told.error).toMatchObject({ name: 'NetlinkError', code: 'ENOENT' });
      }
    });

    test(`${name}: a message with a body of one byte costs its row and is counted, or ends the dump`, async () => {
      const options = { ...kind.options, source: 'netlink' };
      const whole: Case = { read: kind.read, options };
      const at = (FAULT_AT: string): Case => ({ ...whole, env: { FAULT: 'body', FAULT_ON: kind.on, FAULT_AT } });
      const [before, first, middle, last] = await library([whole, at('0'), at('1'), at('last')]);
      for (const told of [first, middle]) expect(told).toMatchObject({ rows: before!.rows - 1, malformed: 1 });
      if (last!.error === undefined) expect(last).toMatchObject({ rows: before!.rows - 1, malformed: 1 });
      else expect(last).toMatchObject({ error: { code: 'EBADMSG' } });
    });
  }
});

const FORMATS = [['--json'], ['--ndjson'], ['--csv']] as const;

/** Rows of what was printed, in whatever format. */
function rowsOf({ stdout }: Outcome): string[] {
  return stdout.toString().split('\n').slice(0, -1);
}

/** Where the command would not ask netlink first. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  unix: ['--source', 'netlink'],
  netlink: ['--source', 'netlink'],
};

describe.skipIf(compiled === undefined || !hasFeature('tcp diag'))('the command', () => {
  async function fails(args: readonly string[], env: Record<string, string>): Promise<void> {
    const outcome = await ns.exec(ours(args), { env: { ...env, LD_PRELOAD: compiled!.shim } });
    const told = `${args.join(' ')} ${JSON.stringify(env)}: ${outcome.stderr}`;
    expect([outcome.signal, outcome.status], told).toEqual([null, 1]);
    expect(outcome.stderr.toString(), told).toMatch(/^sockdiag: .+\n$/);
    const rows = rowsOf(outcome).filter((row) => /\d/.test(row));
    expect(new Set(rows).size, told).toBe(rows.length);
    // A document that is not whole must not parse as one.
    if (args.includes('--json')) expect(outcome.stdout.toString(), told).toBe('');
  }

  // Each fault once for each kind, taking turns at places and formats.
  for (const [turn, kind] of KINDS.filter(({ read }) => read !== 'stream').entries()) {
    test(`${kind.args.join(' ')}: broken dumps of ${kind.on}`, async () => {
      for (const [at, [, FAULT]] of FAULTS.entries()) {
        const format = FORMATS[Math.floor((turn + at) / PLACES.length) % FORMATS.length]!;
        const args = [...kind.args, ...format, ...(SOURCES[kind.on] ?? [])];
        await fails(args, { FAULT, FAULT_ON: kind.on, FAULT_AT: PLACES[(turn + at) % PLACES.length]! });
      }
    });
  }

  test.each([
    ['-tan', 'tcp'],
    ['-rn', 'route'],
    ['-in', 'link'],
    ['-in', 'address'],
    ['-ien', 'address'],
  ])("netstat's text, %s: broken dumps of %s", async (args, FAULT_ON) => {
    for (const FAULT_AT of PLACES) {
      for (const [, FAULT] of FAULTS.slice(0, 2)) await fails([args], { FAULT, FAULT_ON, FAULT_AT });
    }
  });
});
