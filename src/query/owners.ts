import type { Table } from '../columns/table.ts';
import { UsageError } from '../errors.ts';
import { Processes } from '../sources/processes.ts';
import { type NamedOwnersSchema, namedOwners } from '../tables/owners.ts';
import { abortable } from './abortable.ts';
import { wantedColumns } from './columns.ts';
import type { OwnersOptions } from './options.ts';
import { withDetails } from './owner-details.ts';
import { CHOICES, readOwners } from './read-owners.ts';

/**
 * Who holds which socket: one row for each process and descriptor, with what `columns` names of the processes. Without
 * CAP_SYS_PTRACE only the caller's own processes can be looked at; `warnings` says how many could not (`unreadable`).
 */
export async function owners(options: OwnersOptions = {}): Promise<Table<NamedOwnersSchema>> {
  const { signal, root, inodes, stopWhenFound, leadersOnly, source = 'auto' } = options;
  if (!Object.hasOwn(CHOICES, source)) {
    throw new UsageError(`source: '${source}' is not one of ${Object.keys(CHOICES).join(', ')}`);
  }
  const columns = wantedColumns({ schema: namedOwners }, options);
  signal?.throwIfAborted();
  const reading = readOwners(
    {
      columns,
      ...(root === undefined ? {} : { root }),
      ...(inodes === undefined ? {} : { inodes }),
      ...(stopWhenFound === undefined ? {} : { stopWhenFound }),
      ...(leadersOnly === undefined ? {} : { leadersOnly }),
    },
    source,
  );
  const named = reading.then((table) => withDetails(table, new Processes(root, table.takenAt), columns));
  return abortable(named, signal);
}
