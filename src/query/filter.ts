import type { Table, Warning } from '../columns/table.ts';
import type { Schema } from '../columns/type.ts';
import type { Pushed } from '../filters/bytecode.ts';
import type { OwnersOf } from '../filters/owner-leaf.ts';
import type { OwnerField } from '../filters/terms.ts';
import type { SelectionOptions, TableOptions } from './options.ts';

/** What of a filter the kernel can do, and for which kinds of sockets it cannot. */
export type PushedFilter = Pushed & { readonly unpushedNetids: ReadonlySet<string> };

/** A filter that is parsed, its names looked up. */
export interface PreparedFilter {
  readonly pushed: PushedFilter;
  /** Does it ask who holds a socket? Then `test` needs owners. */
  readonly asksOwners: boolean;
  /** What it asks of them. */
  readonly ownerFields: ReadonlySet<OwnerField>;
  /** Columns it reads. */
  columns(table: string): readonly string[];
  test<S extends Schema>(table: Table<S>, owners?: OwnersOf): (row: number) => boolean;
  /** What it asks and no row of the table could answer: the source does not have it, or not for this caller. */
  unanswered<S extends Schema>(table: Table<S>): readonly Warning[];
}

/** The filter of a query, undefined when there is none. NB: the language is loaded only then: listings start without it. */
export async function prepareFilter(options: TableOptions & SelectionOptions): Promise<PreparedFilter | undefined> {
  const { filter } = options;
  if (filter === undefined) return undefined;
  const { prepared } = await import('./prepared-filter.ts');
  return prepared(filter, options);
}
