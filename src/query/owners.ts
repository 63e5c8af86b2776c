import type { Table } from '../columns/table.ts';
import { UsageError } from '../errors.ts';
import type { OwnersRequest } from '../sources/requests.ts';
import { choose } from '../sources/source.ts';
import { type OwnersSchema, owners as schema } from '../tables/owners.ts';
import { wantedColumns } from './columns.ts';
import type { OwnersOptions, SourceChoice } from './options.ts';
import { OWNERS_SOURCES } from './providers.ts';

/** Who holds which socket, from the best source that may answer. */
export async function readOwners(request: OwnersRequest, source?: SourceChoice): Promise<Table<OwnersSchema>> {
  const sources = source === 'procfs' ? OWNERS_SOURCES.filter(({ name }) => name !== 'bpf') : OWNERS_SOURCES;
  const { table, warnings } = await choose('owners', sources, request);
  return warnings.length === 0 ? table : table.with({ warnings: [...warnings, ...table.warnings] });
}

/**
 * Who holds which socket: one row for each process and descriptor. Without CAP_SYS_PTRACE only the caller's own processes
 * can be looked at; `warnings` says how many could not (`unreadable`).
 */
export async function owners(options: OwnersOptions = {}): Promise<Table<OwnersSchema>> {
  const { signal, root, inodes, stopWhenFound, leadersOnly, source = 'auto' } = options;
  if (source === 'netlink') throw new UsageError('source: netlink does not know who holds a socket');
  signal?.throwIfAborted();
  const table = await readOwners(
    {
      columns: wantedColumns({ schema }, options),
      ...(root === undefined ? {} : { root }),
      ...(inodes === undefined ? {} : { inodes }),
      ...(stopWhenFound === undefined ? {} : { stopWhenFound }),
      ...(leadersOnly === undefined ? {} : { leadersOnly }),
    },
    source,
  );
  signal?.throwIfAborted();
  return table;
}
