import { Table, type TableMeta } from './table.ts';
import type { ColumnArray, ColumnData, ColumnSpec, Kind, Schema, TableSchema } from './type.ts';

const FIRST_ROWS = 64;

/** Distinct words a u16 code can tell apart, 0 being null; a word beyond them is null. */
const MOST_WORDS = 65535;

const ALLOCATE: Readonly<Record<Kind, (rows: number) => ColumnArray>> = {
  u8: (rows) => new Uint8Array(rows),
  u16: (rows) => new Uint16Array(rows),
  u32: (rows) => new Uint32Array(rows),
  i32: (rows) => new Int32Array(rows),
  u64: (rows) => new BigUint64Array(rows),
  addr: (rows) => new Uint8Array(rows * 16),
  dict: (rows) => new Uint16Array(rows),
  str: (rows) => new Uint32Array(rows + 1),
};

/** NB: one function for each kind of array: each is fast because it only ever sees its own. */
const PUT: Readonly<Record<Kind, (values: ColumnArray, row: number, value: number | bigint) => void>> = {
  u8: (values, row, value) => {
    (values as Uint8Array)[row] = value as number;
  },
  u16: (values, row, value) => {
    (values as Uint16Array)[row] = value as number;
  },
  u32: (values, row, value) => {
    (values as Uint32Array)[row] = value as number;
  },
  i32: (values, row, value) => {
    (values as Int32Array)[row] = value as number;
  },
  u64: (values, row, value) => {
    (values as BigUint64Array)[row] = value as bigint;
  },
  addr: () => {},
  dict: (values, row, value) => {
    (values as Uint16Array)[row] = value as number;
  },
  str: () => {},
};

/** A column that is being filled. */
interface Filling {
  readonly spec: ColumnSpec;
  values: ColumnArray;
  valid: Uint8Array | undefined;
  heap: Uint8Array;
  heapLength: number;
  readonly codes: Map<string, number>;
}

/** Sets cells of the current row; does nothing when the column is not wanted. */
export interface Cell<V> {
  set(value: V): void;
}

/** The same for a column of kind str: the bytes from `start` up to `end`, default all. */
export interface BytesCell {
  set(bytes: Uint8Array, start?: number, end?: number): void;
}

const UNWANTED: Cell<never> & BytesCell = { set() {} };

/**
 * Fills the columns of a table from TypeScript: `addRow()`, then set cells; what is not set is null (0 where the column
 * is not nullable). A row that turns out to be bad is taken back by `dropRow()`.
 */
export class TableBuilder<S extends Schema> {
  readonly #schema: TableSchema<S>;
  readonly #columns = new Map<string, Filling>();
  readonly #texts: Filling[] = [];
  #capacity = FIRST_ROWS;
  #length = 0;

  constructor(schema: TableSchema<S>, wanted: Iterable<keyof S & string> = schema.names) {
    this.#schema = schema;
    const names = new Set<string>(wanted);
    for (const name of schema.names) {
      if (!names.has(name)) continue;
      const spec = schema.columns[name]!;
      const valid = spec.nullable ? new Uint8Array(FIRST_ROWS) : undefined;
      const values = ALLOCATE[spec.kind](FIRST_ROWS);
      const filling = { spec, values, valid, heap: new Uint8Array(0), heapLength: 0, codes: new Map() };
      this.#columns.set(name, filling);
      if (spec.kind === 'str') this.#texts.push(filling);
    }
  }

  get length(): number {
    return this.#length;
  }

