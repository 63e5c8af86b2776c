import { existsSync } from 'node:fs';
import { TableBuilder } from '../../columns/builder.ts';
import type { Part, Table, Warning } from '../../columns/table.ts';
import type { Schema, TableSchema } from '../../columns/type.ts';
import { ProcfsError } from '../../errors.ts';
import type { Place } from '../requests.ts';
import { debug, kernelError, type Source, type Unavailable } from '../source.ts';
import { type FileBytes, type FileContent, type FileFailure, netPath, readProc, readProcSync } from './file.ts';
import { malformedWarning, missingWarning, type ParseReport } from './report.ts';

/** A request as every table of /proc/net takes it. */
export type ProcfsRequest = Place & { readonly columns: readonly string[] };

/** A table as one or more files below /proc/net. */
export interface ProcfsTable<R extends ProcfsRequest, S extends Schema> {
  readonly schema: TableSchema<S>;
  /** Files in the order their rows come in. */
  files(request: R): readonly string[];
  parse(file: string, content: FileBytes, builder: TableBuilder<S>, request: R): ParseReport;
  /** Why no file can answer the request at all. */
  probe?(request: R): Unavailable | undefined;
  /** What the files do not tell of what was asked for. */
  remarks?(request: R): readonly Warning[];
}

/** A source that can also be read on the calling thread. */
export interface ProcfsSource<R, S extends Schema> extends Source<R, S> {
  readSync(request: R): Table<S>;
}

/** A failure that is not a missing file: the table cannot be given. */
function refusal(failure: FileFailure): Error {
  const { path, code } = failure;
  return kernelError(new ProcfsError(code, path, `cannot be read: ${code}`));
}

/** Where a process has ended, every file below its /proc/PID/net is missing: that is not an empty table. */
function requireProcess({ root, pid }: Place, contents: readonly FileContent[]): void {
  if (pid === undefined || contents.some((content) => 'bytes' in content)) return;
  const place = root === undefined ? { pid } : { root, pid };
  const path = netPath(place, 'dev');
  if (!existsSync(path)) throw new ProcfsError('ESRCH', path, `no process ${pid}, or it has ended`);
}

function assemble<R extends ProcfsRequest, S extends Schema>(
  table: ProcfsTable<R, S>,
  request: R,
  contents: readonly FileContent[],
): Table<S> {
  requireProcess(request, contents);
  const builder = new TableBuilder<S>(table.schema, request.columns as (keyof S & string)[]);
  const warnings: Warning[] = [...(table.remarks?.(request) ?? [])];
  const parts: Part[] = [];
  table.files(request).forEach((name, at) => {
    const content = contents[at]!;
    if ('code' in content) {
      if (content.code !== 'ENOENT') throw refusal(content);
      warnings.push(missingWarning(name, content.path));
      parts.push({ name, source: 'procfs', rows: 0, reason: `${content.path}: no such file` });
      return;
    }
    const report = table.parse(name, content, builder, request);
    if (report.malformed > 0) warnings.push(malformedWarning(name, content.path, report));
    parts.push({ name, source: 'procfs', rows: report.rows });
    debug('procfs: %s: %d bytes, %d rows', content.path, content.bytes.length, report.rows);
  });
  return builder.finish({ source: 'procfs', warnings, parts });
}

/**
 * Reads and parses the files of a table. A missing file is an empty part and a warning (`missing`), a malformed line costs
 * its row and is counted (`malformed`); a file that may not be read makes the source unavailable, any other failure is a
 * ProcfsError.
 */
export function procfsSource<R extends ProcfsRequest, S extends Schema>(table: ProcfsTable<R, S>): ProcfsSource<R, S> {
  const paths = (request: R): string[] => table.files(request).map((file) => netPath(request, file));
  return {
    name: 'procfs',
    probe: (request) => table.probe?.(request),
    read: async (request) => {
      const contents: FileContent[] = [];
      for (const path of paths(request)) contents.push(await readProc(path));
      return assemble(table, request, contents);
    },
    readSync: (request) => assemble(table, request, paths(request).map(readProcSync)),
  };
}
