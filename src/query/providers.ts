import { bpfOwners, scanOwners } from '../sources/owners.ts';
import type { OwnersRequest } from '../sources/requests.ts';
import { loadedLate, type Source } from '../sources/source.ts';
import type { OwnersSchema } from '../tables/owners.ts';

/** Sources of owners, in order of preference; those of the other tables are in `definitions.ts`. */
export const OWNERS_SOURCES: readonly Source<OwnersRequest, OwnersSchema>[] = [
  bpfOwners,
  scanOwners,
  loadedLate('procfs', async () => (await import('../sources/procfs/fd-scan.ts')).fdScan),
];
