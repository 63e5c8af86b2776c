import { selectRows } from '../columns/selection.ts';
import type { Table, Warning } from '../columns/table.ts';
import { takeColumns, takeRows } from '../columns/take.ts';
import type { Schema } from '../columns/type.ts';
import { UsageError } from '../errors.ts';
import { abortable } from './abortable.ts';
import { wantedColumns } from './columns.ts';
import { type Base, readTable, type TableDefinition } from './definition.ts';
import { type PreparedFilter, prepareFilter } from './filter.ts';
import type { Holders } from './holders.ts';
import { type SelectionOptions, type TableOptions, wantsOwners } from './options.ts';
import type { OwnedTable } from './owned-table.ts';

type Options = TableOptions & SelectionOptions;

/** Reads the rows, with these columns beside those asked for. */
export type ReadRows<S extends Schema> = (also: readonly string[]) => Promise<Table<S>>;

/** What a table of sockets needs to know to be selected from. */
export interface Selected<O extends Options, R extends Base, S extends Schema> {
  readonly definition: TableDefinition<O, R, S>;
  readonly options: O;
  readonly filter: PreparedFilter | undefined;
  readonly read: ReadRows<S>;
}

/**
 * The rows a filter keeps, and who holds them. Owners are looked for once: before the filter where it asks for them, else
 * only those of the rows it keeps.
 */
export async function selectSockets<O extends Options, R extends Base, S extends Schema>(
  selected: Selected<O, R, S>,
): Promise<Table<S> | OwnedTable<S>> {
  const { definition, options, filter, read } = selected;
  const also = filter?.columns(definition.schema.name) ?? [];
  if (filter?.asksOwners === true || wantsOwners(options.owners)) {
    const state = definition.schema.names.filter((name) => name === 'state');
    return abortable(selectOwned(selected, [...also, 'inode', ...state]), options.signal);
  }
  const table = await read(also);
  if (filter === undefined) return takeColumns(table, wantedColumns(definition, options));
  return warned(takeColumns(kept(table, filter), wantedColumns(definition, options)), filter.unanswered(table));
}

function warned<S extends Schema>(table: Table<S>, more: readonly Warning[]): Table<S> {
  return more.length === 0 ? table : table.with({ warnings: [...table.warnings, ...more] });
}

function kept<S extends Schema>(table: Table<S>, filter: PreparedFilter, holders?: Holders): Table<S> {
  return takeRows(table, selectRows(table.length, filter.test(table, holders)));
}

async function selectOwned<O extends Options, R extends Base, S extends Schema>(
  { definition, options, filter, read }: Selected<O, R, S>,
  also: readonly string[],
): Promise<Table<S> | OwnedTable<S>> {
  const { holdersOf } = await import('./holders.ts');
  const { root, source, owners } = options;
  // Inodes of another machine, or of an earlier hour, are those of other sockets here.
  if (options.replay !== undefined) throw new UsageError('replay: a recording does not tell who holds its sockets');
  const details = Array.isArray(owners) ? owners : [];
  let table = await read(also);
  let holders =
    filter?.asksOwners === true
      ? await holdersOf(table, { root, source, fields: filter.ownerFields, details })
      : undefined;
  // A filter that asks owners decides on rows whose owner could not be seen, too.
  const unseen = [...(holders?.warnings ?? []), ...(filter === undefined ? [] : filter.unanswered(table))];
  if (filter !== undefined) {
    table = kept(table, filter, holders);
    holders = holders?.of(table);
  }
  const shown = takeColumns(table, wantedColumns(definition, options));
  const told = warned(shown, unseen);
  if (!wantsOwners(owners)) return told;
  holders ??= await holdersOf(table, { root, source, details });
  holders = await holders.lookAgain(() => read(['inode']));
  const { OwnedTable } = await import('./owned-table.ts');
  return new OwnedTable(told, holders);
}

/** A table whose filter is applied here alone. */
export async function readSelected<O extends Options, R extends Base, S extends Schema>(
  definition: TableDefinition<O, R, S>,
  options: O,
): Promise<Table<S> | OwnedTable<S>> {
  const filter = await prepareFilter(options);
  const read: ReadRows<S> = (also) => readTable(definition, options, also);
  return selectSockets({ definition, options, filter, read });
}
