import { TableBuilder } from '../columns/builder.ts';
import type { Part } from '../columns/table.ts';
import { formatStatistics } from '../formats/netstat/statistics.ts';
import { netPath, readProcSync } from '../sources/procfs/file.ts';
import { COUNTERS_PARSERS } from '../sources/procfs/snmp.ts';
import { debug } from '../sources/source.ts';
import { type CountersSection, counters } from '../tables/counters.ts';
import type { CommandLine } from './command-line.ts';
import type { Output, Status } from './output.ts';
import { tellSource } from './reading.ts';
import { selectStatistics } from './selection.ts';
import { strerror } from './strerror.ts';

/** What netstat says of a file of counters, and whether it reads the next one all the same. */
interface CountersFile {
  readonly name: keyof typeof COUNTERS_PARSERS;
  /** That it cannot be opened; otherwise nothing is said of it. */
  readonly required: boolean;
  /** That a line of it has no colon. */
  readonly checked: boolean;
}

const FILES: Readonly<Record<'inet' | 'inet6', readonly CountersFile[]>> = {
  inet: [
    { name: 'snmp', required: true, checked: true },
    { name: 'netstat', required: false, checked: true },
    { name: 'sctp/snmp', required: false, checked: false },
  ],
  inet6: [
    { name: 'snmp6', required: true, checked: false },
    { name: 'snmp', required: true, checked: false },
  ],
};

const NOTHING = new Uint8Array(0);

/**
 * Counters of one family, read file by file: sections are printed as the files have them. Quirk: -c prints them once; files
 * that are missing do not change the exit status.
 */
export async function printStatistics(line: CommandLine, output: Output): Promise<Status> {
  const list = selectStatistics(line);
  if (list.kind === 'stop') {
    output.out(list.stop.stdout);
    output.err(list.stop.stderr);
    return list.stop.status;
  }
  const builder = new TableBuilder(counters);
  const sections: CountersSection[] = [];
  const parts: Part[] = [];
  for (const { name, required, checked } of FILES[list.family]) {
    const content = readProcSync(netPath({}, name));
    const { path } = content;
    if ('code' in content && content.code !== 'EISDIR') {
      if (!required) continue;
      output.err(`cannot open ${path}: ${strerror(content.code)}\n`);
      break;
    }
    const before = builder.length;
    const report = COUNTERS_PARSERS[name]('code' in content ? NOTHING : content.bytes, builder, name);
    sections.push(...report.sections);
    if ('bytes' in content) debug('procfs: %s: %d bytes', path, content.bytes.length);
    parts.push({ name, source: 'procfs', rows: builder.length - before });
    if ('code' in content) output.err(`${path}: ${strerror(content.code)}\n`);
    else if (checked && report.malformed > 0) output.err(`Problem while parsing ${path}\n`);
  }
  const table = builder.finish({ source: 'procfs', parts });
  await tellSource(table, { line, output });
  for (const chunk of formatStatistics(table, sections, list)) output.out(chunk);
  return 0;
}
