import type { Table } from '../columns/table.ts';
import type { Schema } from '../columns/type.ts';
import { UsageError } from '../errors.ts';
import { type Ast, type Term, termsOf } from './ast.ts';
import { codesLeaf, nameLeaf, numberLeaf, patternLeaf, rangeLeaf } from './column-leaf.ts';
import { hostLeaf, portLeaf } from './host-leaf.ts';
import { every, type Leaf, negated, type RowTest, some, UNKNOWN } from './leaf.ts';
import { type OwnersOf, ownerLeaf } from './owner-leaf.ts';
import { assertResolved } from './resolve.ts';
import { markLeaf, stateLeaf } from './socket-leaf.ts';
import { type OwnerField, TERMS } from './terms.ts';

export interface PredicateOptions {
  /** Who holds the sockets of the table; needed by filters that `ownerFields()` says something of. */
  readonly owners?: OwnersOf;
}

const always: RowTest = () => true;
const never: RowTest = () => false;

/**
 * The filter as a test of rows: the meaning of a filter, whatever the kernel was asked to leave out.
 *
 * Logic is three-valued, as in SQL: a comparison with a value that is not known (null, no owner found, a column the table's
 * kind of socket does not have) is neither true nor false, its negation too, and only rows for which the whole is true are
 * kept. `rtt > 5` and `! rtt > 5` both leave out a listener. The test allocates nothing per row.
 *
 * Throws FilterError for a filter with names that were not resolved, UsageError when a column of `filterColumns()` is missing.
 */
export function compilePredicate<S extends Schema>(ast: Ast, table: Table<S>, options: PredicateOptions = {}): RowTest {
  return compile(ast, true, table as unknown as Table<Schema>, options.owners);
}

/** Test for "is true" (`wanted`) or "is false": negation goes down to the terms, which know both. */
function compile(ast: Ast, wanted: boolean, table: Table<Schema>, owners: OwnersOf | undefined): RowTest {
  if (ast.kind === 'constant') return ast.value === wanted ? always : never;
  if (ast.kind === 'not') return compile(ast.arm, !wanted, table, owners);
  if (ast.kind === 'term') {
    const leaf = termLeaf(ast, table, owners);
    return wanted ? leaf.holds : leaf.fails;
  }
  const tests = ast.arms.map((arm) => compile(arm, wanted, table, owners));
  return (ast.kind === 'and') === wanted ? every(tests) : some(tests);
}

/** Terms whose test is not that of one column. */
const LEAVES: Readonly<Record<string, (term: Term, table: Table<Schema>) => Leaf>> = {
  src: (term, table) => hostLeaf(term, table, 'local'),
  dst: (term, table) => hostLeaf(term, table, 'remote'),
  sport: portLeaf,
  dport: portLeaf,
  state: stateLeaf,
  fwmark: markLeaf,
};

function termLeaf(term: Term, table: Table<Schema>, owners: OwnersOf | undefined): Leaf {
  assertResolved(term);
  const row = TERMS.get(term.term)!;
  const leaf = row.owner === undefined ? plainLeaf(term, table) : ownedLeaf(term, row.owner, table, owners);
  return term.operator === '!=' ? negated(leaf) : leaf;
}

function ownedLeaf(term: Term, field: OwnerField, table: Table<Schema>, owners: OwnersOf | undefined): Leaf {
  if (!('inode' in table.schema.columns)) return UNKNOWN;
  if (owners === undefined) throw new UsageError(`${term.term}: owners were not read`);
  return ownerLeaf(term, field, owners);
}

/** NB: `!=` is negated by the caller, leaves read it as `=`. */
function plainLeaf(term: Term, table: Table<Schema>): Leaf {
  const [first] = TERMS.get(term.term)!.columns[table.schema.name] ?? [];
  if (first === undefined) return UNKNOWN;
  const special = LEAVES[term.term];
  if (special !== undefined) return special(term, table);
  const column = table.data(first);
  const { operand } = term;
  if (operand.type === 'codes') return codesLeaf(column, operand);
  if (operand.type === 'pattern') return patternLeaf(column, operand);
  if (operand.type === 'name') return nameLeaf(column, operand);
  if (operand.type === 'range') return rangeLeaf(column, operand.range!);
  return operand.type === 'number' ? numberLeaf(column, term.operator, operand.value) : UNKNOWN;
}

/** Columns of a table that the filter reads; a plan asks for them beside those that are shown. */
export function filterColumns(ast: Ast, table = 'sockets'): string[] {
  const columns = new Set<string>();
  for (const { term } of termsOf(ast)) {
    for (const column of TERMS.get(term)!.columns[table] ?? []) columns.add(column);
  }
  return [...columns];
}

/** What the filter asks of owners; empty = they need not be read for it. */
export function ownerFields(ast: Ast): Set<OwnerField> {
  const fields = new Set<OwnerField>();
  for (const { term } of termsOf(ast)) {
    const field = TERMS.get(term)!.owner;
    if (field !== undefined) fields.add(field);
  }
  return fields;
}
