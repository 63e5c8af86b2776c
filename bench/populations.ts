import type { PopulationOptions } from './population.ts';

type Made = Pick<PopulationOptions, 'tcp' | 'tcp6' | 'udp' | 'unix' | 'routes' | 'links' | 'processes' | 'perProcess'>;

/** What the namespaces of the bench hold, by the size that the table shows. The first one is as good as empty. */
export const POPULATIONS = {
  '43 sockets': { tcp: 43 },
  '1k sockets': { tcp: 1_000 },
  '10k sockets': { tcp: 10_000 },
  '100k sockets': { tcp: 100_000 },
  '100k sockets, half IPv6': { tcp: 50_000, tcp6: 50_000 },
  '100k sockets, 5k processes': { tcp: 100_000, processes: 5_000 },
  '20k UDP sockets': { udp: 20_000 },
  '20k unix sockets': { unix: 20_000 },
  '100k routes': { routes: 100_000 },
  '1k links': { links: 1_000 },
  '1M sockets': { tcp: 1_000_000, perProcess: 18_600 },
} as const satisfies Readonly<Record<string, Made>>;

export type Size = keyof typeof POPULATIONS;

/** Only with --large: about 3 GB of kernel memory. */
export const LARGE: ReadonlySet<Size> = new Set<Size>(['1M sockets']);

/** Ports of the processes that scenario port-owner starts beside a population. */
export const LONE_PORT = 4000;
export const SHARED_PORT = 4001;

/** Counts of a run that only shows that everything works. */
const SMOKE_COUNT = 60;

export function populationOptions(size: Size, smoke: boolean): PopulationOptions {
  const made: Made = POPULATIONS[size];
  if (!smoke) return made;
  const counts = Object.entries(made).filter(([kind]) => kind !== 'perProcess');
  return Object.fromEntries(counts.map(([kind, count]) => [kind, Math.min(count, SMOKE_COUNT)]));
}
