import { FilterError } from '../errors.ts';
import { TCPF_ALL } from '../uapi/tcp-states.ts';
import { type Ast, junction, not, type Operator, type Span, type Term } from './ast.ts';
import { lex, type Mark, type Token, type Word } from './lex.ts';
import { type OperandWord, parseStates } from './operands.ts';
import { stateNames } from './states.ts';
import { TERMS, type TermRow, termRow } from './terms.ts';

export interface ParseOptions {
  /**
   * `conventional` (default): `and` binds tighter than `or`. `ss`: both alike, from left to right, so that `A or B and C`
   * is `(A or B) and C`.
   */
  readonly precedence?: 'conventional' | 'ss';
}

/** How deep parentheses, negations and (with ss's precedence) changes between `and` and `or` may nest. */
const MAX_DEPTH = 200;

/** What people ask for and no kernel can answer. */
const AGES: ReadonlySet<string> = new Set(['age', 'older', 'younger']);
const NO_AGE = 'the age of a socket is not known: the kernel keeps no time of its birth';
const IDLE_TIMES = 'lastDataSent, lastDataRecv or lastAckRecv: how long a connection has been idle';

const OPERATORS: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=']);

/**
 * Reads a filter: `[ (state|exclude) NAME ]… [EXPRESSION]`; an empty text keeps every row.
 * Throws FilterError, whose position is an offset into `text`, for anything else.
 */
export function parseFilter(text: string, options: ParseOptions = {}): Ast {
  return new Parser(text, options.precedence ?? 'conventional').parse();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #end: number;
  readonly #leftToRight: boolean;
  #next = 0;
  #depth = 0;

  constructor(text: string, precedence: 'conventional' | 'ss') {
    this.#tokens = lex(text);
    this.#end = text.length;
    this.#leftToRight = precedence === 'ss';
  }

  parse(): Ast {
    const states = this.#stateGroups();
    if (states !== undefined) this.#accept('and');
    if (this.#next === this.#tokens.length) return states ?? junction('and', []);
    const expression = this.#expression();
    const extra = this.#tokens[this.#next];
    if (extra !== undefined) throw this.#unexpected('and, or, another term, or the end');
    return states === undefined ? expression : junction('and', [states, expression], { start: 0, end: this.#end });
  }

  #peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#next + ahead];
  }

  #accept(sign: Mark): boolean {
    const token = this.#peek();
    if (token?.type !== 'sign' || token.sign !== sign) return false;
    this.#next += 1;
    return true;
  }

  #unexpected(expected: string): FilterError {
    const token = this.#peek();
    if (token === undefined) return new FilterError('the filter ends too early', this.#end, expected);
    const shown = token.type === 'word' ? token.value : token.sign;
    return new FilterError(`unexpected '${shown}'`, token.start, expected);
  }

  #deeper(): void {
    this.#depth += 1;
    if (this.#depth <= MAX_DEPTH) return;
    const position = this.#peek()?.start ?? this.#end;
    throw new FilterError('nested too deeply', position, `at most ${MAX_DEPTH} levels`);
  }

  /** `state NAME` adds, `exclude NAME` takes away: from nothing, or from all states when it comes first. */
  #stateGroups(): Ast | undefined {
    const span = this.#peek() ?? { start: 0, end: 0 };
    let included: number | undefined;
    let excluded = 0;
    for (let group = this.#stateGroup(); group !== undefined; group = this.#stateGroup()) {
      const before = included ?? (excluded === 0 ? 0 : TCPF_ALL & ~excluded);
      if (group.verb === 'state') included = before | group.bits;
      else if (included === undefined) excluded |= group.bits;
      else included &= ~group.bits;
    }
    const end = this.#lastEnd();
    if (included !== undefined) return stateTerm('=', included, { start: span.start, end });
    return excluded === 0 ? undefined : stateTerm('!=', excluded, { start: span.start, end });
  }

  #stateGroup(): { verb: string; bits: number } | undefined {
    const [word, name] = [this.#peek(), this.#peek(1)];
    if (word?.type !== 'word' || word.quoted || name?.type !== 'word') return undefined;
    const verb = word.value.toLowerCase();
    if (verb !== 'state' && verb !== 'exclude') return undefined;
    this.#next += 2;
    return { verb, bits: parseStates(name).mask };
  }

  #expression(): Ast {
    return this.#leftToRight ? this.#sequence() : this.#disjunction();
  }

  #disjunction(): Ast {
    const arms = [this.#conjunction()];
    while (this.#accept('or')) arms.push(this.#conjunction());
    return joined('or', arms);
  }

  #conjunction(): Ast {
    const arms = [this.#unary()];
    while (this.#accept('and') || this.#startsTerm()) arms.push(this.#unary());
    return joined('and', arms);
  }

  /** ss's reading: each connective takes all that stands to its left. */
  #sequence(): Ast {
    let kind: 'and' | 'or' = 'and';
    let arms = [this.#unary()];
    const before = this.#depth;
    for (;;) {
      const found = this.#accept('or') ? 'or' : this.#accept('and') || this.#startsTerm() ? 'and' : undefined;
      if (found === undefined) break;
      if (found !== kind && arms.length > 1) {
        arms = [joined(kind, arms)];
        this.#deeper();
      }
      kind = found;
      arms.push(this.#unary());
    }
    this.#depth = before;
    return joined(kind, arms);
  }

  #startsTerm(): boolean {
    const token = this.#peek();
    return token?.type === 'word' || (token?.type === 'sign' && (token.sign === '(' || token.sign === 'not'));
  }

  #unary(): Ast {
    const token = this.#peek();
    if (this.#accept('not')) {
      this.#deeper();
      const arm = this.#unary();
      this.#depth -= 1;
      return not(arm, { start: token!.start, end: this.#lastEnd() });
    }
    if (this.#accept('(')) {
      this.#deeper();
      const inner = this.#expression();
      this.#depth -= 1;
      if (!this.#accept(')')) throw this.#unexpected(')');
      return inner;
    }
    return this.#term();
  }

  #lastEnd(): number {
    return this.#tokens[this.#next - 1]?.end ?? 0;
  }

  #term(): Ast {
    const word = this.#peek();
    if (word?.type !== 'word') throw this.#unexpected('a term, !, or (');
    const excluded = word.value.toLowerCase() === 'exclude';
    const row = excluded ? termRow('state') : termRow(word.value);
    if (row === undefined) {
      if (AGES.has(word.value.toLowerCase())) throw new FilterError(NO_AGE, word.start, IDLE_TIMES);
      throw new FilterError(`unknown term '${word.value}'`, word.start, `one of ${nearest(word.value).join(', ')}`);
    }
    this.#next += 1;
    if (row.operators === 'none') return bareTerm(row, word);
    const operator = excluded ? '!=' : this.#operator(row);
    const operand = this.#peek();
    if (operand?.type !== 'word') throw this.#unexpected(row.operand.expected);
    this.#next += 1;
    return makeTerm(row, operator, operand, { start: word.start, end: operand.end });
  }

  #operator(row: TermRow): Operator {
    const token = this.#peek();
    if (token?.type !== 'sign' || !OPERATORS.has(token.sign)) return '=';
    const operator = token.sign as Operator;
    checkOperator(row, operator, token);
    this.#next += 1;
    return operator;
  }
}

