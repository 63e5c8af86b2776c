import { loadAddon } from '../addon.ts';
import type { Table } from '../columns/table.ts';
import { cgroupPath, type Group, groupOf } from '../names/cgroups.ts';
import { type ProcessesSchema, processes } from '../tables/processes.ts';
import { blockTable, dumpOptions } from './block.ts';
import type { ProcessesRequest } from './requests.ts';
import { choose, loadedLate, type Source, UnavailableError } from './source.ts';

/** Names of processes through the addon, off the event loop; all of a row comes from one process. */
export const nativeProcesses: Source<ProcessesRequest, ProcessesSchema> = {
  name: 'scan',
  probe() {
    const { addon, reason } = loadAddon(processes);
    return addon === undefined ? { code: 'ERR_DLOPEN_FAILED', reason: reason ?? 'no addon' } : undefined;
  },
  async read({ pids, columns, root, notAfter, cmdlineLimit }) {
    try {
      const block = await loadAddon().addon!.processNames(pids, {
        columns: dumpOptions(processes, columns).columns,
        ...(root === undefined ? {} : { procRoot: root }),
        ...(notAfter === undefined ? {} : { notAfter }),
        ...(cmdlineLimit === undefined ? {} : { cmdlineLimit }),
      });
      return blockTable(processes, block, { source: 'scan' });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new UnavailableError(code ?? 'EIO', message);
    }
  },
};

const SOURCES = [
  nativeProcesses,
  loadedLate<ProcessesRequest, ProcessesSchema>(
    'procfs',
    async () => (await import('./procfs/process.ts')).processFiles,
  ),
];

/** What processes are called, from the best source. */
export async function readProcesses(request: ProcessesRequest): Promise<Table<ProcessesSchema>> {
  return (await choose('processes', SOURCES, request)).table;
}

export type ProcessColumn = Exclude<keyof ProcessesSchema, 'pid'>;

/** What is known of a process; null = it has ended, or may not be looked at; undefined = nobody has asked yet. */
interface Known {
  readonly startTime: bigint | null;
  readonly values: Map<string, unknown>;
  group?: Group;
}

const NO_GROUP: Group = { unit: null, container: null, pod: null };

/**
 * Processes that were seen at one moment. `load()` looks them up, many at a time; the getters only look into memory, so that
 * filters and formats stay synchronous.
 *
 * NB: a process is its number and its start time. A number whose process started behind the moment, or at another time than when
 * it was first looked up, is that of another process, and nothing is known of the one that was meant.
 */
export class Processes {
  readonly #root: string | undefined;
  readonly #notAfter: number;
  readonly #known = new Map<number, Known>();

  /** `notAfter`: the moment, in clock ticks since boot; 0 = now. */
  constructor(root?: string, notAfter = 0) {
    this.#root = root;
    this.#notAfter = notAfter;
  }

  /** Looks up what is not known yet of these processes. */
  async load(pids: Iterable<number>, columns: readonly ProcessColumn[]): Promise<void> {
    const unknown = Uint32Array.from(new Set(pids)).filter((pid) => {
      const known = this.#known.get(pid);
      return known === undefined || columns.some((name) => !known.values.has(name));
    });
    if (unknown.length === 0 || columns.length === 0) return;
    const table = await readProcesses({
      pids: unknown,
      columns: ['pid', 'startTime', ...columns],
      notAfter: this.#notAfter,
      ...(this.#root === undefined ? {} : { root: this.#root }),
    });
    for (const [row, pid] of unknown.entries()) this.#keep(table, row, pid, columns);
  }

  #keep(table: Table<ProcessesSchema>, row: number, pid: number, columns: readonly ProcessColumn[]): void {
    const startTime = table.value('startTime', row) ?? null;
    const known = this.#known.get(pid) ?? { startTime, values: new Map<string, unknown>() };
    this.#known.set(pid, known);
    const same = startTime !== null && known.startTime === startTime;
    known.values.set('startTime', known.startTime);
    for (const name of columns) {
      if (!known.values.has(name)) known.values.set(name, same ? (table.value(name, row) ?? null) : null);
    }
  }

  #value<T>(pid: number, name: ProcessColumn): T | null {
    return (this.#known.get(pid)?.values.get(name) ?? null) as T | null;
  }

  /** Is the process that was seen with this number still there, as far as it was looked up? */
  present(pid: number): boolean {
    return (this.#known.get(pid)?.startTime ?? null) !== null;
  }

  comm(pid: number): string | null {
    return this.#value(pid, 'comm');
  }

  /** Arguments, each ended by NUL. */
  cmdline(pid: number): string | null {
    return this.#value(pid, 'cmdline');
  }

  exe(pid: number): string | null {
    return this.#value(pid, 'exe');
  }

  uid(pid: number): number | null {
    return this.#value(pid, 'uid');
  }

  /** Clock ticks since boot. */
  startTime(pid: number): bigint | null {
    return this.#value(pid, 'startTime');
  }

  netns(pid: number): bigint | null {
    return this.#value(pid, 'netns');
  }

  /** Path of its control group; see `cgroupPath`. */
  cgroup(pid: number): string | null {
    const text = this.#value<string>(pid, 'cgroup');
    return text === null ? null : (cgroupPath(text) ?? null);
  }

  unit(pid: number): string | null {
    return this.#group(pid).unit;
  }

  container(pid: number): string | null {
    return this.#group(pid).container;
  }

  pod(pid: number): string | null {
    return this.#group(pid).pod;
  }

  #group(pid: number): Group {
    const known = this.#known.get(pid);
    const path = this.cgroup(pid);
    if (known === undefined || path === null) return NO_GROUP;
    known.group ??= groupOf(path);
    return known.group;
  }
}
