import { selectAll, selectRows } from '../../columns/selection.ts';
import type { Table } from '../../columns/table.ts';
import { takeRows } from '../../columns/take.ts';
import type { Schema } from '../../columns/type.ts';
import { tableChanges } from '../../query/changes.ts';
import { counterDeltas } from '../../query/deltas.ts';
import { CHANGE_COLUMNS } from '../../tables/added.ts';
import type { CountersSchema } from '../../tables/counters.ts';
import { sorted } from './sort.ts';
import { formatName, type Report, shownColumns, writeTable } from './table-output.ts';

/** What is different from the reading before; of counters what was counted since. The first reading prints nothing. */
export function printChanges(report: Report, at: number, table: Table<Schema>): void {
  const { own, earlier, sort } = report;
  const before = earlier.get(at);
  const changes = before === undefined ? undefined : differences(before.table, table);
  const printed = changes !== undefined && changes.length > 0;
  const headed = before?.headed === true;
  earlier.set(at, { table, headed: headed || printed });
  if (!printed) return;
  const selection = sort === undefined ? selectAll(changes) : sorted(changes, selectAll(changes), sort);
  // A file of comma separated values has one header.
  const noHeader = own.noHeader || (headed && formatName(own) === 'csv');
  writeTable({ ...report, own: { ...own, noHeader } }, changes, selection, changedColumns(report, changes, selection));
}

function differences(before: Table<Schema>, after: Table<Schema>): Table<Schema> {
  if (after.schema.name !== 'counters') return tableChanges(before, after);
  const [earlier, later] = [before, after] as unknown as [Table<CountersSchema>, Table<CountersSchema>];
  const counted = counterDeltas(earlier, later);
  const values = counted.column('value');
  return takeRows(
    counted,
    selectRows(counted.length, (row) => values[row] !== 0n),
  ) as unknown as Table<Schema>;
}

/** Beside the columns asked for what became of the row. */
function changedColumns(report: Report, changes: Table<Schema>, selection: Uint32Array): readonly string[] {
  const columns = shownColumns(report, changes, selection);
  const more = Object.keys(CHANGE_COLUMNS).filter((name) => changes.has(name) && !columns.includes(name));
  return [...more, ...columns];
}
