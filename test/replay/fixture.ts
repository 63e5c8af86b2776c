import { readFileSync } from 'node:fs';
import { type Addon, type DumpRequest, type DumpResult, loadAddon, type Outcome } from '../../src/addon.ts';
import type { Schema, TableSchema } from '../../src/columns/type.ts';
import { blockTable, dumpOptions } from '../../src/sources/block.ts';

/** A dump as test/replay/record.py writes it. */
export interface Fixture {
  readonly command: string;
  readonly kernel: string;
  readonly date: string;
  readonly request: DumpRequest;
  /** Inodes and indexes of what the recorder made. */
  readonly made: Readonly<Record<string, number>>;
  /** The /proc files that show the same objects, read just before. */
  readonly proc: Readonly<Record<string, string>>;
  readonly datagrams: readonly Uint8Array[];
}

export function loadFixture(name: string): Fixture {
  const text = readFileSync(new URL(`../fixtures/dumps/${name}.json`, import.meta.url), 'utf8');
  const fixture = JSON.parse(text) as Omit<Fixture, 'datagrams'> & { datagrams: string[] };
  return { ...fixture, datagrams: fixture.datagrams.map((hex) => Uint8Array.from(Buffer.from(hex, 'hex'))) };
}

/** The addon; a test cannot do without. */
export function addon(): Addon {
  const { addon: native, reason } = loadAddon();
  if (native === undefined) throw new Error(reason);
  return native;
}

export interface Decoded {
  readonly rows: Record<string, unknown>[];
  readonly outcome: Outcome;
  readonly result: DumpResult;
}

/** Decodes datagrams as the answer to a request, all columns or those named, into plain objects. */
export function decode<S extends Schema>(
  schema: TableSchema<S>,
  request: DumpRequest,
  datagrams: readonly Uint8Array[],
  columns: readonly string[] = schema.names,
): Decoded {
  const result = addon().decode([request], dumpOptions(schema, columns), datagrams);
  const table = blockTable(schema, result.block, { source: 'netlink' });
  return { rows: table.toObjects() as Record<string, unknown>[], outcome: result.outcomes[0]!, result };
}

/** Some fields of a row. */
export function pick(row: Record<string, unknown> | undefined, ...names: string[]): Record<string, unknown> {
  if (row === undefined) throw new Error('no such row');
  return Object.fromEntries(names.map((name) => [name, row[name]]));
}
