import { join } from 'node:path';
import { checkout, program } from './program.ts';

/** One way of doing a scenario's job. */
export interface Contender {
  readonly name: string;
  /**
   * `process`: the time of the whole process. `printed`: a process that prints "MILLISECONDS ROWS", cold each time.
   * `served`: a process that stays and answers every line with "MILLISECONDS ROWS".
   */
  readonly how: 'process' | 'printed' | 'served';
  readonly argv: readonly string[];
  /** Most rounds it takes part in; what takes seconds is not repeated as often. */
  readonly rounds?: number;
  /** Run without the capabilities that BPF needs; `process` only. */
  readonly withoutBpf?: boolean;
  /** Left out, and said so, where this is false. */
  readonly possible?: boolean;
}

type Options = Pick<Contender, 'rounds' | 'withoutBpf' | 'possible'>;

const isRoot = process.getuid?.() === 0;

/** BPF needs CAP_BPF and CAP_PERFMON in the initial user namespace. */
export const needsRoot: Options = { possible: isRoot };

/** The command, as it is installed: one process of this Node. */
export function cli(name: string, args: string, options: Options = {}): Contender {
  const argv = [process.execPath, join(checkout(), 'dist', 'sockdiag.cjs'), ...args.split(' ')];
  return { name, how: 'process', argv, ...options };
}

/** netstat, ss, ip. */
export function command(line: string, options: Options = {}): Contender {
  return { name: line, how: 'process', argv: line.split(' '), ...options };
}

export const BARE_NODE: Contender = { name: 'node -e 0', how: 'process', argv: [process.execPath, '-e', '0'] };

/** `bare dump`: floor.c, as a whole process or serving. */
export function floorProcess(kind: string): Contender {
  return { name: 'bare dump', how: 'process', argv: [program('bench/floor.c'), kind] };
}
export function floor(kind: string): Contender {
  return { name: 'bare dump', how: 'served', argv: [program('bench/floor.c'), kind, 'serve'] };
}

/** `bare scan`: the C program the scan for owners is compared with, on as many threads. */
export function floorScan(threads: number): Contender {
  return { name: 'bare scan', how: 'printed', argv: [program('native/test/owners_floor.c'), String(threads), '1'] };
}

function inProcess(how: 'served' | 'printed', name: string, subject: string, options: Options): Contender {
  const argv = [
    process.execPath,
    join(import.meta.dirname, 'subject.mjs'),
    how === 'served' ? 'serve' : 'once',
    subject,
  ];
  return { name, how, argv, ...options };
}

/** A subject of `subjects.ts`, warm. */
export function warm(name: string, subject: string, options: Options = {}): Contender {
  return inProcess('served', name, subject, options);
}

/** A subject of `subjects.ts`, its first call in a fresh process. */
export function cold(name: string, subject: string, options: Options = {}): Contender {
  return inProcess('printed', name, subject, options);
}