function joined(kind: 'and' | 'or', arms: readonly Ast[]): Ast {
  const span = { start: arms[0]!.span.start, end: arms.at(-1)!.span.end };
  return junction(kind, arms, span);
}

function stateTerm(operator: Operator, mask: number, span: Span): Ast {
  if (mask === 0) return { kind: 'constant', value: operator === '!=', span };
  const operand = { type: 'codes', text: stateNames(mask), span, mask } as const;
  return { kind: 'term', term: 'state', operator, operand, span };
}

function bareTerm(row: TermRow, word: Word): Ast {
  const span = { start: word.start, end: word.end };
  if (row.name === 'true' || row.name === 'false') return { kind: 'constant', value: row.name === 'true', span };
  return { kind: 'term', term: row.name, operator: '=', operand: row.operand.parse(word), span };
}

/** Throws FilterError when the term cannot be compared in this way. */
export function checkOperator(row: TermRow, operator: Operator, span: Span): void {
  if (row.operators === 'order' || operator === '=' || operator === '!=') return;
  throw new FilterError(`${row.name} cannot be compared with ${operator}`, span.start, '= or !=');
}

/** A term with its operand read. */
export function makeTerm(row: TermRow, operator: Operator, word: OperandWord, span: Span): Term {
  const operand = row.operand.parse(word);
  if (operand.type === 'port' && operand.port.low !== operand.port.high && operator !== '=' && operator !== '!=') {
    throw new FilterError(`a range of ports cannot be compared with ${operator}`, word.start, 'one port');
  }
  return { kind: 'term', term: row.name, operator, operand, span };
}

/** The terms a misspelled one may have meant: those that begin alike, else ss's. */
function nearest(word: string): string[] {
  const lower = word.toLowerCase();
  const start = lower.slice(0, 3);
  const names = [...TERMS.keys()];
  const alike = lower.length < 3 ? [] : names.filter((name) => name.startsWith(start) || name.endsWith(lower));
  return alike.length > 0 ? alike : names.slice(0, 15);
}
