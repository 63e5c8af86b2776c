import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import type { Line } from './figures.ts';
import { median } from './figures.ts';
import type { Measured } from './measurement.ts';

/** Without these a figure means nothing. */
export interface Environment {
  readonly node: string;
  readonly kernel: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly root: boolean;
  readonly command: string;
}

export function environment(args: readonly string[]): Environment {
  const [first] = cpus();
  return {
    node: process.version,
    kernel: release(),
    cpu: first?.model ?? /model name\s*:\s*(.*)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    root: process.getuid?.() === 0,
    command: ['npm run bench', ...(args.length > 0 ? ['--'] : []), ...args].join(' '),
  };
}

const HEADER = ['scenario', 'size', 'ours', 'rival', 'ours', 'rival', 'ratio', 'target', '', 'peak MiB', 'noisy'];
/** Columns of text; the others are numbers. */
const TEXT_COLUMNS = 4;

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toPrecision(3);
}

function withUnit(value: number | null, unit: Line['unit']): string {
  return value === null ? '' : `${number(value)} ${unit}`;
}

function ratioText({ result, unit }: Line): string {
  if (result === null) return '';
  return unit === 'MiB' ? `${result > 0 ? '+' : ''}${number(result)} MiB` : number(result);
}

function targetText({ target, unit, result }: Line): string {
  if (target === null) return '';
  return `<= ${number(target)}${result === null || unit === 'MiB' ? ` ${unit}` : ''}`;
}

function cells(line: Line): string[] {
  const { scenario, size, ours, rival, unit, met } = line;
  return [
    scenario,
    size,
    ours,
    rival,
    withUnit(line.oursValue, unit),
    withUnit(line.rivalValue, unit),
    ratioText(line),
    targetText(line),
    met === null ? '' : met ? 'met' : 'MISSED',
    number(line.peakMib),
    `${Math.round(line.noisy * 100)} %`,
  ];
}

export function table(lines: readonly Line[]): string {
  const rows = [HEADER, ...lines.map(cells)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const text = rows.map((row) =>
    row
      .map((cell, column) => (column < TEXT_COLUMNS ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
  return `${text.join('\n')}\n`;
}

export function heading({ node, kernel, cpu, cores, memoryGib, command }: Environment): string {
  return `${command}: Node ${node}, Linux ${kernel}, ${cores} x ${cpu}, ${memoryGib} GiB\n`;
}

/** Who did not take part. */
export function omissions(all: readonly Measured[]): string {
  return all
    .flatMap(({ scenario, size, left }) =>
      [...left].map(([name, why]) => `${scenario.name}, ${size}: ${name}: ${why}\n`),
    )
    .join('');
}

/** Everything, for machines. */
export function json(env: Environment, all: readonly Measured[], lines: readonly Line[]): string {
  const measured = all.map(({ scenario, size, samples, left }) => ({
    scenario: scenario.name,
    size,
    left: Object.fromEntries(left),
    contenders: [...samples.values()].map((one) => ({
      ...one,
      medianMs: median(one.ms),
      minMs: Math.min(...one.ms),
    })),
  }));
  return `${JSON.stringify({ environment: env, lines, measured }, null, 1)}\n`;
}
