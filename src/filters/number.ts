import { FilterError } from '../errors.ts';
import type { MarkOperand, NumberOperand, PortRange, Span } from './ast.ts';

/** Factors of the suffixes a number may carry. */
export type Units = Readonly<Record<string, bigint>>;

/** Sizes: powers of 1024. */
export const BYTES: Units = { k: 1n << 10n, K: 1n << 10n, M: 1n << 20n, G: 1n << 30n, T: 1n << 40n };

/** Durations, in the unit the column has. */
export const MICROSECONDS: Units = { us: 1n, µs: 1n, ms: 1000n, s: 1_000_000n, min: 60_000_000n };
export const MILLISECONDS: Units = { ms: 1n, s: 1000n, min: 60_000n, h: 3_600_000n };

const NUMBER = /^(-?)(0[xX][0-9a-fA-F]{1,16}|0|[1-9]\d{0,19})([a-zA-Zµ]*)$/;

/** A decimal or 0x number; undefined when it is none. NB: 010 is none, as programs differ about what it means. */
export function parseInteger(text: string): bigint | undefined {
  const match = NUMBER.exec(text);
  return match === null || match[1] !== '' || match[3] !== '' ? undefined : BigInt(match[2]!);
}

/** A number with an optional unit of `units`. */
export function parseNumber(text: string, span: Span, units: Units = {}): NumberOperand {
  const [, sign, digits, unit] = NUMBER.exec(text) ?? [];
  const known = unit !== undefined && (unit === '' || Object.hasOwn(units, unit));
  if (digits === undefined || !known) {
    const suffixes = Object.keys(units);
    const words = suffixes.length === 0 ? '' : `, perhaps with ${suffixes.join(', ')}`;
    throw new FilterError(`'${text}' is not a number`, span.start, `a decimal or 0x number${words}`);
  }
  const value = BigInt(digits) * (unit === '' ? 1n : units[unit!]!);
  return { type: 'number', text, span, value: sign === '-' ? -value : value };
}

const PORT_EXPECTED = 'a port: number 0 to 65535, LOW-HIGH, service name or *';

/** `22`, `:22`, `1000-2000`, `*`, or a service name, which is left to `resolveFilter()`. */
export function parsePort(written: string, span: Span): PortRange {
  const text = written.startsWith(':') ? written.slice(1) : written;
  if (text === '*') return { low: 0, high: 0xffff };
  const [, from, to] = /^([^-]+)-(.+)$/.exec(text) ?? [];
  const low = parseInteger(from ?? text);
  const high = to === undefined ? low : parseInteger(to);
  if (low !== undefined && high !== undefined) {
    if (high > 0xffffn || low > high) throw new FilterError(`'${text}' is not a port`, span.start, PORT_EXPECTED);
    return { low: Number(low), high: Number(high) };
  }
  if (!/^[^\s:/*]*[a-zA-Z][^\s:/*]*$/.test(text) || /^[-+]?\d+[-+]\d/.test(text)) {
    throw new FilterError(`'${text}' is not a port`, span.start, PORT_EXPECTED);
  }
  return { low: 0, high: 0, name: text };
}

/** MARK[/MASK]. */
export function parseMark(text: string, span: Span): MarkOperand {
  const [first, second, ...more] = text.split('/');
  const mark = parseInteger(first!);
  const mask = second === undefined ? 0xffffffffn : parseInteger(second);
  if (mark === undefined || mask === undefined || more.length > 0 || mark > 0xffffffffn || mask > 0xffffffffn) {
    throw new FilterError(`'${text}' is not a firewall mark`, span.start, 'MARK[/MASK], numbers below 2^32');
  }
  return { type: 'mark', text, span, mark: Number(mark), mask: Number(mask) };
}
