import type { Selection } from '../../columns/selection.ts';
import type { Table } from '../../columns/table.ts';
import type { Schema } from '../../columns/type.ts';
import { UsageError } from '../../errors.ts';
import { type FormatName, format } from '../../formats/format.ts';
import { OWNER_COLUMNS } from '../../query/owned-table.ts';
import type { CommandLine, OwnOptions } from '../command-line.ts';
import type { Output } from '../output.ts';
import { groupingColumns } from './grouping.ts';
import { NETNS_COLUMN } from './namespaces.ts';
import type { ReportOptions, ReportTable } from './report-tables.ts';
import type { SortKey } from './sort.ts';

/** A report that is being printed. */
export interface Report {
  readonly line: CommandLine;
  readonly own: OwnOptions;
  readonly output: Output;
  readonly options: ReportOptions;
  readonly sort: SortKey | undefined;
}

/** The format asked for; without one, a table for people. */
export function formatName({ format: name }: OwnOptions): FormatName {
  return name === 'netstat' ? 'text' : name;
}

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
  const known = (name: string): boolean => !Object.hasOwn(OWNER_COLUMNS, name) && name !== NETNS_COLUMN;
  if (own.by !== null) return [...groupingColumns(table.schema.name, own.by), ...table.listedBy];
  const sorting = sort === undefined || own.columns === null ? [] : [sort.column].filter(known);
  if (own.columns !== null) return [...own.columns.filter(known), ...sorting, ...table.listedBy];
  if (sort === undefined || !known(sort.column) || !Object.hasOwn(table.schema.columns, sort.column)) return undefined;
  const { columns, names } = table.schema;
  return names.filter((name) => columns[name]!.basic === true || name === sort.column);
}

export function writeTable(
  { own, output }: Report,
  table: Table<Schema>,
  selection: Selection,
  columns: readonly string[],
): void {
  const options = { selection, columns, header: !own.noHeader };
  for (const chunk of format(formatName(own), table, options)) output.out(chunk);
}
