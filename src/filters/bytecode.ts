import { assemble } from './assemble.ts';
import { type Ast, and, type Term, termsOf } from './ast.ts';
import { type PushOptions, termProgram } from './conditions.ts';
import { isAboutStates, netidsFor, statesOf } from './domain.ts';
import { FALSE, invert, join, type Program, TRUE } from './program.ts';
import { assertResolved } from './resolve.ts';

export type { PushOptions } from './conditions.ts';

/** What of a filter the kernel can do. It never leaves out a row that the filter keeps. */
export interface Pushed {
  /** INET_DIAG_REQ_BYTECODE; absent = every row of the states passes. */
  readonly program: Uint8Array | undefined;
  /** Bits 1 << TCP_* for `idiag_states`; 0 = no row can match. */
  readonly states: number;
  /** Kinds of sockets that can match. */
  readonly netids: readonly string[];
  /** Local and remote port for the header of the request; absent = any. */
  readonly sourcePort?: number;
  readonly destPort?: number;
  /** The program asks for marks: without CAP_NET_ADMIN the kernel answers EPERM. Retry with `mark: false`. */
  readonly needsNetAdmin: boolean;
  /** What is left to test when program and states have been applied; absent = nothing. */
  readonly rest: Ast | undefined;
}

/**
 * Netids whose rows the kernel's program does not see as the table shows them: an SCTP association's addresses and ports
 * are not those of its socket.
 */
export const UNPUSHED_NETIDS: ReadonlySet<string> = new Set(['sctp', 'sctp6']);

/** Programs around an expression: what passes `over` is no less than what the filter keeps, `under` no more. */
interface Approximation {
  readonly over: Program;
  readonly under: Program;
  /** Both are the expression itself, also where values are null. */
  readonly exact: boolean;
}

const NOTHING_KNOWN: Approximation = { over: TRUE, under: FALSE, exact: false };

/** Terms whose column may be null where the kernel nevertheless decides. */
const NULLABLE: ReadonlySet<string> = new Set(['dev', 'fwmark', 'cgroup']);

/**
 * The part of a filter the kernel can test, as one program. Of an AND every arm that can be pushed is, of an OR the arms
 * when each leaves something, and a NOT through what is certain of its arm.
 *
 * Kernel: EINVAL means an operation the kernel does not know (see `PushOptions`), EPERM a mark without CAP_NET_ADMIN.
 * Throws FilterError for a filter with names that were not resolved.
 */
export function push(ast: Ast, options: PushOptions = {}): Pushed {
  for (const term of termsOf(ast)) assertResolved(term);
  const conjuncts = ast.kind === 'and' ? ast.arms : [ast];
  const fitting = assembleMost(conjuncts.map((conjunct) => ({ conjunct, ...approximate(conjunct, options) })));
  const exact = new Set(fitting.kept.filter((part) => part.exact).map((part) => part.conjunct));
  const rest = and(...conjuncts.filter((conjunct) => !exact.has(conjunct) && !isAboutStates(conjunct)));
  const needsNetAdmin =
    fitting.kept.some(({ conjunct, over }) => over !== TRUE && asksMark(conjunct)) && options.mark !== false;
  return {
    program: fitting.program,
    states: fitting.impossible ? 0 : statesOf(ast),
    netids: netidsFor(ast),
    ...portHints(conjuncts),
    needsNetAdmin,
    rest: rest.kind === 'constant' && rest.value ? undefined : rest,
  };
}

function asksMark(ast: Ast): boolean {
  return termsOf(ast).some(({ term }) => term === 'fwmark');
}

function approximate(ast: Ast, options: PushOptions): Approximation {
  if (ast.kind === 'constant') {
    const program = ast.value ? TRUE : FALSE;
    return { over: program, under: program, exact: true };
  }
  if (ast.kind === 'not') {
    const { over, under, exact } = approximate(ast.arm, options);
    return { over: invert(under), under: invert(over), exact };
  }
  if (ast.kind === 'term') {
    const program = termProgram(ast, options);
    return program === undefined ? NOTHING_KNOWN : { over: program, under: program, exact: !NULLABLE.has(ast.term) };
  }
  const { kind } = ast;
  const arms = ast.arms.map((arm) => approximate(arm, options));
  const programs = (side: 'over' | 'under') =>
    join(
      kind,
      arms.map((arm) => arm[side]),
    );
  return { over: programs('over'), under: programs('under'), exact: arms.every(({ exact }) => exact) };
}

interface Part extends Approximation {
  readonly conjunct: Ast;
}

interface Fitting {
  readonly kept: readonly Part[];
  readonly program: Uint8Array | undefined;
  /** No row can pass. */
  readonly impossible: boolean;
}

/** The program of as many parts as the kernel takes: the longest are left out first. */
function assembleMost(parts: readonly Part[]): Fitting {
  const whole = join(
    'and',
    parts.map(({ over }) => over),
  );
  if (whole.kind === 'constant') return { kept: parts, program: undefined, impossible: !whole.value };
  const program = assemble(whole);
  if (program !== undefined) return { kept: parts, program, impossible: false };
  const sizes = new Map(parts.map((part) => [part, programSize(part.over)]));
  const longest = parts.reduce((a, b) => (sizes.get(b)! > sizes.get(a)! ? b : a));
  return assembleMost(parts.filter((part) => part !== longest));
}

function programSize(program: Program): number {
  if (program.kind === 'constant') return 0;
  if (program.kind === 'not') return programSize(program.arm);
  if (program.kind === 'test') return program.argument.length + 4;
  return program.arms.reduce((sum, arm) => sum + programSize(arm) + 4, 0);
}

/** The one port, other than 0, a conjunct asks for. */
function onePort({ operator, operand }: Term): number | undefined {
  if (operator !== '=' || (operand.type !== 'port' && operand.type !== 'host')) return undefined;
  const { port } = operand;
  return port !== undefined && port.low === port.high && port.low !== 0 ? port.low : undefined;
}

const HINTS: Readonly<Record<string, 'sourcePort' | 'destPort'>> = {
  sport: 'sourcePort',
  src: 'sourcePort',
  dport: 'destPort',
  dst: 'destPort',
};

/** NB: the kernel does not apply them to bound-inactive sockets; the program, which has them too, it does. */
function portHints(conjuncts: readonly Ast[]): { sourcePort?: number; destPort?: number } {
  const hints: { sourcePort?: number; destPort?: number } = {};
  for (const conjunct of conjuncts) {
    if (conjunct.kind !== 'term') continue;
    const name = HINTS[conjunct.term];
    const port = onePort(conjunct);
    if (name !== undefined && port !== undefined) hints[name] = port;
  }
  return hints;
}
