import type { ColumnArray, ColumnData } from '../columns/type.ts';
import type { CodesOperand, NameOperand, Operator, PatternOperand, PortRange } from './ast.ts';
import { Glob } from './glob.ts';
import { certain, type Leaf, present, type RowTest } from './leaf.ts';

type Numbers = Exclude<ColumnArray, BigUint64Array>;

type NumberTest = (values: Numbers, wanted: number) => RowTest;

/** NB: != is the negation of =, made by the caller. */
const NUMBER_TESTS: Readonly<Record<Operator, NumberTest>> = {
  '=': (values, wanted) => (row) => values[row] === wanted,
  '!=': (values, wanted) => (row) => values[row] === wanted,
  '<': (values, wanted) => (row) => values[row]! < wanted,
  '<=': (values, wanted) => (row) => values[row]! <= wanted,
  '>': (values, wanted) => (row) => values[row]! > wanted,
  '>=': (values, wanted) => (row) => values[row]! >= wanted,
};

/** Which results of a comparison, -1, 0 or 1, an operator accepts. */
const ACCEPTS: Readonly<Record<Operator, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '!=': (order) => order === 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

export function numberLeaf(column: ColumnData, operator: Operator, wanted: bigint): Leaf {
  const { values } = column;
  const test =
    values instanceof BigUint64Array
      ? wideTest(values, operator, wanted)
      : NUMBER_TESTS[operator](values, Number(wanted));
  return present(column, test);
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
const WORD_MAX = 0xffffffffn;

/** 64-bit values are compared as two halves: reading them as one would make a BigInt per row. */
function wideTest(values: BigUint64Array, operator: Operator, wanted: bigint): RowTest {
  const accepts = ACCEPTS[operator];
  if (wanted < 0n || wanted >> 64n !== 0n) {
    const verdict = accepts(wanted < 0n ? 1 : -1);
    return () => verdict;
  }
  const halves = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const [high, low] = LITTLE_ENDIAN ? [1, 0] : [0, 1];
  const [wantedHigh, wantedLow] = [Number(wanted >> 32n), Number(wanted & WORD_MAX)];
  return (row) => {
    const order = halves[2 * row + high]! - wantedHigh;
    return accepts(order === 0 ? halves[2 * row + low]! - wantedLow : order);
  };
}

export function nameLeaf(column: ColumnData, operand: NameOperand): Leaf {
  return numberLeaf(column, '=', operand.value!);
}

export function codesLeaf(column: ColumnData, { mask }: CodesOperand): Leaf {
  const values = column.values as Uint8Array;
  return present(column, (row) => values[row]! < 31 && ((mask >> values[row]!) & 1) === 1);
}

export function rangeLeaf(column: ColumnData, { low, high }: PortRange): Leaf {
  const values = column.values as Uint16Array;
  return present(column, (row) => values[row]! >= low && values[row]! <= high);
}

/** Words of a dictionary are judged once each, bytes row by row. */
export function patternLeaf(column: ColumnData, operand: PatternOperand): Leaf {
  const glob = new Glob(operand.text);
  if (column.spec.kind === 'str') return bytesLeaf(column, glob);
  const codes = column.values as Uint16Array;
  const verdicts = Uint8Array.from(column.dict ?? [], (word) => Number(glob.test(word)));
  const { holds } = certain((row) => verdicts[codes[row]!] === 1);
  const { valid } = column;
  const known: RowTest = (row) => codes[row] !== 0 && (valid === undefined || valid[row] === 1);
  return { holds: (row) => known(row) && holds(row), fails: (row) => known(row) && !holds(row) };
}

export function bytesLeaf(column: ColumnData, glob: Glob): Leaf {
  const offsets = column.values as Uint32Array;
  const heap = column.heap ?? new Uint8Array(0);
  return present(column, (row) => glob.testBytes(heap, offsets[row]!, offsets[row + 1]!));
}
