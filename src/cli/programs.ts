import { InodeIndex } from '../columns/join.ts';
import type { Table, Warning } from '../columns/table.ts';
import { SockdiagError } from '../errors.ts';
import { NO_PROGRAMS, type Programs, programCell } from '../formats/netstat/program.ts';
import { readOwners } from '../query/owners.ts';
import { readCmdline } from '../sources/procfs/process.ts';
import type { OwnersSchema } from '../tables/owners.ts';
import type { Output } from './output.ts';

/**
 * The process column: scans for owners and says on stderr, in netstat's words, what could not be seen.
 * Of the processes that hold a socket the one with the lowest pid is shown. Command lines are read when a cell is asked
 * for, once per process.
 */
export async function readPrograms(output: Output): Promise<Programs> {
  let table: Table<OwnersSchema>;
  try {
    table = await readOwners({ columns: ['inode', 'pid', 'leader'], leadersOnly: true });
  } catch (error) {
    if (!(error instanceof SockdiagError)) throw error;
    output.err(nothingRead());
    return NO_PROGRAMS;
  }
  if (denied(table.warnings) > 0) output.err(table.length === 0 ? nothingRead() : NOT_ALL);
  return programsOf(table);
}

function nothingRead(): string {
  return `(No info could be read for "-p": geteuid()=${process.geteuid?.() ?? 0} but you should be root.)\n`;
}

const NOT_ALL =
  '(Not all processes could be identified, non-owned process info\n' +
  ' will not be shown, you would have to be root to see it all.)\n';

/** Processes that did not let their descriptors be listed: only these make netstat warn. */
function denied(warnings: readonly Warning[]): number {
  return warnings.reduce((sum, warning) => sum + (warning.denied ?? 0), 0);
}

function programsOf(table: Table<OwnersSchema>): Programs {
  const pids = table.column('pid');
  const leaders = table.column('leader');
  const index = new InodeIndex(table.column('inode'));
  const cells = new Map<number, string>();
  return {
    cell: (inode) => {
      let row = index.first(inode);
      while (row >= 0 && leaders[row] === 0) row = index.next(row);
      if (row < 0) return '-';
      const pid = pids[row]!;
      let text = cells.get(pid);
      if (text === undefined) {
        text = programCell(pid, readCmdline(pid));
        cells.set(pid, text);
      }
      return text;
    },
  };
}
