import { selectRows } from '../columns/selection.ts';
import type { Table } from '../columns/table.ts';
import { NETIDS } from '../families.ts';
import { socketsFromProcfs } from '../sources/procfs/sources.ts';
import type { SocketsSchema } from '../tables/sockets.ts';
import { TCP_SYN_RECV } from '../uapi/tcp-states.ts';

type Sockets = Table<SocketsSchema>;

/** What netlink cannot tell of a connection request: its listener's uid, and how often its timer fired. */
const COMPLETED = ['uid', 'retransmits', 'probes'] as const;
const IDENTITY = ['netid', 'family', 'localAddress', 'localPort', 'remoteAddress', 'remotePort'] as const;

/**
 * Fills in what a netlink dump lacks for rows in SYN_RECV, from /proc/net/tcp and tcp6.
 *
 * Kernel: inet_diag reports uid 0 for request sockets (procfs: the listener's) and counts SYN-ACKs sent again (procfs: timer
 * expiries). Requests are short-lived: one that is in only one of the two readings keeps what netlink said.
 * Costs a read of the whole file, but only when there is such a row and one of these columns. NB: writes into the
 * columns; the table must not have been handed out yet.
 */
export async function completeSynRecv(table: Sockets): Promise<void> {
  const columns = COMPLETED.filter((name) => table.has(name));
  if (table.source !== 'netlink' || columns.length === 0) return;
  const states = table.column('state');
  const rows = selectRows(table.length, (row) => states[row] === TCP_SYN_RECV);
  if (rows.length === 0) return;
  const netids = [...new Set(Array.from(rows, (row) => NETIDS[table.column('netid')[row]!]!))];
  const request = { netids, states: 1 << TCP_SYN_RECV, columns: [...IDENTITY, 'state', ...columns] };
  const shown = await socketsFromProcfs.read(request).catch(() => undefined);
  if (shown === undefined) return;
  const known = new Map(Array.from({ length: shown.length }, (_, row) => [identity(shown, row), row]));
  for (const row of rows) {
    const source = known.get(identity(table, row));
    if (source === undefined) continue;
    for (const name of columns) table.column(name)[row] = shown.column(name)[source]!;
  }
}

function identity(table: Sockets, row: number): string {
  return IDENTITY.map((name) => table.value(name, row)).join(' ');
}
