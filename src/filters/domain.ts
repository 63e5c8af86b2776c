import { FAMILIES } from '../families.ts';
import { AF_INET, AF_INET6, AF_UNSPEC } from '../uapi/socket.ts';
import { TCPF_BOUND_INACTIVE, TCPF_CLOSE } from '../uapi/tcp-states.ts';
import { type Ast, type HostOperand, type Term, termsOf } from './ast.ts';
import { EVERY_STATE } from './states.ts';

/** Bits of values for which a filter may hold, and of those for which it holds for certain. */
interface Bounds {
  readonly may: number;
  readonly must: number;
}

/** A column with few values, asked for by a mask. */
interface Domain {
  readonly every: number;
  /** What a term says of the values; undefined = nothing. */
  bounds(term: Term): Bounds | undefined;
}

function exactly(mask: number): Bounds {
  return { may: mask, must: mask };
}

function boundsOf(ast: Ast, domain: Domain): Bounds {
  const { every } = domain;
  if (ast.kind === 'constant') return exactly(ast.value ? every : 0);
  if (ast.kind === 'not') return complement(boundsOf(ast.arm, domain), every);
  if (ast.kind === 'term') {
    const bounds = domain.bounds(ast) ?? { may: every, must: 0 };
    return ast.operator === '!=' ? complement(bounds, every) : bounds;
  }
  const arms = ast.arms.map((arm) => boundsOf(arm, domain));
  return ast.kind === 'and'
    ? arms.reduce((all, arm) => ({ may: all.may & arm.may, must: all.must & arm.must }))
    : arms.reduce((all, arm) => ({ may: all.may | arm.may, must: all.must | arm.must }));
}

function complement({ may, must }: Bounds, every: number): Bounds {
  return { may: every & ~must, must: every & ~may };
}

function codesMask({ operand }: Term): number | undefined {
  return operand.type === 'codes' ? operand.mask : undefined;
}

/** A mask as rows show it: CLOSE is also what bound-inactive sockets answer. */
function shownStates(mask: number): number {
  return (mask & TCPF_CLOSE) === 0 ? mask : mask | TCPF_BOUND_INACTIVE;
}

const STATES: Domain = {
  every: EVERY_STATE,
  bounds(term) {
    const mask = term.term === 'state' ? codesMask(term) : undefined;
    return mask === undefined ? undefined : exactly(shownStates(mask));
  },
};

/**
 * States of rows that the filter can hold for: the mask of a request. Bound-inactive sockets are asked for only when the
 * filter names them, since nobody else expects them.
 */
export function statesOf(ast: Ast): number {
  const named = termsOf(ast).some(
    (term) => term.term === 'state' && ((codesMask(term) ?? 0) & TCPF_BOUND_INACTIVE) !== 0,
  );
  const { may } = boundsOf(ast, STATES);
  return named ? may : may & ~TCPF_BOUND_INACTIVE;
}

function netidsOf(families: readonly number[]): number {
  return FAMILIES.reduce((mask, { family }, code) => (families.includes(family) ? mask | (1 << code) : mask), 0);
}

const EVERY_NETID = netidsOf([AF_INET, AF_INET6]);
const IPV4_NETIDS = netidsOf([AF_INET]);
const IPV6_NETIDS = netidsOf([AF_INET6]);

/** An IPv4 address may be that of an IPv6 socket, mapped. */
function hostNetids({ matches }: HostOperand): number {
  let mask = 0;
  for (const { family, strict } of matches ?? []) {
    if (family === AF_INET6) mask |= IPV6_NETIDS;
    else mask |= strict && family !== AF_UNSPEC ? IPV4_NETIDS : EVERY_NETID;
  }
  return mask;
}

const NETID_TERMS: Readonly<Record<string, (term: Term) => Bounds | undefined>> = {
  netid: (term) => exactly(codesMask(term) ?? EVERY_NETID),
  family: (term) => {
    const mask = codesMask(term) ?? 0;
    return exactly(netidsOf([AF_INET, AF_INET6].filter((family) => (mask & (1 << family)) !== 0)));
  },
  src: ({ operand }) => (operand.type === 'host' ? { may: hostNetids(operand), must: 0 } : undefined),
  dst: ({ operand }) => (operand.type === 'host' ? { may: hostNetids(operand), must: 0 } : undefined),
};

const NETIDS: Domain = { every: EVERY_NETID, bounds: (term) => NETID_TERMS[term.term]?.(term) };

/** Netids of rows that the filter can hold for, in the order of `FAMILIES`. */
export function netidsFor(ast: Ast): string[] {
  const { may } = boundsOf(ast, NETIDS);
  return FAMILIES.filter((_, code) => (may & (1 << code)) !== 0).map(({ netid }) => netid);
}

/** Is the filter about nothing but states, so that a mask says all of it? */
export function isAboutStates(ast: Ast): boolean {
  return termsOf(ast).every((term) => term.term === 'state');
}
