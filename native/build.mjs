// Builds build/Release/sockdiag.node with node-gyp, without ever downloading headers. Quiet when all is well.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
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

function nodeGyp(command, nodedir) {
  const script = join(dirname(require.resolve('node-gyp/package.json')), 'bin', 'node-gyp.js');
  const jobs = process.env.JOBS ?? 'max';
  const args = [script, command, '--release', `--nodedir=${nodedir}`, `--jobs=${jobs}`, '--loglevel=warn'];
  const { status, signal, error, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  process.stderr.write(`node-gyp ${command} failed: ${error?.message ?? signal ?? `exit status ${status}`}\n`);
  process.exit(1);
}

const installed = installedHeaders();
const stamp = fingerprint(installed);
if (!isCurrent(stamp)) {
  rmSync(stampFile, { force: true });
  const nodedir = installed ?? synthesisedHeaders();
  for (const command of ['configure', 'build']) nodeGyp(command, nodedir);
  writeFileSync(stampFile, `${stamp}\n${statSync(output).size}\n`);
}
