import { formatStatistics } from '../formats/netstat/statistics.ts';
import { countersFromProcfs } from '../sources/procfs/sources.ts';
import { counters } from '../tables/counters.ts';
import type { CommandLine } from './command-line.ts';
import type { Output, Status } from './output.ts';
import { fileWarning, isMissing, readTable } from './reading.ts';
import { selectStatistics } from './selection.ts';
import { strerror } from './strerror.ts';

/** Files of each family in the order they are printed; without the first one the rest is not read. */
const FILES: Readonly<Record<'inet' | 'inet6', readonly string[]>> = {
  inet: ['snmp', 'netstat', 'sctp/snmp'],
  inet6: ['snmp6', 'snmp'],
};

/** Files netstat complains about when a line of theirs has no colon. */
const CHECKED: readonly string[] = ['snmp', 'netstat'];

/** Counters of one family. Quirk: -c prints them once; files that are missing do not change the exit status. */
export async function printStatistics(line: CommandLine, output: Output): Promise<Status> {
  const list = selectStatistics(line);
  if (list.kind === 'stop') {
    output.out(list.stop.stdout);
    output.err(list.stop.stderr);
    return list.stop.status;
  }
  const files = FILES[list.family];
  const reading = await readTable(() => countersFromProcfs.read({ columns: counters.names, files }));
  const [first] = files as [string];
  if (reading.kind === 'stop') {
    output.err(`cannot open /proc/net/${first}: ${strerror(reading.error.code)}\n`);
    return 0;
  }
  if (reading.kind === 'missing' || isMissing(reading.table, first)) {
    output.err(`cannot open /proc/net/${first}: ${strerror('ENOENT')}\n`);
    return 0;
  }
  for (const file of files.filter((name) => CHECKED.includes(name))) {
    if (fileWarning(reading.table, 'malformed', file)) output.err(`Problem while parsing /proc/net/${file}\n`);
  }
  for (const chunk of formatStatistics(reading.table, list)) output.out(chunk);
  return 0;
}
