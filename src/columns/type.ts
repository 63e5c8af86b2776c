/**
 * Physical kinds of a column.
 *
 * - `u8 u16 u32 i32 u64`: one little typed-array element per row, host byte order.
 * - `addr`: 16 bytes per row, network byte order; an IPv4 address fills the first 4, the rest is 0. The row's `family`
 *   column says which it is.
 * - `dict`: a u16 code per row into a list of strings, 0 = null.
 * - `str`: u32 offsets (rows + 1) into a heap of raw bytes, which may hold anything (NUL, newline, ESC, invalid UTF-8).
 */
export type Kind = 'u8' | 'u16' | 'u32' | 'i32' | 'u64' | 'addr' | 'dict' | 'str';

/** The typed array that holds a column of each kind. */
export interface ArrayOf {
  u8: Uint8Array;
  u16: Uint16Array;
  u32: Uint32Array;
  i32: Int32Array;
  u64: BigUint64Array;
  addr: Uint8Array;
  dict: Uint16Array;
  str: Uint32Array;
}

export type ColumnArray = ArrayOf[Kind];

/** Where a column comes from and what it means; documentation, requests, JSON keys and CSV headers derive from it. */
export interface ColumnDoc {
  /** One sentence; ends without a full stop. */
  readonly doc: string;
  readonly unit?: string;
  /** Struct field or attribute in the netlink answer; absent = netlink cannot give it. */
  readonly netlink?: string;
  /** Column of the /proc file; absent = procfs cannot give it. */
  readonly procfs?: string;
  /** Attribute number that must be requested (`idiag_ext` bit attribute - 1); absent = always sent. */
  readonly ext?: number;
  /** Show bits (`udiag_show`, `pdiag_show`, `ndiag_show`) that must be requested; absent = always sent. */
  readonly show?: number;
  /** Kernel that brought it. */
  readonly since?: string;
  /** Privilege without which it is null. */
  readonly privilege?: string;
  /** Is it part of a table when nobody names columns? Default false. */
  readonly basic?: boolean;
}

/** A column as declared: its kind, what values look like at the view (`Value`), and its documentation. */
export interface ColumnSpec<K extends Kind = Kind, Value = unknown> extends ColumnDoc {
  readonly kind: K;
  /** Rows may lack the value: the view gives null. */
  readonly nullable: boolean;
  /** Enumerations: number → name. The number is stored, the name is shown; an unknown number is shown as its digits. */
  readonly names?: readonly (string | undefined)[];
  /** Flags and booleans are stored as numbers and viewed as boolean. */
  readonly boolean?: boolean;
  /** `str` of bytes that are no text: viewed in hexadecimal with colons. */
  readonly hex?: boolean;
  /** NB: type-level only, never set. */
  readonly value?: Value;
}

export type Schema = Readonly<Record<string, ColumnSpec>>;

/** The value a row view gives for a column. */
export type ValueOf<C extends ColumnSpec> = C extends ColumnSpec<Kind, infer V> ? V : never;

type Nullable<D extends ColumnDoc & { nullable?: boolean }, V> = D extends { nullable: true } ? V | null : V;
type Doc = ColumnDoc & { readonly nullable?: boolean };

function spec<K extends Kind, V>(kind: K, doc: Doc, extra?: object): ColumnSpec<K, V> {
  const nullable = doc.nullable === true;
  return extra === undefined ? { ...doc, kind, nullable } : { ...doc, ...extra, kind, nullable };
}

export function u8<const D extends Doc>(doc: D): ColumnSpec<'u8', Nullable<D, number>> {
  return spec('u8', doc);
}
export function u16<const D extends Doc>(doc: D): ColumnSpec<'u16', Nullable<D, number>> {
  return spec('u16', doc);
}
export function u32<const D extends Doc>(doc: D): ColumnSpec<'u32', Nullable<D, number>> {
  return spec('u32', doc);
}
export function i32<const D extends Doc>(doc: D): ColumnSpec<'i32', Nullable<D, number>> {
  return spec('i32', doc);
}
export function u64<const D extends Doc>(doc: D): ColumnSpec<'u64', Nullable<D, bigint>> {
  return spec('u64', doc);
}
export function flag8<const D extends Doc>(doc: D): ColumnSpec<'u8', Nullable<D, boolean>> {
  return spec('u8', doc, { boolean: true });
}
export function enum8<const D extends Doc>(
  names: readonly (string | undefined)[],
  doc: D,
): ColumnSpec<'u8', Nullable<D, string>> {
  return spec('u8', doc, { names });
}
export function addr<const D extends Doc>(doc: D): ColumnSpec<'addr', Nullable<D, string>> {
  return spec('addr', doc);
}
export function dict<const D extends ColumnDoc>(doc: D): ColumnSpec<'dict', string | null> {
  return spec('dict', { ...doc, nullable: true });
}
export function str<const D extends Doc>(doc: D): ColumnSpec<'str', Nullable<D, string>> {
  return spec('str', doc);
}
/** Hardware address of any length: raw bytes, viewed as `02:00:00:00:00:01`. */
export function lladdr<const D extends Doc>(doc: D): ColumnSpec<'str', Nullable<D, string>> {
  return spec('str', doc, { hex: true });
}

/** A schema with its name; `columns` keeps declaration order, and a column's id is its place in it. */
export interface TableSchema<S extends Schema = Schema> {
  readonly name: string;
  readonly columns: S;
  readonly names: readonly (keyof S & string)[];
}

export function defineTable<const S extends Schema>(name: string, columns: S): TableSchema<S> {
  return { name, columns, names: Object.keys(columns) };
}

/** One column of one table in memory. */
export interface ColumnData {
  readonly spec: ColumnSpec;
  readonly values: ColumnArray;
  /** 1 = present, one byte per row; undefined = every row has a value. */
  readonly valid?: Uint8Array | undefined;
  /** Bytes of a `str` column. */
  readonly heap?: Uint8Array | undefined;
  /** Strings of a `dict` column; code 0 is null. */
  readonly dict?: readonly string[] | undefined;
}
