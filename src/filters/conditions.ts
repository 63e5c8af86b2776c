import { AF_INET, AF_INET6, AF_UNSPEC } from '../uapi/socket.ts';
import type { HostMatch, HostOperand, Operator, PortRange, Term } from './ast.ts';
import {
  INET_DIAG_BC_CGROUP_COND,
  INET_DIAG_BC_D_COND,
  INET_DIAG_BC_D_EQ,
  INET_DIAG_BC_D_GE,
  INET_DIAG_BC_D_LE,
  INET_DIAG_BC_DEV_COND,
  INET_DIAG_BC_MARK_COND,
  INET_DIAG_BC_S_COND,
  INET_DIAG_BC_S_EQ,
  INET_DIAG_BC_S_GE,
  INET_DIAG_BC_S_LE,
} from './opcodes.ts';
import { FALSE, invert, join, type Program, TRUE } from './program.ts';

/** What the running kernel, or the caller's privilege, allows. All true unless said otherwise. */
export interface PushOptions {
  /** S_EQ and D_EQ (5.10); else pairs of GE and LE. */
  readonly equality?: boolean;
  /** DEV_COND (4.2). */
  readonly device?: boolean;
  /** CGROUP_COND (5.9). */
  readonly cgroup?: boolean;
  /** MARK_COND (4.6), which needs CAP_NET_ADMIN. */
  readonly mark?: boolean;
}

interface SideCodes {
  readonly ge: number;
  readonly le: number;
  readonly eq: number;
  readonly cond: number;
}

const SOURCE: SideCodes = {
  ge: INET_DIAG_BC_S_GE,
  le: INET_DIAG_BC_S_LE,
  eq: INET_DIAG_BC_S_EQ,
  cond: INET_DIAG_BC_S_COND,
};
const DESTINATION: SideCodes = {
  ge: INET_DIAG_BC_D_GE,
  le: INET_DIAG_BC_D_LE,
  eq: INET_DIAG_BC_D_EQ,
  cond: INET_DIAG_BC_D_COND,
};

const PORT_MAX = 0xffff;

function test(code: number, argument: ArrayBufferView): Program {
  return { kind: 'test', code, argument: new Uint8Array(argument.buffer) };
}

/** The port is the `no` of a second op, host byte order. */
function portTest(code: number, port: number): Program {
  return test(code, Uint16Array.of(0, port));
}

function portsBetween(side: SideCodes, low: number, high: number, options: PushOptions): Program {
  if (low > high) return FALSE;
  if (low === high && options.equality !== false) return portTest(side.eq, low);
  const above = low === 0 ? TRUE : portTest(side.ge, low);
  const below = high === PORT_MAX ? TRUE : portTest(side.le, high);
  return join('and', [above, below]);
}

/** Each comparison as the ports it lets through. NB: != is inverted by the caller. */
const INTERVALS: Readonly<Record<Operator, (port: PortRange) => readonly [low: number, high: number]>> = {
  '=': ({ low, high }) => [low, high],
  '!=': ({ low, high }) => [low, high],
  '<': ({ low }) => [0, low - 1],
  '<=': ({ low }) => [0, low],
  '>': ({ low }) => [low + 1, PORT_MAX],
  '>=': ({ low }) => [low, PORT_MAX],
};

function portProgram(side: SideCodes, { operator, operand }: Term, options: PushOptions): Program | undefined {
  if (operand.type !== 'port') return undefined;
  const [low, high] = INTERVALS[operator](operand.port);
  return portsBetween(side, low, high, options);
}

/** `inet_diag_hostcond`: family u8, prefix_len u8, 2 bytes, port s32 (-1 = any), address. */
function hostCondition(side: SideCodes, match: HostMatch, port: number): Program {
  const { family, prefixLength, bytes } = match;
  const argument = new Uint8Array(8 + bytes.length);
  argument[0] = family;
  argument[1] = prefixLength;
  new Int32Array(argument.buffer, 4, 1)[0] = port;
  argument.set(bytes, 8);
  return test(side.cond, argument);
}

const ANY_IPV6: HostMatch = { family: AF_INET6, strict: true, bytes: new Uint8Array(16), prefixLength: 0 };

function matchProgram(side: SideCodes, match: HostMatch, port: PortRange | undefined, options: PushOptions): Program {
  const ports = port === undefined ? TRUE : portsBetween(side, port.low, port.high, options);
  if (match.family === AF_UNSPEC) return ports;
  const single = port !== undefined && port.low === port.high;
  const address = hostCondition(side, match, single ? port.low : -1);
  // An IPv4 condition also matches mapped addresses; `inet:` does not want those.
  const family = match.family === AF_INET && match.strict ? invert(hostCondition(side, ANY_IPV6, -1)) : TRUE;
  return join('and', [single ? TRUE : ports, family, address]);
}

function hostProgram(side: SideCodes, operand: HostOperand, options: PushOptions): Program {
  const { matches, port } = operand;
  // A family without internet addresses.
  if (matches === undefined) return FALSE;
  return join(
    'or',
    matches.map((match) => matchProgram(side, match, port, options)),
  );
}

type TermProgram = (term: Term, options: PushOptions) => Program | undefined;

function nameValue({ operand }: Term): bigint | undefined {
  return operand.type === 'name' ? operand.value : undefined;
}

const hostOf =
  (side: SideCodes): TermProgram =>
  ({ operand }, options) =>
    operand.type === 'host' ? hostProgram(side, operand, options) : undefined;

/**
 * Terms with bytecode. `autobound` has none: INET_DIAG_BC_AUTO asks whether the port was bound explicitly, and holds for
 * every TIME_WAIT and SYN_RECV, which is not what the term means.
 */
const PROGRAMS: Readonly<Record<string, TermProgram>> = {
  src: hostOf(SOURCE),
  dst: hostOf(DESTINATION),
  sport: (term, options) => portProgram(SOURCE, term, options),
  dport: (term, options) => portProgram(DESTINATION, term, options),
  dev: (term, options) => {
    const index = options.device === false ? undefined : nameValue(term);
    return index === undefined ? undefined : test(INET_DIAG_BC_DEV_COND, Uint32Array.of(Number(index)));
  },
  fwmark: ({ operand }, options) => {
    if (operand.type !== 'mark' || options.mark === false) return undefined;
    return test(INET_DIAG_BC_MARK_COND, Uint32Array.of(operand.mark, operand.mask));
  },
  cgroup: (term, options) => {
    const id = options.cgroup === false ? undefined : nameValue(term);
    return id === undefined ? undefined : test(INET_DIAG_BC_CGROUP_COND, BigUint64Array.of(id));
  },
};

/** The kernel's test for a term; undefined when there is none. */
export function termProgram(term: Term, options: PushOptions): Program | undefined {
  const program = PROGRAMS[term.term]?.(term, options);
  return program !== undefined && term.operator === '!=' ? invert(program) : program;
}
