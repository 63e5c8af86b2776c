import { TableBuilder } from '../../columns/builder.ts';
import { ipxFailure } from '../../formats/netstat/ipx.ts';
import { formatLegacy } from '../../formats/netstat/legacy.ts';
import { netPath, readProc } from '../../sources/procfs/file.ts';
import { isOldAx25, LEGACY_PARSERS } from '../../sources/procfs/legacy.ts';
import { legacySockets } from '../../tables/legacy.ts';
import type { Status } from '../output.ts';
import { FAILED, tellSource, UNREADABLE } from '../reading.ts';
import type { LegacyFamily, Section } from '../selection.ts';
import type { Listing } from '../socket-list.ts';
import { strerror } from '../strerror.ts';
import { noSupport } from '../unsupported.ts';

type LegacySection = Extract<Section, { kind: LegacyFamily }>;

const FILES: Readonly<Record<LegacyFamily, string>> = {
  ipx: 'ipx/socket',
  ax25: 'ax25',
  x25: 'x25',
  netrom: 'nr',
  rose: 'rose',
};

/** Sockets of a family current kernels hardly have: title, header and rows, when its file can be opened. A folder is an empty file. */
export async function printLegacy(section: LegacySection, listing: Listing): Promise<Status> {
  const { line, names, output } = listing;
  const content = await readProc(netPath({}, FILES[section.kind]));
  if ('code' in content && content.code !== 'EISDIR') return refused(content, section, output);
  const builder = new TableBuilder(legacySockets);
  if ('bytes' in content) LEGACY_PARSERS[section.kind](content.bytes, builder);
  const parts = [{ name: section.kind, source: 'procfs' as const, rows: builder.length }];
  const table = builder.finish({ source: 'procfs', parts });
  await tellSource(table, listing);
  const users = !line.numeric.users && line.extend > 0;
  if (users) await names.resolve({ users: table.column('uid') });
  const options = {
    all: line.all,
    extend: line.extend > 0,
    oldAx25: section.kind === 'ax25' && 'bytes' in content && isOldAx25(content.bytes),
    ...(users ? { user: (uid: number) => names.user(uid) } : {}),
  };
  for (const chunk of formatLegacy(section.kind, table, options)) output.out(chunk);
  const failure = section.kind === 'ipx' ? ipxFailure(table) : undefined;
  if (failure === undefined) return 0;
  output.err(`netstat.c: Internal Error \`ipx socket format error in ${failure.end} port'.\n`);
  return UNREADABLE;
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
