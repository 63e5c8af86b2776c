import { TableBuilder } from '../columns/builder.ts';
import { encodeText } from '../columns/bytes.ts';
import type { Reader } from '../columns/reader.ts';
import { type Part, type RowObject, Table } from '../columns/table.ts';
import { type ColumnData, defineTable, type Schema, type TableSchema } from '../columns/type.ts';
import { OWNER_COLUMNS, OWNER_REASONS } from '../tables/added.ts';
import type { Holders, Owner } from './holders.ts';

export type OwnedSchema<S extends Schema> = S & typeof OWNER_COLUMNS;

/** A row with everyone who holds its socket. */
export type OwnedRow<S extends Schema> = RowObject<OwnedSchema<S>> & { readonly owners: readonly Owner[] };

const schemas = new WeakMap<object, TableSchema>();

/** The schema with the columns of `owners: true` behind its own. */
export function ownedSchema<S extends Schema>(schema: TableSchema<S>): TableSchema<OwnedSchema<S>> {
  const known = schemas.get(schema);
  if (known !== undefined) return known as unknown as TableSchema<OwnedSchema<S>>;
  const made = defineTable(schema.name, { ...schema.columns, ...OWNER_COLUMNS });
  schemas.set(schema, made as unknown as TableSchema);
  return made as unknown as TableSchema<OwnedSchema<S>>;
}

/** Sockets and who holds them. */
export class OwnedTable<S extends Schema> extends Table<OwnedSchema<S>> {
  readonly #holders: Holders;

  constructor(table: Table<S>, holders: Holders) {
    const { source, interrupted } = table;
    const columns = new Map<string, ColumnData>(table.columnNames.map((name) => [name, table.data(name)]));
    for (const [name, data] of ownerColumns(table, holders)) columns.set(name, data);
    const warnings = [...new Set([...table.warnings, ...holders.warnings])];
    const parts = [...partsOf(table), ...holders.parts];
    super(ownedSchema(table.schema), table.length, columns, { source, interrupted, warnings, parts });
    this.#holders = holders;
  }

  /** Everyone who holds the socket of a row, lowest process number first. */
  ownersOf(row: number): readonly Owner[] {
    return this.#holders.list(row);
  }

  /** systemd unit of the process that is shown for the row. */
  unitOf(row: number): string | null {
    return this.#holders.unitOf(row);
  }

  /** What formats that nest add to a row. */
  detailsOf(row: number): { readonly owners: readonly Owner[] } {
    return { owners: this.ownersOf(row) };
  }

  /** NB: names come from memory, one text for all rows of a process; the column has their bytes. */
  protected override get computed(): Readonly<Record<string, Reader>> {
    return { process: (row) => this.#holders.lowestName(row), owners: (row) => this.ownersOf(row) };
  }

  override toObjects(selection?: Uint32Array): OwnedRow<S>[] {
    return super.toObjects(selection) as OwnedRow<S>[];
  }
}

function partsOf<S extends Schema>({ parts, schema, source, length }: Table<S>): readonly Part[] {
  return parts.length > 0 ? parts : [{ name: schema.name, source, rows: length }];
}

function ownerColumns<S extends Schema>(table: Table<S>, holders: Holders): [string, ColumnData][] {
  const schema = defineTable('owned', OWNER_COLUMNS);
  const builder = new TableBuilder(schema);
  const pid = builder.number('pid');
  const process = builder.bytes('process');
  const count = builder.number('holders');
  const reason = builder.number('ownerReason');
  const encoded = new Map<number, Uint8Array | null>();
  for (let row = 0; row < table.length; row += 1) {
    builder.addRow();
    const number = holders.count(row);
    count.set(number);
    if (number === 0) {
      reason.set(OWNER_REASONS.indexOf(holders.reasonOf(row)!));
      continue;
    }
    const lowest = holders.lowest(row);
    pid.set(lowest);
    let name = encoded.get(lowest);
    if (name === undefined) {
      const text = holders.nameOf(lowest);
      name = text === null ? null : encodeText(text);
      encoded.set(lowest, name);
    }
    if (name !== null) process.set(name);
  }
  const built = builder.finish({ source: table.source });
  return schema.names.map((name) => [name, built.data(name)]);
}
