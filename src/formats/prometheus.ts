import { type Selection, selectAll } from '../columns/selection.ts';
import type { Table } from '../columns/table.ts';
import type { ColumnSpec, Schema } from '../columns/type.ts';
import { type CellText, gathered, plainCell, shownColumns } from './cell.ts';
import type { FormatOptions } from './options.ts';

/** Columns that say what a number is of, not how much. */
const IDENTITIES = /^(index|inode|cookie|pid|tid|fd|uid|.*Port|interface|table|priority|type|protocol|.*Length)$/;

function isMeasure(name: string, spec: ColumnSpec): boolean {
  const numeric = !['addr', 'dict', 'str'].includes(spec.kind) && spec.names === undefined && spec.boolean !== true;
  return numeric && !IDENTITIES.test(name);
}

/**
 * Prometheus text exposition (0.0.4): each number of a row is a sample `sockdiag_TABLE_COLUMN`, its other columns are the
 * labels; rows with the same labels are added up. Made for tables of counts, counters and devices; one series per socket is seldom what is wanted.
 * Table `counters` gives `sockdiag_counters{file,section,name}`.
 */
export function formatPrometheus(
  table: Table<Schema>,
  selection: Selection = selectAll(table),
  options: FormatOptions = {},
): Generator<string> {
  return gathered(pieces(table, selection, options));
}

function* pieces(table: Table<Schema>, selection: Selection, options: FormatOptions): Generator<string> {
  const columns = shownColumns(table, options.columns);
  const spec = (name: string): ColumnSpec => table.schema.columns[name]!;
  const measures = columns.filter((name) => isMeasure(name, spec(name)));
  const labels: Label[] = columns
    .filter((name) => !measures.includes(name))
    .map((name) => ({ name, text: plainCell(table, name) }));
  for (const name of measures) {
    const metric = metricName(table.schema.name, name);
    if (options.header !== false) yield `# HELP ${metric} ${helpOf(name, spec(name))}\n# TYPE ${metric} untyped\n`;
    const text = inSeconds(name) ? (value: bigint) => String(Number(value) / 1000) : String;
    for (const [pairs, value] of sums(table, selection, name, labels)) yield `${metric}${pairs} ${text(value)}\n`;
  }
}

interface Label {
  readonly name: string;
  readonly text: CellText;
}

/** Values by label set: a set must not come twice, so rows that share one are added up. */
function sums(
  table: Table<Schema>,
  selection: Selection,
  name: string,
  labels: readonly Label[],
): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const row of selection) {
    const value = table.value(name, row) as number | bigint | null;
    if (value === null) continue;
    const pairs = labels.map((label) => `${snake(label.name)}="${escaped(label.text(row))}"`);
    const set = pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
    sums.set(set, (sums.get(set) ?? 0n) + BigInt(value));
  }
  return sums;
}

/** Prometheus knows seconds; a column whose name says milliseconds is converted and renamed. */
function inSeconds(column: string): boolean {
  return column.endsWith('Ms');
}

function metricName(table: string, column: string): string {
  if (column === 'value' || column === 'count') return `sockdiag_${snake(table)}`;
  const name = inSeconds(column) ? `${column.slice(0, -2)}Seconds` : column;
  return `sockdiag_${snake(table)}_${snake(name)}`;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function helpOf(column: string, { doc, unit: kept }: ColumnSpec): string {
  const unit = inSeconds(column) ? 'seconds' : kept;
  return (unit === undefined ? doc : `${doc}, ${unit}`).replaceAll('\\', '\\\\').replaceAll('\n', ' ');
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}
