import { type DumpResult, type DumpStream, loadAddon } from '../addon.ts';
import type { Table } from '../columns/table.ts';
import { NetlinkError } from '../errors.ts';
import { type SocketsSchema, sockets } from '../tables/sockets.ts';
import { blockTable, dumpOptions } from './block.ts';
import { inetRequests, outcomeWarnings, readError } from './netlink.ts';
import type { SocketsRequest } from './requests.ts';
import { debug } from './source.ts';

export interface StreamPlan {
  /** Rows of a chunk, at least; the last one may have fewer. */
  readonly chunkRows?: number;
  /**
   * Wait for chunks on this thread instead of yielding to the event loop, and lend their memory: a chunk is valid until
   * the next one is taken.
   */
  readonly blocking: boolean;
}

/**
 * Internet sockets in tables of a few thousand rows while the kernel goes on, in bounded memory: IPv4 rows of a protocol
 * in kernel order, then its IPv6 rows. Throws as `Source.read()` does, before the first table or behind any of them.
 */
export async function* streamInet(request: SocketsRequest, plan: StreamPlan): AsyncGenerator<Table<SocketsSchema>> {
  const { blocking, chunkRows } = plan;
  const stream = openInet(request, { reuse: blocking, ...(chunkRows === undefined ? {} : { chunkRows }) });
  if (stream.askedAhead()) debug('%s: netlink: asked ahead', request.netids.join(','));
  try {
    for (;;) {
      const chunk = blocking ? stream.next() : await stream.nextAsync();
      if (chunk === null) break;
      yield chunkTable(chunk, request.netids.join(','));
    }
    const end = await lastTable(stream, request);
    if (end !== undefined) yield end;
  } finally {
    stream.close();
  }
}

function openInet(request: SocketsRequest, options: { reuse: boolean; chunkRows?: number }): DumpStream {
  const { addon } = loadAddon();
  const namespace = request.netnsFd === undefined ? {} : { netnsFd: request.netnsFd };
  return addon!.open(inetRequests(request, true), {
    ...dumpOptions(sockets, request.columns),
    ...namespace,
    ...options,
  });
}

function chunkTable({ block }: DumpResult, name: string): Table<SocketsSchema> {
  return blockTable(sockets, block, { source: 'netlink', parts: [{ name, source: 'netlink', rows: block.rows }] });
}

/** A table without rows that carries what is to be said of all the others, if anything is. */
async function lastTable(
  stream: DumpStream,
  { netids, columns }: SocketsRequest,
): Promise<Table<SocketsSchema> | undefined> {
  const what = netids.join(',');
  const outcomes = stream.outcomes();
  for (const outcome of outcomes) {
    debug('%s: netlink: %d rows, %d datagrams, %d bytes', what, outcome.rows, outcome.datagrams, outcome.bytes);
    if (outcome.error !== undefined) throw readError(new NetlinkError(what, outcome.error));
  }
  const warnings = outcomeWarnings(what, outcomes);
  if (warnings.length === 0) return undefined;
  const interrupted = outcomes.some((outcome) => outcome.interrupted);
  const { TableBuilder } = await import('../columns/builder.ts');
  const none = new TableBuilder(sockets, columns as (keyof SocketsSchema & string)[]);
  return none.finish({ source: 'netlink', interrupted, warnings });
}
