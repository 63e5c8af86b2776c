import { TableBuilder } from '../../columns/builder.ts';
import type { Table } from '../../columns/table.ts';
import type { Schema } from '../../columns/type.ts';
import { wantedColumns } from '../../query/columns.ts';
import type { SocketsOptions } from '../../query/options.ts';
import { SOCKETS_COLUMNS } from '../../query/plan.ts';
import { streamSockets } from '../../query/stream.ts';
import { Notes } from './notes.ts';
import type { ReportTable } from './report-tables.ts';
import { type Report, tableOptions, writeTable } from './table-output.ts';

/** Formats that print a row without knowing the others. */
const ROW_BY_ROW: ReadonlySet<string> = new Set(['ndjson', 'csv']);

/** Rows can be printed while the kernel still lists them, in constant memory. */
export function canStream({ own, options, sort }: Report, { netids }: ReportTable): boolean {
  if (netids === undefined || !ROW_BY_ROW.has(own.format)) return false;
  if (sort !== undefined || own.diff || own.by !== null || own.netns?.kind === 'all') return false;
  return options.owners === undefined && options.record === undefined && options.replay === undefined;
}

export async function printStream(report: Report, wanted: ReportTable): Promise<void> {
  const { own, output } = report;
  const state = wanted.states === undefined ? {} : { state: wanted.states };
  const options: SocketsOptions = { ...tableOptions(report, wanted), netid: wanted.netids!, ...state };
  const notes = new Notes(own);
  let header = !own.noHeader;
  for await (const sockets of streamSockets(options, { blocking: false })) {
    const table = sockets as unknown as Table<Schema>;
    notes.add(table);
    const once = { ...report, own: { ...own, noHeader: !header } };
    writeTable(once, table, wanted.listed(table), own.columns ?? table.columnNames);
    header = false;
  }
  if (header && own.format === 'csv') writeEmpty(report, wanted, options);
  output.err(notes.text());
}

/** The header alone, where there was no row to print below it. */
function writeEmpty(report: Report, { schema }: ReportTable, options: SocketsOptions): void {
  const columns = report.own.columns ?? wantedColumns(SOCKETS_COLUMNS, options);
  const table = new TableBuilder(schema, [...columns]).finish({ source: 'netlink' });
  writeTable(report, table, new Uint32Array(0), columns);
}
