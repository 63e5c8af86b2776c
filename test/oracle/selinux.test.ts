import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Netns } from '../support/netns.ts';
import { findBinary } from '../support/require.ts';
import { ETC } from '../support/world-etc.ts';
import { SCTP, TCP, UNIX } from './fake-proc-files.ts';
import { compareFakes, type FakeProcCase, type Files } from './fake-proc-suite.ts';
import { missing } from './suite.ts';

/** netstat asks libselinux, which a shim stands in for; ours finds selinuxfs and its configuration itself. */
function withShim(ns: Netns): string[] {
  const shim = join(ns.directory, 'selinux-shim.so');
  if (!existsSync(shim)) {
    execFileSync(compiler as string, ['-shared', '-fPIC', '-o', shim, join(import.meta.dirname, 'selinux-shim.c')]);
  }
  return ['env', `LD_PRELOAD=${shim}`];
}

const compiler = findBinary('cc') ?? findBinary('gcc') ?? findBinary('clang');

const STAT = `7 (first) S ${'0 '.repeat(18)}100 ${'0 '.repeat(30)}\n`;

/** By inode of the socket they hold. The kernel ends each with a NUL. Up to 49 bytes are shown, of more the last 48. */
const CONTEXTS: Readonly<Record<number, string | undefined>> = {
  1001: 'system_u:system_r:init_t:s0\0',
  1002: `${'a'.repeat(47)}\0`,
  1003: `${'b'.repeat(48)}\0`,
  1004: `${'0123456789'.repeat(5).slice(0, 49)}\0`,
  1005: `${'0123456789'.repeat(5)}\0`,
  1006: `${'0123456789'.repeat(5)}X\0`,
  1007: 'unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023:and:much:more:than:anybody:wants\0rest',
  5001: 'no nul at its end',
  5004: undefined,
};

function holders(): Files {
  const files: Record<string, Files[string]> = {};
  for (const [index, [inode, context]] of Object.entries(CONTEXTS).entries()) {
    const pid = 7 + index;
    files[`${pid}/fd/3`] = { link: `socket:[${inode}]` };
    files[`${pid}/stat`] = STAT;
    files[`${pid}/cmdline`] = `/sbin/holder${index}\0`;
    if (context !== undefined) files[`${pid}/attr/current`] = context;
  }
  return files;
}

const FILES: Files = {
  mounts: 'proc /proc proc rw 0 0\nselinuxfs /sys/fs/selinux selinuxfs rw,relatime 0 0\n',
  'net/tcp': TCP,
  'net/unix': UNIX,
  ...Object.fromEntries(Object.entries(SCTP).map(([name, text]) => [`net/${name}`, text])),
  ...holders(),
  '30/fd': { directory: true, mode: 0o700 },
};

const NO_CONTEXTS: Files = Object.fromEntries(
  Object.entries(FILES).map(([name, file]) => [name, name.endsWith('/current') ? { directory: true } : file]),
);

const CASE: Omit<FakeProcCase, 'name' | 'lines'> = { files: FILES, over: 'proc', users: 'both', netstat: withShim };

compareFakes(
  '-Z where SELinux is enabled',
  [
    {
      ...CASE,
      name: 'contexts',
      lines: [
        '-tanZ',
        '-xaZ',
        '-anZ',
        '-taneoZ',
        '-tnpZ',
        '-SanZ',
        '-San -e -o -Z',
        '-xlZ',
        '-Zgn',
        '-Z -rn',
        '-ZZ -l',
      ],
      shows: /Security Context +\n.* 7\/holder0 +system_u:system_r:init_t:s0 +\n/,
    },
    { ...CASE, name: 'long contexts', lines: ['-tanZ'], shows: / 12\/holder5 +34567890(\d{10}){3}123456789X +\n/ },
    { ...CASE, name: 'no contexts', files: NO_CONTEXTS, lines: ['-tanZ', '-xaZ'], shows: / 7\/holder0 +- +\n/ },
  ],
  {
    etc: { ...ETC, 'selinux/config': 'SELINUX=permissive\nSELINUXTYPE=targeted\n' },
    lacks: missing ?? (compiler === undefined ? 'a C compiler is missing' : undefined),
  },
);
