import { type Selection, selectAll } from '../columns/selection.ts';
import type { Table } from '../columns/table.ts';
import type { Schema } from '../columns/type.ts';
import { UsageError } from '../errors.ts';
import { formatCsv } from './csv.ts';
import { formatJson } from './json.ts';
import { formatNdjson } from './ndjson.ts';
import type { FormatOptions } from './options.ts';
import { formatPrometheus } from './prometheus.ts';
import { formatText } from './text.ts';

/** A table and the rows of it to be shown → chunks of text. */
export type Format = (table: Table<Schema>, selection: Selection, options: FormatOptions) => Iterable<string>;

/** Every format that works for any schema. */
export const FORMATS = {
  json: formatJson,
  ndjson: formatNdjson,
  csv: formatCsv,
  text: formatText,
  prometheus: formatPrometheus,
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;

export interface NamedFormatOptions extends FormatOptions {
  /** Row numbers in the order they are shown; default all, as they are. */
  readonly selection?: Selection;
}

/** A table whose rows have more than its columns. */
interface Detailed {
  detailsOf?(row: number): Readonly<Record<string, unknown>>;
}

/**
 * The table as text, in chunks: `for (const chunk of format('json', table)) process.stdout.write(chunk)`.
 * Throws a UsageError for a format or column that is not there.
 */
export function format<S extends Schema>(
  name: FormatName,
  table: Table<S>,
  options: NamedFormatOptions = {},
): Iterable<string> {
  const write: Format | undefined = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (write === undefined) {
    throw new UsageError(`format: '${name}' is not one of ${Object.keys(FORMATS).join(', ')}`);
  }
  const generic = table as unknown as Table<Schema>;
  for (const column of options.columns ?? []) generic.data(column);
  const details = (table as Detailed).detailsOf?.bind(table);
  const given = details === undefined ? options : { details, ...options };
  return write(generic, options.selection ?? selectAll(generic), given);
}
