import { valueReader } from '../columns/reader.ts';
import type { Table } from '../columns/table.ts';
import type { ColumnSpec, Schema } from '../columns/type.ts';

/** Rows → text of one column, chosen once. */
export type CellText = (row: number) => string;

/** Columns of a table in the order they are shown. */
export function shownColumns(table: Table<Schema>, columns: readonly string[] | undefined): readonly string[] {
  return columns ?? table.columnNames;
}

/** Is the column a number of at most 32 bits, so that JSON numbers hold it exactly? */
function isNumber({ kind, names, boolean }: ColumnSpec): boolean {
  return (
    kind !== 'u64' && kind !== 'addr' && kind !== 'dict' && kind !== 'str' && names === undefined && boolean !== true
  );
}

/** The value as JSON; u64 as a decimal string, so that no reader rounds it. */
export function jsonCell(table: Table<Schema>, name: string): CellText {
  const read = readerOf(table, name);
  const spec = table.schema.columns[name]!;
  if (isNumber(spec) || spec.boolean === true) return (row) => String(read(row));
  const known = new Map<unknown, string>();
  const text = (value: unknown): string => (value === null ? 'null' : jsonText(String(value)));
  if (spec.kind !== 'dict' && spec.names === undefined) return (row) => text(read(row));
  return (row) => {
    const value = read(row);
    let json = known.get(value);
    if (json === undefined) {
      json = text(value);
      known.set(value, json);
    }
    return json;
  };
}

/** The value as text for people and spreadsheets, '' for null; what a terminal would act upon is made visible. */
export function plainCell(table: Table<Schema>, name: string): CellText {
  const read = readerOf(table, name);
  const { kind } = table.schema.columns[name]!;
  const foreign = kind === 'str' || kind === 'dict';
  return (row) => {
    const value = read(row);
    if (value === null || value === undefined) return '';
    return foreign ? visible(String(value)) : String(value);
  };
}

function readerOf(table: Table<Schema>, name: string): (row: number) => unknown {
  const families = table.has('family') ? (table.column('family') as unknown as Uint8Array) : undefined;
  return valueReader(table.data(name), families);
}

/** What JSON.stringify leaves as it is although terminals act upon it. */
const UNESCAPED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Bytes that are not UTF-8, as `decodeText` gives them, or what would be taken for one of them. */
const ESCAPED = /\p{Cs}|\\x[89a-f][0-9a-f]/u;

/**
 * What JSON has no words for: 64-bit numbers become decimal strings. A text with bytes that are not UTF-8 shows them as
 * `\xHH`, and its backslashes twice, as does one that holds such an escape itself; NB: a lone surrogate instead would make many readers refuse the whole document.
 */
function sayable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'string' || !ESCAPED.test(value)) return value;
  return value.replace(/[\\\p{Cs}]/gu, visible);
}

/** A value as JSON that is safe on a terminal, and the same to every reader. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, sayable).replace(UNESCAPED, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

/** Controls, formatting characters (bidirectional overrides among them), separators, and the backslash that escapes them. */
const INVISIBLE = /[\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Text that a process chose, without anything a terminal acts upon, and without loss: `\\` is a backslash, `\xHH` a
 * control byte or a byte that is not UTF-8, `\u{H…}` another invisible code point.
 */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    if (character === '\\') return '\\\\';
    const code = character.codePointAt(0)!;
    const byte = code < 0x80 ? code : code >= 0xdc80 && code <= 0xdcff ? code - 0xdc00 : undefined;
    return byte === undefined ? `\\u{${code.toString(16)}}` : `\\x${byte.toString(16).padStart(2, '0')}`;
  });
}

const CHUNK_LENGTH = 65536;

/** Pieces of text gathered into chunks of about 64 KiB. */
export function* gathered(pieces: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
