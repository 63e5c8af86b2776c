// Builds the core and its test programs with sanitizers and runs them in a network namespace of their own:
//
//   node native/test/sanitize.mjs [--rounds N]
//
// AddressSanitizer with UndefinedBehaviorSanitizer, then ThreadSanitizer. Build directories: native/build/address and
// native/build/thread. Ends with 1 when a program fails, with 2 when one cannot be built.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const native = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } });
const rounds = values.rounds;

/** Readings of owners while processes open and close sockets, fork and exit as fast as they can. */
const CHURN_ROUNDS = '3';

/** Programs of each variant; RECORDED stands for the directory of the recordings the first one makes. */
const VARIANTS = [
  {
    name: 'address',
    sanitize: 'address,undefined',
    programs: [
      ['faults'],
      ['dump_live', '-r', 'RECORDED'],
      ['sh', '-c', 'exec "$0" "$1" 1 "$2"/*.dump', 'decode_noise', rounds, 'RECORDED'],
      ['races', rounds],
      ['owners_churn', CHURN_ROUNDS, 'proc_scan'],
      ...(process.getuid() === 0 ? ['fd_walk', 'task_file'] : []).map((source) => [
        'owners_churn',
        CHURN_ROUNDS,
        source,
      ]),
    ],
  },
  { name: 'thread', sanitize: 'thread', programs: [['faults'], ['dump_live'], ['races', rounds]] },
];

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  return { ...result, text: `${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}` };
}

function build({ name, sanitize }) {
  const directory = join(native, 'build', name);
  const configure = [
    ...['-S', native, '-B', directory, `-DSOCKDIAG_SANITIZE=${sanitize}`],
    // Assertions stay.
    ...['-DCMAKE_BUILD_TYPE=Debug', '-DCMAKE_CXX_FLAGS_DEBUG=-O1 -g'],
  ];
  for (const args of [configure, ['--build', directory, '-j2']]) {
    const { status, text } = run('cmake', args);
    if (status === 0) continue;
    console.error(text);
    process.exit(2);
  }
  return directory;
}

const PROGRAMS = ['dump_live', 'decode_noise', 'faults', 'races', 'owners_churn'];

/** What is recorded is better not empty: these look at the sockets of the machine. */
const ON_HOST = 'dump_live';

function start(directory, words) {
  const paths = words.map((word) => (PROGRAMS.includes(word) ? join(directory, word) : word));
  const user = process.getuid() === 0 ? [] : ['-r'];
  const env = { ...process.env, UBSAN_OPTIONS: 'print_stacktrace=1' };
  if (words.includes(ON_HOST)) return run(paths[0], paths.slice(1), { env });
  return run('unshare', [...user, '-n', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...paths], { env });
}

const recorded = mkdtempSync(join(tmpdir(), 'sockdiag-recorded-'));
let failed = 0;
try {
  for (const variant of VARIANTS) {
    const directory = build(variant);
    for (const program of variant.programs) {
      const words = program.map((word) => (word === 'RECORDED' ? recorded : word));
      const { status, signal, text } = start(directory, words);
      const last = text.trim().split('\n').at(-1);
      const shown = program.find((word) => PROGRAMS.includes(word));
      console.log(
        `${variant.sanitize}: ${shown}: ${status === 0 ? 'passed' : `failed (${signal ?? status})`}: ${last}`,
      );
      if (status === 0) continue;
      failed += 1;
      console.log(text);
    }
  }
} finally {
  rmSync(recorded, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);
