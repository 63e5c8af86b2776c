import { concatTables } from '../columns/concat.ts';
import type { Table } from '../columns/table.ts';
import type { OwnersSchema } from '../tables/owners.ts';
import { scanOwners } from './owners.ts';
import { fdScan } from './procfs/fd-scan.ts';
import { relativesOf } from './procfs/process.ts';
import type { OwnersRequest } from './requests.ts';
import { choose } from './source.ts';

const SCANS = [scanOwners, fdScan];

/**
 * The owners found, and those of their parents and children, and theirs, that have the same sockets: a server and its workers
 * share what was opened before fork(2). For scans that ended at the first owner.
 */
export async function withInherited(found: Table<OwnersSchema>, request: OwnersRequest): Promise<Table<OwnersSchema>> {
  const { inodes, root } = request;
  const seen = new Set<number>(found.column('pid'));
  const tables = [found];
  for (let owners = [...seen]; owners.length > 0; ) {
    const pids = [...new Set(owners.flatMap((pid) => relativesOf(pid, root)))].filter((pid) => !seen.has(pid));
    for (const pid of pids) seen.add(pid);
    if (pids.length === 0) break;
    const place = root === undefined ? {} : { root };
    const relatives = { columns: request.columns, pids, ...(inodes === undefined ? {} : { inodes }), ...place };
    const { table } = await choose('owners', SCANS, relatives);
    tables.push(table);
    owners = [...new Set(table.column('pid'))];
  }
  if (tables.length === 1) return found;
  const { source, warnings, parts } = found;
  return concatTables(tables, { source, warnings, parts, takenAt: tables.at(-1)!.takenAt });
}
