import { isUnspecified } from '../../columns/address.ts';
import { type Selection, selectCode, selectRows } from '../../columns/selection.ts';
import type { Table } from '../../columns/table.ts';
import { FAMILIES, netidCode } from '../../families.ts';
import type { SocketsSchema } from '../../tables/sockets.ts';
import { IPPROTO_TCP } from '../../uapi/socket.ts';
import { type InetOptions, InetRowWriter } from './inet-row.ts';
import { ByteWriter } from './text.ts';

/** Which rows of a table a listing shows (spec: no option, -l, -a). */
export type Listing = 'connected' | 'listening' | 'all';

export function inetTitle(adjective: string): string {
  return `Active Internet connections ${adjective}\n`;
}

export function inetHeader(options: InetOptions): string {
  let header = 'Proto Recv-Q Send-Q Local Address           Foreign Address         State      ';
  if (options.extend) header += ' User       Inode     ';
  if (options.programs !== undefined || options.contexts !== undefined) header += ' PID/Program name    ';
  if (options.contexts !== undefined) header += ' Security Context                                 ';
  if (options.timers) header += ' Timer';
  return `${header}\n`;
}

/**
 * Rows of one netid that a listing shows, in table order.
 *
 * Quirk: the state is not consulted. TCP "listening" is remote port 0, everything else "listening" is remote address 0;
 * `::ffff:0.0.0.0` is not 0 (tcp_do_one, udp_do_one, raw_do_one).
 */
export function selectListed(table: Table<SocketsSchema>, netid: string, listing: Listing): Selection {
  const code = netidCode(netid);
  const netids = table.column('netid');
  if (listing === 'all') return selectCode(netids, code);
  const listening = listing === 'listening';
  if (FAMILIES[code]?.protocol === IPPROTO_TCP) {
    const ports = table.column('remotePort');
    return selectRows(table.length, (row) => netids[row] === code && (ports[row] === 0) === listening);
  }
  const remote = table.column('remoteAddress');
  return selectRows(table.length, (row) => netids[row] === code && isUnspecified(remote, row * 16) === listening);
}

/** The rows of `selection`, all of one netid, in chunks of text; each is valid until the next one is asked for. */
export function* formatInet(
  table: Table<SocketsSchema>,
  selection: Selection,
  netid: string,
  options: InetOptions,
  out: ByteWriter = new ByteWriter(),
): Generator<Uint8Array> {
  if (selection.length === 0) return;
  const writer = new InetRowWriter(table, netid, options, out);
  for (let index = 0; index < selection.length; index += 1) {
    writer.write(selection[index]!);
    if (out.full) yield out.lend();
  }
  yield out.lend();
}
