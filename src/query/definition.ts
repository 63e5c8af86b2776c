import { TableBuilder } from '../columns/builder.ts';
import { concatTables } from '../columns/concat.ts';
import type { SourceName, Table, Warning } from '../columns/table.ts';
import type { ColumnSpec, Schema, TableSchema } from '../columns/type.ts';
import { SockdiagError, UsageError } from '../errors.ts';
import type { Columns, Place } from '../sources/requests.ts';
import { choose, type Source } from '../sources/source.ts';
import { abortable } from './abortable.ts';
import { wantedColumns } from './columns.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import type { ColumnGroups, SourceChoice, TableOptions } from './options.ts';

/** What is common to all requests of a query. */
export type Base = Place & Columns;

/** One question to one source; the rows of a table are those of its parts, in order. */
export interface PlannedPart<R> {
  /** Names the part in warnings; within its namespace a refusal is remembered by it. */
  readonly key: string;
  readonly request: R;
}

/** Everything a query has to know of a table. A new table is a new row in `definitions.ts`. */
export interface TableDefinition<O extends TableOptions, R extends Base, S extends Schema> {
  readonly schema: TableSchema<S>;
  /** In order of preference. */
  readonly sources: readonly Source<R, S>[];
  /** Columns that are always in the table. */
  readonly needed?: readonly (keyof S & string)[];
  /** Which columns an option like `info: true` adds. */
  readonly groups?: { readonly [G in keyof ColumnGroups]: (spec: ColumnSpec) => boolean };
  /** Throws a UsageError for a bad option. */
  plan(options: O, base: Base): readonly PlannedPart<R>[];
}

/**
 * The table: plan, then for each part the first source that can give all columns asked for by name, else the first
 * that can answer at all. Columns a source does not have are null; a warning (`missing`) names those asked for.
 * `also`: columns that are read without being asked for.
 */
export async function readTable<O extends TableOptions, R extends Base, S extends Schema>(
  definition: TableDefinition<O, R, S>,
  options: O,
  also: readonly string[] = [],
): Promise<Table<S>> {
  const { signal, root, record, netns, replay } = options;
  signal?.throwIfAborted();
  if (root !== undefined && netns !== undefined) throw new UsageError('netns: not together with root');
  const { schema } = definition;
  const wanted = wantedColumns(definition, options);
  const columns =
    also.length === 0 ? wanted : schema.names.filter((name) => wanted.includes(name) || also.includes(name));
  const asked = wanted.filter((name) => options.columns?.includes(name) || schema.columns[name]!.basic !== true);
  const choice = choiceOf(schema.name, options);
  const namespace = openNamespace(netns);
  const place: Place = {
    ...namespace.place,
    ...(root === undefined ? {} : { root }),
    ...(record === undefined ? {} : { record }),
  };
  let pending: Promise<unknown> | undefined;
  try {
    const sources =
      replay === undefined
        ? inOrder(allowed(definition, choice, namespace), record === undefined ? asked : undefined, schema)
        : [(await import('../sources/recording.ts')).replaySource<R, S>(schema, replay)];
    const tables: Table<S>[] = [];
    for (const { key, request } of definition.plan(options, { ...place, columns })) {
      const remembered = [root, namespace.id, key].filter((word) => word !== undefined && word !== '').join(' ');
      const reading = readPart(remembered, key, sources, request);
      pending = reading;
      tables.push(await abortable(reading, signal));
      pending = undefined;
    }
    if (tables.length === 0) tables.push(new TableBuilder(schema, columns).finish({ source: sources[0]!.name }));
    const unrecorded = record === undefined ? [] : tables.flatMap(notRecorded);
    return joined(tables, [...nullColumns(tables, schema, asked), ...unrecorded]);
  } finally {
    // NB: who is still reading for a query that was aborted has yet to enter the namespace.
    if (pending === undefined) namespace.close();
    else pending.catch(() => undefined).finally(() => namespace.close());
  }
}

function choiceOf(name: string, { source = 'auto', root, record }: TableOptions): SourceChoice {
  if (!['auto', 'netlink', 'procfs'].includes(source)) {
    throw new UsageError(`source: '${source}' is not one of auto, netlink, procfs`);
  }
  if (record !== undefined && (source === 'procfs' || root !== undefined)) {
    throw new UsageError(`record: what /proc shows of ${name} cannot be recorded`);
  }
  if (source !== 'auto') return source;
  return root === undefined ? 'auto' : 'procfs';
}

