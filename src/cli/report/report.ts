import { concatTables } from '../../columns/concat.ts';
import type { Table } from '../../columns/table.ts';
import { takeRows } from '../../columns/take.ts';
import type { Schema } from '../../columns/type.ts';
import { DecodeError, SockdiagError, UsageError } from '../../errors.ts';
import { parseFilter } from '../../filters/parse.ts';
import { OWNER_DETAILS, type OwnerDetail } from '../../query/owner-details.ts';
import { captureTo, openRecording, type RecordingFile, recordTo } from '../../query/recording-file.ts';
import { colours } from '../colours.ts';
import type { CommandLine, OwnOptions } from '../command-line.ts';
import { repeat } from '../continuous.ts';
import type { Output, Status } from '../output.ts';
import { checkTables, namesOwners } from './checks.ts';
import { columnsHelp } from './columns-help.ts';
import { printChanges } from './differences.ts';
import { countTable, needsOwners } from './grouping.ts';
import { namedTable } from './named-tables.ts';
import { allNamespaces, labelled } from './namespaces.ts';
import { failureLine, Notes, tellError } from './notes.ts';
import { filterOptions, placeOptions } from './query-options.ts';
import { type ReportOptions, type ReportTable, reportTables } from './report-tables.ts';
import { parseSortKey, type SortKey, sorted } from './sort.ts';
import { canStream, printStream } from './streamed.ts';
import { formatName, type Report, shownColumns, tableOptions, writeTable } from './table-output.ts';

/** A run of options netstat does not have: tables in a generic format instead of netstat's text. */
export async function printReport(line: CommandLine, output: Output): Promise<Status> {
  const { own } = line;
  let file: RecordingFile | undefined;
  try {
    const tables = own.tables?.map((name) => namedTable(name, line)) ?? reportTables(line);
    if (tables.length === 0) throw new UsageError('there is no table for these options');
    if (own.helpColumns) return printHelp(tables, output);
    checkTables(own, tables);
    file = openFile(own);
    const options = await reportOptions(line, file);
    const report = { line, own, output, options, sort: sortKey(own), earlier: new Map(), colour: colours(own) };
    return await repeat(line, output, () => printTables(report, tables));
  } catch (error) {
    return tellError(error, own, output);
  } finally {
    file?.close();
  }
}

function printHelp(tables: readonly ReportTable[], output: Output): Status {
  output.out(tables.map(({ schema }) => columnsHelp(schema)).join('\n'));
  return 0;
}

function sortKey({ sort }: OwnOptions): SortKey | undefined {
  return sort === null ? undefined : parseSortKey(sort);
}

/** A file that cannot be opened, or is no recording, is an error of the option, not of the program. */
function fileError(name: string, path: string, error: unknown): never {
  if (error instanceof DecodeError && error.offset === 0) {
    throw new UsageError(`${name}: ${path}: neither a recording of sockdiag nor a capture of ss`, { cause: error });
  }
  if (error instanceof SockdiagError) throw error;
  throw new UsageError(`${name}: ${path}: ${(error as NodeJS.ErrnoException).code ?? 'error'}`, { cause: error });
}

function openFile({ record, capture }: OwnOptions): RecordingFile | undefined {
  const path = record ?? capture;
  if (path === null) return undefined;
  try {
    return capture === null ? recordTo(path) : captureTo(path);
  } catch (error) {
    return fileError(capture === null ? 'record' : 'capture', path, error);
  }
}

async function reportOptions(line: CommandLine, file: RecordingFile | undefined): Promise<ReportOptions> {
  const { own } = line;
  const { replay } = own;
  const by = own.by ?? [];
  return {
    ...placeOptions(own),
    ...filterOptions(own),
    ...(own.consistent ? { consistent: true } : {}),
    ...(line.programs || needsOwners(by) || namesOwners(own) ? { owners: ownerDetails(line, by) } : {}),
    ...(file === undefined ? {} : { record: file.record }),
    ...(replay === null
      ? {}
      : { replay: await openRecording(replay).catch((error) => fileError('replay', replay, error)) }),
  };
}

/** With -e everything that can be told of an owner; counting needs no more than what it counts. */
function ownerDetails(line: CommandLine, by: readonly string[]): readonly OwnerDetail[] {
  if (line.programs && line.extend > 0) return OWNER_DETAILS;
  return by.includes('unit') ? ['unit'] : [];
}

/** Formats with an empty line between tables. */
const SEPARATED: ReadonlySet<string> = new Set(['text', 'csv', 'prometheus']);

async function printTables(report: Report, tables: readonly ReportTable[]): Promise<Status> {
  for (const [at, table] of tables.entries()) {
    if (at > 0 && !report.own.diff && SEPARATED.has(formatName(report.own))) report.output.out('\n');
    if (canStream(report, table)) await printStream(report, table);
    else await printTable(report, table, at);
  }
  return 0;
}

async function printTable(report: Report, wanted: ReportTable, at: number): Promise<void> {
  const { own, output, line, sort } = report;
  const table = await readEverywhere(report, wanted);
  const notes = new Notes(own);
  notes.add(table);
  output.err(notes.text());
  const listed = wanted.listed(table);
  if (own.diff) return printChanges(report, at, takeRows(table, listed));
  if (own.by === null) {
    const selection = sort === undefined ? listed : sorted(table, listed, sort);
    writeTable(report, table, selection, shownColumns(report, table, selection));
    return;
  }
  const counts = (await countTable(table, listed, own.by, line.numeric.users)) as unknown as Table<Schema>;
  const all = Uint32Array.from({ length: counts.length }, (_, row) => row);
  writeTable(report, counts, sort === undefined ? all : sorted(counts, all, sort), counts.columnNames);
}

/** One table of the namespace asked for, or of all of them with a column that tells them apart. */
async function readEverywhere(report: Report, wanted: ReportTable): Promise<Table<Schema>> {
  const options = tableOptions(report, wanted);
  if (report.own.netns?.kind !== 'all') return wanted.read(options);
  // A mistake is told once; that a namespace has no such device, of that namespace.
  parseFilter(report.own.filter ?? '', options);
  const tables: Table<Schema>[] = [];
  let last: unknown;
  for (const { label, options: place } of allNamespaces()) {
    try {
      tables.push(labelled(await wanted.read({ ...options, ...place }), label));
    } catch (error) {
      if (!(error instanceof SockdiagError) || error instanceof UsageError) throw error;
      report.output.err(failureLine(error, `${label}: `));
      last = error;
    }
  }
  if (tables.length === 0) throw last;
  return concatTables(tables, {
    source: tables.every(({ source }) => source === tables[0]!.source) ? tables[0]!.source : 'mixed',
    interrupted: tables.some(({ interrupted }) => interrupted),
    warnings: tables.flatMap(({ warnings }) => warnings),
    parts: tables.flatMap(({ parts }) => parts),
  });
}
