import { FilterError } from '../errors.ts';
import type { CodesOperand, Operand, Span } from './ast.ts';
import { Glob } from './glob.ts';
import { parseHost } from './host.ts';
import { parseInteger, parseMark, parseNumber, parsePort, type Units } from './number.ts';
import { EVERY_STATE, stateBits, stateNames } from './states.ts';

/** The word of an operand: its plain value, and as a shell pattern. */
export interface OperandWord extends Span {
  readonly value: string;
  readonly pattern: string;
}

/** How the operand of a term is read. */
export interface OperandKind {
  /** Words for error messages and help. */
  readonly expected: string;
  parse(word: OperandWord): Operand;
}

export const spanOf = ({ start, end }: Span): Span => ({ start, end });

export const PORT: OperandKind = {
  expected: 'a port',
  parse: (word) => ({ type: 'port', text: word.value, span: spanOf(word), port: parsePort(word.value, word) }),
};

export const HOST: OperandKind = {
  expected: 'a HOST: [FAMILY:]ADDRESS[/PREFIX][:PORT]',
  parse: (word) => parseHost(word.value, word.pattern, spanOf(word)),
};

export const MARK: OperandKind = {
  expected: 'MARK[/MASK]',
  parse: (word) => parseMark(word.value, spanOf(word)),
};

export const PATTERN: OperandKind = {
  expected: 'a name or shell pattern',
  parse: (word) => ({ type: 'pattern', text: word.pattern, span: spanOf(word) }),
};

export const STATE: OperandKind = { expected: 'a state or group of states', parse: parseStates };

export function numberOperand(units: Units): OperandKind {
  return { expected: 'a number', parse: (word) => parseNumber(word.value, spanOf(word), units) };
}

/** A name that is looked up later, or at once the number it stands for. */
export function nameOperand(expected: string, max: bigint): OperandKind {
  return {
    expected,
    parse: (word) => {
      const value = parseInteger(word.value);
      if (word.value === '' || (value !== undefined && value > max)) {
        throw new FilterError(`'${word.value}' is not ${expected}`, word.start, expected);
      }
      return { type: 'name', text: word.value, span: spanOf(word), ...(value === undefined ? {} : { value }) };
    },
  };
}

/** One or several states or groups, with commas. */
export function parseStates(word: OperandWord): CodesOperand {
  let mask = 0;
  for (const name of word.value.split(',')) {
    const bits = stateBits(name);
    if (bits === undefined) {
      throw new FilterError(`no such state '${name}'`, word.start, stateNames(EVERY_STATE).replaceAll(',', ', '));
    }
    mask |= bits;
  }
  return { type: 'codes', text: word.value, span: spanOf(word), mask };
}

/** Values of an enumeration: names or patterns of names in any case, or numbers; several with commas. */
export function codesOperand(names: readonly (string | undefined)[]): OperandKind {
  const known = names.filter((name) => name !== undefined);
  const expected = `one of ${[...new Set(known)].join(', ')}`;
  return {
    expected,
    parse: (word) => {
      let mask = 0;
      for (const part of word.pattern.split(',')) {
        const bits = codeBits(part, names);
        if (bits === 0) throw new FilterError(`no such value '${part}'`, word.start, expected);
        mask |= bits;
      }
      return { type: 'codes', text: word.pattern, span: spanOf(word), mask };
    },
  };
}

function codeBits(part: string, names: readonly (string | undefined)[]): number {
  const number = parseInteger(part);
  if (number !== undefined) return number < 31n ? 1 << Number(number) : 0;
  const glob = new Glob(part, { caseless: true });
  let bits = 0;
  names.forEach((name, code) => {
    if (name !== undefined && glob.test(name)) bits |= 1 << code;
  });
  return bits;
}
