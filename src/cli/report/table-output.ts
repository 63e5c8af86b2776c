import type { Selection } from '../../columns/selection.ts';
import type { Table } from '../../columns/table.ts';
import type { Schema } from '../../columns/type.ts';
import { UsageError } from '../../errors.ts';
import { type FormatName, format } from '../../formats/format.ts';
import { identityColumns } from '../../query/changes.ts';
import { CHANGE_COLUMNS, NETNS_COLUMNS, OWNER_COLUMNS } from '../../tables/added.ts';
import type { CommandLine, OwnOptions } from '../command-line.ts';
import type { Output } from '../output.ts';
import { groupingColumns } from './grouping.ts';
import type { ReportOptions, ReportTable } from './report-tables.ts';
import type { SortKey } from './sort.ts';

/** A table of `--diff`: its last reading, and whether its header has been printed. */
export interface Earlier {
  readonly table: Table<Schema>;
  readonly headed: boolean;
}

/** A report that is being printed. */
export interface Report {
  readonly line: CommandLine;
  readonly own: OwnOptions;
  readonly output: Output;
  readonly options: ReportOptions;
  readonly sort: SortKey | undefined;
  /** `--diff`: what each table was when it was read last, by its place in the report. */
  readonly earlier: Map<number, Earlier>;
  readonly colour: boolean;
}

/** The format asked for; without one, a table for people. */
export function formatName({ format: name }: OwnOptions): FormatName {
  return name === 'netstat' ? 'text' : name;
}

/** Columns that no source is asked for. */
const ADDED_COLUMNS = { ...OWNER_COLUMNS, ...CHANGE_COLUMNS, ...NETNS_COLUMNS };

/** Options of one table: what it does not have is refused when it was the only one asked for. */
export function tableOptions({ own, options, sort }: Report, table: ReportTable): ReportOptions {
  if (!table.sockets && (own.filter !== null || own.by !== null)) {
    throw new UsageError(`${own.filter === null ? 'by' : 'filter'}: only sockets, not ${table.schema.name}`);
  }
  const { owners, ...unowned } = options;
  const groups = Object.fromEntries(table.groups.filter((group) => own[group]).map((group) => [group, true]));
  const columns = wantedColumns(own, table, sort);
  return {
    ...(table.sockets ? options : unowned),
    ...groups,
    ...(columns === undefined ? {} : { columns }),
  };
}

/** Columns that have to be read; undefined = the basic ones, which netstat's choice of rows can be made with. */
function wantedColumns(own: OwnOptions, table: ReportTable, sort: SortKey | undefined): string[] | undefined {
  const { columns, names } = table.schema;
  const known = (name: string): boolean => Object.hasOwn(columns, name) || !Object.hasOwn(ADDED_COLUMNS, name);
  if (own.by !== null) return [...groupingColumns(table.schema.name, own.by), ...table.listedBy];
  const telling = own.diff ? identityColumns(table.schema.name) : [];
  const sorting = sort === undefined ? [] : [sort.column].filter(known);
  if (own.columns !== null) return [...own.columns.filter(known), ...sorting, ...telling, ...table.listedBy];
  const more = [...sorting.filter((name) => Object.hasOwn(columns, name)), ...telling];
  if (more.length === 0) return undefined;
  return names.filter((name) => columns[name]!.basic === true || more.includes(name));
}

export function writeTable(
  { own, output, colour }: Report,
  table: Table<Schema>,
  selection: Selection,
  columns: readonly string[],
): void {
  const options = { selection, columns, header: !own.noHeader, colour };
  for (const chunk of format(formatName(own), table, options)) output.out(chunk);
}

/** Those asked for; else those of the table, in text without the ones no row has a value of. */
export function shownColumns({ own }: Report, table: Table<Schema>, selection: Selection): readonly string[] {
  if (own.columns !== null) return own.columns;
  if (formatName(own) !== 'text' || selection.length === 0) return table.columnNames;
  return table.columnNames.filter((name) => {
    const { valid } = table.data(name);
    return valid === undefined || selection.some((row) => valid[row] === 1);
  });
}
