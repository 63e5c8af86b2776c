import type { Operator, Term } from './ast.ts';
import { Glob } from './glob.ts';
import type { Leaf } from './leaf.ts';
import type { OwnerField } from './terms.ts';

/** Who holds the sockets of a table: a socket may have several holders, numbered from 0. Null = not known. */
export interface OwnersOf {
  /** How many holders of the socket in `row` are known. */
  count(row: number): number;
  pid(row: number, holder: number): number;
  comm(row: number, holder: number): string | null;
  container(row: number, holder: number): string | null;
  unit(row: number, holder: number): string | null;
}

const COMPARE: Readonly<Record<Operator, (pid: number, wanted: number) => boolean>> = {
  '=': (pid, wanted) => pid === wanted,
  '!=': (pid, wanted) => pid === wanted,
  '<': (pid, wanted) => pid < wanted,
  '<=': (pid, wanted) => pid <= wanted,
  '>': (pid, wanted) => pid > wanted,
  '>=': (pid, wanted) => pid >= wanted,
};

/** Verdict on one holder; undefined = its value is not known. */
type HolderTest = (row: number, holder: number) => boolean | undefined;

function holderTest({ operator, operand }: Term, field: OwnerField, owners: OwnersOf): HolderTest {
  if (field === 'pid') {
    const compare = COMPARE[operator];
    const wanted = operand.type === 'number' ? Number(operand.value) : -1;
    return (row, holder) => compare(owners.pid(row, holder), wanted);
  }
  const glob = new Glob(operand.text);
  return (row, holder) => {
    const word = owners[field](row, holder);
    return word === null ? undefined : glob.test(word);
  };
}

/** True when it is so of one holder, false when of none of those known; a socket without known holder does not say. */
export function ownerLeaf(term: Term, field: OwnerField, owners: OwnersOf): Leaf {
  const test = holderTest(term, field, owners);
  return {
    holds: (row) => {
      const count = owners.count(row);
      for (let holder = 0; holder < count; holder += 1) if (test(row, holder) === true) return true;
      return false;
    },
    fails: (row) => {
      const count = owners.count(row);
      let known = false;
      for (let holder = 0; holder < count; holder += 1) {
        const verdict = test(row, holder);
        if (verdict === true) return false;
        known ||= verdict === false;
      }
      return known;
    },
  };
}
