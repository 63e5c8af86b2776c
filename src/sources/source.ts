import { debuglog } from 'node:util';
import type { SourceName, Table, Warning } from '../columns/table.ts';
import type { Schema } from '../columns/type.ts';
import { type NetlinkError, type ProcfsError, SockdiagError } from '../errors.ts';

/** Every request, retry and fallback in words, with NODE_DEBUG=sockdiag. */
export const debug: (text: string, ...values: unknown[]) => void = debuglog('sockdiag');

/** Why a source cannot answer a request. */
export interface Unavailable {
  /** errno name or another stable word. */
  readonly code: string;
  /** One sentence for people. */
  readonly reason: string;
}

/** Thrown by `Source.read()` when another source may well be able to answer. Never leaves this package. */
export class UnavailableError extends SockdiagError {
  override readonly cause: SockdiagError | undefined;

  constructor(code: string, reason: string, cause?: SockdiagError) {
    super(code, reason);
    this.cause = cause;
  }
}

/**
 * One way to fill a table. netlink, procfs, the descriptor scan and the BPF walk are the same kind of thing, and give
 * identical rows for the columns they have.
 */
export interface Source<Request, S extends Schema> {
  readonly name: SourceName;
  /** Why this source cannot answer, in words; undefined when it may. Never throws, cheap. */
  probe(request: Request): Unavailable | undefined;
  /** Throws UnavailableError when another source should be tried, another SockdiagError when the answer itself is bad. */
  read(request: Request): Promise<Table<S>>;
}

/** A source that can always be tried, and is loaded then. */
export function loadedLate<Request, S extends Schema>(
  name: SourceName,
  load: () => Promise<Source<Request, S>>,
): Source<Request, S> {
  return { name, probe: () => undefined, read: async (request) => (await load()).read(request) };
}

/** errno names that mean "this kernel, or this caller, cannot be asked this way", and nothing else. */
const UNAVAILABLE_CODES: ReadonlySet<string> = new Set([
  'EPROTONOSUPPORT',
  'EAFNOSUPPORT',
  'EACCES',
  'EPERM',
  'ENOENT',
  'EOPNOTSUPP',
  'ENOSYS',
  'ECONNREFUSED',
]);

export function isUnavailable(code: string): boolean {
  return UNAVAILABLE_CODES.has(code);
}

export interface Choice<S extends Schema> {
  readonly table: Table<S>;
  /** One warning for each source that was passed over. */
  readonly warnings: readonly Warning[];
}

/** How long a refusal is remembered: another process may load the missing kernel module. */
const REMEMBER_MS = 5000;
const refusals = new Map<string, Refusal>();

interface Refusal extends Unavailable {
  readonly until: number;
  /** What to throw when nobody else can answer either. */
  readonly error: SockdiagError;
}

/** Forgets what was refused; for tests and for callers that know that something changed. */
export function forgetRefusals(): void {
  refusals.clear();
}

/**
 * The only fallback policy: the first source that can answer. A source is passed over only when it is unavailable; its
 * reason becomes a warning. `key` names the table within its namespace, for remembering refusals.
 */
export async function choose<Request, S extends Schema>(
  key: string,
  sources: readonly Source<Request, S>[],
  request: Request,
): Promise<Choice<S>> {
  const warnings: Warning[] = [];
  let last: SockdiagError | undefined;
  for (const source of sources) {
    const remembered = recall(key, source.name);
    const refused = remembered ?? source.probe(request);
    if (refused !== undefined) {
      warnings.push(passedOver(key, source.name, refused));
      last ??= remembered?.error ?? cannotBeUsed(key, source.name, refused);
      continue;
    }
    try {
      return { table: await source.read(request), warnings };
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      const unavailable = { code: error.code, reason: error.message };
      last = error.cause ?? new SockdiagError(error.code, error.message);
      refusals.set(`${key} ${source.name}`, { ...unavailable, until: Date.now() + REMEMBER_MS, error: last });
      warnings.push(passedOver(key, source.name, unavailable));
    }
  }
  throw last ?? new SockdiagError('ENOSYS', `${key}: no source`);
}

function recall(key: string, source: SourceName): Refusal | undefined {
  const remembered = refusals.get(`${key} ${source}`);
  if (remembered === undefined) return undefined;
  if (remembered.until > Date.now()) return remembered;
  refusals.delete(`${key} ${source}`);
  return undefined;
}

function cannotBeUsed(key: string, source: SourceName, { code, reason }: Unavailable): SockdiagError {
  return new SockdiagError(code, `${key}: ${source} cannot be used: ${reason}`);
}

function passedOver(key: string, source: SourceName, unavailable: Unavailable): Warning {
  const message = `${key}: ${source} not used: ${unavailable.reason}`;
  debug('%s', message);
  return { code: 'fallback', message };
}

/** The UnavailableError or the error itself, by the code of a failed kernel operation. */
export function kernelError(error: NetlinkError | ProcfsError): SockdiagError {
  return isUnavailable(error.code) ? new UnavailableError(error.code, error.message, error) : error;
}
