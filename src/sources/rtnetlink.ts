import type { DumpRequest } from '../addon.ts';
import type { Table } from '../columns/table.ts';
import { type AddressesSchema, addresses } from '../tables/addresses.ts';
import { type LinksSchema, links } from '../tables/links.ts';
import { type NeighboursSchema, neighbours } from '../tables/neighbours.ts';
import { type RoutesSchema, routes } from '../tables/routes.ts';
import { type RulesSchema, rules } from '../tables/rules.ts';
import { AF_INET, AF_INET6, AF_UNSPEC } from '../uapi/socket.ts';
import { deviceNames, named, withDeviceNames, withIndex } from './device-names.ts';
import { type StreamPlan, streamDump } from './netlink-stream.ts';
import { netlinkSource } from './netlink-tables.ts';
import type { AddressesRequest, LinksRequest, NeighboursRequest, RoutesRequest, RulesRequest } from './requests.ts';
import type { Source } from './source.ts';

/** AF_UNSPEC is asked as one dump for each family, so that rows come IPv4 first and no other family is among them. */
function families(family: number): readonly number[] {
  return family === AF_UNSPEC ? [AF_INET, AF_INET6] : [family];
}

/** RTM_GETLINK. */
export const linksFromNetlink: Source<LinksRequest, LinksSchema> = netlinkSource(links, 'links', () => [
  { kind: 'link' },
]);

/** RTM_GETADDR. */
export const addressesFromNetlink: Source<AddressesRequest, AddressesSchema> = withDeviceNames(
  netlinkSource(addresses, 'addresses', ({ family }) =>
    families(family).map((one) => ({ kind: 'address', family: one })),
  ),
  'label',
);

/** RTM_GETROUTE, every table or one. */
export const routesFromNetlink: Source<RoutesRequest, RoutesSchema> = withDeviceNames(
  netlinkSource(routes, 'routes', routeRequests),
  'device',
);

function routeRequests({ family, table = 0 }: RoutesRequest): readonly DumpRequest[] {
  return families(family).map((one) => ({ kind: 'route', family: one, table }));
}

/** The same in chunks; see `streamDump`. */
export async function* streamRoutes(request: RoutesRequest, plan: StreamPlan): AsyncGenerator<Table<RoutesSchema>> {
  const { columns } = request;
  const chunks = streamDump(
    routes,
    'routes',
    { ...request, columns: withIndex(columns) },
    routeRequests(request),
    plan,
  );
  const names = columns.includes('device') ? await deviceNames(request) : undefined;
  for await (const table of chunks) yield names === undefined ? table : named(table, 'device', columns, names);
}

/** RTM_GETRULE. */
export const rulesFromNetlink: Source<RulesRequest, RulesSchema> = netlinkSource(rules, 'rules', ({ family }) =>
  families(family).map((one) => ({ kind: 'rule', family: one })),
);

/** RTM_GETNEIGH. */
export const neighboursFromNetlink: Source<NeighboursRequest, NeighboursSchema> = netlinkSource(
  neighbours,
  'neighbours',
  ({ family }) => families(family).map((one) => ({ kind: 'neighbour', family: one })),
);
