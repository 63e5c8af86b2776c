import { type Selection, selectAll, selectRows } from '../../columns/selection.ts';
import type { Table } from '../../columns/table.ts';
import type { Schema, TableSchema } from '../../columns/type.ts';
import { NETIDS } from '../../families.ts';
import { selectListed } from '../../formats/netstat/inet.ts';
import { selectSctp } from '../../formats/netstat/sctp.ts';
import { selectUnix } from '../../formats/netstat/unix.ts';
import type { SelectionOptions, SocketsOptions, TableOptions } from '../../query/options.ts';
import { readSockets } from '../../query/run.ts';
import { counters, groups, links, routes, sctpSockets, unixSockets } from '../../query/tables.ts';
import { counters as countersSchema } from '../../tables/counters.ts';
import { groups as groupsSchema } from '../../tables/groups.ts';
import { links as linksSchema } from '../../tables/links.ts';
import { routes as routesSchema } from '../../tables/routes.ts';
import { type SctpSchema, sctp as sctpSchema } from '../../tables/sctp.ts';
import { sockets as socketsSchema } from '../../tables/sockets.ts';
import { type UnixSchema, unix as unixSchema } from '../../tables/unix.ts';
import { RT_TABLE_MAIN } from '../../uapi/rtnetlink.ts';
import type { CommandLine, Family } from '../command-line.ts';
import { type InternetProtocol, type Rows, selectRoutes, selectSockets, selectStatistics } from '../selection.ts';

/** Options of all tables a report may read; each reads those it knows. */
export type ReportOptions = TableOptions & SelectionOptions & Pick<SocketsOptions, 'info' | 'memory' | 'consistent'>;

/** A table that a command line selects. */
export interface ReportTable {
  readonly schema: TableSchema;
  read(options: ReportOptions): Promise<Table<Schema>>;
  /** Rows that netstat would list. */
  listed(table: Table<Schema>): Selection;
  /** Columns that `listed` reads. */
  readonly listedBy: readonly string[];
  /** Can it be filtered, and does somebody own its rows? */
  readonly sockets: boolean;
  readonly groups: readonly ('info' | 'memory')[];
  /** Kinds of internet sockets, for reading them in chunks. */
  readonly netids?: readonly string[];
  readonly states?: readonly string[];
  /** It is of the whole machine: neither of one network namespace nor in a recording. */
  readonly global?: true;
}

/** Tables are generic here: their columns are looked up by name. */
export function generic(table: unknown): Table<Schema> {
  return table as Table<Schema>;
}

export const PLAIN: Omit<ReportTable, 'schema' | 'read'> = {
  listed: selectAll,
  listedBy: [],
  sockets: false,
  groups: [],
};

/** What a report is about: the tables of the mode, in netstat's order. */
export function reportTables(line: CommandLine): readonly ReportTable[] {
  return TABLES[line.mode](line);
}

const TABLES: Readonly<Record<CommandLine['mode'], (line: CommandLine) => readonly ReportTable[]>> = {
  sockets: socketTables,
  route: routeTables,
  interfaces: () => [
    { ...PLAIN, schema: linksSchema as unknown as TableSchema, read: async (options) => generic(await links(options)) },
  ],
  statistics: statisticsTables,
  masquerade: () => [],
};

/** Without any choice: internet sockets. NB: netstat would add unix sockets, whose rows have other columns. */
function socketTables(line: CommandLine): readonly ReportTable[] {
  const { sections, rows, explicit } = selectSockets(line);
  return sections.flatMap((section): ReportTable[] => {
    if (section.kind === 'internet') {
      const onlySctp = section.protocols.every(({ protocol }) => protocol === 'sctp');
      return [onlySctp ? sctpTable(rows) : internetTable(section.protocols, rows)];
    }
    if (section.kind === 'unix' && explicit) return [unixTable(rows)];
    return section.kind === 'groups' ? [groupsTable(section.inet, section.inet6)] : [];
  });
}

function internetTable(protocols: readonly InternetProtocol[], rows: Rows): ReportTable {
  const netids = protocols.flatMap(({ protocol, inet, inet6 }) => [
    ...(inet ? [protocol as string] : []),
    ...(inet6 ? [`${protocol}6`] : []),
  ]);
  return socketsTable(protocols.length > 1 ? netids.filter((netid) => !netid.startsWith('sctp')) : netids, rows);
}

