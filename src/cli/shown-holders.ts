import { encodeText } from '../columns/bytes.ts';
import { LowestHolders } from '../columns/lowest-holders.ts';
import { selectRows } from '../columns/selection.ts';
import type { Table } from '../columns/table.ts';
import { contextCell, NO_CONTEXT, NO_PROGRAM, type OwnerColumns, programCell } from '../formats/netstat/program.ts';
import { Processes } from '../sources/processes.ts';
import { readSecurityContext } from '../sources/procfs/security-context.ts';
import type { OwnersSchema } from '../tables/owners.ts';

/** What is read of processes. */
type Names = Pick<Processes, 'load' | 'cmdline'>;

/** Security contexts are read now, of all processes. */
export function shownHolders(table: Table<OwnersSchema>, lowest: LowestHolders, contexts: boolean): ShownHolders {
  const told = contexts ? new Map(Array.from(lowest.pids, (pid) => [pid, contextOf(pid)])) : undefined;
  return new ShownHolders(table, lowest, new Processes(undefined, table.takenAt), told);
}

/**
 * Cells of the processes that are shown. Command lines are read behind the scan, of processes of which something is listed, and
 * only of those that are still the ones that were seen.
 */
export class ShownHolders {
  readonly #table: Table<OwnersSchema>;
  readonly #processes: Names;
  #lowest: LowestHolders;
  /** By place, from 1; undefined = nobody has looked at the process yet. */
  #programs: (Uint8Array | undefined)[] = [NO_PROGRAM];
  /** Cells by process. */
  readonly #contexts: ReadonlyMap<number, Uint8Array> | undefined;

  /** NB: the table is of leaders alone. */
  constructor(
    table: Table<OwnersSchema>,
    lowest: LowestHolders,
    processes: Names,
    contexts: ReadonlyMap<number, Uint8Array> | undefined,
  ) {
    this.#table = table;
    this.#lowest = lowest;
    this.#processes = processes;
    this.#contexts = contexts;
  }

  /** Quirk: a process that was gone before its command line could be read owns nothing (prg_cache_load). */
  async cellsOf(inodes: Uint32Array): Promise<OwnerColumns> {
    let places = this.#lowest.placesOf(inodes);
    if (!(await this.#look(places))) {
      await this.#leaveOutGone();
      places = this.#lowest.placesOf(inodes);
      await this.#look(places);
    }
    const programs = this.#programs;
    const contexts = this.#contexts;
    const { pids } = this.#lowest;
    const context = (row: number) => contexts?.get(pids[places[row]! - 1]!) ?? NO_CONTEXT;
    return {
      programs: { cell: (row) => programs[places[row]!]! },
      ...(contexts === undefined ? {} : { contexts: { cell: context } }),
    };
  }

  /** Makes the cells of processes that are listed for the first time; false when one of them is gone. */
  async #look(places: Int32Array): Promise<boolean> {
    const { pids } = this.#lowest;
    const programs = this.#programs;
    const unseen = [...new Set(places.filter((place) => programs[place] === undefined))];
    if (unseen.length === 0) return true;
    await this.#processes.load(
      unseen.map((place) => pids[place - 1]!),
      ['cmdline'],
    );
    let there = true;
    for (const place of unseen) {
      const pid = pids[place - 1]!;
      const cmdline = this.#processes.cmdline(pid);
      if (cmdline === null) there = false;
      else programs[place] = programCell(pid, encodeText(cmdline));
    }
    return there;
  }

  async #leaveOutGone(): Promise<void> {
    await this.#processes.load(this.#lowest.pids, ['cmdline']);
    const pids = this.#table.column('pid');
    const rows = selectRows(pids.length, (row) => this.#processes.cmdline(pids[row]!) !== null);
    const inodes = this.#table.column('inode');
    this.#lowest = LowestHolders.of(
      rows.map((row) => inodes[row]!),
      rows.map((row) => pids[row]!),
    );
    this.#programs = [NO_PROGRAM];
  }
}

function contextOf(pid: number): Uint8Array {
  const context = readSecurityContext(pid);
  return context === null ? NO_CONTEXT : contextCell(encodeText(context));
}
