import type { Size } from './populations.ts';
import type { Contender } from './rivals.ts';

/** A target for all target sizes, or one for each of some. */
export type Target = number | Readonly<Partial<Record<Size, number>>>;

/** A figure of the table. Times are medians; a ratio is that of two medians of one run. */
export type Figure =
  /** Our time divided by that of a rival, or by those of several together. */
  | { readonly kind: 'ratio'; readonly ours: string; readonly rivals: readonly string[]; readonly atMost?: Target }
  /** Our time. */
  | { readonly kind: 'time'; readonly ours: string; readonly atMost: number }
  /** Our peak memory less that of a rival, in MiB. */
  | { readonly kind: 'memory'; readonly ours: string; readonly rivals: readonly string[]; readonly atMost: number };

export interface Scenario {
  readonly name: string;
  readonly sizes: readonly Size[];
  /** Sizes at which targets hold; elsewhere figures are shown without. Default: all. */
  readonly targetSizes?: readonly Size[];
  readonly contenders: readonly Contender[];
  /** Most rounds of all contenders at large sizes. */
  readonly rounds?: Readonly<Partial<Record<Size, number>>>;
  readonly figures: readonly Figure[];
  /** Runs inside meanwhile, from the first line it prints until its standard input closes. */
  readonly beside?: readonly string[];
  /** The time of one row may differ so much (0.2 = by a fifth) between the sizes of `targetSizes`. */
  readonly perRow?: { readonly ours: string; readonly within: number; readonly sizes: readonly Size[] };
}

export function ratio(ours: string, rivals: string | readonly string[], atMost?: Target): Figure {
  const list = typeof rivals === 'string' ? [rivals] : rivals;
  return { kind: 'ratio', ours, rivals: list, ...(atMost === undefined ? {} : { atMost }) };
}