/** Internet sockets of these kinds. */
export function socketsTable(shown: readonly string[], rows: Rows): ReportTable {
  const onlyTcp = shown.every((netid) => netid.startsWith('tcp'));
  const states = onlyTcp && rows === 'listening' ? { states: ['listen'] } : {};
  return {
    schema: socketsSchema as unknown as TableSchema,
    netids: shown,
    ...states,
    read: async (options) =>
      generic(
        await readSockets({
          ...options,
          netid: shown,
          ...(states.states === undefined ? {} : { state: states.states }),
        }),
      ),
    listed: (table) => listedSockets(table, rows),
    listedBy: ['netid', 'remotePort', 'remoteAddress'],
    sockets: true,
    groups: ['info', 'memory'],
  };
}

/** In table order, each row judged as netstat does for its kind. */
function listedSockets(table: Table<Schema>, rows: Rows): Selection {
  if (rows === 'all') return selectAll(table);
  const sockets = table as unknown as Table<typeof socketsSchema.columns>;
  const present = new Set(sockets.column('netid'));
  const parts = [...present].map((code) => selectListed(sockets, NETIDS[code]!, rows));
  const [only] = parts;
  return parts.length === 1 ? only! : Uint32Array.from(parts.flatMap((part) => [...part])).sort();
}

/** As netstat's own list of SCTP, from procfs: all addresses of each end. */
export function sctpTable(rows: Rows): ReportTable {
  return {
    ...PLAIN,
    schema: sctpSchema as unknown as TableSchema,
    read: async ({ info: _info, consistent: _consistent, ...options }) => generic(await sctpSockets(options)),
    listed: (table) => selectSctp(table as unknown as Table<SctpSchema>, rows),
    listedBy: ['kind'],
    sockets: true,
  };
}

export function unixTable(rows: Rows): ReportTable {
  return {
    schema: unixSchema as unknown as TableSchema,
    read: async ({ info: _info, consistent: _consistent, ...options }) => generic(await unixSockets(options)),
    listed: (table) => selectUnix(table as unknown as Table<UnixSchema>, rows),
    listedBy: ['state'],
    sockets: true,
    groups: ['memory'],
  };
}

function groupsTable(inet: boolean, inet6: boolean): ReportTable {
  const family = inet && inet6 ? {} : { family: inet ? (4 as const) : (6 as const) };
  return {
    ...PLAIN,
    schema: groupsSchema as unknown as TableSchema,
    read: async (options) => generic(await groups({ ...options, ...family })),
  };
}

function routeTables(line: CommandLine): readonly ReportTable[] {
  const wanted = new Set(selectRoutes(line).steps.flatMap((step) => (step.kind === 'table' ? [step.family] : [])));
  if (wanted.size === 0) return [];
  const family = wanted.size === 2 ? {} : { family: wanted.has('inet6') ? (6 as const) : (4 as const) };
  const schema = routesSchema as unknown as TableSchema;
  const read = async (options: ReportOptions) => generic(await routes({ ...options, ...family }));
  return [{ ...PLAIN, schema, read, listed: listedRoutes, listedBy: ['family', 'table', 'type'] }];
}

const NOT_LISTED: readonly string[] = ['broadcast', 'multicast'];

/** As /proc/net/route and ipv6_route: of IPv4 the main table, of IPv6 all tables. */
function listedRoutes(table: Table<Schema>): Selection {
  return selectRows(table.length, (row) => {
    if (table.value('family', row) !== 'IPv4' || table.value('table', row) === null) return true;
    const type = table.value('type', row) as string | null;
    return table.value('table', row) === RT_TABLE_MAIN && !NOT_LISTED.includes(type ?? '');
  });
}

const COUNTER_FILES: Readonly<Partial<Record<Family, readonly string[]>>> = {
  inet: ['snmp', 'netstat'],
  inet6: ['snmp6'],
};

function statisticsTables(line: CommandLine): readonly ReportTable[] {
  const list = selectStatistics(line);
  if (list.kind === 'stop') return [];
  const files = line.families.length === 0 ? ['snmp', 'netstat', 'snmp6'] : COUNTER_FILES[list.family]!;
  const schema = countersSchema as unknown as TableSchema;
  return [{ ...PLAIN, schema, read: async (options) => generic(await counters({ ...options, files })) }];
}
