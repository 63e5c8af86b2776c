/**
 * npm run bench -- [--scenario NAME]... [--size SIZE]... [--rounds N] [--large] [--smoke] [--json] [--list]
 *
 * Makes one population after the other, each in a private network namespace, and runs every scenario that wants it: all
 * contenders in turn, round by round, in one run. Before every single run it waits, for a bounded time, until the machine
 * idles; column `noisy` says how often that was in vain. Ratios are those of medians. Exit status 1: something did not work,
 * never that something was slow.
 */
import { parseArgs } from 'node:util';
import { type Line, lines, perRowLines } from './figures.ts';
import { type Effort, type Measured, measure } from './measurement.ts';
import { Meter } from './meter.ts';
import { type Population, population } from './population.ts';
import { LARGE, POPULATIONS, populationOptions, type Size } from './populations.ts';
import { environment, heading, json, omissions, table } from './report.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios/index.ts';

const ROUNDS = 11;
const QUIET_MS = 1500;

interface Plan {
  readonly scenarios: readonly Scenario[];
  readonly sizes: readonly Size[];
  readonly effort: Effort;
  readonly smoke: boolean;
}

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', multiple: true, default: [] },
    size: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string', default: String(ROUNDS) },
    large: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});

function chosen<T>(
  option: string,
  words: readonly string[],
  all: readonly T[],
  name: (one: T) => string,
): readonly T[] {
  const unknown = words.find((word) => !all.some((one) => name(one) === word));
  if (unknown !== undefined) throw new Error(`--${option}: '${unknown}' is not one of ${all.map(name).join(', ')}`);
  return words.length === 0 ? all : all.filter((one) => words.includes(name(one)));
}

function plan(): Plan {
  const { smoke } = values;
  const scenarios = chosen('scenario', values.scenario, SCENARIOS, ({ name }) => name);
  const sizes = chosen('size', values.size, Object.keys(POPULATIONS) as Size[], (size) => size);
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds: '${values.rounds}' is not a number of rounds`);
  return {
    scenarios,
    sizes: sizes.filter((size) => values.large || values.size.includes(size) || !LARGE.has(size)),
    effort: smoke ? { rounds: 1, quietMs: 0 } : { rounds, quietMs: QUIET_MS },
    smoke,
  };
}

/** Smoke runs show that each scenario works: at one size, the smallest. */
function wants({ sizes }: Scenario, size: Size, { smoke }: Plan): boolean {
  return smoke ? sizes[0] === size : sizes.includes(size);
}

let standing: Population | undefined;

async function atSize(size: Size, planned: Plan): Promise<Measured[]> {
  const scenarios = planned.scenarios.filter((scenario) => wants(scenario, size, planned));
  if (scenarios.length === 0) return [];
  process.stderr.write(`${size} …\n`);
  standing = await population(populationOptions(size, planned.smoke));
  const meter = new Meter(standing.ns);
  const all: Measured[] = [];
  try {
    for (const scenario of scenarios) {
      process.stderr.write(`  ${scenario.name}\n`);
      all.push(await measure(scenario, size, standing, meter, planned.effort));
    }
    return all;
  } finally {
    await meter.close();
    await standing.close();
    standing = undefined;
  }
}

function show(all: readonly Measured[]): void {
  const env = environment(process.argv.slice(2));
  const inOrder = SCENARIOS.flatMap((scenario) => all.filter((one) => one.scenario === scenario));
  const found: Line[] = [...inOrder.flatMap((one) => lines(one, values.smoke)), ...perRowLines(inOrder)];
  if (values.json) process.stdout.write(json(env, inOrder, found));
  else process.stdout.write(heading(env) + table(found));
  process.stderr.write(omissions(inOrder));
}

async function main(): Promise<number> {
  if (values.list) {
    for (const { name, sizes } of SCENARIOS) process.stdout.write(`${name}: ${sizes.join('; ')}\n`);
    return 0;
  }
  const planned = plan();
  const all: Measured[] = [];
  for (const size of planned.sizes) all.push(...(await atSize(size, planned)));
  show(all);
  return all.length === 0 || all.some(({ failed }) => failed) ? 1 : 0;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Children end with their standard input, hence with this process; namespaces with their last process.
  process.once(signal, () => void Promise.resolve(standing?.close()).finally(() => process.exit(1)));
}
process.exitCode = await main();
