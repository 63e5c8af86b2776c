import { concatTables } from '../columns/concat.ts';
import {
  ADDRESS_COLUMNS,
  type InterfaceTables,
  LINK_COLUMNS,
  listInterfaces,
} from '../formats/netstat/interface-list.ts';
import { formatInterfaces } from '../formats/netstat/interfaces.ts';
import { addresses, links } from '../query/tables.ts';
import { PARTIAL_IPV4 } from '../sources/procfs/addresses.ts';
import type { CommandLine } from './command-line.ts';
import { repeat } from './continuous.ts';
import type { Output, Status } from './output.ts';
import { isMissing, readTable, type Told } from './reading.ts';
import { strerror } from './strerror.ts';

/** The interface table. Quirk: with -c its title is printed once, the header each time (-e: neither). */
export async function printInterfaces(line: CommandLine, output: Output): Promise<Status> {
  return repeat(line, output, (round) => printOnce(line, output, round === 0));
}

async function printOnce(line: CommandLine, output: Output, title: boolean): Promise<Status> {
  const tables = await readInterfaces({ line, output });
  if (typeof tables === 'number') return tables;
  const { rows, failure } = listInterfaces(tables, line.all);
  for (const chunk of formatInterfaces(tables, rows, { title, extend: line.extend > 0 })) output.out(chunk);
  if (failure !== undefined) output.err(failure.stderr);
  return failure?.status ?? 0;
}

/** The tables, or the status that ends the run. */
async function readInterfaces(told: Told): Promise<InterfaceTables | Status> {
  const { line, output } = told;
  const reading = await readTable(() => links({ columns: LINK_COLUMNS, source: line.own.source }), told);
  if (reading.kind === 'stop') {
    output.err(reading.stderr);
    return reading.status;
  }
  if (reading.kind === 'missing' || isMissing(reading.table, 'dev')) {
    output.err(`Warning: cannot open /proc/net/dev (${strerror('ENOENT')}). Limited output.\n`);
    if (reading.kind === 'missing') return 0;
  }
  const addresses = await readAddresses(told);
  return typeof addresses === 'number' ? addresses : { links: reading.table, ...addresses };
}

/**
 * IPv4 addresses, and IPv6 ones from procfs: netstat shows them in the order of /proc/net/if_inet6, which netlink does not
 * have. Where netlink is not available, what is not known of IPv4 is said; without its file IPv6 has none.
 */
async function readAddresses(told: Told): Promise<Omit<InterfaceTables, 'links'> | Status> {
  const columns = ADDRESS_COLUMNS;
  const inet = await readTable(() => addresses({ family: 4, columns }), told);
  if (inet.kind === 'stop') {
    told.output.err(inet.stderr);
    return inet.status;
  }
  const unknown = inet.kind === 'missing' ? `no IPv4 addresses: ${inet.error.message}` : PARTIAL_IPV4;
  const partial = inet.kind === 'missing' || inet.table.source === 'procfs';
  if (partial) told.output.err(`sockdiag: ${unknown}\n`);
  const inet6 = await readTable(() => addresses({ family: 6, source: 'procfs', columns }), told);
  const tables = [inet, inet6].flatMap((reading) => (reading.kind === 'table' ? [reading.table] : []));
  return { addresses: concatTables(tables, { source: 'mixed' }), ...(partial ? { partial } : {}) };
}
