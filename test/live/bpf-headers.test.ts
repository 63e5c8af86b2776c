import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findBinary } from '../support/require.ts';

const NATIVE = decodeURIComponent(new URL('../../native/bpf/', import.meta.url).pathname);

/** The versions the committed headers name: their bytes depend on the compiler. */
function madeWith(): string {
  return / with (.*)\.$/m.exec(readFileSync(`${NATIVE}fd_walk.skel.h`, 'utf8'))?.[1] ?? '';
}

function installed(): string {
  const first = (program: string, argument: string) =>
    execFileSync(findBinary(program)!, [argument], { argv0: program }).toString().split('\n', 1)[0];
  return `${first('clang', '--version')}, ${first('bpftool', 'version')}`;
}

function missing(): string | undefined {
  const programs = ['clang', 'llvm-strip', 'bpftool', 'awk'].filter((name) => findBinary(name) === undefined);
  if (programs.length > 0) return `${programs.join(', ')} is missing`;
  if (!existsSync('/usr/include/bpf/bpf_core_read.h')) return 'libbpf-dev is missing';
  return installed() === madeWith() ? undefined : `${madeWith()} is missing, here are ${installed()}`;
}

const why = missing();

test.skipIf(why !== undefined)(
  `the committed BPF headers are what regenerate.sh makes${why === undefined ? '' : ` (${why})`}`,
  () => {
    const { stdout, stderr, status } = spawnSync('sh', [`${NATIVE}regenerate.sh`, '--check'], { encoding: 'utf8' });
    expect({ stdout, stderr, status }).toEqual({ stdout: '', stderr: '', status: 0 });
  },
);
