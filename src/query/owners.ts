import type { Table } from '../columns/table.ts';
import { UsageError } from '../errors.ts';
import { Processes } from '../sources/processes.ts';
import type { OwnersRequest } from '../sources/requests.ts';
import { choose } from '../sources/source.ts';
import { type NamedOwnersSchema, namedOwners, type OwnersSchema } from '../tables/owners.ts';
import { abortable } from './abortable.ts';
import { wantedColumns } from './columns.ts';
import type { OwnersOptions, OwnersSource } from './options.ts';
import { withDetails } from './owner-details.ts';
import { OWNERS_SOURCES } from './providers.ts';

/** Which sources may answer, in the order of preference of `OWNERS_SOURCES`. */
const CHOICES: Readonly<Record<OwnersSource, readonly string[]>> = {
  auto: ['bpf', 'scan', 'procfs'],
  bpf: ['bpf'],
  scan: ['scan'],
  procfs: ['scan', 'procfs'],
};

/** Names the only source of owners to whoever leaves the choice open: for comparing them through the command line. */
const FORCED = process.env.SOCKDIAG_OWNERS;

/** Who holds which socket, from the best source that may answer. */
export async function readOwners(request: OwnersRequest, source: OwnersSource = 'auto'): Promise<Table<OwnersSchema>> {
  const choice = source === 'auto' && FORCED !== undefined && Object.hasOwn(CHOICES, FORCED) ? FORCED : source;
  const names = CHOICES[choice as OwnersSource];
  const sources = OWNERS_SOURCES.filter(({ name }) => names.includes(name));
  const forced = choice === 'bpf' ? { forced: true } : {};
  const key = choice === 'bpf' ? 'owners by bpf' : 'owners';
  const { table, warnings } = await choose(key, sources, { ...request, ...forced });
  return warnings.length === 0 ? table : table.with({ warnings: [...warnings, ...table.warnings] });
}

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
