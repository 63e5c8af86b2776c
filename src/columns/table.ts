import { UsageError } from '../errors.ts';
import type { LowestHolders } from './lowest-holders.ts';
import { objectMaker } from './objects.ts';
import { type Reader, valueReader } from './reader.ts';
import type { ArrayOf, ColumnData, ColumnSpec, Schema, TableSchema, ValueOf } from './type.ts';

/** Which of the interchangeable sources gave the rows. `mixed`: see `Table.parts`. */
export type SourceName = 'netlink' | 'procfs' | 'bpf' | 'scan' | 'replay' | 'mixed';

/** Something a reader of the table should know; nothing was thrown because the table is still of use. */
export interface Warning {
  /** Stable word for programs: `fallback`, `interrupted`, `malformed`, `unreadable`, `missing`, `truncated`, `unrecorded`. */
  readonly code: string;
  readonly message: string;
  /** How many rows, lines or processes it concerns, where that is known. */
  readonly count?: number;
  /** The file it is about, and the part of the table that file stands for: `tcp6`, `igmp`. */
  readonly path?: string;
  readonly part?: string;
  /** Numbers of malformed lines (at most 1024 of them), the first line of the file is 0. */
  readonly lines?: readonly number[];
  /** Owners: processes that did not even let their descriptors be listed (EACCES on opendir). */
  readonly denied?: number;
}

/** One section of a table (`tcp`, `udp6`, …): where its rows came from. */
export interface Part {
  readonly name: string;
  readonly source: SourceName;
  readonly rows: number;
  /** Why a better source was not used. */
  readonly reason?: string;
}

export interface TableMeta {
  readonly source: SourceName;
  readonly interrupted?: boolean;
  readonly warnings?: readonly Warning[];
  readonly parts?: readonly Part[];
  readonly takenAt?: number;
  readonly lowest?: LowestHolders | undefined;
}

/** A row seen through getters; it holds an index, no values. */
export type Row<S extends Schema> = { readonly [C in keyof S]: ValueOf<S[C]> } & { readonly rowIndex: number };

/** A row copied into a plain object, columns that are in the table only. */
export type RowObject<S extends Schema> = { [C in keyof S]?: ValueOf<S[C]> };

/**
 * An immutable set of columns of equal length.
 *
 * Columns are typed arrays over native memory; nothing is copied until `toObjects()`. A column that was not asked for is
 * not in the table: `has()` is false and row views give undefined. A null is a value the source does not have for that row.
 */
export class Table<S extends Schema> implements Iterable<Row<S>> {
  readonly schema: TableSchema<S>;
  readonly length: number;
  readonly source: SourceName;
  /** The kernel said that the dump is not one consistent picture, or rows had to be dropped. */
  readonly interrupted: boolean;
  readonly warnings: readonly Warning[];
  readonly parts: readonly Part[];
  /** Owners: when the reading ended, in clock ticks since boot; 0 = not known. */
  readonly takenAt: number;
  /** Owners: who is named of the holders of a socket; only where that was asked for, and the source makes it. */
  readonly lowest: LowestHolders | undefined;
  readonly #columns: ReadonlyMap<string, ColumnData>;
  readonly #readers = new Map<string, (row: number) => unknown>();

  constructor(schema: TableSchema<S>, length: number, columns: ReadonlyMap<string, ColumnData>, meta: TableMeta) {
    this.schema = schema;
    this.length = length;
    this.#columns = columns;
    this.source = meta.source;
    this.interrupted = meta.interrupted ?? false;
    this.warnings = meta.warnings ?? [];
    this.parts = meta.parts ?? [];
    this.takenAt = meta.takenAt ?? 0;
    this.lowest = meta.lowest;
  }

