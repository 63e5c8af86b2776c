import type { Table } from '../columns/table.ts';
import { FAMILIES } from '../families.ts';
import { and } from '../filters/ast.ts';
import { host } from '../filters/build.ts';
import { isNetlinkMissing } from '../sources/netlink-get.ts';
import type { SocketsSchema } from '../tables/sockets.ts';
import { wantedColumns } from './columns.ts';
import { type SocketEnds, socketId, socketTable } from './get-socket.ts';
import type { TableOptions } from './options.ts';
import { SOCKETS_COLUMNS } from './plan.ts';
import { readSockets } from './run.ts';

type Where = Pick<TableOptions<SocketsSchema>, 'columns' | 'source' | 'root' | 'netns' | 'signal'>;

/** The socket with these ends, as a table of one row or none: looked up, or, where there is no netlink, picked from all. */
export async function socketBetween(ends: SocketEnds, options: Where): Promise<Table<SocketsSchema>> {
  const { source = 'auto', root } = options;
  const id = socketId(ends);
  if (source !== 'procfs' && root === undefined) {
    try {
      return socketTable(id, wantedColumns(SOCKETS_COLUMNS, options), options);
    } catch (error) {
      if (source === 'netlink' || !isNetlinkMissing(error)) throw error;
    }
  }
  const netid = FAMILIES.filter(({ protocol }) => protocol === id.protocol).map((row) => row.netid);
  return readSockets({
    ...options,
    netid,
    filter: and(end('src', ends.localAddress!, id.localPort), end('dst', ends.remoteAddress!, id.remotePort)),
  });
}

function end(side: 'src' | 'dst', address: string, port: number): ReturnType<typeof host> {
  return host(side, { address: address.split('%')[0]!, port });
}
