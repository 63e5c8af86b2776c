import { formatGroups, GROUPS_HEADER, groupNames, selectGroups } from '../../formats/netstat/groups.ts';
import { groupsFromProcfs } from '../../sources/procfs/sources.ts';
import { groups } from '../../tables/groups.ts';
import { AF_INET, AF_INET6, AF_UNSPEC } from '../../uapi/socket.ts';
import type { Output, Status } from '../output.ts';
import { FAILED, fileWarning, isMissing, readTable, stop } from '../reading.ts';
import type { Section } from '../selection.ts';
import type { Listing } from '../socket-list.ts';
import { noSupport } from '../unsupported.ts';

type GroupsSection = Extract<Section, { kind: 'groups' }>;
type Groups = (typeof groups)['columns'];

/** Multicast group memberships; procfs, the only source that counts the users of a group. */
export async function printGroups(section: GroupsSection, listing: Listing): Promise<Status> {
  const { line, names, output } = listing;
  const { inet, inet6 } = section;
  const family = inet && inet6 ? AF_UNSPEC : inet ? AF_INET : AF_INET6;
  const reading = await readTable<Groups>(
    async () => groupsFromProcfs.readSync({ columns: groups.names, family }),
    listing,
  );
  if (reading.kind === 'stop') {
    output.out(GROUPS_HEADER);
    return stop(reading, section, output);
  }
  if (reading.kind === 'missing') {
    output.out(GROUPS_HEADER);
    return missing(section, output);
  }
  const { table } = reading;
  const status = inet && isMissing(table, 'igmp') ? missing(section, output) : 0;
  for (const part of ['igmp', 'igmp6']) {
    for (const number of fileWarning(table, 'malformed', part)?.lines ?? []) {
      output.err(`warning, got bogus ${part} line ${number}.\n`);
    }
  }
  const selection = selectGroups(table, inet, inet6);
  if (!line.numeric.hosts) await names.resolve(groupNames(table, selection));
  const options = line.numeric.hosts ? {} : { names };
  for (const chunk of formatGroups(table, selection, options)) output.out(chunk);
  return status;
}

function missing(section: GroupsSection, output: Output): Status {
  if (section.missing !== 'silent') output.err(noSupport('igmp'));
  return section.missing === 'fail' ? FAILED : 0;
}
