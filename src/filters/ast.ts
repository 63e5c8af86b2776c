/** Where a node stands in the filter text: offsets of its first character and of the one behind its last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The span of nodes that were built, not parsed. */
export const NOWHERE: Span = { start: 0, end: 0 };

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** Ports low to high, both included; `name`: a service that is still to be looked up. */
export interface PortRange {
  readonly low: number;
  readonly high: number;
  readonly name?: string;
}

export type HostFamily = 'inet' | 'inet6' | 'unix' | 'link' | 'netlink' | 'vsock';

/** What a HOST matches once it is known: an internet address with prefix, a port, or both. */
export interface HostMatch {
  /** AF_INET, AF_INET6; AF_UNSPEC = any address. */
  readonly family: number;
  /** `inet:`: IPv4 sockets only. Else an IPv4 address also matches its mapped form in an IPv6 socket, as in the kernel. */
  readonly strict: boolean;
  /** 4 or 16 bytes, network order; none for AF_UNSPEC. */
  readonly bytes: Uint8Array;
  readonly prefixLength: number;
}

interface OperandBase {
  /** As written, without its quoting; shell patterns keep a backslash before characters meant literally. */
  readonly text: string;
  readonly span: Span;
}

export interface NoOperand extends OperandBase {
  readonly type: 'none';
}
export interface PortOperand extends OperandBase {
  readonly type: 'port';
  readonly port: PortRange;
}
export interface HostOperand extends OperandBase {
  readonly type: 'host';
  /** The prefix written before the address. */
  readonly family?: HostFamily;
  /** A name that is still to be looked up, or the words of a family other than inet and inet6. */
  readonly name?: string;
  /** `link:PROTOCOL:DEVICE`: index of the device, once it is known. */
  readonly device?: number;
  readonly matches?: readonly HostMatch[];
  readonly port?: PortRange;
}
export interface NumberOperand extends OperandBase {
  readonly type: 'number';
  readonly value: bigint;
}
/** A name that stands for a number: user, network device, cgroup. `value` is absent until it is resolved. */
export interface NameOperand extends OperandBase {
  readonly type: 'name';
  readonly value?: bigint;
}
export interface MarkOperand extends OperandBase {
  readonly type: 'mark';
  readonly mark: number;
  readonly mask: number;
}
export interface PatternOperand extends OperandBase {
  readonly type: 'pattern';
}
/** One or several values of an enumeration: bits 1 << value. */
export interface CodesOperand extends OperandBase {
  readonly type: 'codes';
  readonly mask: number;
}
/** Of `autobound`: ip_local_port_range, known when resolved. */
export interface RangeOperand extends OperandBase {
  readonly type: 'range';
  readonly range?: PortRange;
}

export type Operand =
  | NoOperand
  | PortOperand
  | HostOperand
  | NumberOperand
  | NameOperand
  | MarkOperand
  | PatternOperand
  | CodesOperand
  | RangeOperand;

export interface Constant {
  readonly kind: 'constant';
  readonly value: boolean;
  readonly span: Span;
}
export interface Junction {
  readonly kind: 'and' | 'or';
  readonly arms: readonly Ast[];
  readonly span: Span;
}
export interface Negation {
  readonly kind: 'not';
  readonly arm: Ast;
  readonly span: Span;
}
export interface Term {
  readonly kind: 'term';
  /** A name of `terms.ts`, in lower case. */
  readonly term: string;
  readonly operator: Operator;
  readonly operand: Operand;
  readonly span: Span;
}

/** A filter. Nodes are immutable; names in operands are text until `resolveFilter()`. */
export type Ast = Constant | Junction | Negation | Term;

/** `and` or `or` of the arms: nested ones of the same kind are merged, constants folded. */
export function junction(kind: 'and' | 'or', arms: readonly Ast[], span: Span = NOWHERE): Ast {
  const decisive = kind === 'or';
  const merged: Ast[] = [];
  for (const arm of arms) {
    if (arm.kind === 'constant') {
      if (arm.value === decisive) return { kind: 'constant', value: decisive, span };
    } else if (arm.kind === kind) {
      for (const inner of arm.arms) merged.push(inner);
    } else {
      merged.push(arm);
    }
  }
  if (merged.length === 0) return { kind: 'constant', value: !decisive, span };
  return merged.length === 1 ? merged[0]! : { kind, arms: merged, span };
}

/** Every arm holds; of nothing: every row. */
export function and(...arms: readonly Ast[]): Ast {
  return junction('and', arms);
}

/** One arm holds; of nothing: no row. */
export function or(...arms: readonly Ast[]): Ast {
  return junction('or', arms);
}

export function not(arm: Ast, span: Span = NOWHERE): Ast {
  if (arm.kind === 'constant') return { kind: 'constant', value: !arm.value, span };
  return arm.kind === 'not' ? arm.arm : { kind: 'not', arm, span };
}

/** All terms, in the order of the text. */
export function termsOf(ast: Ast): Term[] {
  const terms: Term[] = [];
  collectTerms(ast, terms);
  return terms;
}

function collectTerms(ast: Ast, terms: Term[]): void {
  if (ast.kind === 'term') terms.push(ast);
  else if (ast.kind === 'not') collectTerms(ast.arm, terms);
  else if (ast.kind !== 'constant') for (const arm of ast.arms) collectTerms(arm, terms);
}
