import { TableBuilder } from '../../columns/builder.ts';
import { type GroupsSchema, groups } from '../../tables/groups.ts';
import type { Place } from '../requests.ts';
import { netPath } from './file.ts';
import { parseIgmp } from './igmp.ts';
import { LITTLE_ENDIAN } from './machine.ts';
import type { Reading } from './source.ts';

/** Device indexes by name, from /proc/net/igmp: every device that is up and has IPv4 is in it. */
export function* readIndexes(place: Place): Reading<ReadonlyMap<string, number>> {
  const content = yield netPath(place, 'igmp');
  const builder = new TableBuilder<GroupsSchema>(groups, ['interface', 'device']);
  if ('bytes' in content) parseIgmp(content.bytes, builder, { littleEndian: LITTLE_ENDIAN });
  const table = builder.finish({ source: 'procfs' });
  return new Map(Array.from(table, (row) => [row.device ?? '', row.interface]));
}
