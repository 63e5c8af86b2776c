import { type Selection, selectAll } from '../columns/selection.ts';
import type { Table } from '../columns/table.ts';
import type { Schema } from '../columns/type.ts';
import { gathered, plainCell, shownColumns } from './cell.ts';
import type { FormatOptions } from './options.ts';

/** Shown where a value is not known, so that every line has the same number of words. */
const UNKNOWN = '-';
const GAP = 2;

/**
 * A table for people: a header of column names, columns as wide as their widest value, numbers to the right, `-` for null.
 * Blanks inside a value stay; invisible characters are escaped (see `visible`).
 */
export function formatText(
  table: Table<Schema>,
  selection: Selection = selectAll(table),
  options: FormatOptions = {},
): Generator<string> {
  return gathered(pieces(table, selection, options));
}

/** A word with its blanks, as it is written in a column of this name. */
type Paint = (word: string, column: string) => string;

const plain: Paint = (word) => word;
const bold: Paint = (word) => sgr(1, word);

const GREEN = 32;
const YELLOW = 33;
const RED = 31;

/** Words that stand out, by column; SGR codes of ECMA-48. */
const COLOURED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  state: { LISTEN: GREEN, CLOSE_WAIT: RED, TIME_WAIT: YELLOW, SYN_SENT: YELLOW, SYN_RECV: YELLOW },
  change: { added: GREEN, removed: RED, changed: YELLOW },
};

const painted: Paint = (word, column) => {
  const code = COLOURED[column]?.[word.trim()];
  return code === undefined ? word : sgr(code, word);
};

function sgr(code: number, word: string): string {
  return `\x1b[${code}m${word}\x1b[0m`;
}

interface Column {
  readonly name: string;
  readonly cells: readonly string[];
  readonly title: string;
  readonly width: number;
  readonly right: boolean;
}

function* pieces(table: Table<Schema>, selection: Selection, options: FormatOptions): Generator<string> {
  const columns = shownColumns(table, options.columns).map((name) => layOut(table, selection, name, options));
  const line = (text: (column: Column) => string, paint: Paint): string => {
    const words = columns.map((column) => paint(padded(text(column), column), column.name));
    return `${words.join(' '.repeat(GAP)).trimEnd()}\n`;
  };
  const [header, cell] = options.colour === true ? [bold, painted] : [plain, plain];
  if (options.header !== false) yield line(({ title }) => title, header);
  for (let at = 0; at < selection.length; at += 1) yield line(({ cells }) => cells[at]!, cell);
}

function layOut(table: Table<Schema>, selection: Selection, name: string, { header }: FormatOptions): Column {
  const spec = table.schema.columns[name]!;
  const text = plainCell(table, name);
  const cells = Array.from(selection, (row) => text(row) || UNKNOWN);
  const title = header === false ? '' : name;
  const width = cells.reduce((most, cell) => Math.max(most, widthOf(cell)), title.length);
  const right = !['addr', 'dict', 'str'].includes(spec.kind) && spec.names === undefined && spec.boolean !== true;
  return { name, cells, title, width, right };
}

function padded(text: string, { width, right }: Column): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return right ? blanks + text : text + blanks;
}

/** Characters, not bytes or UTF-16 units. */
function widthOf(text: string): number {
  let width = 0;
  for (const _ of text) width += 1;
  return width;
}
