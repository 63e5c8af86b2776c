import { isUnspecified } from '../../columns/address.ts';
import type { Selection } from '../../columns/selection.ts';
import type { Table } from '../../columns/table.ts';
import { formatInet, inetHeader, inetTitle, selectListed } from '../../formats/netstat/inet.ts';
import { type InetNames, type InetOptions, inetColumns } from '../../formats/netstat/inet-row.ts';
import { noOwners } from '../../formats/netstat/program.ts';
import { ByteWriter } from '../../formats/netstat/text.ts';
import type { AddressRef } from '../../names/names.ts';
import { SynRecvCompletion } from '../../query/complete.ts';
import { streamSockets } from '../../query/stream.ts';
import { type SocketsSchema, TCP_STATES } from '../../tables/sockets.ts';
import { TCP_CLOSING, TCP_LISTEN } from '../../uapi/tcp-states.ts';
import type { Status } from '../output.ts';
import { FAILED, interrupted, isMissing, malformed, readAll, stop } from '../reading.ts';
import { namespaceMember, socketsOptions } from '../report/query-options.ts';
import type { InternetProtocol, Section } from '../selection.ts';
import type { Listing } from '../socket-list.ts';
import { noSupport } from '../unsupported.ts';

type InternetSection = Extract<Section, { kind: 'internet' }>;
type Sockets = Table<SocketsSchema>;

/** Title, header, and the rows of each protocol: IPv4 first, then IPv6. */
export async function printInternet(section: InternetSection, listing: Listing): Promise<Status> {
  const options = inetOptions(listing);
  if (!listing.line.own.noHeader) {
    listing.output.out(inetTitle(listing.list.adjective));
    listing.output.out(inetHeader(options));
  }
  const text = new ByteWriter();
  for (const protocol of section.protocols) {
    const print = protocol.protocol === 'sctp' ? (await import('./sctp.ts')).printSctp : printProtocol;
    const status = await print(protocol, options, listing, text);
    if (status !== 0) return status;
  }
  return 0;
}

/** Everything but the process column's cells: while owners are looked for, the kernel already lists sockets. */
function inetOptions({ line, names, programs }: Listing): InetOptions {
  const { hosts, ports, users } = line.numeric;
  const shown: InetNames = {
    host: hosts ? nameless : (family, bytes, offset) => names.host(family, bytes, offset),
    service: ports ? nameless : (protocol, port) => names.service(protocol, port),
    user: users ? nameless : (uid) => names.user(uid),
  };
  return {
    ...(hosts && ports && users ? {} : { names: shown }),
    numericHosts: hosts,
    extend: line.extend > 0,
    ...(programs === undefined ? {} : noOwners(line.context)),
    timers: line.timers,
    wide: line.wide,
  };
}

function nameless(): undefined {
  return undefined;
}

/** Looks up the names that rows about to be printed will show. */
async function lookUp(table: Sockets, selections: readonly Selection[], { line, names }: Listing): Promise<void> {
  const { hosts, ports, users } = line.numeric;
  const uids = users || line.extend === 0 ? [] : cells(selections, table.column('uid'));
  const addresses = hosts ? [] : addressesOf(table, selections);
  await names.resolve({
    users: uids,
    hosts: addresses,
    services: !ports && selections.some((rows) => rows.length > 0),
  });
}

function* cells(selections: readonly Selection[], column: Uint32Array): Generator<number> {
  for (const selection of selections) for (const row of selection) yield column[row]!;
}

function* addressesOf(table: Sockets, selections: readonly Selection[]): Generator<AddressRef> {
  const families = table.column('family');
  for (const bytes of [table.column('localAddress'), table.column('remoteAddress')]) {
    for (const selection of selections) {
      for (const row of selection) {
        const offset = row * 16;
        if (!isUnspecified(bytes, offset)) yield { family: families[row]!, bytes, offset };
      }
    }
  }
}

