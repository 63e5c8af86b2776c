import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TableBuilder } from '../../../../src/columns/builder.ts';
import type { Table } from '../../../../src/columns/table.ts';
import type { Schema, TableSchema } from '../../../../src/columns/type.ts';
import type { ParseReport } from '../../../../src/sources/procfs/report.ts';

export const FIXTURES: string = join(import.meta.dirname, '../../../fixtures/proc');
export const LINUX: string = join(FIXTURES, 'linux-6.18/proc');

/** Bytes of a captured file. */
export function captured(file: string): Uint8Array {
  return readFileSync(join(LINUX, 'net', file));
}

export function fixture(path: string): Uint8Array {
  return readFileSync(join(FIXTURES, path));
}

/** All columns of what a parser makes of some bytes. */
export function parsed<S extends Schema>(
  schema: TableSchema<S>,
  parse: (builder: TableBuilder<S>) => ParseReport,
): { table: Table<S>; report: ParseReport } {
  const builder = new TableBuilder(schema);
  const report = parse(builder);
  return { table: builder.finish({ source: 'procfs' }), report };
}
