import type { InetOptions } from '../../formats/netstat/inet-row.ts';
import { formatSctp, sctpNames, selectSctp } from '../../formats/netstat/sctp.ts';
import { sctpFromProcfs } from '../../sources/procfs/sources.ts';
import { type SctpSchema, sctp } from '../../tables/sctp.ts';
import type { Status } from '../output.ts';
import { FAILED, isMissing, malformed, readTable } from '../reading.ts';
import type { InternetProtocol } from '../selection.ts';
import type { Listing } from '../socket-list.ts';
import { noSupport } from '../unsupported.ts';

/** What each kind of row is called, in netstat's order: its file, and its word in messages. */
const KINDS = [
  { kind: 'endpoint', file: 'sctp/eps', word: 'eps', hidden: 'connected' },
  { kind: 'association', file: 'sctp/assocs', word: 'assoc', hidden: 'listening' },
] as const;

/**
 * SCTP endpoints and associations, from procfs. Both address families are in the IPv4 file; there is no IPv6 file, so that
 * `-6` shows nothing.
 */
export async function printSctp(wanted: InternetProtocol, options: InetOptions, listing: Listing): Promise<Status> {
  if (!wanted.inet) return 0;
  const { list, output } = listing;
  const shown = KINDS.filter(({ hidden }) => hidden !== list.rows);
  const kinds = shown.map(({ kind }) => kind);
  const reading = await readTable<SctpSchema>(() => sctpFromProcfs.read({ kinds, columns: sctp.names }));
  if (reading.kind === 'stop') {
    output.err(reading.stderr);
    return reading.status;
  }
  if (reading.kind === 'table') {
    for (const { file, word } of shown) {
      output.err(`warning, got bogus sctp ${word} line.\n`.repeat(malformed(reading.table, file)));
    }
    await printRows(reading.table, options, listing);
  }
  const absent = shown.filter(({ file }) => reading.kind === 'missing' || isMissing(reading.table, file));
  return absent.length === 0 ? 0 : missing(wanted, listing, absent.length);
}

async function printRows(
  table: Parameters<typeof formatSctp>[0],
  options: InetOptions,
  { line, list, names, output, programs }: Listing,
): Promise<void> {
  const selection = selectSctp(table, list.rows);
  const { hosts, ports, users } = line.numeric;
  const numericHosts = hosts || ports || users || line.symbolic;
  const wanted = sctpNames(table, selection);
  await names.resolve({
    ...(numericHosts ? {} : { hosts: wanted.hosts ?? [] }),
    ...(users || line.extend === 0 ? {} : { users: wanted.users ?? [] }),
  });
  const shown = { ...options, numericHosts, programs: await programs?.(table.column('inode')) };
  for (const chunk of formatSctp(table, selection, shown)) output.out(chunk);
}

/** When it ends the run it is said once, otherwise of each file. */
function missing({ missing: when }: InternetProtocol, { output }: Listing, files: number): Status {
  if (when === 'fail') {
    output.err(noSupport('sctp'));
    return FAILED;
  }
  if (when === 'mention') output.err(noSupport('sctp').repeat(files));
  return 0;
}
