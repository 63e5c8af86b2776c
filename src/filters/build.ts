import { FilterError } from '../errors.ts';
import type { SocketsSchema } from '../tables/sockets.ts';
import { type Ast, type HostFamily, NOWHERE, not, type Operator, or } from './ast.ts';
import { checkOperator, makeTerm } from './parse.ts';
import { termRow } from './terms.ts';

/** Terms that are not columns. */
export type NamedTerm =
  | 'src'
  | 'dst'
  | 'sport'
  | 'dport'
  | 'dev'
  | 'fwmark'
  | 'cgroup'
  | 'user'
  | 'pid'
  | 'comm'
  | 'container'
  | 'unit';

/** What a filter compares: a term of its own, or a column of the sockets table. */
export type TermName = NamedTerm | Exclude<keyof SocketsSchema & string, 'localAddress' | 'remoteAddress'>;

/** What it is compared with; strings as in filter text, without quoting. */
export type TermValue = string | number | bigint | boolean;

/** A comparison; throws FilterError as the parser would. Columns of other tables than sockets may be named too. */
export function compare(term: TermName | (string & {}), operator: Operator, value: TermValue): Ast {
  const row = termRow(term);
  if (row === undefined || row.operators === 'none') throw new FilterError(`unknown term '${term}'`, 0, 'a term');
  checkOperator(row, operator, NOWHERE);
  const text = typeof value === 'boolean' ? String(Number(value)) : String(value);
  return makeTerm(row, operator, { value: text, pattern: text, ...NOWHERE }, NOWHERE);
}

export function eq(term: TermName, value: TermValue): Ast {
  return compare(term, '=', value);
}
export function ne(term: TermName, value: TermValue): Ast {
  return compare(term, '!=', value);
}
export function lt(term: TermName, value: TermValue): Ast {
  return compare(term, '<', value);
}
export function le(term: TermName, value: TermValue): Ast {
  return compare(term, '<=', value);
}
export function gt(term: TermName, value: TermValue): Ast {
  return compare(term, '>', value);
}
export function ge(term: TermName, value: TermValue): Ast {
  return compare(term, '>=', value);
}

/** One of the values. */
export function oneOf(term: TermName, values: Iterable<TermValue>): Ast {
  return or(...Array.from(values, (value) => eq(term, value)));
}

/** A port, or all from `port` to `last`. */
export function port(side: 'sport' | 'dport', port: number | string, last: number | string = port): Ast {
  return compare(side, '=', last === port ? port : `${port}-${last}`);
}

export interface HostParts {
  /** `inet`: IPv4 sockets only, without mapped addresses. */
  readonly family?: HostFamily;
  /** Address or name; absent = any. */
  readonly address?: string;
  readonly prefix?: number;
  readonly port?: number | string;
}

/** An address, with or without prefix and port. */
export function host(side: 'src' | 'dst', parts: string | HostParts): Ast {
  if (typeof parts === 'string') return compare(side, '=', parts);
  const { family, address = '*', prefix, port } = parts;
  const bits = prefix === undefined ? '' : `/${prefix}`;
  const whole = address.includes(':') ? `[${address}${bits}]` : `${address}${bits}`;
  return compare(
    side,
    '=',
    `${family === undefined ? '' : `${family}:`}${whole}${port === undefined ? '' : `:${port}`}`,
  );
}

/** One of the states or groups of states. */
export function state(...names: readonly string[]): Ast {
  return names.length === 0 ? or() : compare('state', '=', names.join(','));
}

/** None of the states or groups of states. */
export function exclude(...names: readonly string[]): Ast {
  return not(state(...names));
}

/** The local port is within ip_local_port_range. */
export function autobound(): Ast {
  const row = termRow('autobound')!;
  return makeTerm(row, '=', { value: '', pattern: '', ...NOWHERE }, NOWHERE);
}
