import { closeSync, openSync, readdirSync, readlinkSync, readSync, statSync } from 'node:fs';
import { TableBuilder } from '../../columns/builder.ts';
import { type ProcessesSchema, processes } from '../../tables/processes.ts';
import type { ProcessesRequest } from '../requests.ts';
import type { Source } from '../source.ts';
import { DEFAULT_ROOT } from './file.ts';

/** Of cgroup files and stat lines; a longer cgroup file is cut. */
const FILE_BYTES = 16 * 1024;
/** What netstat reads of a command line. */
export const CMDLINE_SHOWN = 511;

const NET_LINK = /^net:\[(\d+)\]$/;

/** One process, file by file; undefined: it is gone, or does not let itself be read. */
class ProcessFiles {
  readonly #path: string;

  constructor(root: string, pid: number) {
    this.#path = `${root}/${pid}`;
  }

  bytes(name: string, limit: number): Uint8Array | undefined {
    return attempt(() => {
      const descriptor = openSync(`${this.#path}/${name}`, 'r');
      try {
        return readUpTo(descriptor, limit);
      } finally {
        closeSync(descriptor);
      }
    });
  }

  /** NB: bytes, as latin1 would lose nothing but UTF-8 would. */
  link(name: string): Buffer | undefined {
    return attempt(() => readlinkSync(`${this.#path}/${name}`, 'buffer'));
  }

  uid(): number | undefined {
    return attempt(() => statSync(this.#path).uid);
  }

  stat(): Stat | undefined {
    const bytes = this.bytes('stat', FILE_BYTES);
    return bytes === undefined ? undefined : parseStat(bytes);
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function readUpTo(descriptor: number, limit: number): Uint8Array {
  const bytes = new Uint8Array(limit);
  let size = 0;
  for (let got = -1; got !== 0 && size < limit; size += got)
    got = readSync(descriptor, bytes, size, limit - size, null);
  return bytes.subarray(0, size);
}

interface Stat {
  readonly comm: Uint8Array;
  /** 0 = none in this pid namespace. */
  readonly parent: number;
  /** Clock ticks since boot. */
  readonly startTime: bigint;
}

const OPEN = 0x28;
const CLOSE = 0x29;
/** Fields behind the name: the first is number 3. */
const PARENT = 4 - 3;
const START_TIME = 22 - 3;

/** /proc/PID/stat: `PID (COMM) STATE …`. NB: the name may hold blanks and parentheses, the fields behind it cannot. */
export function parseStat(bytes: Uint8Array): Stat | undefined {
  const open = bytes.indexOf(OPEN);
  const close = bytes.lastIndexOf(CLOSE);
  if (open < 0 || close < open) return undefined;
  const fields = Buffer.from(bytes.subarray(close + 2))
    .toString('latin1')
    .split(' ');
  const start = fields[START_TIME] ?? '';
  if (!/^\d{1,20}$/.test(start)) return undefined;
  return { comm: bytes.subarray(open + 1, close), parent: Number(fields[PARENT]), startTime: BigInt(start) };
}

/**
 * The parent and the children of a process. Kernel: /proc/PID/task/TID/children since 3.5, with CONFIG_PROC_CHILDREN
 * since 4.2; where it is missing there are no children.
 */
export function relativesOf(pid: number, root: string = DEFAULT_ROOT): number[] {
  const files = new ProcessFiles(root, pid);
  const threads = attempt(() => readdirSync(`${root}/${pid}/task`)) ?? [];
  const children = threads.map((tid) => Buffer.from(files.bytes(`task/${tid}/children`, FILE_BYTES) ?? []).toString());
  return [files.stat()?.parent ?? 0, ...children.join(' ').split(' ').map(Number)].filter((other) => other > 0);
}

/** Columns that need no other file than stat. */
const FROM_STAT: ReadonlySet<string> = new Set(['pid', 'startTime', 'comm']);

/** Names of processes from their files below /proc, in TypeScript: for when there is no addon. */
export const processFiles: Source<ProcessesRequest, ProcessesSchema> = {
  name: 'procfs',
  probe: () => undefined,
  async read(request) {
    const builder = new TableBuilder(processes, request.columns as (keyof ProcessesSchema)[]);
    const pid = builder.number('pid');
    for (const number of request.pids) {
      builder.addRow();
      pid.set(number);
      addProcess(builder, request, number);
    }
    return builder.finish({ source: 'procfs' });
  },
};

/**
 * Fills the row of one process. NB: its files are opened by number, and a number may be given to another process between two of
 * them: what was read counts only when the start time is the same before and behind.
 */
function addProcess(builder: TableBuilder<ProcessesSchema>, request: ProcessesRequest, pid: number): void {
  const files = new ProcessFiles(request.root ?? DEFAULT_ROOT, pid);
  const { notAfter = 0, columns } = request;
  const stat = files.stat();
  if (stat === undefined || (notAfter !== 0 && stat.startTime > BigInt(notAfter))) return;
  const wants = (name: string) => columns.includes(name);
  const read = {
    uid: wants('uid') ? files.uid() : undefined,
    cmdline: wants('cmdline') ? files.bytes('cmdline', request.cmdlineLimit ?? CMDLINE_SHOWN) : undefined,
    exe: wants('exe') ? files.link('exe') : undefined,
    cgroup: wants('cgroup') ? files.bytes('cgroup', FILE_BYTES) : undefined,
    netns: wants('netns') ? NET_LINK.exec(files.link('ns/net')?.toString('latin1') ?? '')?.[1] : undefined,
  };
  const alone = columns.every((name) => FROM_STAT.has(name));
  if (!alone && files.stat()?.startTime !== stat.startTime) return;
  builder.bigint('startTime').set(stat.startTime);
  builder.bytes('comm').set(stat.comm);
  if (read.uid !== undefined) builder.number('uid').set(read.uid);
  if (read.netns !== undefined) builder.bigint('netns').set(BigInt(read.netns));
  for (const name of ['cmdline', 'exe', 'cgroup'] as const) {
    const bytes = read[name];
    if (bytes !== undefined) builder.bytes(name).set(bytes);
  }
}

/** Fields of /proc/uptime are seconds with two decimals. Kernel: USER_HZ, the unit of start times, is 100 in all but alpha. */
const TICKS_PER_SECOND = 100;

/** Now, as start times count: ticks since boot, suspended time included; 0 = not known. */
export function ticksSinceBoot(root: string = DEFAULT_ROOT): number {
  const bytes = attempt(() => {
    const descriptor = openSync(`${root}/uptime`, 'r');
    try {
      return readUpTo(descriptor, 64);
    } finally {
      closeSync(descriptor);
    }
  });
  const seconds = Number.parseFloat(Buffer.from(bytes ?? []).toString('latin1'));
  return Number.isFinite(seconds) ? Math.round(seconds * TICKS_PER_SECOND) : 0;
}
