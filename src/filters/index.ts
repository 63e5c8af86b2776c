export {
  type Ast,
  and,
  type HostFamily,
  not,
  type Operand,
  type Operator,
  or,
  type Span,
  type Term,
} from './ast.ts';
export {
  autobound,
  compare,
  eq,
  exclude,
  ge,
  gt,
  type HostParts,
  host,
  le,
  lt,
  ne,
  oneOf,
  port,
  state,
  type TermName,
  type TermValue,
} from './build.ts';
export { type Pushed, type PushOptions, push, UNPUSHED_NETIDS } from './bytecode.ts';
export { netidsFor, statesOf } from './domain.ts';
export { explainFilterError, formatFilter } from './format.ts';
export { type SystemLookupOptions, systemLookups } from './lookups.ts';
export type { OwnersOf } from './owner-leaf.ts';
export { type ParseOptions, parseFilter } from './parse.ts';
export { compilePredicate, filterColumns, ownerFields, type PredicateOptions } from './predicate.ts';
export { type FilterLookups, needsResolving, resolveFilter } from './resolve.ts';
export { type OwnerField, TERMS, type TermRow } from './terms.ts';
