import type { Table } from '../columns/table.ts';
import { netlinkUnavailable } from '../sources/netlink.ts';
import { type StreamPlan, streamInet } from '../sources/netlink-stream.ts';
import type { SocketsRequest } from '../sources/requests.ts';
import { debug, UnavailableError } from '../sources/source.ts';
import type { SocketsSchema } from '../tables/sockets.ts';
import { planSockets, protocolGroups, type SocketsOptions } from './plan.ts';
import { readSockets } from './run.ts';

/**
 * Internet sockets in tables of a few thousand rows, in bounded memory, for hosts where one table is too much. Rows come
 * protocol by protocol, IPv4 before IPv6. A protocol netlink cannot list comes as one table from procfs; an answer that
 * breaks off after its first rows is an error, never a second beginning.
 */
export async function* streamSockets(
  options: SocketsOptions = {},
  stream: StreamPlan = { blocking: false },
): AsyncGenerator<Table<SocketsSchema>> {
  const plan = planSockets(options);
  for (const netids of protocolGroups(plan.netids)) {
    options.signal?.throwIfAborted();
    const whole = () => readSockets({ ...options, netid: netids });
    if (plan.source === 'procfs' || plan.root !== undefined || netlinkUnavailable({}) !== undefined)
      yield await whole();
    else yield* streamProtocol({ netids, states: plan.states, columns: plan.columns }, stream, options.signal, whole);
  }
}

async function* streamProtocol(
  request: SocketsRequest,
  stream: StreamPlan,
  signal: AbortSignal | undefined,
  whole: () => Promise<Table<SocketsSchema>>,
): AsyncGenerator<Table<SocketsSchema>> {
  let rows = 0;
  try {
    for await (const table of streamInet(request, stream)) {
      signal?.throwIfAborted();
      rows += table.length;
      yield table;
    }
    return;
  } catch (error) {
    if (!(error instanceof UnavailableError) || rows > 0) throw error;
    debug('%s: stream not available: %s', request.netids.join(','), error.message);
  }
  yield await whole();
}
