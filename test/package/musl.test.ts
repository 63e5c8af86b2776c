import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { bun, MUSL_BUN, root } from './downloads.mjs';
import { ask, expectNetlink, listen } from './listener.ts';

const LOADER = '/lib/ld-musl-x86_64.so.1';
const addon = join(inject('project'), 'node_modules', 'sockdiag', 'prebuilds', 'linux-x64-musl.node');
const here = process.arch === 'x64' && existsSync(LOADER);
const place = here ? '' : `, missing: ${LOADER}`;

const scratch = mkdtempSync(join(tmpdir(), 'sockdiag-musl-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Symbols that musl's loader does not find for a program or library. */
function unresolved(path: string): string[] {
  const { stdout, stderr } = spawnSync(LOADER, ['--list', path], { encoding: 'utf8' });
  const lines = `${stdout}${stderr}`.matchAll(/^Error relocating .*: (\S+): symbol not found$/gm);
  return [...lines].map(([, symbol]) => symbol!);
}

describe.skipIf(!here)(`the engine on musl${place}`, () => {
  test('the loader finds every symbol of the C library', () => {
    const missing = unresolved(addon);
    expect(missing).toContain('napi_create_function');
    expect(missing.filter((symbol) => !/^napi_/.test(symbol))).toEqual([]);
  });
});

const absent = [LOADER, bun].filter((path) => !existsSync(path));
const runtime = `${MUSL_BUN[1]}${absent.length === 0 ? '' : `, missing: ${absent.join(' ')}`}`;

describe.skipIf(process.arch !== 'x64' || absent.length > 0)(runtime, () => {
  const env = { ...process.env };

  /** A libstdc++ for musl, which Debian has not: what Bun looks for, out of the objects of the compiler's own. */
  beforeAll(async () => {
    const wanted = unresolved(bun).map((symbol) => `-Wl,-u,${symbol}`);
    const source = ['-x', 'c', join(root, 'test', 'package', 'musl-cxx.c'), '-x', 'none'];
    const libraries = ['-l:libstdc++.a', '-l:libgcc_eh.a', '-lgcc', '-Wl,--gc-sections'];
    const output = ['-o', join(scratch, 'libstdc++.so.6')];
    execFileSync('g++', ['-shared', '-fPIC', '-nostdlib', ...output, ...source, ...wanted, ...libraries]);
    env.LD_LIBRARY_PATH = scratch;
    await listen();
  });

  test('loads the addon for musl, by import', async () => {
    expectNetlink(await ask([bun], 'listener.mjs', { env }), 'linux-x64-musl.node');
  });

  test('loads the addon for musl, by require()', async () => {
    expectNetlink(await ask([bun], 'listener.cjs', { env }), 'linux-x64-musl.node');
  });
});
