/** One element of a pattern: a character code, or a class. */
type Element = number | 'any' | 'star' | CharacterSet;

interface CharacterSet {
  readonly negated: boolean;
  readonly ranges: readonly (readonly [low: number, high: number])[];
}

export interface GlobOptions {
  /** ASCII letters match in either case. */
  readonly caseless?: boolean;
}

/** A compiled shell pattern: `*`, `?`, `[a-z]`, `[!a-z]`, backslash. Matching takes at most pattern × text steps. */
export class Glob {
  readonly #elements: readonly Element[];
  readonly #bytes: readonly Element[];
  readonly #caseless: boolean;
  readonly #subject = new BytesSubject();
  readonly #known = new Map<string, boolean>();

  constructor(pattern: string, options: GlobOptions = {}) {
    this.#caseless = options.caseless === true;
    this.#elements = parseGlob(pattern, this.#caseless, codeUnits);
    this.#bytes = parseGlob(pattern, this.#caseless, (character) => [...Buffer.from(character)]);
  }

  /** Matches a string; verdicts are remembered, as the words of a table recur. */
  test(text: string): boolean {
    let verdict = this.#known.get(text);
    if (verdict === undefined) {
      verdict = match(this.#elements, this.#caseless, new StringSubject(text));
      if (this.#known.size === KNOWN_MAX) this.#known.clear();
      this.#known.set(text, verdict);
    }
    return verdict;
  }

  /** Matches bytes `start` to `end`, which should be UTF-8; a NUL in front (an abstract unix name) is read as `@`. */
  testBytes(bytes: Uint8Array, start: number, end: number): boolean {
    return match(this.#bytes, this.#caseless, this.#subject.of(bytes, start, end));
  }
}

const KNOWN_MAX = 65536;
const AT_SIGN = 0x40;

/** The text that is matched: codes, and how many of them make up the character at an index. */
interface Subject {
  readonly length: number;
  at(index: number): number;
  width(index: number): number;
}

class StringSubject implements Subject {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get length(): number {
    return this.#text.length;
  }

  at(index: number): number {
    return this.#text.charCodeAt(index);
  }

  width(): number {
    return 1;
  }
}

/** A range of bytes; one object serves all rows. */
class BytesSubject implements Subject {
  #bytes = new Uint8Array(0);
  #start = 0;
  length = 0;

  of(bytes: Uint8Array, start: number, end: number): this {
    this.#bytes = bytes as Uint8Array<ArrayBuffer>;
    this.#start = start;
    this.length = end - start;
    return this;
  }

  at(index: number): number {
    const byte = this.#bytes[this.#start + index]!;
    return index === 0 && byte === 0 ? AT_SIGN : byte;
  }

  /** A lead byte and its continuation bytes. */
  width(index: number): number {
    if (this.at(index) < 0xc0) return 1;
    let width = 1;
    while (width < 4 && index + width < this.length && (this.at(index + width) & 0xc0) === 0x80) width += 1;
    return width;
  }
}

function codeUnits(character: string): number[] {
  return Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
}

function fold(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

function unfold(code: number): number {
  return code >= 0x61 && code <= 0x7a ? code - 0x20 : code;
}

function parseGlob(pattern: string, caseless: boolean, encode: (character: string) => number[]): Element[] {
  const elements: Element[] = [];
  const literal = (character: string) => {
    for (const code of encode(character)) elements.push(caseless ? fold(code) : code);
  };
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at]!;
    const set = character === '[' ? parseSet(characters, at) : undefined;
    if (set !== undefined) {
      elements.push(set.set);
      at = set.end;
    } else if (character === '*') {
      if (elements.at(-1) !== 'star') elements.push('star');
    } else if (character === '?') {
      elements.push('any');
    } else if (character === '\\' && at + 1 < characters.length) {
      at += 1;
      literal(characters[at]!);
    } else {
      literal(character);
    }
  }
  return elements;
}

/** `[…]` at `start`; undefined when nothing closes it: then the bracket is meant literally. */
function parseSet(characters: readonly string[], start: number): { set: CharacterSet; end: number } | undefined {
  const negated = characters[start + 1] === '!' || characters[start + 1] === '^';
  const first = start + (negated ? 2 : 1);
  const ranges: [number, number][] = [];
  let at = first;
  while (at < characters.length && (characters[at] !== ']' || at === first)) {
    if (characters[at] === '\\' && at + 1 < characters.length) at += 1;
    const low = characters[at]!.codePointAt(0)!;
    const isRange = characters[at + 1] === '-' && at + 2 < characters.length && characters[at + 2] !== ']';
    const high = isRange ? characters[at + 2]!.codePointAt(0)! : low;
    ranges.push([low, high]);
    at += isRange ? 3 : 1;
  }
  return at < characters.length ? { set: { negated, ranges }, end: at } : undefined;
}

function matchesSet({ negated, ranges }: CharacterSet, code: number, caseless: boolean): boolean {
  for (const [low, high] of ranges) {
    if (isBetween(code, low, high)) return !negated;
    if (caseless && (isBetween(fold(code), low, high) || isBetween(unfold(code), low, high))) return !negated;
  }
  return negated;
}

function isBetween(code: number, low: number, high: number): boolean {
  return code >= low && code <= high;
}

/** Steps back only to the last star, so that the time is bounded by the product of the lengths. */
function match(elements: readonly Element[], caseless: boolean, subject: Subject): boolean {
  let element = 0;
  let index = 0;
  let starElement = -1;
  let starIndex = 0;
  while (index < subject.length) {
    const wanted = elements[element];
    if (wanted === 'star') {
      starElement = element;
      starIndex = index;
      element += 1;
      continue;
    }
    if (wanted !== undefined && matchesOne(wanted, subject.at(index), caseless)) {
      index += typeof wanted === 'number' ? 1 : subject.width(index);
      element += 1;
      continue;
    }
    if (starElement < 0) return false;
    starIndex += 1;
    index = starIndex;
    element = starElement + 1;
  }
  while (elements[element] === 'star') element += 1;
  return element === elements.length;
}

function matchesOne(wanted: Exclude<Element, 'star'>, code: number, caseless: boolean): boolean {
  if (typeof wanted === 'number') return wanted === (caseless ? fold(code) : code);
  return wanted === 'any' || matchesSet(wanted, code, caseless);
}
