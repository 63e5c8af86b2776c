import { TableBuilder } from '../../columns/builder.ts';
import type { Table, Warning } from '../../columns/table.ts';
import { type NeighboursSchema, neighbours } from '../../tables/neighbours.ts';
import { AF_INET6, AF_UNSPEC } from '../../uapi/socket.ts';
import type { NeighboursRequest } from '../requests.ts';
import { parseArp } from './arp.ts';
import { netPath } from './file.ts';
import { readIndexes } from './igmp-indexes.ts';
import { malformedWarning, missingWarning } from './report.ts';
import { type ProcfsSource, type Reading, refusal, requireProcess, sourceOf } from './source.ts';

const NO_IPV6 = 'no file below /proc/net shows IPv6 neighbours';

function* readNeighbours(request: NeighboursRequest): Reading<Table<NeighboursSchema>> {
  const columns = request.columns as (keyof NeighboursSchema & string)[];
  const builder = new TableBuilder<NeighboursSchema>(neighbours, columns);
  const warnings: Warning[] = request.family === AF_UNSPEC ? [{ code: 'missing', message: NO_IPV6 }] : [];
  const content = yield netPath(request, 'arp');
  const { path } = content;
  if ('code' in content) {
    if (content.code !== 'ENOENT') throw refusal(content);
    requireProcess(request);
    const parts = [{ name: 'arp', source: 'procfs', rows: 0, reason: `${path}: no such file` } as const];
    return builder.finish({ source: 'procfs', warnings: [...warnings, missingWarning('arp', path)], parts });
  }
  const indexes = yield* readIndexes(request);
  const report = parseArp(content.bytes, builder, (device) => indexes.get(device));
  if (report.malformed > 0) warnings.push(malformedWarning('arp', path, report));
  return builder.finish({ source: 'procfs', warnings, parts: [{ name: 'arp', source: 'procfs', rows: report.rows }] });
}

/** IPv4 neighbours: /proc/net/arp. No file lists those of IPv6. */
export const neighboursFromProcfs: ProcfsSource<NeighboursRequest, NeighboursSchema> = sourceOf(
  readNeighbours,
  ({ family }) => (family === AF_INET6 ? { code: 'ENOENT', reason: NO_IPV6 } : undefined),
);
