import type { Selection } from '../columns/selection.ts';
import type { Table } from '../columns/table.ts';
import { ProcfsError } from '../errors.ts';
import {
  formatInetRouteCache,
  formatInetRoutes,
  INET_ROUTE_COLUMNS,
  inetRouteHeader,
  inetRouteNames,
  selectInetRoutes,
} from '../formats/netstat/routes.ts';
import {
  formatInet6Routes,
  INET6_ROUTE_COLUMNS,
  inet6RouteNames,
  selectInet6Routes,
} from '../formats/netstat/routes-inet6.ts';
import { ByteWriter } from '../formats/netstat/text.ts';
import type { Names, NamesRequest } from '../names/names.ts';
import { streamRoutes } from '../query/stream-routes.ts';
import { routesFromProcfs } from '../sources/procfs/sources.ts';
import type { RoutesSchema } from '../tables/routes.ts';
import { AF_INET6 } from '../uapi/socket.ts';
import type { CommandLine } from './command-line.ts';
import { repeat } from './continuous.ts';
import type { Output, Status } from './output.ts';
import {
  FAILED,
  fileWarning,
  interrupted,
  isMissing,
  type Refusal,
  readAll,
  readTable,
  toldRefusal,
} from './reading.ts';
import { type RouteList, selectRoutes } from './selection.ts';

type Routes = Table<RoutesSchema>;

/** What the tables of one listing share. */
interface Listing {
  readonly line: CommandLine;
  readonly list: RouteList;
  readonly output: Output;
  /** Absent = numeric. Kept from one round of -c to the next. */
  readonly names?: Names;
}

/** The routing tables of each family asked for; the first that fails ends the run. */
export async function printRoutes(line: CommandLine, output: Output): Promise<Status> {
  const names = numeric(line) ? {} : { names: new (await import('../names/names.ts')).Names() };
  const listing = { line, list: selectRoutes(line), output, ...names };
  return repeat(line, output, () => printOnce(listing));
}

async function printOnce(listing: Listing): Promise<Status> {
  for (const step of listing.list.steps) {
    if (step.kind === 'stop') {
      listing.output.out(step.stop.stdout);
      listing.output.err(step.stop.stderr);
      return step.stop.status;
    }
    const status = await (step.family === 'inet' ? printInet(listing) : printInet6(listing));
    if (status !== 0) return status;
  }
  return 0;
}

/** Quirk: -N, which promises names for hardware, makes routes numeric. */
function numeric(line: CommandLine): boolean {
  return line.numeric.hosts || line.symbolic;
}

async function lookUp({ names }: Listing, wanted: () => NamesRequest): Promise<{ names?: Names }> {
  if (names === undefined) return {};
  await names.resolve(wanted());
  return { names };
}

async function printInet(listing: Listing): Promise<Status> {
  const { line, list, output } = listing;
  if (list.fib) {
    const status = await printInetTable(listing);
    if (status !== 0) return status;
  }
  if (list.cache) output.out(formatInetRouteCache(line.extend));
  return 0;
}

/** From netlink, whose rows are those of /proc/net/route, while the kernel lists them; from the file when there is no netlink. */
async function printInetTable(listing: Listing): Promise<Status> {
  const { line, output } = listing;
  const query = { columns: INET_ROUTE_COLUMNS, family: 4, table: 'main', source: line.own.source } as const;
  const text = new ByteWriter();
  const told = line.own.verboseSource ? new (await import('./report/notes.ts')).Notes(line.own) : undefined;
  let begun = false;
  let status: Status | undefined;
  const reading = await readAll(streamRoutes(query, { blocking: true }), async (table) => {
    status ??= begun ? undefined : missing(table, 'route', output);
    if (status === FAILED) return;
    if (!begun) output.out(inetRouteHeader(line.extend));
    begun = true;
    told?.add(table);
    const selection = selectInetRoutes(table);
    const shown = { extend: line.extend, ...(await lookUp(listing, () => inetRouteNames(table, selection))) };
    for (const chunk of formatInetRoutes(table, selection, shown, text)) output.out(chunk);
    if (table.interrupted && told === undefined) output.err(interrupted('routes'));
    if (malformedHeader(table)) status = FAILED;
  });
  if (reading.kind === 'done' && !begun && status === undefined) {
    output.out(inetRouteHeader(line.extend));
    told?.addNone('routes');
  }
  output.err(told?.text() ?? '');
  return reading.kind === 'done' ? (status ?? 0) : refusal(toldRefusal(reading, listing), 'route', listing);
}

/** An empty file has not even the header line, which counts as line 0. */
function malformedHeader(table: Routes): boolean {
  return fileWarning(table, 'malformed', 'route')?.lines?.[0] === 0;
}

async function printInet6(listing: Listing): Promise<Status> {
  const { list, output } = listing;
  const reading = await readTable(
    async () => routesFromProcfs.readSync({ columns: INET6_ROUTE_COLUMNS, family: AF_INET6 }),
    listing,
  );
  if (reading.kind !== 'table') return refusal(reading, 'ipv6_route', listing);
  const { table } = reading;
  const absent = missing(table, 'ipv6_route', output);
  if (absent !== undefined) return absent;
  const shown: boolean[] = [...(list.fib ? [false] : []), ...(list.cache ? [true] : [])];
  for (const cache of shown) {
    const selection: Selection = selectInet6Routes(table, cache);
    const options = { cache, ...(await lookUp(listing, () => inet6RouteNames(table, selection))) };
    for (const chunk of formatInet6Routes(table, selection, options)) output.out(chunk);
  }
  return 0;
}

const NOT_CONFIGURED = {
  route: 'INET (IPv4) not configured in this system.\n',
  ipv6_route: 'INET6 (IPv6) not configured in this system.\n',
} as const;

type RouteFile = keyof typeof NOT_CONFIGURED;

/** The status that ends the run when the file a table comes from is not there. */
function missing(table: Routes, file: RouteFile, output: Output): Status | undefined {
  return isMissing(table, file) ? notConfigured(file, output) : undefined;
}

function notConfigured(file: RouteFile, output: Output): Status {
  output.err(`/proc/net/${file}: No such file or directory\n`);
  output.out(NOT_CONFIGURED[file]);
  return FAILED;
}

/** The status that ends the run when there is no table. */
function refusal(reading: Refusal, file: RouteFile, { line, output }: Listing): Status {
  if (reading.kind === 'missing') return notConfigured(file, output);
  const { error } = reading;
  if (error instanceof ProcfsError && error.field !== '') {
    output.out(inetRouteHeader(line.extend));
    output.err(`warning: ${error.message.replace(': ', ' ')}\n`);
    return FAILED;
  }
  output.err(reading.stderr);
  if (error instanceof ProcfsError) output.out(NOT_CONFIGURED[file]);
  return FAILED;
}
