import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Netns } from '../support/netns.ts';
import { hasFeature } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { compile, populated } from './faulty.ts';

/**
 * Every large piece of memory the addon asks for while it reads a table, one after the other, cannot be had: rows, texts,
 * datagrams, owners. Each time there is a typed error or the whole table, the process lives, and the next reading is whole.
 */

const scope = suiteScope();
const compiled = compile(scope);
let ns: Netns;

beforeAll(async () => {
  if (compiled !== undefined) ns = await populated(scope, { tcp: 3000, udp: 0, unix: 0, named: 3000 });
});

interface Result {
  readonly whole: number;
  /** Rows, or the code of the error. */
  readonly became: readonly (number | string)[];
  readonly again: number;
}

const TCP = { netid: 'tcp', source: 'netlink' };

/** [what, how it is read, pieces of memory that must have been missed] */
const READINGS: readonly (readonly [string, object, number])[] = [
  ['rows', { read: 'sockets', options: TCP }, 3],
  ['every column', { read: 'sockets', options: { ...TCP, info: true, memory: true } }, 3],
  ['recorded datagrams', { read: 'sockets', options: TCP, recorded: true }, 8],
  ['texts', { read: 'unixSockets', options: { source: 'netlink' } }, 8],
  ['chunks', { read: 'stream', options: TCP }, 2],
  ['device names', { read: 'links', options: { source: 'netlink' } }, 1],
  ['routes', { read: 'routes', options: { source: 'netlink' } }, 1],
];

async function readings(...all: readonly object[]): Promise<Result[]> {
  const script = join(import.meta.dirname, 'memory.mjs');
  const dist = pathToFileURL(resolve(import.meta.dirname, '../../dist')).href;
  const env = { LD_PRELOAD: compiled!.shim, FAULT: 'memory:1000000' };
  const { stdout, stderr, signal } = await ns.exec([process.execPath, script, dist, JSON.stringify(all)], { env });
  expect([signal, stderr.toString()]).toEqual([null, '']);
  return JSON.parse(stdout.toString());
}

describe.skipIf(compiled === undefined || !hasFeature('tcp diag'))('no memory for', () => {
  test.each(READINGS)('%s: ENOMEM, or all rows', async (_, reading, least) => {
    const [result] = await readings(reading);
    const { whole, became, again } = result!;
    expect(whole).toBeGreaterThan(0);
    expect(new Set(became)).toEqual(new Set(['ENOMEM', whole]));
    expect(became.filter((one) => one === 'ENOMEM').length).toBeGreaterThanOrEqual(least);
    expect(again).toBe(whole);
  });

  // Another source of owners answers in the place of one that has no memory.
  test('owners: the same sockets have some', async () => {
    const owners = { netid: 'tcp', state: 'listen', owners: ['exe', 'cmdline'] };
    const [result] = await readings({ read: 'sockets', options: owners });
    const { whole, became, again } = result!;
    expect(whole).toBeGreaterThan(0);
    for (const one of became) expect(['ENOMEM', whole]).toContain(one);
    expect(again).toBe(whole);
  });
});
