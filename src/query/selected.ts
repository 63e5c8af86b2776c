import { selectRows } from '../columns/selection.ts';
import type { Table } from '../columns/table.ts';
import { takeColumns, takeRows } from '../columns/take.ts';
import type { Schema } from '../columns/type.ts';
import type { Ast } from '../filters/ast.ts';
import { systemLookups } from '../filters/lookups.ts';
import { parseFilter } from '../filters/parse.ts';
import { compilePredicate, filterColumns, ownerFields } from '../filters/predicate.ts';
import { needsResolving, resolveFilter } from '../filters/resolve.ts';
import { Processes } from '../sources/processes.ts';
import { wantedColumns } from './columns.ts';
import { type Base, readTable, type TableDefinition } from './definition.ts';
import { LINKS } from './definitions.ts';
import { type Holders, holdersOf, inodesOf } from './holders.ts';
import type { SelectionOptions, TableOptions } from './options.ts';
import { OwnedTable } from './owned-table.ts';

type Options = TableOptions & SelectionOptions;

/** Parses and resolves the filter of a query; undefined when there is none. */
export async function preparedFilter(options: Options): Promise<Ast | undefined> {
  const { filter, precedence = 'conventional', root, netns } = options;
  if (filter === undefined) return undefined;
  const ast = typeof filter === 'string' ? parseFilter(filter, { precedence }) : filter;
  if (!needsResolving(ast)) return ast;
  const device = async (name: string): Promise<number | undefined> => {
    const place = { ...(root === undefined ? {} : { root }), ...(netns === undefined ? {} : { netns }) };
    const links = await readTable(LINKS, { ...place, columns: ['index', 'name'] });
    for (const link of links) if (link.name === name) return link.index ?? undefined;
    return undefined;
  };
  return resolveFilter(ast, systemLookups({ device, ...(root === undefined ? {} : { proc: root }) }));
}

/** Reads the rows, with these columns beside those asked for. */
export type ReadRows<S extends Schema> = (also: readonly string[]) => Promise<Table<S>>;

/** What a table of sockets needs to know to be selected from. */
export interface Selected<O extends Options, R extends Base, S extends Schema> {
  readonly definition: TableDefinition<O, R, S>;
  readonly options: O;
  readonly filter: Ast | undefined;
  readonly read: ReadRows<S>;
}

/**
 * The rows a filter keeps, and who holds them. Owners are looked for once: before the filter where it asks for them, else
 * only those of the rows it keeps.
 */
export async function selectSockets<O extends Options, R extends Base, S extends Schema>({
  definition,
  options,
  filter,
  read,
}: Selected<O, R, S>): Promise<Table<S> | OwnedTable<S>> {
  const { name } = definition.schema;
  const asksOwners = filter !== undefined && ownerFields(filter).size > 0;
  const also = filter === undefined ? [] : filterColumns(filter, name);
  let table = await read(asksOwners || options.owners === true ? [...also, 'inode'] : also);
  const processes = new Processes(options.root);
  const find = () => holdersOf(table, processes, options);
  let holders: Holders | undefined = asksOwners ? await find() : undefined;
  if (filter !== undefined) {
    const keep = compilePredicate(filter, table, holders === undefined ? {} : { owners: holders });
    table = takeRows(table, selectRows(table.length, keep));
    holders = holders?.of(inodesOf(table));
  }
  if (options.owners === true) holders ??= await find();
  options.signal?.throwIfAborted();
  const shown = takeColumns(table, wantedColumns(definition, options));
  return options.owners === true ? new OwnedTable(shown, holders!) : withWarnings(shown, holders);
}

function withWarnings<S extends Schema>(table: Table<S>, holders: Holders | undefined): Table<S> {
  return holders === undefined ? table : table.with({ warnings: [...table.warnings, ...holders.warnings] });
}

/** A table whose filter is applied here alone. */
export async function readSelected<O extends Options, R extends Base, S extends Schema>(
  definition: TableDefinition<O, R, S>,
  options: O,
): Promise<Table<S> | OwnedTable<S>> {
  const filter = await preparedFilter(options);
  const read: ReadRows<S> = (also) => readTable(definition, options, also);
  return selectSockets({ definition, options, filter, read });
}
