import { selectRows } from '../columns/selection.ts';
import type { Table } from '../columns/table.ts';
import { takeColumns, takeRows } from '../columns/take.ts';
import type { Schema } from '../columns/type.ts';
import { SockdiagError } from '../errors.ts';
import { netlinkUnavailable } from '../sources/netlink.ts';
import { type StreamPlan, streamInet } from '../sources/netlink-stream.ts';
import type { SocketsRequest } from '../sources/requests.ts';
import { debug, UnavailableError } from '../sources/source.ts';
import { type SocketsSchema, sockets } from '../tables/sockets.ts';
import { chosenNamespace } from './callers-namespace.ts';
import { wantedColumns } from './columns.ts';
import { type PreparedFilter, prepareFilter } from './filter.ts';
import type { Namespace } from './namespace.ts';
import { type SocketsOptions, wantsOwners } from './options.ts';
import { SOCKETS_COLUMNS } from './plan.ts';
import { type SocketsQuery, socketsRequests } from './sockets-requests.ts';

type Sockets = Table<SocketsSchema>;

/**
 * Internet sockets in tables of a few thousand rows, in bounded memory, for hosts where one table is too much. Rows come
 * protocol by protocol, IPv4 before IPv6. A protocol netlink cannot list comes as one table from procfs; an answer that
 * breaks off after its first rows is an error, never a second beginning. With `owners`, ports, recordings or `consistent`
 * each protocol is one table too.
 */
export async function* streamSockets(
  options: SocketsOptions = {},
  stream: StreamPlan = { blocking: false },
): AsyncGenerator<Sockets> {
  const filter = await prepareFilter(options);
  const wanted = wantedColumns(SOCKETS_COLUMNS, options);
  const also = filter?.columns('sockets') ?? [];
  const paths = wanted.includes('cgroup') ? new (await import('./cgroup-column.ts')).CgroupColumn() : undefined;
  const columns = [...new Set<string>([...wanted, ...also, ...(paths === undefined ? [] : ['cgroupId'])])];
  const namespace = await chosenNamespace(options.netns);
  const streamed = canStream(options, filter, namespace);
  const query: SocketsQuery = filter === undefined ? options : { ...options, pushed: filter.pushed };
  try {
    for (const { request } of socketsRequests(query, { ...namespace.place, columns })) {
      options.signal?.throwIfAborted();
      const whole = () => readWhole({ ...options, netid: request.netids });
      if (!streamed) yield await whole();
      else {
        for await (const table of streamProtocol(request, stream, options.signal, whole)) {
          const rows = kept(table, filter);
          yield takeColumns(paths?.fill(rows) ?? rows, wanted);
        }
      }
    }
  } finally {
    namespace.close();
  }
}

/** NB: loaded only here, with everything that can read a table at once. */
async function readWhole(options: SocketsOptions): Promise<Sockets> {
  return (await import('./run.ts')).readSockets(options);
}

/** Columns of a filter are missing in a table that was read as a whole: that one has been filtered already. */
function kept(table: Sockets, filter: PreparedFilter | undefined): Sockets {
  if (filter === undefined || !filter.columns('sockets').every((name) => table.has(name as 'state'))) return table;
  const rows = takeRows(table, selectRows(table.length, filter.test(table)));
  const warnings = filter.unanswered(table);
  return warnings.length === 0 ? rows : rows.with({ warnings: [...rows.warnings, ...warnings] });
}

function canStream(options: SocketsOptions, filter: PreparedFilter | undefined, { place }: Namespace): boolean {
  const { source, root, record, replay, consistent, owners, localPort, remotePort } = options;
  if (source === 'procfs' || root !== undefined || netlinkUnavailable(sockets, place) !== undefined) return false;
  if (record !== undefined || replay !== undefined || consistent === true || wantsOwners(owners)) return false;
  if (localPort !== undefined || remotePort !== undefined) return false;
  return filter?.asksOwners !== true;
}

/** Is the answer to the whole question still to be had when the stream was refused before its first row? */
type MayAsk = (error: SockdiagError) => boolean;

async function* streamProtocol(
  request: SocketsRequest,
  stream: StreamPlan,
  signal: AbortSignal | undefined,
  whole: () => Promise<Sockets>,
): AsyncGenerator<Sockets> {
  // What a kernel does not take as bytecode is filtered here.
  const mayAsk: MayAsk = () => request.bytecode !== undefined;
  for await (const table of orWhole(streamInet(request, stream), request.netids.join(','), mayAsk, whole)) {
    signal?.throwIfAborted();
    yield table;
  }
}

/** Chunks of a table; the whole of it when the stream is refused before its first row. */
export async function* orWhole<S extends Schema>(
  chunks: AsyncIterable<Table<S>>,
  what: string,
  mayAsk: MayAsk,
  whole: () => Promise<Table<S>>,
): AsyncGenerator<Table<S>> {
  let rows = 0;
  try {
    for await (const table of chunks) {
      rows += table.length;
      yield table;
    }
    return;
  } catch (error) {
    const refused = error instanceof UnavailableError || (error instanceof SockdiagError && mayAsk(error));
    if (!refused || rows > 0) throw error instanceof UnavailableError ? (error.cause ?? error) : error;
    debug('%s: stream not available: %s', what, error.message);
  }
  yield await whole();
}
