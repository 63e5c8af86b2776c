import { distinctAscending } from '../columns/distinct.ts';
import { InodeIndex } from '../columns/join.ts';
import type { Table } from '../columns/table.ts';
import type { Schema } from '../columns/type.ts';
import type { OwnersOf } from '../filters/owner-leaf.ts';
import type { OwnerField } from '../filters/terms.ts';
import { type ProcessColumn, Processes } from '../sources/processes.ts';
import type { OwnersSchema } from '../tables/owners.ts';
import type { SourceChoice } from './options.ts';
import { Details, type OwnerDetail, type OwnerDetails } from './owner-details.ts';
import { type OwnerReason, ownerReason, type ScanFacts, scanFacts, type Unowned } from './owner-reason.ts';
import { readOwners } from './read-owners.ts';

/** A process that holds a socket, through one descriptor; with the details that were asked for. */
export interface Owner extends Partial<OwnerDetails> {
  readonly pid: number;
  /** The thread whose descriptor table it is; mostly the process itself. */
  readonly tid: number;
  readonly fd: number;
  /** Name of the process (comm); null when it has ended meanwhile. */
  readonly process: string | null;
}

/** Owners that were found, and what is known of their processes and of what could not be seen. */
export interface Finding {
  readonly owners: Table<OwnersSchema>;
  readonly index: InodeIndex;
  readonly processes: Processes;
  readonly details: Details;
  readonly facts: ScanFacts;
}

/** Columns of a table of sockets that its owners are found by; `states` where it has them. */
interface Sockets {
  readonly inodes: Uint32Array;
  readonly states: ArrayLike<number> | undefined;
}

function socketsOf<S extends Schema>(table: Table<S>): Sockets {
  const states = table.has('state') ? (table.data('state').values as Uint8Array) : undefined;
  return { inodes: inodesOf(table), states };
}

/** Who holds the sockets of a table: its rows joined with an owners table by inode. */
export class Holders implements OwnersOf {
  readonly #inodes: Uint32Array;
  readonly #states: ArrayLike<number> | undefined;
  readonly #finding: Finding;
  readonly #pids: Uint32Array;
  readonly #tids: Uint32Array;
  readonly #fds: Uint32Array;

  constructor({ inodes, states }: Sockets, finding: Finding) {
    this.#inodes = inodes;
    this.#states = states;
    this.#finding = finding;
    this.#pids = finding.owners.column('pid');
    this.#tids = finding.owners.column('tid');
    this.#fds = finding.owners.column('fd');
  }

