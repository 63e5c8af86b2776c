import { networkInterfaces } from 'node:os';
import { TableBuilder } from '../../columns/builder.ts';
import type { Part, Table, Warning } from '../../columns/table.ts';
import { errnoName } from '../../errors.ts';
import { type AddressesSchema, addresses } from '../../tables/addresses.ts';
import { AF_INET, AF_INET6 } from '../../uapi/socket.ts';
import type { AddressesRequest } from '../requests.ts';
import { debug, type Unavailable } from '../source.ts';
import { netPath } from './file.ts';
import { parseIfInet6 } from './if-inet6.ts';
import { readIndexes } from './igmp-indexes.ts';
import { malformedWarning, missingWarning } from './report.ts';
import { type ProcfsSource, type Reading, refusal, requireProcess, sourceOf } from './source.ts';

type Builder = TableBuilder<AddressesSchema>;

const NO_IPV4 = 'no file below /proc/net shows the IPv4 addresses of devices';

/** What is said of the IPv4 addresses that Node.js tells, by getifaddrs(3). */
export const PARTIAL_IPV4 = 'IPv4 addresses: only those of running devices, without broadcast and peer';

type Interfaces = ReturnType<typeof networkInterfaces>;

/** What Node.js tells of the caller's network namespace, or why nothing: getifaddrs(3) asks rtnetlink, too. */
function interfaces({ root, pid }: AddressesRequest): Interfaces | Unavailable {
  if (root !== undefined || pid !== undefined) return { code: 'ENOENT', reason: NO_IPV4 };
  try {
    return networkInterfaces();
  } catch (error) {
    const { errno } = (error as { info?: { errno?: number } }).info ?? {};
    // Quirk: libuv gives the number with either sign.
    const code = errnoName(Math.abs(errno ?? 0));
    return { code, reason: `${NO_IPV4}, and getifaddrs(3) fails: ${code}` };
  }
}

function isUnavailable(told: Interfaces | Unavailable): told is Unavailable {
  return typeof told.reason === 'string';
}

/** IPv4 addresses of devices that are up and running; the names are labels. How many. */
function addRunning(builder: Builder, told: Interfaces, indexes: ReadonlyMap<string, number>): number {
  const [family, index, prefixLength] = [
    builder.number('family'),
    builder.number('interface'),
    builder.number('prefixLength'),
  ];
  const [address, label] = [builder.address('address'), builder.word('label')];
  let rows = 0;
  for (const [name, entries = []] of Object.entries(told)) {
    for (const entry of entries) {
      if (entry.family !== 'IPv4') continue;
      builder.addRow();
      family.set(AF_INET);
      index.set(indexes.get(name.replace(/:.*/, '')) ?? 0);
      label.set(name);
      address.set(Uint8Array.from(entry.address.split('.'), Number));
      prefixLength.set(Number(entry.cidr?.split('/')[1] ?? 32));
      rows += 1;
    }
  }
  return rows;
}

/** What came of one family. */
interface Outcome {
  readonly parts: readonly Part[];
  readonly warnings: readonly Warning[];
}

function* readInet(request: AddressesRequest, builder: Builder): Reading<Outcome> {
  const told = interfaces(request);
  if (isUnavailable(told)) return { parts: [], warnings: [{ code: 'missing', message: told.reason }] };
  const rows = addRunning(builder, told, yield* readIndexes(request));
  debug('procfs: getifaddrs: %d rows', rows);
  const warnings = [{ code: 'missing', message: PARTIAL_IPV4 }];
  return { parts: [{ name: 'getifaddrs', source: 'procfs', rows, reason: NO_IPV4 }], warnings };
}

function* readInet6(request: AddressesRequest, builder: Builder): Reading<Outcome> {
  const part = 'if_inet6';
  const content = yield netPath(request, part);
  const { path } = content;
  if ('code' in content) {
    if (content.code !== 'ENOENT') throw refusal(content);
    requireProcess(request);
    const warning = missingWarning(part, path);
    return { parts: [{ name: part, source: 'procfs', rows: 0, reason: warning.message }], warnings: [warning] };
  }
  const report = parseIfInet6(content.bytes, builder);
  debug('procfs: %s: %d bytes, %d rows', path, content.bytes.length, report.rows);
  const warnings = report.malformed > 0 ? [malformedWarning(part, path, report)] : [];
  return { parts: [{ name: part, source: 'procfs', rows: report.rows }], warnings };
}

function* readAddresses(request: AddressesRequest): Reading<Table<AddressesSchema>> {
  const { family, columns } = request;
  const builder = new TableBuilder<AddressesSchema>(addresses, columns as (keyof AddressesSchema & string)[]);
  const outcomes: Outcome[] = [];
  if (family !== AF_INET6) outcomes.push(yield* readInet(request, builder));
  if (family !== AF_INET) outcomes.push(yield* readInet6(request, builder));
  return builder.finish({
    source: 'procfs',
    warnings: outcomes.flatMap(({ warnings }) => warnings),
    parts: outcomes.flatMap(({ parts }) => parts),
  });
}

/** NB: what is thrown of one family would be remembered of the other; so this is asked each time. */
function probe(request: AddressesRequest): Unavailable | undefined {
  if (request.family !== AF_INET) return undefined;
  const told = interfaces(request);
  return isUnavailable(told) ? told : undefined;
}

/**
 * IPv6 addresses: /proc/net/if_inet6. No file lists those of IPv4: the ones Node.js tells, in the caller's own network
 * namespace only.
 */
export const addressesFromProcfs: ProcfsSource<AddressesRequest, AddressesSchema> = sourceOf(readAddresses, probe);
