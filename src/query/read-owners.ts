import type { Table } from '../columns/table.ts';
import type { OwnersRequest } from '../sources/requests.ts';
import { choose } from '../sources/source.ts';
import type { OwnersSchema } from '../tables/owners.ts';
import type { OwnersSource } from './options.ts';
import { OWNERS_SOURCES } from './providers.ts';

/** Which sources may answer, in the order of preference of `OWNERS_SOURCES`. */
export const CHOICES: Readonly<Record<OwnersSource, readonly string[]>> = {
  auto: ['bpf', 'scan', 'procfs'],
  bpf: ['bpf'],
  scan: ['scan'],
  procfs: ['scan', 'procfs'],
};

/** Names the only source of owners to whoever leaves the choice open: for comparing them through the command line. */
const FORCED = process.env.SOCKDIAG_OWNERS;

/** Who holds which socket, from the best source that may answer. */
export async function readOwners(request: OwnersRequest, source: OwnersSource = 'auto'): Promise<Table<OwnersSchema>> {
  const choice = source === 'auto' && FORCED !== undefined && Object.hasOwn(CHOICES, FORCED) ? FORCED : source;
  const names = CHOICES[choice as OwnersSource];
  const sources = OWNERS_SOURCES.filter(({ name }) => names.includes(name));
  const forced = choice === 'bpf' ? { forced: true } : {};
  const key = choice === 'bpf' ? 'owners by bpf' : 'owners';
  const { table, warnings } = await choose(key, sources, { ...request, ...forced });
  return warnings.length === 0 ? table : table.with({ warnings: [...warnings, ...table.warnings] });
}
