import type { Reader } from './reader.ts';

/** Makes the plain object of a row. */
export type ObjectMaker = (row: number) => object;

/** So few rows are made without compiling anything. */
const FEW_ROWS = 256;

const IDENTIFIER = /^[A-Za-z]\w*$/;

/** Compiled makers by the names of their columns; null: this process does not compile texts. */
const compiled = new Map<string, ((readers: readonly Reader[]) => ObjectMaker) | null>();

/**
 * How to make objects with these columns, all of one shape.
 *
 * For many rows it is an object literal compiled for the columns, which makes rows three times as fast as assigning
 * property by property; where code may not be made of text (`--disallow-code-generation-from-strings`) it assigns.
 */
export function objectMaker(names: readonly string[], readers: readonly Reader[], rows: number): ObjectMaker {
  const literal = rows <= FEW_ROWS ? null : literalOf(names);
  if (literal !== null) return literal(readers);
  return (row) => {
    const object: Record<string, unknown> = {};
    for (let at = 0; at < names.length; at += 1) object[names[at]!] = readers[at]!(row);
    return object;
  };
}

function literalOf(names: readonly string[]): ((readers: readonly Reader[]) => ObjectMaker) | null {
  const key = names.join();
  let known = compiled.get(key);
  if (known === undefined) {
    known = names.every((name) => IDENTIFIER.test(name)) ? compile(names) : null;
    compiled.set(key, known);
  }
  return known;
}

function compile(names: readonly string[]): ((readers: readonly Reader[]) => ObjectMaker) | null {
  const readers = names.map((_, at) => `read${at}`);
  const properties = names.map((name, at) => `${name}: read${at}(row)`);
  try {
    return new Function(`[${readers}]`, `return (row) => ({ ${properties} });`) as (
      readers: readonly Reader[],
    ) => ObjectMaker;
  } catch {
    return null;
  }
}
