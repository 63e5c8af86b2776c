import { TableBuilder } from '../columns/builder.ts';
import { encodeText } from '../columns/bytes.ts';
import { Table } from '../columns/table.ts';
import type { ColumnData } from '../columns/type.ts';
import { Names } from '../names/names.ts';
import type { ProcessColumn, Processes } from '../sources/processes.ts';
import { type NamedOwnersSchema, namedOwners, type OwnersSchema } from '../tables/owners.ts';

/** What `owners` tells of a process on request. null = it has ended, may not be looked at, or is not of that kind. */
export interface OwnerDetails {
  /** Name, as `process`. */
  readonly comm: string | null;
  /** Path of the program. */
  readonly exe: string | null;
  /** Arguments, each ended by NUL. */
  readonly cmdline: string | null;
  /** Effective user. */
  readonly uid: number | null;
  /** Its name, its number when it has none. */
  readonly user: string | null;
  /** Clock ticks since boot. */
  readonly startTime: bigint | null;
  /** Path of the control group: cgroup v2, else systemd's own. */
  readonly cgroup: string | null;
  /** systemd unit. */
  readonly unit: string | null;
  readonly container: string | null;
  /** uid of the Kubernetes pod. */
  readonly pod: string | null;
  /** Inode of the network namespace. */
  readonly netns: bigint | null;
}

export type OwnerDetail = keyof OwnerDetails;

/** A detail: what has to be read for it, and how it is told. */
interface Told<D extends OwnerDetail> {
  readonly reads: ProcessColumn;
  tell(processes: Processes, pid: number, names: Names): OwnerDetails[D];
}

const TOLD: { readonly [D in OwnerDetail]: Told<D> } = {
  comm: { reads: 'comm', tell: (processes, pid) => processes.comm(pid) },
  exe: { reads: 'exe', tell: (processes, pid) => processes.exe(pid) },
  cmdline: { reads: 'cmdline', tell: (processes, pid) => processes.cmdline(pid) },
  uid: { reads: 'uid', tell: (processes, pid) => processes.uid(pid) },
  user: { reads: 'uid', tell: (processes, pid, names) => userOf(processes.uid(pid), names) },
  startTime: { reads: 'startTime', tell: (processes, pid) => processes.startTime(pid) },
  cgroup: { reads: 'cgroup', tell: (processes, pid) => processes.cgroup(pid) },
  unit: { reads: 'cgroup', tell: (processes, pid) => processes.unit(pid) },
  container: { reads: 'cgroup', tell: (processes, pid) => processes.container(pid) },
  pod: { reads: 'cgroup', tell: (processes, pid) => processes.pod(pid) },
  netns: { reads: 'netns', tell: (processes, pid) => processes.netns(pid) },
};

export const OWNER_DETAILS = Object.keys(TOLD) as readonly OwnerDetail[];

function userOf(uid: number | null, names: Names): string | null {
  return uid === null ? null : (names.user(uid) ?? String(uid));
}

/** Details of processes, read all at once. */
export class Details {
  readonly #processes: Processes;
  readonly #wanted: readonly OwnerDetail[];
  readonly #names = new Names();

  constructor(processes: Processes, wanted: readonly OwnerDetail[]) {
    this.#processes = processes;
    this.#wanted = wanted;
  }

  /** Is anything told of a process? */
  get wanted(): boolean {
    return this.#wanted.length > 0;
  }

  async load(pids: Iterable<number>): Promise<void> {
    const numbers = new Set(pids);
    await this.#processes.load(numbers, [...new Set(this.#wanted.map((detail) => TOLD[detail].reads))]);
    if (!this.#wanted.includes('user')) return;
    const uids = Array.from(numbers, (pid) => this.#processes.uid(pid)).filter((uid) => uid !== null);
    await this.#names.resolve({ users: uids });
  }

  of(pid: number): Partial<OwnerDetails> {
    const details: Record<string, unknown> = {};
    for (const detail of this.#wanted) details[detail] = TOLD[detail].tell(this.#processes, pid, this.#names);
    return details;
  }
}

/** An owners table with what it was asked for: its own columns, and details of its processes. */
export async function withDetails(
  table: Table<OwnersSchema>,
  processes: Processes,
  wanted: readonly (keyof NamedOwnersSchema)[],
): Promise<Table<NamedOwnersSchema>> {
  const details = wanted.filter((name): name is OwnerDetail => Object.hasOwn(TOLD, name));
  const named = details.length === 0 ? undefined : await detailTable(table, processes, details);
  const columns = new Map<string, ColumnData>();
  for (const name of wanted) {
    const own = table.has(name as keyof OwnersSchema);
    columns.set(name, own ? table.data(name as keyof OwnersSchema) : named!.data(name));
  }
  const { source, warnings, parts, takenAt } = table;
  return new Table(namedOwners, table.length, columns, { source, warnings, parts, takenAt });
}

async function detailTable(
  table: Table<OwnersSchema>,
  processes: Processes,
  wanted: readonly OwnerDetail[],
): Promise<Table<NamedOwnersSchema>> {
  const pids = table.column('pid');
  const details = new Details(processes, wanted);
  await details.load(pids);
  const told = new Map<number, readonly unknown[]>();
  const builder = new TableBuilder(namedOwners, wanted);
  const setters = wanted.map((name) => setterOf(builder, name));
  for (const pid of pids) {
    let values = told.get(pid);
    if (values === undefined) {
      const of = details.of(pid);
      values = wanted.map((name) => of[name] ?? null);
      told.set(pid, values);
    }
    builder.addRow();
    for (const [at, value] of values.entries()) if (value !== null) setters[at]!(value);
  }
  return builder.finish({ source: table.source });
}

function setterOf(builder: TableBuilder<NamedOwnersSchema>, name: OwnerDetail): (value: unknown) => void {
  const { kind } = namedOwners.columns[name];
  if (kind === 'str') {
    const cell = builder.bytes(name);
    return (value) => cell.set(encodeText(value as string));
  }
  const cell = kind === 'u64' ? builder.bigint(name) : builder.number(name);
  return (value) => cell.set(value as never);
}
