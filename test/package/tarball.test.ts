import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { checkOf, DOWNLOADS, isDownloaded, root } from './downloads.mjs';

const tarball = inject('tarball');
const project = inject('project');
const installed = join(project, 'node_modules', 'sockdiag');
const TARGETS = ['linux-arm64', 'linux-arm64-musl', 'linux-x64', 'linux-x64-musl'];

/** One line of `tar -tv`: mode and path below package/. */
const entries = execFileSync('tar', ['-tvzf', tarball], { encoding: 'utf8' })
  .trim()
  .split('\n')
  .map((line) => ({ mode: line.slice(0, 10), path: line.split(/\s+/)[5]!.replace(/^package\//, '') }));
const paths = entries.map(({ path }) => path);

const scratch = mkdtempSync(join(tmpdir(), 'sockdiag-tarball-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('contents', () => {
  test('what a consumer needs', () => {
    const needed = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts', 'dist/sockdiag.cjs'];
    expect(paths).toEqual(expect.arrayContaining([...needed, ...TARGETS.map((name) => `prebuilds/${name}.node`)]));
  });

  test('nothing that would be compiled on installation, and nothing for developers', () => {
    const shipped =
      /^(package\.json|README\.md|LICENSE|dist\/(?!cli\/).+\.(js|cjs|d\.ts)|prebuilds\/linux-[a-z0-9-]+\.node)$/;
    const source =
      /^native\/((?!build|test|fuzz)[a-z]+\/)?[a-z_.]+\.(cc|h)$|^native\/(CMakeLists\.txt|(package|sources)\.json)$/;
    expect(paths.filter((path) => !shipped.test(path) && !source.test(path))).toEqual([]);
  });

  test('package.json runs nothing and depends on nothing', () => {
    const { scripts, dependencies, optionalDependencies, gypfile } = JSON.parse(
      readFileSync(join(installed, 'package.json'), 'utf8'),
    );
    expect(Object.keys(scripts)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(pre|post)?install$/)]));
    expect({ dependencies, optionalDependencies, gypfile }).toEqual({ gypfile: false });
  });

  test('no file points at a source map', () => {
    const modules = paths.filter((path) => path.startsWith('dist/'));
    expect(modules.filter((path) => readFileSync(join(installed, path), 'utf8').includes('sourceMappingURL'))).toEqual(
      [],
    );
  });

  test('every import of every module is in the tarball', () => {
    const absent = paths
      .filter((path) => /^dist\/.*\.(js|d\.ts)$/.test(path))
      .flatMap((path) => {
        const text = readFileSync(join(installed, path), 'utf8');
        const found = [...text.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)].map(([, target]) => target!);
        return found.map((target) => normalize(join(dirname(path), target.replace(/\.ts$/, '.d.ts'))));
      })
      .filter((path) => !paths.includes(path));
    expect(absent).toEqual([]);
  });

  test('every source that native/CMakeLists.txt compiles for the addon is in the tarball', () => {
    const { core, addon } = JSON.parse(readFileSync(join(installed, 'native', 'sources.json'), 'utf8'));
    expect(paths).toEqual(expect.arrayContaining([...core, ...addon].map((path: string) => `native/${path}`)));
  });

  test('the command is executable', () => {
    expect(entries.find(({ path }) => path === 'dist/sockdiag.cjs')!.mode).toBe('-rwxr-xr-x');
  });
});

describe('the command', () => {
  const header = /^Active Internet connections \(only servers\)\nProto Recv-Q Send-Q Local Address/;
  const npm = (words: readonly string[], cwd = scratch) =>
    execFileSync('npm', ['--offline', '--loglevel=error', ...words], { cwd, encoding: 'utf8' });

  test('installed globally', () => {
    npm(['install', '--global', '--prefix', join(scratch, 'global'), '--no-audit', '--no-fund', tarball]);
    const output = execFileSync(join(scratch, 'global', 'bin', 'sockdiag'), ['-tln'], { encoding: 'utf8' });
    expect(output).toMatch(header);
  });

  test('by npx', () => {
    expect(npm(['exec', '--yes', '--package', tarball, '--', 'sockdiag', '-tln'])).toMatch(header);
  });

  test('npm ci from a lockfile compiles nothing', () => {
    const folder = join(scratch, 'locked');
    mkdirSync(folder);
    for (const file of ['package.json', 'package-lock.json']) cpSync(join(project, file), join(folder, file));
    npm(['ci', '--no-audit', '--no-fund'], folder);
    expect(existsSync(join(folder, 'node_modules', 'sockdiag', 'build'))).toBe(false);
    const output = execFileSync(join(folder, 'node_modules', '.bin', 'sockdiag'), ['-tln'], { encoding: 'utf8' });
    expect(output).toMatch(header);
  });
});

