import { TableBuilder } from '../../columns/builder.ts';
import type { Table, Warning } from '../../columns/table.ts';
import { type LinksSchema, links } from '../../tables/links.ts';
import type { LinksRequest } from '../requests.ts';
import { addLinks, type DevLine, parseDevLines } from './dev.ts';
import { netPath } from './file.ts';
import { malformedWarning, missingWarning } from './report.ts';
import { type ProcfsSource, type Reading, refusal, requireProcess, sourceOf } from './source.ts';
import { type LinkAttributes, listLinks, readLinkAttributes, sameNamespace, sysfsRoot } from './sysfs.ts';

type Attributes = ReadonlyMap<string, LinkAttributes>;
const NONE: Attributes = new Map();

const FOREIGN = 'sysfs shows another network namespace: only names and counters of devices are known';

/** What sysfs tells of the devices, or why nothing; it must be of the namespace `before` was read in. */
function* readAttributes(request: LinksRequest, before: readonly DevLine[]): Reading<Attributes | string> {
  const root = sysfsRoot(request);
  const listed = root === undefined ? undefined : listLinks(root);
  if (root === undefined || listed === undefined) return 'no sysfs: only names and counters of devices are known';
  const names = before.map(({ name }) => name);
  const attributes = yield* readLinkAttributes(root, names);
  const again = yield netPath(request, 'dev');
  const after = 'bytes' in again ? parseDevLines(again.bytes).lines : [];
  return sameNamespace(listed, before, after, attributes) ? attributes : FOREIGN;
}

function* readLinks(request: LinksRequest): Reading<Table<LinksSchema>> {
  const builder = new TableBuilder<LinksSchema>(links, request.columns as (keyof LinksSchema & string)[]);
  const content = yield netPath(request, 'dev');
  const { path } = content;
  if ('code' in content) {
    if (content.code !== 'ENOENT') throw refusal(content);
    requireProcess(request);
    const parts = [{ name: 'dev', source: 'procfs', rows: 0, reason: `${path}: no such file` } as const];
    return builder.finish({ source: 'procfs', warnings: [missingWarning('dev', path)], parts });
  }
  const warnings: Warning[] = [];
  const { lines, report } = parseDevLines(content.bytes);
  if (report.malformed > 0) warnings.push(malformedWarning('dev', path, report));
  const attributes = yield* readAttributes(request, lines);
  if (typeof attributes === 'string') warnings.push({ code: 'unreadable', message: attributes });
  addLinks(builder, lines, typeof attributes === 'string' ? NONE : attributes);
  return builder.finish({ source: 'procfs', warnings, parts: [{ name: 'dev', source: 'procfs', rows: report.rows }] });
}

/** Network devices: /proc/net/dev, and /sys/class/net where it shows the same namespace. */
export const linksFromProcfs: ProcfsSource<LinksRequest, LinksSchema> = sourceOf(readLinks);
