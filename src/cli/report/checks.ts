import { UsageError } from '../../errors.ts';
import { CHANGE_COLUMNS, NETNS_COLUMNS, OWNER_COLUMNS } from '../../tables/added.ts';
import type { OwnOptions } from '../command-line.ts';
import type { ReportTable } from './report-tables.ts';
import { parseSortKey } from './sort.ts';

/** What can be told of options and tables before anything is read. */

/** Columns by name, and which option names them. */
function namedColumns({ columns, sort }: OwnOptions): readonly (readonly [option: string, name: string])[] {
  const sorting = sort === null ? [] : [['sort', parseSortKey(sort).column] as const];
  return [...(columns ?? []).map((name) => ['columns', name] as const), ...sorting];
}

/** Is a column of owners asked for? Then they are looked for without `-p`. */
export function namesOwners(own: OwnOptions): boolean {
  return own.by === null && namedColumns(own).some(([, name]) => Object.hasOwn(OWNER_COLUMNS, name));
}

/** An option that none of the tables knows is a mistake; one that some do not know is not. */
export function checkTables(own: OwnOptions, tables: readonly ReportTable[]): void {
  const names = tables.map(({ schema }) => schema.name).join(', ');
  for (const group of ['info', 'memory'] as const) {
    if (own[group] && tables.every(({ groups }) => !groups.includes(group))) {
      throw new UsageError(`${group}: ${names} has no such columns`);
    }
  }
  if (own.capture !== null && !tables.some(({ netids = [] }) => netids.some((netid) => netid.startsWith('tcp')))) {
    throw new UsageError('capture: only TCP sockets');
  }
  const placed = (['netns', 'record', 'replay'] as const).find((name) => own[name] !== null);
  if (placed !== undefined && tables.some(({ global }) => global === true)) {
    throw new UsageError(`${placed}: owners are those of the whole machine`);
  }
  for (const table of tables) checkColumns(own, table);
}

/** Columns that are there only with another option. */
const CONDITIONS: readonly { columns: object; option: string; given: (own: OwnOptions) => boolean }[] = [
  { columns: CHANGE_COLUMNS, option: '--diff', given: ({ diff }) => diff },
  { columns: NETNS_COLUMNS, option: '--netns all', given: ({ netns }) => netns?.kind === 'all' },
];

/** NB: `--sort` of counts is about columns that only the counting makes. */
function checkColumns(own: OwnOptions, { schema, sockets }: ReportTable): void {
  if (own.by !== null) return;
  for (const [option, name] of namedColumns(own)) {
    if (Object.hasOwn(schema.columns, name) || (sockets && Object.hasOwn(OWNER_COLUMNS, name))) continue;
    const condition = CONDITIONS.find(({ columns }) => Object.hasOwn(columns, name));
    if (condition === undefined) throw new UsageError(`${option}: '${name}' is not a column of ${schema.name}`);
    if (!condition.given(own)) throw new UsageError(`${option}: '${name}' is only there with ${condition.option}`);
  }
}
