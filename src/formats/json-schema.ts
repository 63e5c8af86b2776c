import type { ColumnSpec, Kind, TableSchema } from '../columns/type.ts';
import { JSON_SCHEMA } from './json.ts';

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A table as documents show it. */
export interface DocumentedTable {
  readonly schema: TableSchema;
  /** Properties rows may have beside the columns: those of `--netns all`, of owners, of changes. */
  readonly more?: Readonly<Record<string, JsonSchema>>;
  /** What properties of other names are; default: there are none. */
  readonly others?: JsonSchema;
}

const U32 = 0xffffffff;

const KINDS: Readonly<Record<Kind, JsonSchema>> = {
  u8: { type: 'integer', minimum: 0, maximum: 0xff },
  u16: { type: 'integer', minimum: 0, maximum: 0xffff },
  u32: { type: 'integer', minimum: 0, maximum: U32 },
  i32: { type: 'integer', minimum: -0x80000000, maximum: 0x7fffffff },
  u64: { type: 'string', pattern: '^(0|[1-9][0-9]{0,19})$' },
  addr: { type: 'string' },
  dict: { type: 'string' },
  str: { type: 'string' },
};

/** A cell as `formatJson` writes it. */
export function cellSchema(spec: ColumnSpec): JsonSchema {
  const { doc, unit, nullable, names, boolean, kind } = spec;
  const description = unit === undefined ? doc : `${doc}, ${unit}`;
  const null_ = nullable ? [{ type: 'null' }] : [];
  if (names !== undefined) {
    const known = [...new Set(names.filter((name) => name !== undefined))];
    // A number the table of names does not have is shown as its digits.
    return { description, anyOf: [{ enum: known }, { type: 'string', pattern: '^[0-9]{1,3}$' }, ...null_] };
  }
  const value: JsonSchema = boolean === true ? { type: 'boolean' } : KINDS[kind];
  return { description, ...value, ...(nullable ? { type: [value.type, 'null'] } : {}) };
}

/** Rows need not have every column: `--columns` chooses. */
function rowSchema({ schema, more = {}, others }: DocumentedTable): JsonSchema {
  const cells = schema.names.map((name) => [name, cellSchema(schema.columns[name]!)]);
  const properties = { ...more, ...Object.fromEntries(cells) };
  return { type: 'object', properties, additionalProperties: others ?? false };
}

const SOURCE: JsonSchema = { enum: ['netlink', 'procfs', 'bpf', 'scan', 'replay', 'mixed'] };
const TEXT: JsonSchema = { type: 'string' };
const COUNT: JsonSchema = { type: 'integer', minimum: 0 };

const WARNING: JsonSchema = {
  type: 'object',
  required: ['code', 'message'],
  properties: {
    code: { enum: ['fallback', 'interrupted', 'malformed', 'unreadable', 'missing', 'truncated', 'unrecorded'] },
    message: TEXT,
    count: COUNT,
    path: TEXT,
    part: TEXT,
    lines: { type: 'array', items: COUNT },
    denied: COUNT,
  },
  additionalProperties: false,
};

const PART: JsonSchema = {
  type: 'object',
  required: ['name', 'source', 'rows'],
  properties: { name: TEXT, source: SOURCE, rows: COUNT, reason: TEXT },
  additionalProperties: false,
};

/**
 * JSON Schema (draft 2020-12) of the documents `formatJson` writes; each table's row, which is a line of `formatNdjson`, is
 * in `$defs` by the table's name. Within a version (`sockdiag/1`) columns and tables may be added, nothing else.
 */
export function documentSchema(tables: readonly DocumentedTable[]): JsonSchema {
  const names = tables.map(({ schema }) => schema.name);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: JSON_SCHEMA,
    type: 'object',
    required: ['schema', 'table', 'source', 'interrupted', 'parts', 'warnings', 'rows'],
    properties: {
      schema: { const: JSON_SCHEMA },
      table: { enum: names },
      source: SOURCE,
      interrupted: { type: 'boolean' },
      parts: { type: 'array', items: PART },
      warnings: { type: 'array', items: WARNING },
      rows: { type: 'array' },
    },
    additionalProperties: false,
    oneOf: names.map((name) => ({
      properties: { table: { const: name }, rows: { items: { $ref: `#/$defs/${name}` } } },
    })),
    $defs: Object.fromEntries(tables.map((table) => [table.schema.name, rowSchema(table)])),
  };
}
