// Builds the fuzz targets and runs them all, one after the other, for so long in all:
//
//   node native/fuzz/run.mjs [--minutes N | --seconds N] [--target NAME]... [--optional]
//
// Inputs found on the way are kept in native/build/fuzz/corpus and used by the next run, together with the committed
// ones of native/fuzz/corpus. Ends with 1 when something was found; without clang or its fuzzer runtime with 2, or
// with 0 where `--optional` is given.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const native = join(import.meta.dirname, '..');
const build = join(native, 'build', 'fuzz');
const binary = join(build, 'fuzz');

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seconds: { type: 'string' },
    target: { type: 'string', multiple: true },
    optional: { type: 'boolean', default: false },
  },
});

/** A run that hangs for so long on one input has found something. */
const TIMEOUT_S = 10;
const MEMORY_MB = 1500;

function run(command, args, options = {}) {
  return spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
}

/** What must be installed and is not, in words. */
function missing() {
  for (const name of ['cmake', 'clang++']) {
    if (run(name, ['--version']).status !== 0) return `${name} is not installed`;
  }
  const source = 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }';
  const linked = run('clang++', ['-fsanitize=fuzzer,address', '-x', 'c++', '-', '-o', '/dev/null'], { input: source });
  return linked.status === 0 ? undefined : "clang's fuzzer and sanitizer runtimes (libclang-rt-dev) are not installed";
}

function compile() {
  const configured = run('cmake', [
    ...['-S', native, '-B', build, '-DCMAKE_C_COMPILER=clang', '-DCMAKE_CXX_COMPILER=clang++'],
    // Assertions stay.
    ...['-DCMAKE_BUILD_TYPE=Debug', '-DCMAKE_CXX_FLAGS_DEBUG=-O1 -g'],
    ...['-DSOCKDIAG_FUZZ=ON', '-DSOCKDIAG_SANITIZE=address,undefined'],
  ]);
  const built = configured.status === 0 ? run('cmake', ['--build', build, '--target', 'fuzz', '-j2']) : configured;
  if (built.status === 0) return;
  process.stderr.write(`${built.stdout}${built.stderr}`);
  process.exit(2);
}

/** An input that took too long takes too long again, unless other programs had the processors. */
function stalled({ status, stderr }, target) {
  const input = /Test unit written to (\S+-timeout-\S+)/.exec(stderr)?.[1];
  if (status === 0 || input === undefined) return false;
  return run(binary, [`--target=${target}`, `-timeout=${TIMEOUT_S}`, input]).status === 0;
}

/** Runs one target; what libFuzzer says at the end. */
function fuzz(target, seconds) {
  const found = join(build, 'corpus', target);
  const findings = join(build, 'findings');
  for (const directory of [found, findings]) mkdirSync(directory, { recursive: true });
  const committed = join(native, 'fuzz', 'corpus', target);
  const result = run(
    binary,
    [
      `--target=${target}`,
      `-max_total_time=${seconds}`,
      `-timeout=${TIMEOUT_S}`,
      `-rss_limit_mb=${MEMORY_MB}`,
      `-artifact_prefix=${findings}/${target}-`,
      '-print_final_stats=1',
      found,
      ...(existsSync(committed) ? [committed] : []),
    ],
    { env: { ...process.env, UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1' } },
  );
  const number = (pattern) => Number(pattern.exec(result.stderr)?.[1] ?? 0);
  return {
    executions: number(/stat::number_of_executed_units:\s*(\d+)/) || lastNumber(result.stderr),
    coverage: number(/.*\bcov: (\d+)(?![\s\S]*\bcov: )/),
    inputs: readdirSync(found).length,
    stalled: stalled(result, target),
    failed: result.status !== 0,
    log: result.stderr,
  };
}

/** A run that ended early printed how far it was at its last message. */
function lastNumber(log) {
  return Number([...log.matchAll(/^#(\d+)/gm)].at(-1)?.[1] ?? 0);
}

const reason = missing();
if (reason !== undefined) {
  console.error(`fuzz: not run: ${reason}`);
  process.exit(values.optional ? 0 : 2);
}
compile();
const targets = values.target ?? run(binary, ['--list']).stdout.trim().split('\n');
const total = values.seconds !== undefined ? Number(values.seconds) : 60 * Number(values.minutes ?? 1);
const share = Math.max(1, Math.round(total / targets.length));
let executions = 0;
let findings = 0;
for (const target of targets) {
  const result = fuzz(target, share);
  executions += result.executions;
  const found = result.failed && !result.stalled;
  findings += found ? 1 : 0;
  const row = [target.padEnd(10), String(result.executions).padStart(10), `${result.coverage} edges`.padStart(12)];
  const end = found ? 'FOUND' : result.stalled ? 'ended early: the machine stood still' : '';
  console.log([...row, `${result.inputs} inputs`, end].join('  ').trimEnd());
  if (found) console.log(result.log.split('\n').slice(-60).join('\n'));
}
console.log(`${targets.length} targets, ${share} s each: ${executions} executions, ${findings} findings`);
process.exit(findings === 0 ? 0 : 1);
