// Builds build/Release/sockdiag.node with node-gyp, without ever downloading headers. Quiet when all is well.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const output = join(root, 'build', 'Release', 'sockdiag.node');
const stampFile = join(root, 'build', 'sockdiag.stamp');

/** Every file the binary is made from. */
function* inputs(directory = join(root, 'native')) {
  for (const entry of readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory() && entry.name !== 'build' && entry.name !== 'test') yield* inputs(path);
    else if (entry.isFile() && /\.(cc|c|h|json)$/.test(entry.name)) yield path;
  }
}

/**
 * What the binary depends on, as one digest: contents of the sources, the build description, the tools' versions, the
 * Node that supplies the headers. NB: contents, not times: a checkout of an older commit has newer times.
 */
function fingerprint(nodedir) {
  const hash = createHash('sha256');
  for (const path of [...inputs(), join(root, 'binding.gyp'), fileURLToPath(import.meta.url)]) {
    const bytes = readFileSync(path);
    hash.update(`${relative(root, path)}\0${bytes.length}\0`).update(bytes);
  }
  for (const name of ['node-gyp', 'node-addon-api', 'node-api-headers']) {
    hash.update(`${name}@${require(`${name}/package.json`).version}\0`);
  }
  for (const name of ['CC', 'CXX', 'CFLAGS', 'CXXFLAGS', 'LDFLAGS'])
    hash.update(`${name}=${process.env[name] ?? ''}\0`);
  return hash.update(`${process.arch}\0${process.version}\0${nodedir ?? ''}`).digest('hex');
}

function isCurrent(stamp) {
  if (!existsSync(output) || !existsSync(stampFile)) return false;
  return readFileSync(stampFile, 'utf8') === `${stamp}\n${statSync(output).size}\n`;
}

/** Headers of the running Node: named by the environment, else beside its executable. */
function installedHeaders() {
  const named = process.env.npm_config_nodedir ?? process.env.npm_package_config_node_gyp_nodedir;
  for (const prefix of [named, dirname(dirname(process.execPath))]) {
    if (!prefix) continue;
    if (['node_api.h', 'common.gypi'].every((file) => existsSync(join(prefix, 'include', 'node', file)))) return prefix;
  }
  return undefined;
}

/** The settings node-gyp takes from a Node installation; without `configurations` it drops include directories. */
const COMMON_GYPI = `{
  'target_defaults': {
    'default_configuration': 'Release',
    'configurations': { 'Debug': { 'cflags': ['-g', '-O0'] }, 'Release': { 'cflags': ['-O3'] } },
    'cflags': ['-fPIC', '-pthread'],
    'cflags_cc': ['-fno-rtti', '-fno-exceptions']
  }
}
`;

/** A directory that looks like a Node installation to node-gyp, made from the package node-api-headers. */
function synthesisedHeaders() {
  const { include_dir: source } = require('node-api-headers');
  const prefix = join(root, 'build', 'node-headers');
  const target = join(prefix, 'include', 'node');
  rmSync(prefix, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(source)) if (name.endsWith('.h')) copyFileSync(join(source, name), join(target, name));
  writeFileSync(join(target, 'node_version.h'), '');
  writeFileSync(join(target, 'config.gypi'), '{}\n');
  writeFileSync(join(target, 'common.gypi'), COMMON_GYPI);
  return prefix;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Ways to have each tool node-gyp runs: what the environment names, then its usual names. */
const { CXX, MAKE, NODE_GYP_FORCE_PYTHON, npm_config_python, PYTHON } = process.env;
const TOOLS = [
  { name: 'a C++20 compiler (g++ 10 or later)', package: 'g++', commands: [CXX ?? 'g++'] },
  { name: 'make', package: 'make', commands: [MAKE ?? 'make'] },
  {
    name: 'python3',
    package: 'python3',
    commands: [NODE_GYP_FORCE_PYTHON, npm_config_python, PYTHON, 'python3', 'python'].filter(Boolean),
  },
];

/** NB: CXX may hold options too, `ccache g++`. */
function runs(command) {
  const [file, ...words] = command.split(' ');
  return spawnSync(file, [...words, '--version'], { stdio: 'ignore' }).status === 0;
}

/** node-gyp's own words for a missing tool are a page long, or none at all. */
function checkTools() {
  const missing = TOOLS.filter(({ commands }) => !commands.some(runs));
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(', ');
  const packages = missing.map((tool) => tool.package).join(' ');
  fail(
    `The addon cannot be built: ${names} not found (Debian, Ubuntu: apt install ${packages}).\n` +
      'Without the addon everything is read from /proc: npm run build:ts && npm run build:cli',
  );
}

/** [major, least minor], as `engines` in package.json. */
const SUPPORTED = [
  [20, 19],
  [22, 12],
];

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major >= 23 || SUPPORTED.some(([line, least]) => major === line && minor >= least)) return;
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  fail(`Node.js ${process.versions.node} is too old, or of a line that is not supported: ${engines.node} is needed`);
}

/** Quirk: node-gyp does not quote include directories. The action is given a path to the directory without blanks. */
function withoutBlanks(directory, action) {
  if (!/\s/.test(directory)) return action(directory);
  const scratch = mkdtempSync(join(tmpdir(), 'sockdiag-build-'));
  try {
    const link = join(scratch, 'node');
    symlinkSync(directory, link);
    return action(link);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** False, with what the tools said on stderr, when it does not succeed. */
function nodeGyp(command, nodedir) {
  const script = join(dirname(require.resolve('node-gyp/package.json')), 'bin', 'node-gyp.js');
  const jobs = process.env.JOBS ?? 'max';
  const args = [script, command, '--release', `--nodedir=${nodedir}`, `--jobs=${jobs}`, '--loglevel=warn'];
  const { status, signal, error, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status === 0) return true;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  process.stderr.write(`node-gyp ${command} failed: ${error?.message ?? signal ?? `exit status ${status}`}\n`);
  return false;
}

checkNode();
const installed = installedHeaders();
const stamp = fingerprint(installed);
if (!isCurrent(stamp)) {
  checkTools();
  rmSync(stampFile, { force: true });
  const build = (nodedir) => nodeGyp('configure', nodedir) && nodeGyp('build', nodedir);
  if (!withoutBlanks(installed ?? synthesisedHeaders(), build)) process.exit(1);
  writeFileSync(stampFile, `${stamp}\n${statSync(output).size}\n`);
}