  /** Names of the columns that are in the table, in schema order. */
  get columnNames(): (keyof S & string)[] {
    return this.schema.names.filter((name) => this.#columns.has(name));
  }

  has(name: keyof S & string): boolean {
    return this.#columns.has(name);
  }

  /** The column's typed array, no copy. Throws a UsageError when the column is not in the table. */
  column<C extends keyof S & string>(name: C): S[C] extends ColumnSpec<infer K> ? ArrayOf[K] : never {
    return this.data(name).values as S[C] extends ColumnSpec<infer K> ? ArrayOf[K] : never;
  }

  /** Everything about a column: values, validity, heap, dictionary. */
  data(name: keyof S & string): ColumnData {
    const column = this.#columns.get(name);
    if (column === undefined) throw new UsageError(`column '${name}' is not in this ${this.schema.name} table`);
    return column;
  }

  /** The value of one cell as a row view gives it: null = not available, undefined = column not in the table. */
  value<C extends keyof S & string>(name: C, row: number): ValueOf<S[C]> | undefined {
    const reader = this.#readers.get(name) ?? this.#makeReader(name);
    return reader(row) as ValueOf<S[C]> | undefined;
  }

  #makeReader(name: string): (row: number) => unknown {
    const column = this.#columns.get(name);
    const families = this.#columns.get('family')?.values as Uint8Array | undefined;
    const reader = column === undefined ? () => undefined : valueReader(column, families);
    this.#readers.set(name, reader);
    return reader;
  }

  at(row: number): Row<S> {
    if (!Number.isInteger(row) || row < 0 || row >= this.length) throw new RangeError(`no row ${row}`);
    return new (rowClass(this.schema as unknown as TableSchema))(
      this as unknown as Table<Schema>,
      row,
    ) as unknown as Row<S>;
  }

  *[Symbol.iterator](): Iterator<Row<S>> {
    const View = rowClass(this.schema as unknown as TableSchema);
    for (let row = 0; row < this.length; row += 1) {
      yield new View(this as unknown as Table<Schema>, row) as unknown as Row<S>;
    }
  }

  /** The same columns under another description. */
  with(meta: Partial<TableMeta>): Table<S> {
    const { source, interrupted, warnings, parts, takenAt, lowest } = this;
    const same = { source, interrupted, warnings, parts, takenAt, lowest };
    return new Table(this.schema, this.length, this.#columns, { ...same, ...meta });
  }

  /** Properties that objects of rows have beside the columns, or that are got more cheaply than from a column. */
  protected get computed(): Readonly<Record<string, Reader>> {
    return {};
  }

  /** Copies rows (all of them, or those of a selection) into plain objects. */
  toObjects(selection?: Uint32Array): RowObject<S>[] {
    const computed = this.computed;
    const names = [...new Set<string>([...this.columnNames, ...Object.keys(computed)])];
    const readers = names.map((name) => computed[name] ?? this.#readers.get(name) ?? this.#makeReader(name));
    const count = selection === undefined ? this.length : selection.length;
    const make = objectMaker(names, readers, count);
    const objects = new Array<RowObject<S>>(count);
    for (let at = 0; at < count; at += 1) {
      objects[at] = make(selection === undefined ? at : selection[at]!) as RowObject<S>;
    }
    return objects;
  }

  toJSON(): RowObject<S>[] {
    return this.toObjects();
  }
}

type RowView = new (table: Table<Schema>, index: number) => object;
const rowClasses = new WeakMap<object, RowView>();

/** One class per schema: getters on the prototype, two fields per view. */
function rowClass(schema: TableSchema): RowView {
  const known = rowClasses.get(schema);
  if (known !== undefined) return known;
  class RowViewOf {
    readonly #table: Table<Schema>;
    readonly rowIndex: number;
    constructor(table: Table<Schema>, row: number) {
      this.#table = table;
      this.rowIndex = row;
    }
    static read(view: RowViewOf, name: string): unknown {
      return view.#table.value(name, view.rowIndex);
    }
    toJSON(): object {
      return this.#table.toObjects(Uint32Array.of(this.rowIndex))[0]!;
    }
  }
  for (const name of schema.names) {
    Object.defineProperty(RowViewOf.prototype, name, {
      enumerable: true,
      get(this: RowViewOf) {
        return RowViewOf.read(this, name);
      },
    });
  }
  rowClasses.set(schema, RowViewOf);
  return RowViewOf;
}