/** Prints the rows of one protocol while the kernel is still listing them. */
async function printProtocol(
  wanted: InternetProtocol,
  options: InetOptions,
  listing: Listing,
  text: ByteWriter,
): Promise<Status> {
  const { protocol, inet, inet6 } = wanted;
  const netids = [...(inet ? [protocol as string] : []), ...(inet6 ? [`${protocol}6`] : [])];
  const state = wantedStates(wanted, listing);
  const { own } = listing.line;
  const query = {
    ...socketsOptions(own),
    netid: netids,
    columns: inetColumns(options),
    ...(state === undefined ? {} : { state }),
  };
  const synRecv = new SynRecvCompletion(await namespaceMember(own));
  // netstat has no filters: who uses one is told what it could not see.
  const told = own.verboseSource || own.filter !== null;
  const notes = told ? new (await import('../report/notes.ts')).Notes(own) : undefined;
  let absent = false;
  let tables = 0;
  const reading = await readAll(streamSockets(query, { blocking: true }), async (table) => {
    await synRecv.complete(table);
    const owners = await listing.programs?.(table.column('inode'));
    await printTable(table, netids, { ...options, ...owners }, listing, text);
    for (const netid of netids) listing.output.err(bogusLines(protocol, malformed(table, netid)));
    notes?.add(table);
    tables += 1;
    if (table.interrupted && notes === undefined) listing.output.err(interrupted(protocol));
    absent ||= isMissing(table, protocol);
  });
  if (tables === 0 && reading.kind === 'done') notes?.addNone(netids.join(','));
  if (tables === 0 || reading.kind !== 'done') await listing.programs?.(NO_INODES);
  listing.output.err(notes?.text() ?? '');
  if (reading.kind === 'stop') return stop(reading, wanted, listing.output);
  if (reading.kind === 'missing' && own.source !== 'auto') {
    return (await import('../report/notes.ts')).tellError(reading.error, own, listing.output);
  }
  return absent || reading.kind === 'missing' ? missing(wanted, listing) : 0;
}

/** To wait for owners only: what is said of processes stands before what is said of sockets. */
const NO_INODES = new Uint32Array(0);

async function printTable(
  table: Sockets,
  netids: readonly string[],
  options: InetOptions,
  listing: Listing,
  text: ByteWriter,
): Promise<void> {
  const selections = netids.map((netid) => selectListed(table, netid, listing.list.rows));
  if (options.names !== undefined) await lookUp(table, selections, listing);
  for (const [at, netid] of netids.entries()) {
    for (const chunk of formatInet(table, selections[at]!, netid, options, text)) listing.output.out(chunk);
  }
}

const CONNECTED_STATES: readonly string[] = TCP_STATES.slice(1, TCP_CLOSING + 1).filter(
  (name): name is string => name !== undefined && name !== TCP_STATES[TCP_LISTEN],
);

/**
 * States that hold every row the listing shows. For TCP, remote port 0 means LISTEN; so `-l` never walks the table of
 * connections, and a listing without servers never reads the listeners.
 */
function wantedStates({ protocol }: InternetProtocol, { list }: Listing): readonly string[] | undefined {
  if (protocol !== 'tcp' || list.rows === 'all') return undefined;
  return list.rows === 'listening' ? ['LISTEN'] : CONNECTED_STATES;
}

function missing({ protocol, missing }: InternetProtocol, { output }: Listing): Status {
  if (missing !== 'silent') output.err(noSupport(protocol));
  return missing === 'fail' ? FAILED : 0;
}

/** Word of netstat's message about a line it cannot read. Quirk: UDP-Lite calls itself udp (udplite_do_one). */
const BOGUS_WORDS: Readonly<Record<string, string>> = { udplite: 'udp' };

function bogusLines(protocol: string, count: number): string {
  return `warning, got bogus ${BOGUS_WORDS[protocol] ?? protocol} line.\n`.repeat(count);
}