  addRow(): void {
    if (this.#length === this.#capacity) this.#grow();
    this.#length += 1;
    for (const column of this.#texts) (column.values as Uint32Array)[this.#length] = column.heapLength;
  }

  dropRow(): void {
    this.#length -= 1;
    const row = this.#length;
    for (const column of this.#columns.values()) {
      if (column.valid !== undefined) column.valid[row] = 0;
      if (column.spec.kind === 'str') column.heapLength = (column.values as Uint32Array)[row]!;
      else if (column.spec.kind === 'addr') (column.values as Uint8Array).fill(0, row * 16, row * 16 + 16);
      else if (column.spec.kind === 'u64') (column.values as BigUint64Array)[row] = 0n;
      else (column.values as Uint32Array)[row] = 0;
    }
  }

  /** Columns of kind u8, u16, u32, i32; out of range values wrap as typed arrays do. */
  number(name: keyof S & string): Cell<number> {
    const column = this.#columns.get(name);
    if (column === undefined) return UNWANTED;
    return this.#cell(column);
  }

  bigint(name: keyof S & string): Cell<bigint> {
    const column = this.#columns.get(name);
    if (column === undefined) return UNWANTED;
    return this.#cell(column);
  }

  #cell(column: Filling): Cell<number | bigint> {
    const put = PUT[column.spec.kind];
    return {
      set: (value) => {
        const row = this.#length - 1;
        put(column.values, row, value);
        if (column.valid !== undefined) column.valid[row] = 1;
      },
    };
  }

  /** Columns of kind addr: 4 or 16 bytes in network order. */
  address(name: keyof S & string): Cell<Uint8Array> {
    const column = this.#columns.get(name);
    if (column === undefined) return UNWANTED;
    return {
      set: (bytes) => {
        const row = this.#length - 1;
        (column.values as Uint8Array).set(bytes, row * 16);
        if (column.valid !== undefined) column.valid[row] = 1;
      },
    };
  }

  /** Columns of kind dict. */
  word(name: keyof S & string): Cell<string> {
    const column = this.#columns.get(name);
    if (column === undefined) return UNWANTED;
    const cell = this.#cell(column);
    return {
      set: (word) => {
        let code = column.codes.get(word);
        if (code === undefined) {
          if (column.codes.size === MOST_WORDS) return;
          code = column.codes.size + 1;
          column.codes.set(word, code);
        }
        cell.set(code);
      },
    };
  }

  /** Columns of kind str: any bytes, at most once per row. */
  bytes(name: keyof S & string): BytesCell {
    const column = this.#columns.get(name);
    if (column === undefined) return UNWANTED;
    return {
      set: (bytes, from = 0, to = bytes.length) => {
        const row = this.#length - 1;
        const end = column.heapLength + to - from;
        if (end > column.heap.length) column.heap = enlarge(column.heap, Math.max(1024, end * 2));
        copyBytes(column.heap, column.heapLength, bytes, from, to);
        column.heapLength = end;
        (column.values as Uint32Array)[row + 1] = end;
        if (column.valid !== undefined) column.valid[row] = 1;
      },
    };
  }

  #grow(): void {
    this.#capacity *= 2;
    for (const column of this.#columns.values()) {
      const larger = ALLOCATE[column.spec.kind](this.#capacity);
      (larger as Uint8Array).set(column.values as Uint8Array);
      column.values = larger;
      if (column.valid !== undefined) column.valid = enlarge(column.valid, this.#capacity);
    }
  }

  finish(meta: TableMeta): Table<S> {
    const columns = new Map<string, ColumnData>();
    for (const [name, column] of this.#columns) columns.set(name, sealed(column, this.#length));
    return new Table(this.#schema, this.#length, columns, meta);
  }
}

/** NB: texts are short: a loop costs less than the view `set` would need. */
function copyBytes(target: Uint8Array, at: number, bytes: Uint8Array, from: number, to: number): void {
  for (let index = from; index < to; index += 1) target[at + index - from] = bytes[index]!;
}

function enlarge(bytes: Uint8Array, size: number): Uint8Array {
  const larger = new Uint8Array(size);
  larger.set(bytes);
  return larger;
}

const PER_ROW: Readonly<Partial<Record<Kind, (rows: number) => number>>> = {
  addr: (rows) => rows * 16,
  str: (rows) => rows + 1,
};

function sealed(column: Filling, rows: number): ColumnData {
  const { spec } = column;
  const length = PER_ROW[spec.kind]?.(rows) ?? rows;
  return {
    spec,
    values: column.values.subarray(0, length) as ColumnArray,
    valid: column.valid?.subarray(0, rows),
    heap: spec.kind === 'str' ? column.heap.subarray(0, column.heapLength) : undefined,
    dict: spec.kind === 'dict' ? ['', ...column.codes.keys()] : undefined,
  };
}
