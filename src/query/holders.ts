import { InodeIndex } from '../columns/join.ts';
import type { Table } from '../columns/table.ts';
import type { Schema } from '../columns/type.ts';
import type { OwnersOf } from '../filters/owner-leaf.ts';
import type { Processes } from '../sources/processes.ts';
import type { OwnersSchema } from '../tables/owners.ts';
import type { SourceChoice } from './options.ts';
import { readOwners } from './owners.ts';

/** A process that holds a socket, through one descriptor. */
export interface Owner {
  readonly pid: number;
  /** The thread whose descriptor table it is; mostly the process itself. */
  readonly tid: number;
  readonly fd: number;
  /** Name of the process (comm); null when it has ended meanwhile. */
  readonly process: string | null;
}

/** Who holds the sockets of a table: its rows joined with an owners table by inode. */
export class Holders implements OwnersOf {
  readonly #inodes: Uint32Array;
  readonly #owners: Table<OwnersSchema>;
  readonly #index: InodeIndex;
  readonly #processes: Processes;

  constructor(inodes: Uint32Array, owners: Table<OwnersSchema>, processes: Processes) {
    this.#inodes = inodes;
    this.#owners = owners;
    this.#index = new InodeIndex(owners.column('inode'));
    this.#processes = processes;
  }

  /** The same owners for the rows of another table. */
  of(inodes: Uint32Array): Holders {
    return new Holders(inodes, this.#owners, this.#processes);
  }

  /** What the search for owners could not see; nothing when it found one of every socket that has an inode. */
  get warnings(): Table<OwnersSchema>['warnings'] {
    const { warnings } = this.#owners;
    if (warnings.length === 0) return warnings;
    return this.#inodes.some((inode) => inode !== 0 && this.#index.first(inode) < 0) ? warnings : [];
  }

  /** Rows of the owners table, by socket. */
  *#rows(row: number): Generator<number> {
    const inode = this.#inodes[row]!;
    for (let at = this.#index.first(inode); at >= 0; at = this.#index.next(at)) yield at;
  }

  #nth(row: number, holder: number): number {
    let at = this.#index.first(this.#inodes[row]!);
    for (let count = 0; count < holder && at >= 0; count += 1) at = this.#index.next(at);
    return at;
  }

  count(row: number): number {
    let count = 0;
    for (let at = this.#index.first(this.#inodes[row]!); at >= 0; at = this.#index.next(at)) count += 1;
    return count;
  }

  pid(row: number, holder: number): number {
    return this.#owners.column('pid')[this.#nth(row, holder)]!;
  }

  comm(row: number, holder: number): string | null {
    return this.#processes.comm(this.pid(row, holder));
  }

  container(row: number, holder: number): string | null {
    return this.#processes.container(this.pid(row, holder));
  }

  unit(row: number, holder: number): string | null {
    return this.#processes.unit(this.pid(row, holder));
  }

  /** Name of a process (comm). */
  nameOf(pid: number): string | null {
    return this.#processes.comm(pid);
  }

  /** systemd unit of the process with the lowest number that holds it. */
  unitOf(row: number): string | null {
    const pid = this.lowest(row);
    return pid < 0 ? null : this.#processes.unit(pid);
  }

  /** Everyone who holds it, lowest process number first. */
  list(row: number): Owner[] {
    const columns = ['pid', 'tid', 'fd'] as const;
    const [pids, tids, fds] = columns.map((name) => this.#owners.column(name)) as [
      Uint32Array,
      Uint32Array,
      Uint32Array,
    ];
    const owners = Array.from(this.#rows(row), (at) => {
      const pid = pids[at]!;
      return { pid, tid: tids[at]!, fd: fds[at]!, process: this.#processes.comm(pid) };
    });
    return owners.sort((a, b) => a.pid - b.pid || a.tid - b.tid || a.fd - b.fd);
  }

  /** The lowest process number that holds it, -1 = nobody is known to. */
  lowest(row: number): number {
    const pids = this.#owners.column('pid');
    let lowest = -1;
    for (let at = this.#index.first(this.#inodes[row]!); at >= 0; at = this.#index.next(at)) {
      if (lowest < 0 || pids[at]! < lowest) lowest = pids[at]!;
    }
    return lowest;
  }
}

/** What finding owners depends on. */
export interface HoldersOptions {
  readonly root?: string | undefined;
  readonly source?: SourceChoice | undefined;
  readonly stopWhenFound?: boolean;
}

/** Finds the owners of a table's sockets. NB: the table must have column `inode`. */
export async function holdersOf<S extends Schema>(
  table: Table<S>,
  processes: Processes,
  { root, source, stopWhenFound }: HoldersOptions,
): Promise<Holders> {
  const inodes = inodesOf(table);
  const request = {
    columns: ['inode', 'pid', 'tid', 'fd', 'leader'],
    inodes: inodes.filter((inode) => inode !== 0),
    ...(root === undefined ? {} : { root }),
    ...(stopWhenFound === undefined ? {} : { stopWhenFound }),
  };
  return new Holders(inodes, await readOwners(request, source === 'procfs' ? 'procfs' : 'auto'), processes);
}

export function inodesOf<S extends Schema>(table: Table<S>): Uint32Array {
  return table.data('inode' as keyof S & string).values as Uint32Array;
}
