import { FilterError } from '../errors.ts';
import { AF_INET, AF_INET6, AF_UNSPEC } from '../uapi/socket.ts';
import type { Ast, HostMatch, HostOperand, Operand, PortOperand, PortRange, RangeOperand, Term } from './ast.ts';
import { junction, not, termsOf } from './ast.ts';
import { addressMatch } from './host.ts';
import { isUnresolved, linkDevice } from './terms.ts';

/**
 * What a filter's names mean where the rows come from. Each answers undefined (or nothing) when there is no such name, null
 * when that cannot be known from here.
 */
export interface FilterLookups {
  /** Addresses of a host name, 4 or 16 bytes each; AF_UNSPEC = of both families. */
  hosts(name: string, family: number): Promise<readonly Uint8Array[]>;
  /** Port number of a service. */
  service(name: string): Promise<number | undefined>;
  user(name: string): Promise<number | null | undefined>;
  /** Index of a network device in the namespace that is read. */
  device(name: string): Promise<number | null | undefined>;
  /** Id of a cgroup v2: the inode of its directory. */
  cgroup(path: string): Promise<bigint | null | undefined>;
  /** ip_local_port_range of the namespace that is read. */
  localPortRange(): Promise<readonly [low: number, high: number] | null | undefined>;
}

/** Does it hold names, so that it cannot be compiled before `resolveFilter()`? */
export function needsResolving(ast: Ast): boolean {
  for (const term of termsOf(ast)) if (isUnresolved(term.operand)) return true;
  return false;
}

/** The filter with its names replaced by what they stand for. Rejects with a FilterError for a name nobody knows. */
export async function resolveFilter(ast: Ast, lookups: FilterLookups): Promise<Ast> {
  if (ast.kind === 'constant') return ast;
  if (ast.kind === 'not') return not(await resolveFilter(ast.arm, lookups), ast.span);
  if (ast.kind === 'term') {
    return isUnresolved(ast.operand) ? { ...ast, operand: await resolveOperand(ast, lookups) } : ast;
  }
  const arms: Ast[] = [];
  for (const arm of ast.arms) arms.push(await resolveFilter(arm, lookups));
  return junction(ast.kind, arms, ast.span);
}

async function resolveOperand(term: Term, lookups: FilterLookups): Promise<Operand> {
  const { operand } = term;
  if (operand.type === 'name') {
    return { ...operand, value: await resolveName(term.term, operand.text, operand.span.start, lookups) };
  }
  if (operand.type === 'port') return resolvePortOperand(operand, lookups);
  if (operand.type === 'range') return resolveRange(operand, lookups);
  return operand.type === 'host' ? resolveHost(operand, lookups) : operand;
}

type NameLookup = (lookups: FilterLookups, name: string) => Promise<number | bigint | null | undefined>;

const NAME_LOOKUPS: Readonly<Record<string, { readonly what: string; readonly find: NameLookup }>> = {
  user: { what: 'user', find: (lookups, name) => lookups.user(name) },
  dev: { what: 'device', find: (lookups, name) => lookups.device(name) },
  cgroup: { what: 'cgroup', find: (lookups, name) => lookups.cgroup(name) },
};

async function resolveName(term: string, name: string, position: number, lookups: FilterLookups): Promise<bigint> {
  const { what, find } = NAME_LOOKUPS[term]!;
  const found = await find(lookups, name);
  if (found === undefined) throw new FilterError(`no such ${what} '${name}'`, position, `a ${what} or its number`);
  if (found === null) throw new FilterError(`${what} '${name}' cannot be looked up from here`, position, 'its number');
  return BigInt(found);
}

async function resolvePort(port: PortRange, position: number, lookups: FilterLookups): Promise<PortRange> {
  if (port.name === undefined) return port;
  const number = await lookups.service(port.name);
  if (number === undefined)
    throw new FilterError(`no such service '${port.name}'`, position, 'a service or its number');
  return { low: number, high: number };
}

async function resolvePortOperand(operand: PortOperand, lookups: FilterLookups): Promise<PortOperand> {
  return { ...operand, port: await resolvePort(operand.port, operand.span.start, lookups) };
}

async function resolveRange(operand: RangeOperand, lookups: FilterLookups): Promise<RangeOperand> {
  const range = await lookups.localPortRange();
  if (range == null) {
    throw new FilterError(
      'autobound: ip_local_port_range cannot be read from here',
      operand.span.start,
      'a comparison of sport',
    );
  }
  return { ...operand, range: { low: range[0], high: range[1] } };
}

const NAMED_FAMILIES: Readonly<Record<string, number>> = { inet: AF_INET, inet6: AF_INET6 };

async function resolveHost(operand: HostOperand, lookups: FilterLookups): Promise<HostOperand> {
  const { port, name, ...others } = operand;
  const position = operand.span.start;
  const link = operand.family === 'link' ? linkDevice(operand) : undefined;
  if (link !== undefined) return { ...operand, device: Number(await resolveName('dev', link, position, lookups)) };
  const found = port === undefined ? undefined : await resolvePort(port, position, lookups);
  const matches = operand.matches ?? (await hostMatches(name!, operand, lookups));
  return { ...others, matches, ...(found === undefined ? {} : { port: found }) };
}

async function hostMatches(name: string, operand: HostOperand, lookups: FilterLookups): Promise<HostMatch[]> {
  const addresses = await lookups.hosts(name, NAMED_FAMILIES[operand.family ?? ''] ?? AF_UNSPEC);
  if (addresses.length === 0)
    throw new FilterError(`no such host '${name}'`, operand.span.start, 'an address or host name');
  return addresses.map((bytes) => addressMatch(bytes, operand.family));
}

/** Throws FilterError unless every name of the term has been looked up. */
export function assertResolved(term: Term): void {
  if (!isUnresolved(term.operand)) return;
  throw new FilterError(
    `${term.term}: a name has not been looked up`,
    term.operand.span.start,
    'a filter from resolveFilter()',
  );
}
