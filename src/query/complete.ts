import { selectRows } from '../columns/selection.ts';
import type { Table } from '../columns/table.ts';
import type { Place } from '../sources/requests.ts';
import type { SocketsSchema } from '../tables/sockets.ts';
import { TCP_SYN_RECV } from '../uapi/tcp-states.ts';

type Sockets = Table<SocketsSchema>;

/** What netlink cannot tell of a connection request: its listener's uid, and how often its timer fired. */
const COMPLETED = ['uid', 'retransmits', 'probes'] as const;
const IDENTITY = ['netid', 'family', 'localAddress', 'localPort', 'remoteAddress', 'remotePort'] as const;

/**
 * Fills in what a netlink dump lacks for rows in SYN_RECV, from /proc/net/tcp and tcp6.
 *
 * Kernel: inet_diag reports uid 0 for request sockets (procfs: the listener's) and counts SYN-ACKs sent again (procfs:
 * timer expiries). Requests are short-lived: one that is in only one of the two readings keeps what netlink said.
 * The files are read once, when the first such row is met and one of these columns is wanted.
 * NB: writes into the columns; a table must not have been handed out before.
 */
export class SynRecvCompletion {
  readonly #place: Place;
  #shown: Promise<ReadonlyMap<string, SynRecv>> | undefined;

  /** `place`: a process in the network namespace of the tables; default the caller's. */
  constructor(place: Place = {}) {
    this.#place = place;
  }

  async complete(table: Sockets): Promise<void> {
    const columns = COMPLETED.filter((name) => table.has(name));
    if (table.source !== 'netlink' || columns.length === 0) return;
    const states = table.column('state');
    const rows = selectRows(table.length, (row) => states[row] === TCP_SYN_RECV);
    if (rows.length === 0) return;
    this.#shown ??= readSynRecv(this.#place);
    const shown = await this.#shown;
    for (const row of rows) {
      const values = shown.get(identity(table, row));
      if (values !== undefined) for (const name of columns) table.column(name)[row] = values[name];
    }
  }
}

type SynRecv = Readonly<Record<(typeof COMPLETED)[number], number>>;

async function readSynRecv(place: Place): Promise<ReadonlyMap<string, SynRecv>> {
  const columns = [...IDENTITY, 'state', ...COMPLETED];
  const request = { ...place, netids: ['tcp', 'tcp6'], states: 1 << TCP_SYN_RECV, columns };
  const rows = new Map<string, SynRecv>();
  const { socketsFromProcfs } = await import('../sources/procfs/sources.ts');
  const table = await socketsFromProcfs.read(request).catch(() => undefined);
  if (table === undefined) return rows;
  const [uid, retransmits, probes] = COMPLETED.map((name) => table.column(name));
  for (let row = 0; row < table.length; row += 1) {
    rows.set(identity(table, row), { uid: uid![row]!, retransmits: retransmits![row]!, probes: probes![row]! });
  }
  return rows;
}

function identity(table: Sockets, row: number): string {
  return IDENTITY.map((name) => table.value(name, row)).join(' ');
}
