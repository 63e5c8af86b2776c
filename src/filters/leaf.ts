import type { ColumnData } from '../columns/type.ts';

/** Verdict on the row of this number. */
export type RowTest = (row: number) => boolean;

/** A term's two tests. Where neither is true the row does not say. */
export interface Leaf {
  readonly holds: RowTest;
  readonly fails: RowTest;
}

const never: RowTest = () => false;

/** Nothing is known of any row. */
export const UNKNOWN: Leaf = { holds: never, fails: never };

export function negated({ holds, fails }: Leaf): Leaf {
  return { holds: fails, fails: holds };
}

/** A test of values every row has. */
export function certain(holds: RowTest): Leaf {
  return { holds, fails: (row) => !holds(row) };
}

/** A test of a column's values; rows without one are left out of both sides. */
export function present({ valid }: Pick<ColumnData, 'valid'>, holds: RowTest): Leaf {
  if (valid === undefined) return certain(holds);
  return { holds: (row) => valid[row] === 1 && holds(row), fails: (row) => valid[row] === 1 && !holds(row) };
}

/** All tests hold. NB: loops and pairs, no array methods: those would make a closure per row. */
export function every(tests: readonly RowTest[]): RowTest {
  const [first, second] = tests;
  if (tests.length === 1) return first!;
  if (tests.length === 2) return (row) => first!(row) && second!(row);
  return (row) => {
    for (let at = 0; at < tests.length; at += 1) if (!tests[at]!(row)) return false;
    return true;
  };
}

/** One test holds. */
export function some(tests: readonly RowTest[]): RowTest {
  const [first, second] = tests;
  if (tests.length === 1) return first!;
  if (tests.length === 2) return (row) => first!(row) || second!(row);
  return (row) => {
    for (let at = 0; at < tests.length; at += 1) if (tests[at]!(row)) return true;
    return false;
  };
}
