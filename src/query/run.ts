import { concatTables } from '../columns/concat.ts';
import type { SourceName, Table, Warning } from '../columns/table.ts';
import type { Schema } from '../columns/type.ts';
import type { SocketsRequest } from '../sources/requests.ts';
import { choose } from '../sources/source.ts';
import type { SocketsSchema } from '../tables/sockets.ts';
import { planSockets, protocolGroups, type SocketsOptions, type SocketsPlan } from './plan.ts';
import { allowed, SOCKETS_SOURCES } from './providers.ts';

/**
 * Internet sockets as a table; see `SocketsOptions`. Dumps run off the event loop. Rejects with a UsageError for a bad
 * option, a NetlinkError or ProcfsError when no allowed source can answer, and the signal's reason when it is aborted.
 */
export async function readSockets(options: SocketsOptions = {}): Promise<Table<SocketsSchema>> {
  const plan = planSockets(options);
  const tables: Table<SocketsSchema>[] = [];
  for (const netids of protocolGroups(plan.netids)) {
    options.signal?.throwIfAborted();
    tables.push(await readProtocol(plan, netids));
  }
  options.signal?.throwIfAborted();
  return join(tables);
}

async function readProtocol(plan: SocketsPlan, netids: readonly string[]): Promise<Table<SocketsSchema>> {
  const request: SocketsRequest = {
    netids,
    states: plan.states,
    columns: plan.columns,
    ...(plan.root === undefined ? {} : { root: plan.root }),
  };
  const key = `${plan.root ?? ''} ${netids.join(',')}`.trimStart();
  const { table, warnings } = await choose(key, allowed(SOCKETS_SOURCES, plan.source), request);
  return warnings.length === 0 ? table : withWarnings(table, warnings);
}

function withWarnings<S extends Schema>(table: Table<S>, warnings: readonly Warning[]): Table<S> {
  const reason = warnings.map(({ message }) => message).join('; ');
  const parts = table.parts.map((part) => ({ ...part, reason }));
  return table.with({ warnings: [...warnings, ...table.warnings], parts });
}

function join<S extends Schema>(tables: readonly Table<S>[]): Table<S> {
  return tables.length === 1 ? tables[0]! : concatTables(tables, meta(tables));
}

function meta<S extends Schema>(
  tables: readonly Table<S>[],
): { source: SourceName; interrupted: boolean; warnings: Warning[]; parts: Table<S>['parts'] } {
  const sources = new Set(tables.map((table) => table.source));
  return {
    source: sources.size === 1 ? [...sources][0]! : 'mixed',
    interrupted: tables.some((table) => table.interrupted),
    warnings: tables.flatMap((table) => table.warnings),
    parts: tables.flatMap((table) => table.parts),
  };
}
