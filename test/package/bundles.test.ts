import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { bundlerOf, isDownloaded, root } from './downloads.mjs';
import { ask, expectNetlink, expectProcfs, listen } from './listener.ts';

const run = promisify(execFile);
const project = inject('project');
const installed = join(project, 'node_modules', 'sockdiag');
const own = `linux-${process.arch}.node`;

/** Outside the project: what is not in the bundle cannot be found. */
const scratch = mkdtempSync(join(tmpdir(), 'sockdiag-bundles-'));
beforeAll(async () => void (await listen()));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const esbuild = (format: string, output: string) => [
  bundlerOf('esbuild'),
  ...['--bundle', '--platform=node', '--log-level=error', `--format=${format}`, `--outfile=${output}`],
];
const rolldown = (format: string, output: string) => [
  ...[process.execPath, join(root, 'node_modules', 'rolldown', 'bin', 'cli.mjs')],
  ...['--platform', 'node', '--logLevel', 'silent', '--format', format, '--file', output, '--no-codeSplitting'],
];

describe.each([
  ['rolldown', 'esm', 'listener.mjs', rolldown],
  ['rolldown', 'cjs', 'listener.cjs', rolldown],
  ['esbuild', 'esm', 'listener.mjs', esbuild],
  ['esbuild', 'cjs', 'listener.cjs', esbuild],
] as const)('%s, %s', (name, format, program, bundler) => {
  test.skipIf(!isDownloaded(bundlerOf(name)) && name === 'esbuild')('in one file', async () => {
    const folder = join(scratch, `${name}-${format}`);
    const output = join(folder, 'out', program);
    const [file, ...words] = [...bundler(format, output), program];
    await run(file!, words, { cwd: project });
    const command = [process.execPath];
    expectProcfs(await ask(command, output), /cannot be loaded \(MODULE_NOT_FOUND: .*prebuilds/);
    cpSync(join(installed, 'prebuilds'), join(folder, 'prebuilds'), { recursive: true });
    expectNetlink(await ask(command, output), own);
  });
});

test.skipIf(!isDownloaded(bundlerOf('nft')))('nft finds every binary', async () => {
  const { stdout } = await run(bundlerOf('nft'), ['print', 'listener.mjs'], { cwd: project });
  const binaries = stdout.split('\n').filter((path) => path.endsWith('.node'));
  expect(binaries.map((path) => path.replace(/^.*\/prebuilds\//, '')).sort()).toEqual([
    'linux-arm64-musl.node',
    'linux-arm64.node',
    'linux-x64-musl.node',
    'linux-x64.node',
  ]);
});
