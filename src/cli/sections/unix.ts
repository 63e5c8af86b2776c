import { noOwners } from '../../formats/netstat/program.ts';
import { formatUnix, selectUnix, UNIX_COLUMNS, unixHeader, unixTitle } from '../../formats/netstat/unix.ts';
import { unixFromProcfs } from '../../sources/procfs/sources.ts';
import { TCPF_ALL } from '../../uapi/tcp-states.ts';
import type { Status } from '../output.ts';
import { FAILED, isMissing, malformed, readTable } from '../reading.ts';
import type { Section } from '../selection.ts';
import type { Listing } from '../socket-list.ts';
import { noSupport } from '../unsupported.ts';

type UnixSection = Extract<Section, { kind: 'unix' }>;

/**
 * Unix domain sockets. From procfs: netlink has neither the reference count nor the connections that wait to be
 * accepted, and netstat shows both.
 */
export async function printUnix(section: UnixSection, listing: Listing): Promise<Status> {
  const { line, list, output, programs } = listing;
  if (!line.own.noHeader) {
    output.out(unixTitle(list.adjective));
    output.out(unixHeader(programs === undefined ? {} : noOwners(line.context)));
  }
  const reading = await readTable(
    async () => unixFromProcfs.readSync({ columns: UNIX_COLUMNS, states: TCPF_ALL }),
    listing,
  );
  if (reading.kind === 'stop') {
    output.err(reading.stderr);
    return reading.status;
  }
  if (reading.kind === 'missing' || isMissing(reading.table, 'unix')) {
    if (section.missing !== 'silent') output.err(noSupport('unix'));
    return section.missing === 'fail' ? FAILED : 0;
  }
  const { table } = reading;
  const options = { ...(await programs?.(table.column('inode'))) };
  output.err('warning, got bogus unix line.\n'.repeat(malformed(table, 'unix')));
  for (const chunk of formatUnix(table, selectUnix(table, list.rows), options)) output.out(chunk);
  return 0;
}