describe('the checkout', () => {
  test('the lock file names every package of every platform, as npm ci wants it', () => {
    const folder = join(scratch, 'checkout');
    mkdirSync(folder);
    for (const file of ['package.json', 'package-lock.json']) cpSync(join(root, file), join(folder, file));
    const words = ['ci', '--dry-run', '--offline', '--ignore-scripts', '--loglevel=error'];
    const { status, stderr } = spawnSync('npm', words, { cwd: folder, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

/** Tests whose program is missing are skipped elsewhere. */
test.runIf(process.env.CI)('in CI everything is there that the tests run', () => {
  const missing = DOWNLOADS.filter(({ folder, made }) => !isDownloaded(join(folder, made)));
  expect(missing.flatMap(({ specs }) => specs)).toEqual([]);
});

describe('checks by others', () => {
  const skipped = (name: string) => !isDownloaded(checkOf(name));
  const run = (name: string, words: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(checkOf(name), words, { cwd: scratch, encoding: 'utf8' });
    return { status, output: `${stdout}${stderr}` };
  };

  test.skipIf(skipped('publint'))('publint --strict', () => {
    const { status, output } = run('publint', [tarball, '--strict']);
    expect(output).toMatch(/All good!/);
    expect(status).toBe(0);
  });

  test.skipIf(skipped('attw'))('attw --profile esm-only', () => {
    const { status, output } = run('attw', [tarball, '--profile', 'esm-only', '--no-color', '--no-emoji']);
    expect(output).toMatch(/"sockdiag"/);
    expect({ status, output }).toMatchObject({ status: 0 });
  });
});

describe('packing', () => {
  /** A copy of what packing looks at; the dependencies are those of the checkout. */
  function copy(name: string): string {
    const folder = join(scratch, name);
    for (const part of ['native', 'prebuilds', 'build/prebuilds', 'package.json', 'src', 'tsconfig.json']) {
      cpSync(join(root, part), join(folder, part), {
        recursive: true,
        filter: (path) => !path.startsWith(join(root, 'native', 'build')),
      });
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    return folder;
  }
  const pack = (folder: string, words: readonly string[] = []) =>
    spawnSync('npm', ['pack', '--loglevel=error', ...words], { cwd: folder, encoding: 'utf8' });

  test('makes dist anew', () => {
    const folder = copy('complete');
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist', 'left-over.js'), '');
    const { status, stdout, stderr } = pack(folder, ['--json']);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const [{ files }] = JSON.parse(stdout.slice(stdout.indexOf('[\n')));
    const packed = files.map(({ path }: { path: string }) => path);
    expect(packed).toEqual(expect.arrayContaining(['dist/index.js', 'dist/sockdiag.cjs']));
    expect(packed).not.toContain('dist/left-over.js');
  });

  test('is refused when a binary is missing', () => {
    const folder = copy('missing');
    rmSync(join(folder, 'prebuilds', 'linux-arm64.node'));
    const { status, stderr } = pack(folder);
    expect(stderr).toContain('prebuilds/linux-arm64.node is missing\n');
    expect(stderr).toContain('Not packed: run `npm run prebuilds` first.\n');
    expect(status).not.toBe(0);
    expect(existsSync(join(folder, 'sockdiag-0.1.0.tgz'))).toBe(false);
  });

  test('is refused when a binary is of other sources', () => {
    const folder = copy('stale');
    writeFileSync(join(folder, 'native', 'status.h'), '\n', { flag: 'a' });
    const { status, stderr } = pack(folder);
    expect(stderr).toContain('prebuilds/linux-x64-musl.node was not made from these sources\n');
    expect(status).not.toBe(0);
  });
});
