import { type DumpRequest, type DumpResult, type DumpStream, loadAddon } from '../addon.ts';
import type { Table } from '../columns/table.ts';
import type { Schema, TableSchema } from '../columns/type.ts';
import { NetlinkError } from '../errors.ts';
import { type SocketsSchema, sockets } from '../tables/sockets.ts';
import { blockTable, dumpOptions } from './block.ts';
import { inetRequests, outcomeWarnings, readError } from './netlink.ts';
import type { Columns, Place, SocketsRequest } from './requests.ts';
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

/** Internet sockets: IPv4 rows of a protocol in kernel order, then its IPv6 rows. */
export function streamInet(request: SocketsRequest, plan: StreamPlan): AsyncGenerator<Table<SocketsSchema>> {
  return streamDump(sockets, request.netids.join(','), request, inetRequests(request, true), plan);
}

/**
 * The rows of dumps in tables of a few thousand while the kernel goes on, in bounded memory. Throws as `Source.read()`
 * does, before the first table or behind any of them.
 */
export async function* streamDump<S extends Schema>(
  schema: TableSchema<S>,
  what: string,
  place: Place & Columns,
  requests: readonly DumpRequest[],
  { blocking, chunkRows }: StreamPlan,
): AsyncGenerator<Table<S>> {
  const { addon } = loadAddon();
  const stream = addon!.open(requests, {
    ...dumpOptions(schema, place.columns),
    ...(place.netnsFd === undefined ? {} : { netnsFd: place.netnsFd }),
    reuse: blocking,
    ...(chunkRows === undefined ? {} : { chunkRows }),
  });
  if (stream.askedAhead()) debug('%s: netlink: asked ahead', what);
  try {
    for (;;) {
      const chunk = blocking ? stream.next() : await stream.nextAsync();
      if (chunk === null) break;
      yield chunkTable(schema, chunk, what);
    }
    const end = await lastTable(schema, stream, what, place.columns);
    if (end !== undefined) yield end;
  } finally {
    stream.close();
  }
}

function chunkTable<S extends Schema>(schema: TableSchema<S>, { block }: DumpResult, name: string): Table<S> {
  return blockTable(schema, block, { source: 'netlink', parts: [{ name, source: 'netlink', rows: block.rows }] });
}

/** A table without rows that carries what is to be said of all the others, if anything is. */
async function lastTable<S extends Schema>(
  schema: TableSchema<S>,
  stream: DumpStream,
  what: string,
  columns: readonly string[],
): Promise<Table<S> | undefined> {
  const outcomes = stream.outcomes();
  for (const outcome of outcomes) {
    debug('%s: netlink: %d rows, %d datagrams, %d bytes', what, outcome.rows, outcome.datagrams, outcome.bytes);
    if (outcome.error !== undefined) throw readError(new NetlinkError(what, outcome.error));
  }
  const warnings = outcomeWarnings(what, outcomes);
  if (warnings.length === 0) return undefined;
  const interrupted = outcomes.some((outcome) => outcome.interrupted);
  const { TableBuilder } = await import('../columns/builder.ts');
  const none = new TableBuilder(schema, columns as (keyof S & string)[]);
  return none.finish({ source: 'netlink', interrupted, warnings, parts: [{ name: what, source: 'netlink', rows: 0 }] });
}
