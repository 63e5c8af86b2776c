import type { Measured, Samples } from './measurement.ts';
import type { Size } from './populations.ts';
import type { Figure, Scenario } from './scenario.ts';

/** One line of the table. */
export interface Line {
  readonly scenario: string;
  readonly size: string;
  readonly ours: string;
  readonly rival: string;
  /** Medians in ms; for figures about memory MiB. */
  readonly oursValue: number;
  readonly rivalValue: number | null;
  readonly unit: 'ms' | 'MiB' | 'ns/row';
  /** ours / rival; for figures about memory ours less rival, in MiB; null for times. */
  readonly result: number | null;
  readonly target: number | null;
  /** null: there is no target here. */
  readonly met: boolean | null;
  /** Peak resident memory of ours, in MiB. */
  readonly peakMib: number;
  /** Share of rounds, ours and rivals', that began on a busy machine. */
  readonly noisy: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const mib = (kib: number): number => kib / 1024;

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function targetOf({ sizes, targetSizes = sizes }: Scenario, size: Size, { atMost }: Figure): number | null {
  if (atMost === undefined || !targetSizes.includes(size)) return null;
  return typeof atMost === 'number' ? atMost : (atMost[size] ?? null);
}

function lineOf({ scenario, size, samples }: Measured, figure: Figure): Line | undefined {
  const ours = samples.get(figure.ours);
  const names = figure.kind === 'time' ? [] : figure.rivals;
  const rivals = names.map((name) => samples.get(name)).filter((found) => found !== undefined);
  if (ours === undefined || rivals.length < names.length) return undefined;
  const memory = figure.kind === 'memory';
  const value = (of: Samples): number => (memory ? mib(of.peakKib) : median(of.ms));
  const oursValue = value(ours);
  const rivalValue = rivals.length === 0 ? null : sum(rivals.map(value));
  const result = rivalValue === null ? null : memory ? oursValue - rivalValue : oursValue / rivalValue;
  const target = targetOf(scenario, size, figure);
  return {
    scenario: scenario.name,
    size,
    ours: figure.ours,
    rival: names.join(' + '),
    oursValue,
    rivalValue,
    unit: memory ? 'MiB' : 'ms',
    result,
    target,
    met: target === null ? null : (result ?? oursValue) <= target,
    peakMib: mib(ours.peakKib),
    noisy: sum([ours, ...rivals].map(({ noisy }) => noisy)) / sum([ours, ...rivals].map(({ ms }) => ms.length)),
  };
}

/** What the table says of a scenario; a smoke run's sizes are not those that targets are for. */
export function lines(measured: Measured, smoke: boolean): Line[] {
  const all = measured.scenario.figures.map((figure) => lineOf(measured, figure)).filter((line) => line !== undefined);
  return smoke ? all.map((line) => ({ ...line, target: null, met: null })) : all;
}

/** How far the time of one row drifts between sizes: the largest over the smallest. */
export function perRowLines(all: readonly Measured[]): Line[] {
  return [...new Set(all.map(({ scenario }) => scenario))].flatMap((scenario) => {
    const { perRow } = scenario;
    if (perRow === undefined) return [];
    const measured = all.filter((one) => one.scenario === scenario && perRow.sizes.includes(one.size));
    const costs = measured.flatMap(({ size, samples }) => {
      const ours = samples.get(perRow.ours);
      return ours === undefined ? [] : [{ size, ns: (median(ours.ms) * 1e6) / ours.rows, ours }];
    });
    if (costs.length < 2) return [];
    costs.sort((a, b) => b.ns - a.ns);
    const [most, least] = [costs[0]!, costs.at(-1)!];
    const result = most.ns / least.ns;
    return [
      {
        scenario: scenario.name,
        size: measured.map(({ size }) => size).join(' to '),
        ours: `${perRow.ours}, ${most.size}`,
        rival: `the same, ${least.size}`,
        oursValue: most.ns,
        rivalValue: least.ns,
        unit: 'ns/row' as const,
        result,
        target: 1 + perRow.within,
        met: result <= 1 + perRow.within,
        peakMib: mib(most.ours.peakKib),
        noisy: sum(costs.map(({ ours }) => ours.noisy)) / sum(costs.map(({ ours }) => ours.ms.length)),
      },
    ];
  });
}
