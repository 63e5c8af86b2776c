import { formatAddress } from './address.ts';
import { colonHex, decodeText } from './bytes.ts';
import type { ColumnData } from './type.ts';

/** Row → value of one column. */
export type Reader = (row: number) => unknown;

/** Most distinct IPv4 texts kept per column; the map starts again when it is full. */
const INTERNED_ADDRESSES = 65536;

/**
 * The accessor of a column, chosen once: row → value as views show it. `families` is the table's `family` column, which
 * `addr` columns need.
 */
export function valueReader(column: ColumnData, families: Uint8Array | undefined): Reader {
  const read = plainReader(column, families);
  const { valid } = column;
  if (valid === undefined) return read;
  return (row) => (valid[row] === 1 ? read(row) : null);
}

function plainReader(column: ColumnData, families: Uint8Array | undefined): Reader {
  const { spec, values } = column;
  if (spec.kind === 'addr') return addressReader(values as Uint8Array, families);
  if (spec.kind === 'str') {
    const text = spec.hex === true ? colonHex : decodeText;
    return stringReader(values as Uint32Array, column.heap ?? new Uint8Array(0), text);
  }
  if (spec.kind === 'dict') {
    const words = column.dict ?? [];
    return (row) => words[values[row] as number] ?? null;
  }
  if (spec.names !== undefined) {
    const { names } = spec;
    return (row) => names[values[row] as number] ?? String(values[row]);
  }
  if (spec.boolean === true) return (row) => values[row] !== 0;
  return (row) => values[row];
}

function addressReader(bytes: Uint8Array, families: Uint8Array | undefined): Reader {
  const interned = new Map<number, string>();
  return (row) => {
    const family = families?.[row] ?? 0;
    const offset = row * 16;
    if (family !== 2) return formatAddress(bytes, offset, family);
    const key =
      ((bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!) >>> 0;
    let text = interned.get(key);
    if (text === undefined) {
      text = formatAddress(bytes, offset, family);
      if (interned.size === INTERNED_ADDRESSES) interned.clear();
      interned.set(key, text);
    }
    return text;
  };
}

function stringReader(offsets: Uint32Array, heap: Uint8Array, text: typeof decodeText): Reader {
  return (row) => text(heap, offsets[row]!, offsets[row + 1]!);
}
