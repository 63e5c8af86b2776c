import { type ChildProcess, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { type ExecOptions, type Netns, netns, type Outcome, type Scope } from '../support/netns.ts';
import { findBinary, python } from '../support/require.ts';

/** Running the built command and the built library where something is wrong. */

export const bundle: string = resolve(import.meta.dirname, '../../dist/sockdiag.cjs');
const dist: string = pathToFileURL(resolve(import.meta.dirname, '../../dist/index.js')).href;

/** Numbers of errno names. */
export function errnoOf(name: string): number {
  const number = { ...constants.errno }[name as 'EPERM'] ?? { ESTALE: 116 }[name];
  if (number === undefined) throw new Error(`no errno ${name}`);
  return number;
}

/** Programs the tests compile for themselves. */
export interface Compiled {
  /** For LD_PRELOAD; see shim.c. */
  readonly shim: string;
  /** See deny.c. */
  readonly deny: string;
}

/** Undefined: there is no C compiler. */
export function compile(scope: Scope): Compiled | undefined {
  if (findBinary('gcc') === undefined) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'sockdiag-faults-'));
  scope.onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const [shim, deny] = [join(directory, 'shim.so'), join(directory, 'deny')];
  const source = (name: string) => join(import.meta.dirname, name);
  execFileSync('gcc', ['-Wall', '-Werror', '-O1', '-shared', '-fPIC', '-o', shim, source('shim.c'), '-ldl']);
  execFileSync('gcc', ['-Wall', '-Werror', '-O1', '-o', deny, source('deny.c')]);
  return { shim, deny };
}

export interface Population {
  readonly tcp: number;
  readonly udp: number;
  readonly unix: number;
  /** Unix sockets with a long name. */
  readonly named?: number;
}

/** A namespace with so many sockets that do not change. */
export async function populated(scope: Scope, { tcp, udp, unix, named = 0 }: Population): Promise<Netns> {
  const ns = await netns(scope);
  // Its own interfaces, not those of the namespace /sys was mounted in.
  await ns.exec(['mount', '-t', 'sysfs', 'sysfs', '/sys']);
  const script = join(import.meta.dirname, 'population.py');
  await waitUntilReady(ns, ns.spawn([python, '-BSE', script, String(tcp), String(udp), String(unix), String(named)]));
  return ns;
}

/** A program that prints a line when it has opened its sockets, and holds them until its input ends. */
export async function waitUntilReady(ns: Netns, child: ChildProcess): Promise<void> {
  ns.beforeClose(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin?.end();
    await ended;
  });
  await new Promise<void>((resolve, reject) => {
    let errors = '';
    child.stderr?.on('data', (bytes: Buffer) => {
      errors += bytes;
    });
    child.stdout?.once('data', () => resolve());
    child.once('exit', (status) => reject(new Error(`population ended (${status}): ${errors}`)));
  });
}

export function ours(args: readonly string[], nodeFlags: readonly string[] = []): string[] {
  if (!existsSync(bundle)) throw new Error(`${bundle} is missing: npm run build`);
  return [process.execPath, ...nodeFlags, bundle, ...args];
}

/** What library.mjs prints. */
export interface Said {
  readonly rows: number;
  readonly source: string;
  readonly interrupted: boolean;
  readonly warnings: readonly { readonly code: string; readonly message: string; readonly count?: number }[];
  readonly repeated: number;
  readonly states: readonly number[];
  readonly error?: {
    readonly name: string;
    readonly code: string;
    readonly errno?: number;
    readonly op?: string;
    readonly message: string;
  };
}

export function libraryCommand(name: string, options: object = {}, nodeFlags: readonly string[] = []): string[] {
  const script = join(import.meta.dirname, 'library.mjs');
  return [process.execPath, ...nodeFlags, script, dist, name, JSON.stringify(options)];
}

export function said(outcome: Outcome): Said {
  try {
    return JSON.parse(outcome.stdout.toString()) as Said;
  } catch {
    throw new Error(`the library said nothing: ${outcome.stderr}`);
  }
}

export async function askLibrary(ns: Netns, name: string, options: object, how: ExecOptions): Promise<Said> {
  return said(await ns.exec(libraryCommand(name, options), how));
}

function lines(outcome: Outcome): string[] {
  return outcome.stdout.toString('latin1').split('\n').slice(0, -1);
}

/** Rows of a listing, titles apart. Those with inode 0 may be equal; with `-e` no two others are. */
export function doubledRows(outcome: Outcome): string[] {
  const seen = new Set<string>();
  const rows = lines(outcome).filter((line) => /^(tcp|udp|raw|unix)/.test(line));
  return rows.filter((row) => seen.size === seen.add(row).size);
}

/**
 * What every fault must leave true: the program ended by itself; it ended well only with netstat's very output; it failed
 * only with a reason on stderr; no socket is shown twice.
 */
export function expectHonest(outcome: Outcome, netstat: Outcome): 'whole' | 'failed' {
  expect(outcome.signal, `ended by a signal; stderr: ${outcome.stderr}`).toBeNull();
  expect(doubledRows(outcome)).toEqual([]);
  if (outcome.status === 0) {
    expect(outcome.stdout.toString('latin1')).toBe(netstat.stdout.toString('latin1'));
    return 'whole';
  }
  expect(outcome.stderr.toString()).not.toBe('');
  return 'failed';
}
