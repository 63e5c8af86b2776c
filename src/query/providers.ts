import type { Schema } from '../columns/type.ts';
import { inetDiag } from '../sources/netlink.ts';
import { bpfOwners, scanOwners } from '../sources/owners.ts';
import { fdScan } from '../sources/procfs/fd-scan.ts';
import { socketsFromProcfs } from '../sources/procfs/sources.ts';
import type { OwnersRequest, SocketsRequest } from '../sources/requests.ts';
import type { Source } from '../sources/source.ts';
import type { OwnersSchema } from '../tables/owners.ts';
import type { SocketsSchema } from '../tables/sockets.ts';
import type { SourceChoice } from './plan.ts';

/** Sources of each table, in order of preference. */
export const SOCKETS_SOURCES: readonly Source<SocketsRequest, SocketsSchema>[] = [inetDiag, socketsFromProcfs];

export const OWNERS_SOURCES: readonly Source<OwnersRequest, OwnersSchema>[] = [bpfOwners, scanOwners, fdScan];

/** The sources a choice allows. */
export function allowed<R, S extends Schema>(
  sources: readonly Source<R, S>[],
  choice: SourceChoice,
): readonly Source<R, S>[] {
  return choice === 'auto' ? sources : sources.filter((source) => source.name === choice);
}
