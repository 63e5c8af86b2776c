import { concatTables } from '../columns/concat.ts';
import { selectRows } from '../columns/selection.ts';
import type { Table } from '../columns/table.ts';
import { takeRows } from '../columns/take.ts';
import type { SocketsSchema } from '../tables/sockets.ts';
import { TCP_SYN_RECV, TCP_TIME_WAIT } from '../uapi/tcp-states.ts';
import { readTable } from './definition.ts';
import { prepareFilter } from './filter.ts';
import type { SocketsOptions, WithOwners } from './options.ts';
import type { OwnedTable } from './owned-table.ts';
import { portNumber } from './plan.ts';
import { selectSockets } from './selected.ts';
import { SOCKETS } from './sockets-definition.ts';
import type { SocketsQuery } from './sockets-requests.ts';

type Sockets = Table<SocketsSchema>;

/**
 * Internet sockets as a table; see `SocketsOptions`. Dumps run off the event loop. Rejects with a UsageError for a bad
 * option, a FilterError for a bad filter, a NetlinkError or ProcfsError when no allowed source can answer, and the signal's
 * reason when it is aborted.
 */
export function readSockets(options: SocketsOptions & WithOwners): Promise<OwnedTable<SocketsSchema>>;
export function readSockets(options?: SocketsOptions): Promise<Sockets>;
export async function readSockets(options: SocketsOptions = {}): Promise<Sockets | OwnedTable<SocketsSchema>> {
  const filter = await prepareFilter(options);
  const query = filter === undefined ? options : { ...options, pushed: filter.pushed };
  const read = async (also: readonly string[]): Promise<Sockets> => readRows(query, also);
  return selectSockets({ definition: SOCKETS, options, filter, read });
}

/** Columns that deciding on a row needs. */
function deciding({ consistent, localPort, remotePort }: SocketsOptions): readonly string[] {
  return [
    ...(consistent === true ? ['cookie'] : []),
    ...(localPort === undefined ? [] : ['localPort']),
    ...(remotePort === undefined ? [] : ['remotePort']),
  ];
}

async function readRows(options: SocketsQuery, also: readonly string[]): Promise<Sockets> {
  const columns = [...also, ...deciding(options)];
  const paths = options.cgroup === true || options.columns?.includes('cgroup') === true;
  if (paths) columns.push('cgroupId');
  const read = async (): Promise<Sockets> => readTable(SOCKETS, options, columns);
  const first = await read();
  const once = options.consistent !== true || options.replay !== undefined;
  const table = narrowed(once ? first : joinReadings(first, await read()), options);
  return paths ? new (await import('./cgroup-column.ts')).CgroupColumn().fill(table) : table;
}

/** Ports are a hint to netlink alone: here they decide. */
function narrowed(table: Sockets, options: SocketsOptions): Sockets {
  const local = portNumber('localPort', options.localPort);
  const remote = portNumber('remotePort', options.remotePort);
  if (local === 0 && remote === 0) return table;
  const locals = local === 0 ? undefined : table.column('localPort');
  const remotes = remote === 0 ? undefined : table.column('remotePort');
  const keep = (row: number) => (locals?.[row] ?? local) === local && (remotes?.[row] ?? remote) === remote;
  return takeRows(table, selectRows(table.length, keep));
}

/**
 * The first reading and what only the second one has, by cookie. Time-wait and half-open sockets of the second reading
 * stay out: they are new, or the rest of a connection the first one has.
 */
export function joinReadings(first: Sockets, second: Sockets): Sockets {
  const seen = new Set(first.column('cookie'));
  const cookies = second.column('cookie');
  const states = second.column('state');
  const known = second.data('cookie').valid;
  const isNew = (row: number) =>
    known?.[row] !== 0 && states[row] !== TCP_TIME_WAIT && states[row] !== TCP_SYN_RECV && !seen.has(cookies[row]!);
  const added = takeRows(second, selectRows(second.length, isNew));
  const { source, interrupted, warnings, parts } = first;
  if (added.length === 0) return first;
  return concatTables([first, added], { source, interrupted, warnings, parts });
}
