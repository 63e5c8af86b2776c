import type { FilterError } from '../errors.ts';
import type { Ast, Operand, Term } from './ast.ts';
import { quotePattern, quoteValue } from './lex.ts';
import { TERMS } from './terms.ts';

/**
 * The filter as text that parses to the same filter under either precedence; nested expressions are always in
 * parentheses. What ss knows is written as ss reads it.
 */
export function formatFilter(ast: Ast): string {
  if (ast.kind === 'constant' && ast.value) return '';
  return formatNode(ast);
}

function formatNode(ast: Ast): string {
  if (ast.kind === 'constant') return String(ast.value);
  if (ast.kind === 'term') return formatTerm(ast);
  if (ast.kind === 'not') return `! ${formatNested(ast.arm)}`;
  return ast.arms.map(formatNested).join(` ${ast.kind} `);
}

function formatNested(ast: Ast): string {
  return ast.kind === 'and' || ast.kind === 'or' ? `( ${formatNode(ast)} )` : formatNode(ast);
}

/** Operands whose text is a shell pattern. */
const PATTERNS: ReadonlySet<Operand['type']> = new Set(['pattern', 'host', 'codes']);

function formatTerm({ term, operator, operand }: Term): string {
  if (TERMS.get(term)?.operators === 'none') return term;
  const text = PATTERNS.has(operand.type) ? quotePattern(operand.text) : quoteValue(operand.text);
  return `${term} ${operator} ${text}`;
}

/** Widest piece of a filter text shown with an error. */
const SHOWN_MAX = 72;

/**
 * Shows where a filter is wrong: the message, the text, and a caret below the place. Long texts are cut around it;
 * control characters are shown as blanks.
 */
export function explainFilterError(error: FilterError, text: string): string {
  const position = Math.min(Math.max(error.position, 0), text.length);
  const start = text.length <= SHOWN_MAX ? 0 : Math.max(0, Math.min(position - SHOWN_MAX / 2, text.length - SHOWN_MAX));
  const shown = text.slice(start, start + SHOWN_MAX).replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, ' ');
  const caret = `${' '.repeat(position - start)}^`;
  return `${error.message}\n  ${shown}\n  ${caret} expected ${error.expected}`;
}
