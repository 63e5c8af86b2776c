import { type DumpOptions, type DumpResult, type GetRequest, loadAddon } from '../addon.ts';
import type { Table } from '../columns/table.ts';
import { NetlinkError, SockdiagError } from '../errors.ts';
import { FAMILIES, type Family } from '../families.ts';
import { type SocketsSchema, sockets } from '../tables/sockets.ts';
import { AF_INET, AF_INET6 } from '../uapi/socket.ts';
import { dumpOptions } from './block.ts';
import { addonError, dumpTable, extensionBits, netlinkUnavailable } from './netlink.ts';
import type { Columns, Place } from './requests.ts';

/** Which socket, by its ends as its owner sees them; addresses in network byte order, both of 4 or both of 16 bytes. */
export interface SocketId {
  readonly protocol: number;
  readonly localAddress: Uint8Array;
  readonly localPort: number;
  readonly remoteAddress: Uint8Array;
  readonly remotePort: number;
  /** Device the socket is bound to, 0 = none. */
  readonly interface: number;
  /** Identity it must have; undefined = any. */
  readonly cookie?: bigint;
}

/** No such socket; no longer the one with this cookie (UDP). */
const GONE: ReadonlySet<string> = new Set(['ENOENT', 'ESTALE']);

/**
 * The socket, in a table of one row or none. Kernel: a look-up in the hash table, about a microsecond; not privileged.
 * Blocks for as long. Throws an error of netlink, or why it cannot be asked.
 */
export function getInet(id: SocketId, request: Place & Columns): Table<SocketsSchema> {
  const unavailable = netlinkUnavailable(sockets, request);
  if (unavailable !== undefined) throw new SockdiagError(unavailable.code, unavailable.reason);
  const { columns, netnsFd } = request;
  const options = { ...dumpOptions(sockets, columns), ...(netnsFd === undefined ? {} : { netnsFd }) };
  const result = asked([getRequest(id, columns)], options);
  const [outcome] = result.outcomes;
  const gone = outcome?.error !== undefined && GONE.has(outcome.error.code);
  return dumpTable(sockets, 'socket', gone ? { ...result, outcomes: [] } : result);
}

function asked(requests: readonly GetRequest[], options: DumpOptions): DumpResult {
  try {
    return loadAddon().addon!.getSync(requests, options);
  } catch (error) {
    throw addonError('socket', error);
  }
}

function getRequest(id: SocketId, columns: readonly string[]): GetRequest {
  const { protocol, localAddress, localPort, remoteAddress, remotePort, cookie } = id;
  return {
    kind: 'inet',
    family: localAddress.length === 4 ? AF_INET : AF_INET6,
    protocol,
    states: 0xffff_ffff,
    ext: extensionBits(sockets, columns),
    sourcePort: localPort,
    destPort: remotePort,
    localAddress,
    remoteAddress,
    interface: id.interface,
    ...netidCodes(protocol),
    ...(cookie === undefined ? {} : { cookie }),
  };
}

function netidCodes(protocol: number): Pick<GetRequest, 'netid4' | 'netid6'> {
  const code = (family: number) =>
    FAMILIES.findIndex((row: Family) => row.protocol === protocol && row.family === family);
  return { netid4: code(AF_INET), netid6: code(AF_INET6) };
}

/** Does the failure mean that another source has to be asked? */
export function isNetlinkMissing(error: unknown): boolean {
  return error instanceof SockdiagError && !(error instanceof NetlinkError);
}
