import type { Table } from '../columns/table.ts';
import type { SocketsSchema } from '../tables/sockets.ts';
import type { SocketsOptions } from './options.ts';
import { readSockets } from './run.ts';
import { streamSockets } from './stream.ts';

export interface ChunkOptions extends SocketsOptions {
  /** Rows of a chunk, at least; the last one of a protocol may have fewer. Default 2048. */
  readonly chunkRows?: number;
}

function stream({ chunkRows, ...options }: ChunkOptions = {}): AsyncGenerator<Table<SocketsSchema>> {
  return streamSockets(options, { blocking: false, ...(chunkRows === undefined ? {} : { chunkRows }) });
}

/**
 * Internet sockets: `await sockets(options)` is one table, `for await (const chunk of sockets.stream(options))` gives them
 * in tables of a few thousand rows while the kernel goes on, in bounded memory.
 */
export const sockets: typeof readSockets & { readonly stream: typeof stream } = Object.assign(
  readSockets.bind(undefined) as typeof readSockets,
  { stream },
);