  /** The same owners for the rows of another table. */
  of<S extends Schema>(table: Table<S>): Holders {
    return new Holders(socketsOf(table), this.#finding);
  }

  /** What the search for owners could not see; nothing when it found one of every socket that has an inode. */
  get warnings(): Table<OwnersSchema>['warnings'] {
    const { owners, index } = this.#finding;
    const { warnings } = owners;
    if (warnings.length === 0) return warnings;
    return this.#inodes.some((inode) => inode !== 0 && index.first(inode) < 0) ? warnings : [];
  }

  /** Where the owners came from. */
  get parts(): Table<OwnersSchema>['parts'] {
    return this.#finding.owners.parts;
  }

  #nth(row: number, holder: number): number {
    const { index } = this.#finding;
    let at = index.first(this.#inodes[row]!);
    for (let count = 0; count < holder && at >= 0; count += 1) at = index.next(at);
    return at;
  }

  count(row: number): number {
    const { index } = this.#finding;
    let count = 0;
    for (let at = index.first(this.#inodes[row]!); at >= 0; at = index.next(at)) count += 1;
    return count;
  }

  pid(row: number, holder: number): number {
    return this.#pids[this.#nth(row, holder)]!;
  }

  comm(row: number, holder: number): string | null {
    return this.#finding.processes.comm(this.pid(row, holder));
  }

  container(row: number, holder: number): string | null {
    return this.#finding.processes.container(this.pid(row, holder));
  }

  unit(row: number, holder: number): string | null {
    return this.#finding.processes.unit(this.pid(row, holder));
  }

  /** Name of a process (comm). */
  nameOf(pid: number): string | null {
    return this.#finding.processes.comm(pid);
  }

  /** Name of the process with the lowest number that holds it. */
  lowestName(row: number): string | null {
    const pid = this.lowest(row);
    return pid < 0 ? null : this.nameOf(pid);
  }

  /** systemd unit of the process with the lowest number that holds it, where details have `unit`. */
  unitOf(row: number): string | null {
    const pid = this.lowest(row);
    return pid < 0 ? null : this.#finding.processes.unit(pid);
  }

  /** Everyone who holds it, lowest process number first. */
  list(row: number): Owner[] {
    const { index } = this.#finding;
    const list: Owner[] = [];
    for (let at = index.first(this.#inodes[row]!); at >= 0; at = index.next(at)) list.push(this.#owner(at));
    return list.length < 2 ? list : list.sort((a, b) => a.pid - b.pid || a.tid - b.tid || a.fd - b.fd);
  }

  /** The holder of a row of the owners table. */
  #owner(at: number): Owner {
    const { processes, details } = this.#finding;
    const pid = this.#pids[at]!;
    const owner = { pid, tid: this.#tids[at]!, fd: this.#fds[at]!, process: processes.comm(pid) };
    return details.wanted ? { ...owner, ...details.of(pid) } : owner;
  }

  /** The lowest process number that holds it, -1 = nobody is known to. */
  lowest(row: number): number {
    const { index } = this.#finding;
    let lowest = -1;
    for (let at = index.first(this.#inodes[row]!); at >= 0; at = index.next(at)) {
      if (lowest < 0 || this.#pids[at]! < lowest) lowest = this.#pids[at]!;
    }
    return lowest;
  }

  /** Why nobody is known to hold it; null when somebody is. */
  reasonOf(row: number): OwnerReason | null {
    const inode = this.#inodes[row]!;
    return this.#finding.index.first(inode) >= 0 ? null : ownerReason(this.#unowned(row), this.#finding.facts);
  }

  #unowned(row: number): Unowned {
    return { inode: this.#inodes[row]!, state: this.#states?.[row] };
  }

  /**
   * Tells sockets that were closed meanwhile from those the kernel holds, or somebody who may not be looked at: reads the
   * table again where that is in question. It is not where most sockets are those of others, whom the caller does not see.
   */
  async lookAgain<S extends Schema>(read: () => Promise<Table<S>>): Promise<Holders> {
    const { index, facts } = this.#finding;
    const held = this.#inodes.filter((inode) => inode !== 0);
    const unowned = held.filter((inode) => index.first(inode) < 0);
    if (unowned.length === 0) return this;
    const blind = facts.unreadable > 0 || facts.hidden || facts.inner;
    if (blind && unowned.length > held.length / 2) return this;
    const alive = new Set(inodesOf(await read()));
    const sockets = { inodes: this.#inodes, states: this.#states };
    return new Holders(sockets, { ...this.#finding, facts: { ...facts, alive } });
  }
}

/** What finding owners depends on. */
export interface HoldersOptions {
  readonly root?: string | undefined;
  readonly source?: SourceChoice | undefined;
  /** What a filter asks of them. */
  readonly fields?: ReadonlySet<OwnerField>;
  /** What rows shall tell of them. */
  readonly details?: readonly OwnerDetail[];
}

/** What has to be read of a process for what filters ask. */
const FIELD_COLUMNS: Readonly<Record<OwnerField, ProcessColumn>> = {
  pid: 'startTime',
  comm: 'comm',
  container: 'cgroup',
  unit: 'cgroup',
};

/** Finds the owners of a table's sockets. NB: the table must have column `inode`. */
export async function holdersOf<S extends Schema>(table: Table<S>, options: HoldersOptions): Promise<Holders> {
  const { root, source, fields = new Set(), details = [] } = options;
  const columns = new Set<ProcessColumn>(['comm', ...Array.from(fields, (field) => FIELD_COLUMNS[field])]);
  const sockets = socketsOf(table);
  const request = {
    columns: ['inode', 'pid', 'tid', 'fd', 'leader'],
    inodes: sockets.inodes.filter((inode) => inode !== 0),
    ...(root === undefined ? {} : { root }),
  };
  const owners = await readOwners(request, source === 'procfs' ? 'procfs' : 'auto');
  return new Holders(sockets, await identified(owners, root, [...columns], details));
}

/** Looks up who the processes are. */
async function identified(
  owners: Table<OwnersSchema>,
  root: string | undefined,
  columns: readonly ProcessColumn[],
  wanted: readonly OwnerDetail[],
): Promise<Finding> {
  const pids = distinctAscending(owners.column('pid'));
  const processes = new Processes(root, owners.takenAt);
  const details = new Details(processes, wanted);
  await processes.load(pids, columns);
  await details.load(pids);
  const index = new InodeIndex(owners.column('inode'));
  return { owners, index, processes, details, facts: scanFacts(owners.warnings, root) };
}

export function inodesOf<S extends Schema>(table: Table<S>): Uint32Array {
  return table.data('inode' as keyof S & string).values as Uint32Array;
}
