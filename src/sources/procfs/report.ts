import type { Warning } from '../../columns/table.ts';

/** How many malformed lines are remembered one by one; the rest is only counted. */
const REMEMBERED_LINES = 1024;

/** What became of one file. */
export interface ParseReport {
  /** Rows added to the table. */
  rows: number;
  /** Lines that could not be read and cost their row. */
  malformed: number;
  /** Their numbers; the first line of the file is 0. */
  readonly malformedLines: number[];
}

export function newReport(): ParseReport {
  return { rows: 0, malformed: 0, malformedLines: [] };
}

export function countMalformed(report: ParseReport, line: number): void {
  report.malformed += 1;
  if (report.malformedLines.length < REMEMBERED_LINES) report.malformedLines.push(line);
}

/** A warning about one file, with what a program needs to put it into other words. */
export interface FileWarning extends Warning {
  readonly code: 'missing' | 'malformed' | 'unreadable';
  readonly path: string;
  /** Part of the table the file stands for: `tcp6`, `igmp`. */
  readonly part: string;
  /** Numbers of the malformed lines (at most 1024 of them), the first line of the file is 0. */
  readonly lines: readonly number[];
}

export function malformedWarning(part: string, path: string, report: ParseReport): FileWarning {
  const { malformed: count, malformedLines: lines } = report;
  const message = `${path}: ${count} malformed ${count === 1 ? 'line' : 'lines'} dropped`;
  return { code: 'malformed', message, count, path, part, lines };
}

export function unreadableWarning(part: string, path: string, code: string): FileWarning {
  return { code: 'unreadable', message: `${path}: cannot be read: ${code}`, path, part, lines: [] };
}

export function missingWarning(part: string, path: string): FileWarning {
  return { code: 'missing', message: `${path}: no such file`, path, part, lines: [] };
}
