import type { Table } from '../columns/table.ts';
import { netlinkUnavailable } from '../sources/netlink.ts';
import type { StreamPlan } from '../sources/netlink-stream.ts';
import { streamRoutes as chunksOf } from '../sources/rtnetlink.ts';
import { type RoutesSchema, routes } from '../tables/routes.ts';
import type { RoutesOptions } from './options.ts';
import { familyNumber, routeTable } from './plan.ts';
import { orWhole } from './stream.ts';

/**
 * Routes of one family and table in chunks, as `streamSockets`; one table where netlink does not answer. NB: what changed
 * while the kernel listed it is not asked for again, as `routes()` does; the last table says so.
 */
export async function* streamRoutes(
  options: Pick<RoutesOptions, 'columns' | 'family' | 'table' | 'source'>,
  stream: StreamPlan = { blocking: false },
): AsyncGenerator<Table<RoutesSchema>> {
  const { family, table, columns = routes.names, source } = options;
  const whole = async () => (await import('./tables.ts')).routes(options);
  if (source === 'procfs' || netlinkUnavailable(routes, {}) !== undefined) {
    yield await whole();
    return;
  }
  const request = { columns, family: familyNumber(family), table: routeTable(table) };
  yield* orWhole(chunksOf(request, stream), 'routes', () => false, whole);
}
