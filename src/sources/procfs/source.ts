import { existsSync } from 'node:fs';
import { TableBuilder } from '../../columns/builder.ts';
import type { Part, Table, Warning } from '../../columns/table.ts';
import type { Schema, TableSchema } from '../../columns/type.ts';
import { ProcfsError, type SockdiagError } from '../../errors.ts';
import type { Place } from '../requests.ts';
import { debug, kernelError, type Source, type Unavailable } from '../source.ts';
import { type FileBytes, type FileContent, type FileFailure, netPath, readProc, readProcSync } from './file.ts';
import { malformedWarning, missingWarning, type ParseReport, unreadableWarning } from './report.ts';

/** A request as every table of /proc/net takes it. */
export type ProcfsRequest = Place & { readonly columns: readonly string[] };

/** Yields paths of files to be read, and is given what became of each; what is read how is up to who runs it. */
export type Reading<T> = Generator<string, T, FileContent>;

/** Reads on the calling thread. */
function runSync<T>(reading: Reading<T>): T {
  let step = reading.next();
  while (step.done !== true) step = reading.next(readProcSync(step.value));
  return step.value;
}

/** Reads on the thread pool. */
async function run<T>(reading: Reading<T>): Promise<T> {
  let step = reading.next();
  while (step.done !== true) step = reading.next(await readProc(step.value));
  return step.value;
}

/** A source that can also be read on the calling thread. */
export interface ProcfsSource<R, S extends Schema> extends Source<R, S> {
  readSync(request: R): Table<S>;
}

/** A table as one or more files below /proc/net. */
export interface ProcfsTable<R extends ProcfsRequest, S extends Schema> {
  readonly schema: TableSchema<S>;
  /** Files in the order their rows come in. */
  files(request: R): readonly string[];
  parse(file: string, content: FileBytes, builder: TableBuilder<S>, request: R): ParseReport;
  /** Why no file can answer the request. */
  probe?(request: R): Unavailable | undefined;
  /** What the files do not tell of what was asked for. */
  remarks?(request: R): readonly Warning[];
}

/** A file that is there and cannot be read: the table cannot be given. */
export function refusal({ path, code }: FileFailure): SockdiagError {
  return kernelError(new ProcfsError(code, path, `cannot be read: ${code}`));
}

/** Where a process has ended, every file below its /proc/PID/net is missing: that is not an empty table. */
export function requireProcess({ root, pid }: Place): void {
  if (pid === undefined) return;
  const path = netPath(root === undefined ? { pid } : { root, pid }, 'dev');
  if (!existsSync(path)) throw new ProcfsError('ESRCH', path, `no process ${pid}, or it has ended`);
}

function* readTable<R extends ProcfsRequest, S extends Schema>(
  table: ProcfsTable<R, S>,
  request: R,
): Reading<Table<S>> {
  const builder = new TableBuilder<S>(table.schema, request.columns as (keyof S & string)[]);
  const warnings: Warning[] = [...(table.remarks?.(request) ?? [])];
  const parts: Part[] = [];
  let first: FileFailure | undefined;
  for (const name of table.files(request)) {
    const content = yield netPath(request, name);
    const { path } = content;
    if ('code' in content) {
      const warning = warningOf(name, content, parts.length === 0);
      if (warning.code === 'missing') requireProcess(request);
      else if (parts.length === 0) first = content;
      warnings.push(warning);
      parts.push({ name, source: 'procfs', rows: 0, reason: warning.message });
      continue;
    }
    const report = table.parse(name, content, builder, request);
    if (report.malformed > 0) warnings.push(malformedWarning(name, path, report));
    parts.push({ name, source: 'procfs', rows: report.rows });
    debug('procfs: %s: %d bytes, %d rows', path, content.bytes.length, report.rows);
  }
  if (first !== undefined && parts.every(({ reason }) => reason !== undefined)) throw refusal(first);
  return builder.finish({ source: 'procfs', warnings, parts });
}

/** Throws when it is more than a file that is missing, or may not be read beside others, or is the IPv6 twin of another. */
function warningOf(name: string, failure: FileFailure, first: boolean): Warning {
  const { path, code } = failure;
  if (code === 'ENOENT') return missingWarning(name, path);
  if (first && code !== 'EACCES') throw refusal(failure);
  return unreadableWarning(name, path, code);
}

/** A source out of what has to be read for a request. */
export function sourceOf<R, S extends Schema>(
  reading: (request: R) => Reading<Table<S>>,
  probe: (request: R) => Unavailable | undefined = () => undefined,
): ProcfsSource<R, S> {
  return {
    name: 'procfs',
    probe,
    read: (request) => run(reading(request)),
    readSync: (request) => runSync(reading(request)),
  };
}

/**
 * Reads and parses the files of a table. A missing file is an empty part and a warning (`missing`), a malformed line costs
 * its row and is counted (`malformed`). A first file that may not be read makes the source unavailable unless there is
 * another, any other failure of it is a ProcfsError; a later one that cannot be read is a warning (`unreadable`).
 */
export function procfsSource<R extends ProcfsRequest, S extends Schema>(table: ProcfsTable<R, S>): ProcfsSource<R, S> {
  return sourceOf(
    (request) => readTable(table, request),
    (request) => table.probe?.(request),
  );
}
