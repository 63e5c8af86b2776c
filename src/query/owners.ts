import type { Table } from '../columns/table.ts';
import type { OwnersRequest } from '../sources/requests.ts';
import { choose } from '../sources/source.ts';
import type { OwnersSchema } from '../tables/owners.ts';
import { OWNERS_SOURCES } from './providers.ts';

/** Who holds which socket, from the best source that may answer. */
export async function readOwners(request: OwnersRequest): Promise<Table<OwnersSchema>> {
  const { table, warnings } = await choose('owners', OWNERS_SOURCES, request);
  return warnings.length === 0 ? table : table.with({ warnings: [...warnings, ...table.warnings] });
}
