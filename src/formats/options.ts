/** Options of the formats that work for any schema. */
export interface FormatOptions {
  /** Columns in the order they are shown; default: those of the table, in its order. They must be in the table. */
  readonly columns?: readonly string[];
  /** false: no header line (csv, text). */
  readonly header?: boolean;
  /** Colours the header, states and changes (text); see `--color`. Default false. */
  readonly colour?: boolean;
  /** More fields of a row, for formats that nest (json, ndjson): the owners of a socket. */
  readonly details?: (row: number) => Readonly<Record<string, unknown>>;
}
