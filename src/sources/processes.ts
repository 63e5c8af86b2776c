import { readFileSync } from 'node:fs';
import { decodeText } from '../columns/bytes.ts';
import { cgroupPath, containerOf, unitOf } from '../names/cgroups.ts';
import { DEFAULT_ROOT } from './procfs/file.ts';

/** What is known of a process; null = it has ended, or may not be looked at. */
export interface ProcessInfo {
  /** /proc/PID/comm: at most 15 bytes, any bytes. */
  readonly comm: string | null;
  readonly unit: string | null;
  readonly container: string | null;
}

/** Names of processes, each read once, when first asked for. */
export class Processes {
  readonly #root: string;
  readonly #comms = new Map<number, string | null>();
  readonly #groups = new Map<number, { readonly unit: string | null; readonly container: string | null }>();

  constructor(root: string = DEFAULT_ROOT) {
    this.#root = root;
  }

  comm(pid: number): string | null {
    let comm = this.#comms.get(pid);
    if (comm === undefined) {
      const bytes = this.#read(pid, 'comm');
      comm = bytes === undefined ? null : decodeText(bytes, 0, bytes.at(-1) === 0x0a ? bytes.length - 1 : bytes.length);
      this.#comms.set(pid, comm);
    }
    return comm;
  }

  unit(pid: number): string | null {
    return this.#group(pid).unit;
  }

  container(pid: number): string | null {
    return this.#group(pid).container;
  }

  #group(pid: number): { readonly unit: string | null; readonly container: string | null } {
    let group = this.#groups.get(pid);
    if (group === undefined) {
      const bytes = this.#read(pid, 'cgroup');
      const path = bytes === undefined ? undefined : cgroupPath(decodeText(bytes));
      group =
        path === undefined ? { unit: null, container: null } : { unit: unitOf(path), container: containerOf(path) };
      this.#groups.set(pid, group);
    }
    return group;
  }

  #read(pid: number, file: string): Buffer | undefined {
    try {
      return readFileSync(`${this.#root}/${pid}/${file}`);
    } catch {
      return undefined;
    }
  }
}
