import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ask, expectNetlink, expectProcfs, listen } from './listener.ts';

const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'sockdiag-loader-'));
const cwd = join(scratch, 'project');
const prebuilds = join(cwd, 'node_modules', 'sockdiag', 'prebuilds');
const shipped = join(inject('project'), 'node_modules', 'sockdiag', 'prebuilds');

let port: string;
beforeAll(async () => {
  cpSync(inject('project'), cwd, { recursive: true, verbatimSymlinks: true });
  port = await listen();
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Leaves these binaries in the package alone: name → which of the shipped ones it is. */
function ship(binaries: Readonly<Record<string, string>>): void {
  rmSync(prebuilds, { recursive: true, force: true });
  mkdirSync(prebuilds);
  for (const [name, from] of Object.entries(binaries)) cpSync(join(shipped, from), join(prebuilds, name));
}

/** Words that run a statement before the program. */
const first = (statement: string) => ['--import', `data:text/javascript,${encodeURIComponent(statement)}`];

/** Binaries of the running Node, and of another processor. */
const own = `linux-${process.arch}.node`;
const other = process.arch === 'x64' ? 'linux-arm64.node' : 'linux-x64.node';

describe('a package without a binary for this platform reads procfs and says so', () => {
  const absent = new RegExp(`the addon cannot be loaded \\(MODULE_NOT_FOUND: Cannot find module '.*/${own}'\\)`);

  test.each(['listener.mjs', 'listener.cjs'])('%s', async (program) => {
    ship({});
    expectProcfs(await ask([process.execPath], program, { cwd }), absent);
  });

  test('binaries of others are not tried', async () => {
    ship({ [`linux-${process.arch}-musl.node`]: `linux-${process.arch}-musl.node`, [other]: other });
    expectProcfs(await ask([process.execPath], 'listener.mjs', { cwd }), absent);
  });

  test('the command', async () => {
    ship({});
    const command = [join('node_modules', '.bin', 'sockdiag'), '-tln', '--verbose-source'];
    const { stdout, stderr } = await run(process.execPath, command, { cwd });
    expect(stdout).toContain(`127.0.0.1:${port}`);
    expect(stderr).toMatch(/^sockdiag: tcp: procfs, \d+ rows .*netlink not used: the addon cannot be loaded/m);
    expect(stderr).toMatch(absent);
  });

  test('a binary of another processor', async () => {
    ship({ [own]: other });
    expectProcfs(await ask([process.execPath], 'listener.mjs', { cwd }), /cannot be loaded \(ERR_DLOPEN_FAILED: /);
  });

  test('a processor that has none', async () => {
    ship({ [own]: own });
    const command = [process.execPath, ...first("Object.defineProperty(process, 'arch', { value: 'riscv64' })")];
    expectProcfs(await ask(command, 'listener.mjs', { cwd }), /the package has no binary for linux-riscv64/);
  });
});

test('the C library is found without process.report', async () => {
  ship({ [own]: own });
  const command = [process.execPath, ...first("Object.defineProperty(process, 'report', { get: process.abort })")];
  expectNetlink(await ask(command, 'listener.mjs', { cwd }), own);
});
