import { FilterError } from '../errors.ts';
import type { Operator, Span } from './ast.ts';

/** A word of the filter text. */
export interface Word extends Span {
  readonly type: 'word';
  /** Without quotes and backslashes. */
  readonly value: string;
  /** As a shell pattern: characters that were quoted and mean something in patterns keep a backslash. */
  readonly pattern: string;
  /** Some of it was quoted, so that it is no keyword. */
  readonly quoted: boolean;
}

export type Mark = '(' | ')' | 'not' | 'and' | 'or';

export interface Sign extends Span {
  readonly type: 'sign';
  readonly sign: Mark | Operator;
}

export type Token = Word | Sign;

/** Spellings of operators and connectives; ss knows all of them. */
const SIGNS: Readonly<Record<string, Mark | Operator>> = {
  '(': '(',
  ')': ')',
  '!': 'not',
  not: 'not',
  '&': 'and',
  '&&': 'and',
  and: 'and',
  '|': 'or',
  '||': 'or',
  or: 'or',
  '=': '=',
  '==': '=',
  eq: '=',
  '!=': '!=',
  ne: '!=',
  neq: '!=',
  '<': '<',
  lt: '<',
  '<=': '<=',
  le: '<=',
  leq: '<=',
  '>': '>',
  gt: '>',
  '>=': '>=',
  ge: '>=',
  geq: '>=',
};

const BLANK = /[ \t\r\n\v\f]/;
const SIGN_START = /[()!=<>&|]/;
const TWO_CHARACTERS = new Set(['&&', '||', '==', '!=', '<=', '>=']);
const PATTERN_CHARACTERS = /[*?[\]\\]/;

/** Is the word one only when quoted? */
export function isKeyword(word: string): boolean {
  return Object.hasOwn(SIGNS, word);
}

/** Words of the text and the signs between them. Throws FilterError for a quote or backslash that nothing follows. */
export function lex(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at]!;
    if (BLANK.test(character)) {
      at += 1;
      continue;
    }
    const token = SIGN_START.test(character) ? lexSign(text, at) : lexWord(text, at);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function lexSign(text: string, start: number): Sign {
  const two = text.slice(start, start + 2);
  const spelled = TWO_CHARACTERS.has(two) ? two : text[start]!;
  return { type: 'sign', sign: SIGNS[spelled]!, start, end: start + spelled.length };
}

/** Collects the two readings of a word. */
class WordBuilder {
  value = '';
  pattern = '';
  quoted = false;

  plain(character: string): void {
    this.value += character;
    this.pattern += character;
  }

  literal(character: string): void {
    this.value += character;
    this.pattern += PATTERN_CHARACTERS.test(character) ? `\\${character}` : character;
    this.quoted = true;
  }
}

function lexWord(text: string, start: number): Token {
  const word = new WordBuilder();
  let at = start;
  while (at < text.length && !BLANK.test(text[at]!) && !SIGN_START.test(text[at]!)) {
    const character = text[at]!;
    if (character === '\\') {
      if (at + 1 === text.length) throw new FilterError('backslash at the end', at, 'a character after it');
      word.literal(text[at + 1]!);
      at += 2;
    } else if (character === '"' || character === "'") {
      at = lexQuoted(text, at, word);
    } else {
      word.plain(character);
      at += 1;
    }
  }
  const { value, pattern, quoted } = word;
  const span = { start, end: at };
  if (!quoted && isKeyword(value)) return { type: 'sign', sign: SIGNS[value]!, ...span };
  return { type: 'word', value, pattern, quoted, ...span };
}

/** From the quote at `start` to the one that ends it; only a backslash before that quote or a backslash is special. */
function lexQuoted(text: string, start: number, word: WordBuilder): number {
  const quote = text[start]!;
  word.quoted = true;
  let at = start + 1;
  while (at < text.length && text[at] !== quote) {
    const escaped = text[at] === '\\' && (text[at + 1] === quote || text[at + 1] === '\\');
    if (escaped) at += 1;
    word.literal(text[at]!);
    at += 1;
  }
  if (at >= text.length) throw new FilterError('quote without end', start, `a closing ${quote}`);
  return at + 1;
}

const SPECIAL = /[ \t\r\n\v\f()!=<>&|"']/;

/** Writes a pattern so that it is read back as the same pattern. */
export function quotePattern(pattern: string): string {
  if (pattern === '') return "''";
  let out = isKeyword(pattern) && !SPECIAL.test(pattern) ? '\\' : '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at]!;
    if (character === '\\' && at + 1 < pattern.length) {
      at += 1;
      out += `\\${pattern[at]}`;
    } else {
      out += SPECIAL.test(character) || character === '\\' ? `\\${character}` : character;
    }
  }
  return out;
}

/** Writes a plain value so that it is read back as the same value. */
export function quoteValue(value: string): string {
  return quotePattern(value.replaceAll('\\', '\\\\'));
}
