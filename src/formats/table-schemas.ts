import { type ColumnSpec, defineTable, type TableSchema, u32 } from '../columns/type.ts';
import { CHANGE_COLUMNS, NETNS_COLUMNS, OWNER_COLUMNS } from '../tables/added.ts';
import { addresses } from '../tables/addresses.ts';
import { counters } from '../tables/counters.ts';
import { groups } from '../tables/groups.ts';
import { links } from '../tables/links.ts';
import { neighbours } from '../tables/neighbours.ts';
import { netlinkSockets } from '../tables/netlink.ts';
import { namedOwners } from '../tables/owners.ts';
import { packet } from '../tables/packet.ts';
import { routes } from '../tables/routes.ts';
import { rules } from '../tables/rules.ts';
import { sctp } from '../tables/sctp.ts';
import { sockets } from '../tables/sockets.ts';
import { unix } from '../tables/unix.ts';
import { vsock } from '../tables/vsock.ts';
import { cellSchema, type DocumentedTable, documentSchema, type JsonSchema } from './json-schema.ts';

function generic(...schemas: readonly unknown[]): readonly TableSchema[] {
  return schemas as readonly TableSchema[];
}

const SOCKET_TABLES = generic(sockets, unix, packet, netlinkSockets, vsock, sctp);
const OTHER_TABLES = generic(routes, rules, neighbours, links, addresses, groups, counters, namedOwners);

function cells(columns: Readonly<Record<string, ColumnSpec>>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(columns).map(([name, spec]) => [name, cellSchema(spec)]));
}

const EVERYWHERE = { ...cells(NETNS_COLUMNS), ...cells(CHANGE_COLUMNS) };

const NUMBER_OR_NULL: JsonSchema = { type: ['integer', 'null'], minimum: 0 };
const TEXT_OR_NULL: JsonSchema = { type: ['string', 'null'] };

/** Everyone who holds a socket; details are there when they were asked for. */
const OWNERS: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['pid', 'tid', 'fd', 'process'],
    properties: {
      pid: { type: 'integer', minimum: 1 },
      tid: { type: 'integer', minimum: 1 },
      fd: { type: 'integer', minimum: 0 },
      process: TEXT_OR_NULL,
      comm: TEXT_OR_NULL,
      exe: TEXT_OR_NULL,
      cmdline: TEXT_OR_NULL,
      uid: NUMBER_OR_NULL,
      user: TEXT_OR_NULL,
      startTime: TEXT_OR_NULL,
      cgroup: TEXT_OR_NULL,
      unit: TEXT_OR_NULL,
      container: TEXT_OR_NULL,
      pod: TEXT_OR_NULL,
      netns: TEXT_OR_NULL,
    },
    additionalProperties: false,
  },
};

const OWNED = { ...EVERYWHERE, ...cells(OWNER_COLUMNS), owners: OWNERS };

/** Of `--by`: a count, and the value of each key as text. */
const COUNTS: DocumentedTable = {
  schema: generic(defineTable('counts', { count: u32({ doc: 'Rows' }) }))[0]!,
  others: TEXT_OR_NULL,
};

/** JSON Schema (draft 2020-12) of everything `format('json', …)` and `--json` write; `$defs` has the rows of each table. */
export function jsonSchema(): JsonSchema {
  return documentSchema([
    ...SOCKET_TABLES.map((schema) => ({ schema, more: OWNED })),
    ...OTHER_TABLES.map((schema) => ({ schema, more: EVERYWHERE })),
    COUNTS,
  ]);
}
