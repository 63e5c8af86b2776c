import { concatTables } from '../columns/concat.ts';
import { selectRows } from '../columns/selection.ts';
import type { Table } from '../columns/table.ts';
import { takeColumns, takeRows } from '../columns/take.ts';
import type { SocketsSchema } from '../tables/sockets.ts';
import { TCP_SYN_RECV, TCP_TIME_WAIT } from '../uapi/tcp-states.ts';
import { readTable } from './definition.ts';
import { SOCKETS } from './definitions.ts';
import type { SocketsOptions } from './options.ts';
import { portNumber } from './plan.ts';

type Sockets = Table<SocketsSchema>;

/**
 * Internet sockets as a table; see `SocketsOptions`. Dumps run off the event loop. Rejects with a UsageError for a bad
 * option, a NetlinkError or ProcfsError when no allowed source can answer, and the signal's reason when it is aborted.
 */
export async function readSockets(options: SocketsOptions = {}): Promise<Sockets> {
  const wanted = withNeeded(options);
  const table = await readTable(SOCKETS, wanted);
  if (options.consistent !== true || options.replay !== undefined) return narrowed(table, options);
  const again = await readTable(SOCKETS, wanted);
  return narrowed(joinReadings(table, again), options);
}

/** Columns that deciding on a row needs, beside those asked for. */
function withNeeded(options: SocketsOptions): SocketsOptions {
  const { columns, consistent, localPort, remotePort } = options;
  if (columns === undefined) return options;
  const needed = [
    ...(consistent === true ? ['cookie'] : []),
    ...(localPort === undefined ? [] : ['localPort']),
    ...(remotePort === undefined ? [] : ['remotePort']),
  ];
  return needed.length === 0 ? options : { ...options, columns: [...columns, ...needed] };
}

/** Ports are a hint to netlink alone: here they decide. */
function narrowed(table: Sockets, options: SocketsOptions): Sockets {
  const local = portNumber('localPort', options.localPort);
  const remote = portNumber('remotePort', options.remotePort);
  const columns = options.columns === undefined ? table.columnNames : keptColumns(table, options.columns);
  if (local === 0 && remote === 0) return takeColumns(table, columns);
  const locals = local === 0 ? undefined : table.column('localPort');
  const remotes = remote === 0 ? undefined : table.column('remotePort');
  const keep = (row: number) => (locals?.[row] ?? local) === local && (remotes?.[row] ?? remote) === remote;
  return takeColumns(takeRows(table, selectRows(table.length, keep)), columns);
}

function keptColumns(table: Sockets, named: readonly string[]): (keyof SocketsSchema & string)[] {
  const needed: readonly string[] = SOCKETS.needed ?? [];
  const hidden = ['cookie', 'localPort', 'remotePort'];
  return table.columnNames.filter((name) => !hidden.includes(name) || named.includes(name) || needed.includes(name));
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
