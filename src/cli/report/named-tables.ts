import type { TableSchema } from '../../columns/type.ts';
import type { AddressFamily } from '../../query/options.ts';
import { owners } from '../../query/owners.ts';
import { DEFAULT_NETIDS } from '../../query/plan.ts';
import {
  addresses,
  counters,
  groups,
  links,
  mptcpSockets,
  neighbours,
  netlinkSockets,
  packetSockets,
  routes,
  rules,
  vsockSockets,
} from '../../query/tables.ts';
import { addresses as addressesSchema } from '../../tables/addresses.ts';
import { counters as countersSchema } from '../../tables/counters.ts';
import { groups as groupsSchema } from '../../tables/groups.ts';
import { links as linksSchema } from '../../tables/links.ts';
import { neighbours as neighboursSchema } from '../../tables/neighbours.ts';
import { netlinkSockets as netlinkSchema } from '../../tables/netlink.ts';
import { namedOwners } from '../../tables/owners.ts';
import { packet } from '../../tables/packet.ts';
import { routes as routesSchema } from '../../tables/routes.ts';
import { rules as rulesSchema } from '../../tables/rules.ts';
import { sockets } from '../../tables/sockets.ts';
import { vsock } from '../../tables/vsock.ts';
import type { CommandLine } from '../command-line.ts';
import type { TableName } from '../own-options.ts';
import type { Rows } from '../selection.ts';
import {
  generic,
  PLAIN,
  type ReportOptions,
  type ReportTable,
  sctpTable,
  socketsTable,
  unixTable,
} from './report-tables.ts';

/** Which rows of a table are asked for beside its name: `-4`, `-6`, `-l`. */
interface Narrowing {
  readonly family: AddressFamily | undefined;
  readonly rows: Rows;
}

/** What the reading functions of all these tables take. */
type Read = (options: ReportOptions & { readonly family?: AddressFamily }) => Promise<unknown>;

function table(schema: unknown, read: Read, more: Partial<ReportTable> = {}): (wanted: Narrowing) => ReportTable {
  return ({ family }) => ({
    ...PLAIN,
    schema: schema as TableSchema,
    read: async (options) => generic(await read(family === undefined ? options : { ...options, family })),
    ...more,
  });
}

/** A table that is the same whichever address family is asked for, and knows no columns on request. */
function unfamiliar<O>(read: (options: O) => Promise<unknown>): Read {
  return ({ family: _family, info: _info, consistent: _consistent, ...options }) => read(options as O);
}

const SOCKETS = { sockets: true } as const;

/** `--table NAME`: every table of the library. */
const NAMED: Readonly<Record<TableName, (wanted: Narrowing) => ReportTable>> = {
  sockets: ({ family, rows }) =>
    socketsTable(
      DEFAULT_NETIDS.filter((netid) => family === undefined || netid.endsWith('6') === (family === 6)),
      rows,
    ),
  unix: ({ rows }) => unixTable(rows),
  packet: table(packet, unfamiliar(packetSockets), { ...SOCKETS, groups: ['memory'] }),
  netlink: table(netlinkSchema, unfamiliar(netlinkSockets), SOCKETS),
  vsock: table(vsock, unfamiliar(vsockSockets), SOCKETS),
  sctp: ({ rows }) => sctpTable(rows),
  mptcp: table(sockets, mptcpSockets, { ...SOCKETS, groups: ['info', 'memory'] }),
  routes: table(routesSchema, routes),
  rules: table(rulesSchema, rules),
  neighbours: table(neighboursSchema, neighbours),
  links: table(linksSchema, unfamiliar(links)),
  addresses: table(addressesSchema, addresses),
  groups: table(groupsSchema, groups),
  counters: table(countersSchema, unfamiliar(counters)),
  owners: table(namedOwners, unfamiliar(owners), { global: true }),
};

/** A table by its name, one of TABLE_NAMES; everything in it, unless `-4`, `-6` or `-l` narrow it down. */
export function namedTable(name: string, { families, listening, all }: CommandLine): ReportTable {
  const inet = families.includes('inet');
  const inet6 = families.includes('inet6');
  const family = inet === inet6 ? undefined : inet6 ? 6 : 4;
  return NAMED[name as TableName]({ family, rows: listening && !all ? 'listening' : 'all' });
}
