import type { InetOptions } from '../../formats/netstat/inet-row.ts';
import { formatSctp, sctpNames, selectSctp } from '../../formats/netstat/sctp.ts';
import { sctpFromProcfs } from '../../sources/procfs/sources.ts';
import { type SctpSchema, sctp } from '../../tables/sctp.ts';
import type { Status } from '../output.ts';
import { FAILED, isMissing, malformed, readTable, stop } from '../reading.ts';
import type { InternetProtocol } from '../selection.ts';
import type { Listing } from '../socket-list.ts';
import { noSupport } from '../unsupported.ts';

/** What each kind of row is called, in netstat's order: its file, and its word in messages. */
const KINDS = [
  { kind: 'endpoint', file: 'eps', word: 'eps', hidden: 'connected' },
  { kind: 'association', file: 'assocs', word: 'assoc', hidden: 'listening' },
] as const;

/**
 * SCTP endpoints, then associations, from procfs. Both address families are in the IPv4 file; where there is no IPv6 file, as
 * on all kernels of today, `-6` shows nothing.
 */
export async function printSctp(wanted: InternetProtocol, options: InetOptions, listing: Listing): Promise<Status> {
  for (const kind of KINDS) {
    if (kind.hidden === listing.list.rows) continue;
    const status = await printKind(kind, wanted, options, listing);
    if (status !== 0) return status;
  }
  return 0;
}

const NO_INODES = new Uint32Array(0);

async function printKind(
  { kind, file, word }: (typeof KINDS)[number],
  wanted: InternetProtocol,
  options: InetOptions,
  listing: Listing,
): Promise<Status> {
  const { output, programs } = listing;
  const folders = [...(wanted.inet ? ['sctp' as const] : []), ...(wanted.inet6 ? ['sctp6' as const] : [])];
  const reading = await readTable<SctpSchema>(
    async () => sctpFromProcfs.readSync({ kinds: [kind], folders, columns: sctp.names }),
    listing,
  );
  // What is said of processes stands before what is said of sockets.
  const owners = await programs?.(reading.kind === 'table' ? reading.table.column('inode') : NO_INODES);
  if (reading.kind === 'stop') return stop(reading, wanted, output);
  if (reading.kind === 'table') {
    for (const folder of folders) {
      output.err(`warning, got bogus sctp ${word} line.\n`.repeat(malformed(reading.table, `${folder}/${file}`)));
    }
    await printRows(reading.table, { ...options, ...owners }, listing);
  }
  const absent = wanted.inet && (reading.kind === 'missing' || isMissing(reading.table, `sctp/${file}`));
  return absent ? missing(wanted, listing) : 0;
}

async function printRows(
  table: Parameters<typeof formatSctp>[0],
  options: InetOptions,
  { line, list, names, output }: Listing,
): Promise<void> {
  const selection = selectSctp(table, list.rows);
  const { hosts, ports, users } = line.numeric;
  const numericHosts = hosts || ports || users || line.symbolic;
  const wanted = sctpNames(table, selection);
  await names.resolve({
    ...(numericHosts ? {} : { hosts: wanted.hosts ?? [] }),
    ...(users || line.extend === 0 ? {} : { users: wanted.users ?? [] }),
  });
  for (const chunk of formatSctp(table, selection, { ...options, numericHosts })) output.out(chunk);
}

function missing({ missing: when }: InternetProtocol, { output }: Listing): Status {
  if (when !== 'silent') output.err(noSupport('sctp'));
  return when === 'fail' ? FAILED : 0;
}
