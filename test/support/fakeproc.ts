import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExecOptions, Netns, Outcome } from './netns.ts';

/**
 * A hand-made /proc or /proc/net for netstat and ours alike, in a mount namespace of the program's own.
 *
 * - `net`: a directory over /proc/PID/net of the program, which is what /proc/net and /proc/self/net lead to. All else of /proc stays
 *   real: processes, sysctls.
 * - `proc`: a directory over /proc. Node starts and runs under it; `self` and `thread-self` lead to the directory itself, so that
 *   /proc/self/net is its `net`. Files named `PID/fd/N` with a `link` make processes for the program column.
 *
 * NB: netlink still answers from the real namespace: ours has to be told to use procfs.
 */
export type FakeFile =
  | string
  | Buffer
  | { readonly link: string }
  | { readonly directory: true; readonly mode?: number };

export interface FakeProcOptions {
  readonly over?: 'net' | 'proc';
}

export interface FakeProc {
  /** Where the files are: what a source takes as its root (`proc`) or as the `net` folder of it. */
  readonly directory: string;
  run(argv: readonly string[], options?: ExecOptions): Promise<Outcome>;
}

let made = 0;

function write(path: string, file: FakeFile): void {
  mkdirSync(dirname(path), { recursive: true });
  if (typeof file === 'string' || Buffer.isBuffer(file)) writeFileSync(path, file);
  else if ('link' in file) symlinkSync(file.link, path);
  else {
    mkdirSync(path, { recursive: true });
    if (file.mode !== undefined) chmodSync(path, file.mode);
  }
}

const TARGETS = { net: '/proc/$$/net', proc: '/proc' } as const;

/** Names are relative to what is covered, e.g. `tcp` for `net`, `net/tcp` for `proc`. */
export function fakeProc(
  ns: Netns,
  files: Readonly<Record<string, FakeFile>>,
  options: FakeProcOptions = {},
): FakeProc {
  const over = options.over ?? 'net';
  const directory = join(ns.directory, `fake-${over}-${++made}`);
  mkdirSync(directory, { recursive: true });
  const more: Record<string, FakeFile> =
    over === 'proc' ? { net: { directory: true }, self: { link: '.' }, 'thread-self': { link: '.' } } : {};
  for (const [name, file] of Object.entries({ ...more, ...files })) write(join(directory, name), file);
  const script = `mount --bind "$0" ${TARGETS[over]} && exec "$@"`;
  return {
    directory,
    run(argv, { uid, ...rest } = {}) {
      const become = uid === undefined ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
      return ns.exec(['unshare', '-m', 'sh', '-c', script, directory, ...become, ...argv], rest);
    },
  };
}
