import { TableBuilder } from '../columns/builder.ts';
import { encodeText } from '../columns/bytes.ts';
import type { Table } from '../columns/table.ts';
import type { CountersSchema } from '../tables/counters.ts';
import { counters as schema } from '../tables/counters.ts';

const KEY = ['file', 'section', 'name'] as const;

function keyOf(table: Table<CountersSchema>, row: number): string {
  return JSON.stringify(KEY.map((name) => table.value(name, row)));
}

/**
 * What was counted between two readings: the rows of the later one with the difference as value, modulo 2^64 (a gauge such
 * as CurrEstab that went down wraps; `BigInt.asIntN(64, value)` is its change). A counter the earlier one does not have is
 * left out.
 */
export function counterDeltas(earlier: Table<CountersSchema>, later: Table<CountersSchema>): Table<CountersSchema> {
  const before = new Map(Array.from({ length: earlier.length }, (_, row) => [keyOf(earlier, row), row]));
  const builder = new TableBuilder(schema);
  const from = earlier.column('value');
  const to = later.column('value');
  for (let row = 0; row < later.length; row += 1) {
    const first = before.get(keyOf(later, row));
    if (first === undefined) continue;
    builder.addRow();
    builder.word('file').set(later.value('file', row) ?? '');
    builder.word('section').set(later.value('section', row) ?? '');
    builder.bytes('name').set(encodeText(later.value('name', row) ?? ''));
    builder.bigint('value').set(BigInt.asUintN(64, to[row]! - from[first]!));
  }
  const { source, interrupted, warnings, parts } = later;
  return builder.finish({ source, interrupted, warnings, parts });
}