function allowed<O extends TableOptions, R extends Base, S extends Schema>(
  { schema, sources }: TableDefinition<O, R, S>,
  choice: SourceChoice,
  namespace: Namespace,
): readonly Source<R, S>[] {
  const chosen = sources.filter((source) => choice === 'auto' || originOf(source.name) === choice);
  if (chosen.length === 0) throw new SockdiagError('ENOSYS', `${schema.name}: ${choice} does not have this table`);
  if (namespace.place.netnsFd === undefined) return chosen;
  return chosen.map((source) => (originOf(source.name) === 'procfs' ? ofMember(source, namespace) : source));
}

/** /proc shows a network namespace only through a process in it. */
function ofMember<R extends Base, S extends Schema>(source: Source<R, S>, namespace: Namespace): Source<R, S> {
  const request = (original: R): R => ({ ...original, pid: namespace.member() });
  return {
    name: source.name,
    probe: (original) =>
      namespace.member() === undefined
        ? { code: 'ESRCH', reason: 'no process to be seen lives in the network namespace' }
        : source.probe(request(original)),
    read: (original) => source.read(request(original)),
  };
}

/** Which documentation of a column tells whether a source has it. */
function originOf(source: SourceName): 'netlink' | 'procfs' {
  return source === 'netlink' || source === 'replay' ? 'netlink' : 'procfs';
}

function gives(source: SourceName, spec: ColumnSpec): boolean {
  return spec[originOf(source)] !== undefined;
}

/** Sources that can give all columns first, or (undefined) those that can be recorded; otherwise in order of preference. */
function inOrder<R, S extends Schema>(
  sources: readonly Source<R, S>[],
  columns: readonly string[] | undefined,
  schema: TableSchema<S>,
): readonly Source<R, S>[] {
  const complete = ({ name }: Source<R, S>): boolean =>
    columns?.every((column) => gives(name, schema.columns[column]!)) ?? originOf(name) === 'netlink';
  return [...sources.filter(complete), ...sources.filter((source) => !complete(source))];
}

async function readPart<R, S extends Schema>(
  remembered: string,
  key: string,
  sources: readonly Source<R, S>[],
  request: R,
): Promise<Table<S>> {
  const { table, warnings } = await choose(remembered, sources, request);
  if (warnings.length === 0) return table;
  const reason = warnings.map(({ message }) => message).join('; ');
  const parts = (
    table.parts.length === 0 ? [{ name: key, source: table.source, rows: table.length }] : table.parts
  ).map((part) => ({ ...part, reason: part.reason ?? reason }));
  return table.with({ warnings: [...warnings, ...table.warnings], parts });
}

/** Columns that were asked for by name and that the source of a table does not have. */
function nullColumns<S extends Schema>(
  tables: readonly Table<S>[],
  schema: TableSchema<S>,
  columns: readonly string[],
): Warning[] {
  const sources = new Set(tables.map(({ source }) => source));
  return [...sources].flatMap((source) => {
    const missing = columns.filter((name) => !gives(source, schema.columns[name]!));
    if (missing.length === 0) return [];
    const named = missing.length > 4 ? [...missing.slice(0, 3), `${missing.length - 3} more`] : missing;
    const message = `${schema.name}: ${source} does not have ${named.join(', ')}: null`;
    return [{ code: 'missing', message, count: missing.length }];
  });
}

function notRecorded<S extends Schema>({ source, schema, parts }: Table<S>): Warning[] {
  if (originOf(source) === 'netlink') return [];
  const name = parts.map((part) => part.name).join(',') || schema.name;
  return [{ code: 'unrecorded', message: `${name}: what /proc shows is not recorded` }];
}

function joined<S extends Schema>(tables: readonly Table<S>[], more: readonly Warning[]): Table<S> {
  const warnings = [...tables.flatMap((table) => table.warnings), ...more];
  const [first, ...others] = tables as readonly [Table<S>, ...Table<S>[]];
  if (others.length === 0) return more.length === 0 ? first : first.with({ warnings });
  const sources = new Set(tables.map((table) => table.source));
  return concatTables(tables, {
    source: sources.size === 1 ? first.source : 'mixed',
    interrupted: tables.some((table) => table.interrupted),
    warnings,
    parts: tables.flatMap((table) => table.parts),
  });
}
