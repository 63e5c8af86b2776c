import { Answering, type Meter } from './meter.ts';
import type { Population } from './population.ts';
import type { Size } from './populations.ts';
import type { Contender } from './rivals.ts';
import type { Scenario } from './scenario.ts';

/** What was measured of one contender. */
export interface Samples {
  readonly name: string;
  /** Milliseconds of each round. */
  readonly ms: number[];
  /** Processor time of whole processes, in and outside the kernel. */
  readonly userMs: number[];
  readonly systemMs: number[];
  peakKib: number;
  /** Rows it said it had; 0 = it does not say. */
  rows: number;
  /** Rounds that began although the machine was busy. */
  noisy: number;
}

/** Contenders that took part, and why others did not. */
export interface Measured {
  readonly scenario: Scenario;
  readonly size: Size;
  readonly samples: ReadonlyMap<string, Samples>;
  readonly left: ReadonlyMap<string, string>;
  /** Somebody was left out because something went wrong. */
  readonly failed: boolean;
}

export interface Effort {
  readonly rounds: number;
  /** How long to wait for a quiet machine before each run. */
  readonly quietMs: number;
}

/** A contender that is ready to be run. */
interface Entrant {
  readonly contender: Contender;
  readonly samples: Samples;
  /** Once, into `into`. */
  run(into: Samples): Promise<void>;
  close(): Promise<void>;
}

/** Longer runs are not repeated to warm up. */
const SLOW_ROUNDS = 3;

function empty(name: string): Samples {
  return { name, ms: [], userMs: [], systemMs: [], peakKib: 0, rows: 0, noisy: 0 };
}

function add(samples: Samples, line: string): void {
  const [ms, rows] = line.split(' ').map(Number) as [number, number];
  if (!(ms >= 0)) throw new Error(`${samples.name} answered: ${line}`);
  samples.ms.push(ms);
  samples.rows = rows;
}

/** A contender that stays; or its words why it cannot take part. */
async function served(contender: Contender, { ns }: Population): Promise<Entrant | string> {
  const child = new Answering(ns.spawn(contender.argv));
  const ready = await child.line();
  if (ready !== 'ready') {
    await child.close();
    return ready;
  }
  return {
    contender,
    samples: empty(contender.name),
    run: async (into) => {
      add(into, await child.ask('again'));
      into.peakKib = child.peakKib;
    },
    close: () => child.close(),
  };
}

function process(contender: Contender, meter: Meter): Entrant {
  const { argv, name, how, withoutBpf = false } = contender;
  const line = how === 'printed';
  return {
    contender,
    samples: empty(name),
    run: async (into) => {
      const run = await meter.run(argv, { line, withoutBpf });
      if (run.status !== 0) throw new Error(`${name} ended with status ${run.status}`);
      if (line) add(into, run.line);
      else into.ms.push(run.ms);
      into.userMs.push(run.userMs);
      into.systemMs.push(run.systemMs);
      into.peakKib = Math.max(into.peakKib, run.peakKib);
    },
    close: async () => undefined,
  };
}

async function startBeside(scenario: Scenario, { ns }: Population): Promise<Answering | undefined> {
  if (scenario.beside === undefined) return undefined;
  const child = new Answering(ns.spawn(scenario.beside));
  await child.line();
  return child;
}

/** Those that can take part here; `left` is told of the others. */
async function* entering(
  scenario: Scenario,
  place: Population,
  meter: Meter,
  left: Map<string, string>,
): AsyncGenerator<Entrant> {
  for (const contender of scenario.contenders) {
    if (contender.possible === false) {
      left.set(contender.name, 'needs root');
      continue;
    }
    const entrant = contender.how === 'served' ? await served(contender, place) : process(contender, meter);
    if (typeof entrant === 'string') left.set(contender.name, entrant);
    else yield entrant;
  }
}

/** All contenders in turn, round by round, each when the machine is quiet. */
export async function measure(
  scenario: Scenario,
  size: Size,
  place: Population,
  meter: Meter,
  { rounds, quietMs }: Effort,
): Promise<Measured> {
  const left = new Map<string, string>();
  let failed = false;
  const entrants: Entrant[] = [];
  const most = Math.min(rounds, scenario.rounds?.[size] ?? rounds);
  const beside = await startBeside(scenario, place);
  /** One that fails is left out from then on; what it gave before does not count. */
  const attempt = async (entrant: Entrant, into: Samples): Promise<void> => {
    try {
      await entrant.run(into);
    } catch (error) {
      failed = true;
      left.set(entrant.contender.name, (error as Error).message);
    }
  };
  try {
    for await (const entrant of entering(scenario, place, meter, left)) entrants.push(entrant);
    const taking = (): Entrant[] => entrants.filter(({ contender }) => !left.has(contender.name));
    const warmUp = rounds > 1;
    for (const entrant of taking()) {
      const slow = (entrant.contender.rounds ?? most) <= SLOW_ROUNDS || entrant.contender.how === 'printed';
      if (warmUp && !slow) await attempt(entrant, empty(''));
    }
    for (let round = 0; round < most; round += 1) {
      for (const entrant of taking()) {
        if (round >= (entrant.contender.rounds ?? most)) continue;
        if (!(await meter.quiet(quietMs))) entrant.samples.noisy += 1;
        await attempt(entrant, entrant.samples);
      }
    }
    return { scenario, size, samples: new Map(taking().map(({ samples }) => [samples.name, samples])), left, failed };
  } finally {
    for (const entrant of entrants) await entrant.close();
    await beside?.close();
  }
}
