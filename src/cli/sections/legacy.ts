import { TableBuilder } from '../../columns/builder.ts';
import { formatLegacy } from '../../formats/netstat/legacy.ts';
import { type FileContent, netPath, readProc } from '../../sources/procfs/file.ts';
import { LEGACY_PARSERS } from '../../sources/procfs/legacy.ts';
import { legacySockets } from '../../tables/legacy.ts';
import type { Status } from '../output.ts';
import { FAILED, UNREADABLE } from '../reading.ts';
import type { LegacyFamily, Section } from '../selection.ts';
import type { Listing } from '../socket-list.ts';
import { strerror } from '../strerror.ts';
import { noSupport } from '../unsupported.ts';

type LegacySection = Extract<Section, { kind: LegacyFamily }>;

/** Files that may show a family, the first that there is. */
const FILES: Readonly<Record<LegacyFamily, readonly [string, ...string[]]>> = {
  ipx: ['ipx/socket', 'ipx'],
  ax25: ['ax25'],
  x25: ['x25'],
  netrom: ['nr'],
  rose: ['rose'],
};

/** Sockets of a family current kernels hardly have: title, header and rows, when its file can be opened. */
export async function printLegacy(section: LegacySection, { line, names, output }: Listing): Promise<Status> {
  const content = await readFirst(FILES[section.kind]);
  const empty = 'code' in content && content.code === 'EISDIR' && section.kind === 'x25';
  if ('code' in content && !empty) return refused(content, section, output);
  const builder = new TableBuilder(legacySockets);
  if ('bytes' in content) LEGACY_PARSERS[section.kind](content.bytes, builder);
  const table = builder.finish({ source: 'procfs' });
  const users = !line.numeric.users && line.extend > 0;
  if (users) await names.resolve({ users: table.column('uid') });
  const options = {
    all: line.all,
    extend: line.extend > 0,
    ...(users ? { user: (uid: number) => names.user(uid) } : {}),
  };
  for (const chunk of formatLegacy(section.kind, table, options)) output.out(chunk);
  return 0;
}

async function readFirst([first, ...others]: readonly [string, ...string[]]): Promise<FileContent> {
  let content = await readProc(netPath({}, first));
  for (const file of others) {
    if ('bytes' in content) break;
    content = await readProc(netPath({}, file));
  }
  return 'code' in content && content.code === 'EISDIR' && others.length > 0 ? { ...content, code: 'ENOENT' } : content;
}

/** NB: unlike the files of other sections, one that may not be read is not taken for a missing one. */
function refused(
  { code, path }: { readonly code: string; readonly path: string },
  section: LegacySection,
  output: Listing['output'],
): Status {
  if (code !== 'ENOENT') {
    output.err(`${path}: ${strerror(code)}\n`);
    return UNREADABLE;
  }
  if (section.missing !== 'silent') output.err(noSupport(section.kind));
  return section.missing === 'fail' ? FAILED : 0;
}
