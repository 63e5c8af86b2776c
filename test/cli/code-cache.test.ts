import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';

const NOBODY = 65534;
const BUILT = resolve(import.meta.dirname, '../../dist');

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sockdiag-'));
  const made = directory;
  onTestFinished(() => rmSync(made, { recursive: true }));
  for (const name of readdirSync(BUILT).filter((file) => file.endsWith('.cjs'))) {
    cpSync(join(BUILT, name), join(directory, name));
  }
});

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(flags: string, env: NodeJS.ProcessEnv = {}): Ran {
  const { NODE_DISABLE_COMPILE_CACHE: _, ...inherited } = process.env;
  const argv = [join(directory, 'sockdiag.cjs'), ...flags.split(' ')];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { env: { ...inherited, ...env } });
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}

function caches(): string[] {
  return readdirSync(directory).filter((name) => !name.endsWith('.cjs'));
}

function listingCaches(): string[] {
  return caches().filter((name) => name.startsWith('sockdiag-listing.'));
}

const NOTHING_LISTED = '-UWln';

function cachePath(): string {
  const [name] = listingCaches();
  return join(directory, name!);
}

test('no file of the command has an import(), which kept code cannot do', () => {
  const files = readdirSync(BUILT).filter((file) => file.endsWith('.cjs'));
  expect(files.length).toBeGreaterThan(10);
  const importing = files.filter((file) => /\bimport\s*\(/.test(readFileSync(join(BUILT, file), 'utf8')));
  expect(importing).toEqual([]);
});

test('a listing of Internet sockets keeps its code once, and prints the same with it', () => {
  const first = run(NOTHING_LISTED);
  expect(listingCaches()).toEqual([expect.stringMatching(/\.cache$/)]);
  const code = readFileSync(cachePath());
  expect(run(NOTHING_LISTED)).toEqual(first);
  expect(first).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(cachePath())).toEqual(code);
});

test.each(['--version', '-Q'])('%s keeps none', (flags) => {
  run(flags);
  expect(caches()).toEqual([]);
});

test.each(['-xl', '-s', '--json -Ul'])(
  '%s keeps code of its own and not that of the listing, which it has not gone through',
  (flags) => {
    const first = run(flags);
    expect(first.status).toBe(0);
    expect(caches()).not.toEqual([]);
    expect(caches().every((name) => name.endsWith('.cache'))).toBe(true);
    expect(listingCaches()).toEqual([]);
  },
);

test('NODE_DISABLE_COMPILE_CACHE keeps none', () => {
  run(NOTHING_LISTED, { NODE_DISABLE_COMPILE_CACHE: '1' });
  expect(caches()).toEqual([]);
});

test('a directory of somebody else keeps none', () => {
  if (process.geteuid?.() === 0) chownSync(directory, NOBODY, NOBODY);
  else chmodSync(directory, 0o555);
  onTestFinished(() => chmodSync(directory, 0o755));
  expect(run(NOTHING_LISTED)).toMatchObject({ status: 0, stderr: '' });
  expect(caches()).toEqual([]);
});

test.each([
  ['damaged', (code: Buffer) => code.fill(0xff, code.length / 4, code.length / 4 + 8)],
  ['cut short', (code: Buffer) => code.subarray(0, code.length / 3)],
  ['empty', () => Buffer.alloc(0)],
  ['of another version of V8', (code: Buffer) => twice(code, (half) => half.fill(0, 4, 8))],
])('code that is %s is not used', (_, change) => {
  const first = run(NOTHING_LISTED);
  writeFileSync(cachePath(), change(readFileSync(cachePath())));
  expect(run(NOTHING_LISTED)).toEqual(first);
});

/** Changes both copies in the same way. */
function twice(bytes: Buffer, change: (half: Buffer) => void): Buffer {
  const middle = 16 + (bytes.length - 16) / 2;
  change(bytes.subarray(16, middle));
  change(bytes.subarray(middle));
  return bytes;
}

test('code of a file that was changed is not used, and kept anew', () => {
  run(NOTHING_LISTED);
  const old = readFileSync(cachePath());
  const file = join(directory, 'sockdiag-listing.cjs');
  const text = readFileSync(file, 'utf8');
  const title = 'Active Internet connections';
  expect(text).toContain(title);
  writeFileSync(file, text.replace(title, 'Active Internet connectionS'));
  expect(run(NOTHING_LISTED).stdout).toContain('Active Internet connectionS');
  expect(listingCaches()).toHaveLength(1);
  expect(readFileSync(cachePath())).not.toEqual(old);
});
