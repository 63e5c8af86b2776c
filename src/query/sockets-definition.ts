import { SockdiagError } from '../errors.ts';
import { inetDiag } from '../sources/netlink.ts';
import { socketsFromProcfs } from '../sources/procfs/sources.ts';
import type { SocketsRequest } from '../sources/requests.ts';
import { debug, type Source } from '../sources/source.ts';
import { type SocketsSchema, sockets } from '../tables/sockets.ts';
import type { TableDefinition } from './definition.ts';
import { SOCKETS_COLUMNS } from './plan.ts';
import { type SocketsQuery, socketsRequests } from './sockets-requests.ts';

/** errno names of a kernel that does not take the program of a filter; without it, it may well answer. */
const PROGRAM_REFUSED: ReadonlySet<string> = new Set(['EINVAL', 'EPERM', 'EOPNOTSUPP', 'E2BIG', 'ENOMEM']);

/** inet_diag that asks again without bytecode where that is refused: the filter is applied to the rows anyway. */
const inetDiagUnpushed: Source<SocketsRequest, SocketsSchema> = {
  ...inetDiag,
  read: async (request) => {
    try {
      return await inetDiag.read(request);
    } catch (error) {
      const { bytecode, ...unpushed } = request;
      const refused = error instanceof SockdiagError && PROGRAM_REFUSED.has(error.code);
      if (bytecode === undefined || !refused) throw error;
      debug('%s: filter program refused (%s), asking without', request.netids, error.code);
      return inetDiag.read(unpushed);
    }
  },
};

export const SOCKETS: TableDefinition<SocketsQuery, SocketsRequest, SocketsSchema> = {
  ...SOCKETS_COLUMNS,
  schema: sockets,
  sources: [inetDiagUnpushed, socketsFromProcfs],
  plan: socketsRequests,
};
