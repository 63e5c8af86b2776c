import { TableBuilder } from '../columns/builder.ts';
import { formatMasquerade, masqueradeNames } from '../formats/netstat/masquerade.ts';
import { Names } from '../names/names.ts';
import { netPath, readProc } from '../sources/procfs/file.ts';
import { parseMasquerade } from '../sources/procfs/masquerade.ts';
import { masquerades } from '../tables/legacy.ts';
import type { CommandLine } from './command-line.ts';
import { repeat } from './continuous.ts';
import type { Output, Status } from './output.ts';
import { tellSource, UNREADABLE } from './reading.ts';
import { strerror } from './strerror.ts';
import { NO_MASQUERADE } from './unsupported.ts';

/** Masqueraded connections of kernels before 2.4. */
export async function printMasquerade(line: CommandLine, output: Output): Promise<Status> {
  const names = new Names();
  return repeat(line, output, () => printOnce(line, output, names));
}

async function printOnce(line: CommandLine, output: Output, names: Names): Promise<Status> {
  const content = await readProc(netPath({}, 'ip_masquerade'));
  if ('code' in content && content.code === 'ENOENT') {
    output.err(NO_MASQUERADE.stderr);
    return NO_MASQUERADE.status;
  }
  if ('code' in content && content.code !== 'EISDIR') {
    output.err(`${content.path}: ${strerror(content.code)}\n`);
    return UNREADABLE;
  }
  if ('code' in content || content.bytes.length === 0) {
    output.err("masq_info: Internal Error `fgets() failed'.\n");
    return UNREADABLE;
  }
  const builder = new TableBuilder(masquerades);
  const problem = parseMasquerade(content.bytes, builder);
  if (problem !== undefined) {
    output.err(`masq_info.c: Internal Error \`ip_masquerade ${problem}'.\n`);
    return UNREADABLE;
  }
  const table = builder.finish({ source: 'procfs' });
  await tellSource(table, { line, output });
  const { hosts, ports } = line.numeric;
  const { hosts: addresses = [] } = masqueradeNames(table);
  await names.resolve({ hosts: hosts ? [] : addresses, services: !ports && table.length > 0 });
  const shown = {
    host: hosts ? () => undefined : names.host.bind(names),
    service: ports ? () => undefined : names.service.bind(names),
  };
  for (const chunk of formatMasquerade(table, { extend: line.extend > 0, names: shown })) output.out(chunk);
  return 0;
}
