import type { Table, Warning } from '../columns/table.ts';
import type { Schema } from '../columns/type.ts';
import type { Ast } from '../filters/ast.ts';
import { push, UNPUSHED_NETIDS } from '../filters/bytecode.ts';
import { systemLookups } from '../filters/lookups.ts';
import { parseFilter } from '../filters/parse.ts';
import { compilePredicate, filterColumns, ownerFields } from '../filters/predicate.ts';
import { type FilterLookups, needsResolving, resolveFilter } from '../filters/resolve.ts';
import { chosenNamespace } from './callers-namespace.ts';
import { readTable } from './definition.ts';
import { LINKS } from './definitions.ts';
import type { PreparedFilter } from './filter.ts';
import type { SelectionOptions, TableOptions } from './options.ts';

type Options = TableOptions & SelectionOptions;

/** Parses the filter and looks its names up where the query looks. Rejects with a FilterError. */
export async function prepared(filter: string | Ast, options: Options): Promise<PreparedFilter> {
  const { precedence = 'conventional' } = options;
  const parsed = typeof filter === 'string' ? parseFilter(filter, { precedence }) : filter;
  const ast = needsResolving(parsed) ? await resolved(parsed, options) : parsed;
  const fields = ownerFields(ast);
  return {
    pushed: { ...push(ast), unpushedNetids: UNPUSHED_NETIDS },
    asksOwners: fields.size > 0,
    ownerFields: fields,
    columns: (table) => filterColumns(ast, table),
    test: (table, owners) => compilePredicate(ast, table, owners === undefined ? {} : { owners }),
    unanswered: (table) => unanswered(ast, table),
  };
}

function unanswered<S extends Schema>(ast: Ast, table: Table<S>): readonly Warning[] {
  const { schema, source, length } = table;
  const isUnknown = (name: string): boolean => {
    const { netlink, procfs, privilege } = schema.columns[name]!;
    const mayLack = privilege !== undefined || (source === 'procfs' ? procfs : netlink) === undefined;
    const { valid } = table.data(name);
    return mayLack && valid !== undefined && !valid.subarray(0, length).includes(1);
  };
  const names = length === 0 ? [] : filterColumns(ast, schema.name).filter(isUnknown);
  if (names.length === 0) return [];
  const needs = names.flatMap((name) => schema.columns[name]!.privilege ?? []);
  const why = needs.length === 0 ? '' : ` (needs ${needs.join(', ')})`;
  const message = `filter: ${names.join(', ')} of ${schema.name} cannot be read from ${source}${why}`;
  return [{ code: 'missing', message, count: names.length }];
}

const unknown = async (): Promise<null> => null;

/** Of a recording's machine this one knows nothing but what services and host names mean everywhere. */
const ELSEWHERE = { user: unknown, device: unknown, cgroup: unknown, localPortRange: unknown };

/** NB: ip_local_port_range is that of the reader's namespace, whichever process's directory it is read through. */
async function knownFrom({ replay, netns }: Options): Promise<Partial<FilterLookups>> {
  if (replay !== undefined) return ELSEWHERE;
  const namespace = await chosenNamespace(netns);
  namespace.close();
  return namespace.id === '' ? {} : { localPortRange: unknown };
}

async function resolved(ast: Ast, options: Options): Promise<Ast> {
  const { root, netns } = options;
  const device = async (name: string): Promise<number | undefined> => {
    const place = { ...(root === undefined ? {} : { root }), ...(netns === undefined ? {} : { netns }) };
    const links = await readTable(LINKS, { ...place, columns: ['index', 'name'] });
    for (const link of links) if (link.name === name) return link.index ?? undefined;
    return undefined;
  };
  const lookups = systemLookups({ device, ...(root === undefined ? {} : { proc: root }) });
  return resolveFilter(ast, { ...lookups, ...(await knownFrom(options)) });
}
