import { TableBuilder } from '../columns/builder.ts';
import { encodeText } from '../columns/bytes.ts';
import { type RowObject, Table } from '../columns/table.ts';
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
    const { source, interrupted, parts } = table;
    const columns = new Map<string, ColumnData>(table.columnNames.map((name) => [name, table.data(name)]));
    for (const [name, data] of ownerColumns(table, holders)) columns.set(name, data);
    const warnings = [...new Set([...table.warnings, ...holders.warnings])];
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

  override toObjects(selection?: Uint32Array): OwnedRow<S>[] {
    return super.toObjects(selection).map((row, at) => ({
      ...row,
      ...this.detailsOf(selection === undefined ? at : selection[at]!),
    }));
  }
}

function ownerColumns<S extends Schema>(table: Table<S>, holders: Holders): [string, ColumnData][] {
  const schema = defineTable('owned', OWNER_COLUMNS);
  const builder = new TableBuilder(schema);
  const pid = builder.number('pid');
  const process = builder.bytes('process');
  const count = builder.number('holders');
  const reason = builder.number('ownerReason');
  for (let row = 0; row < table.length; row += 1) {
    builder.addRow();
    const number = holders.count(row);
    count.set(number);
    const why = holders.reasonOf(row);
    if (why !== null) {
      reason.set(OWNER_REASONS.indexOf(why));
      continue;
    }
    const lowest = holders.lowest(row);
    pid.set(lowest);
    const name = holders.nameOf(lowest);
    if (name !== null) process.set(encodeText(name));
  }
  const built = builder.finish({ source: table.source });
  return schema.names.map((name) => [name, built.data(name)]);
}
