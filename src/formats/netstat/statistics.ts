import type { Table } from '../../columns/table.ts';
import type { CountersSchema, CountersSection } from '../../tables/counters.ts';
import {
  type CounterRule,
  INET_SECTIONS,
  INET6_SECTIONS,
  type StatisticsPart,
  type StatisticsSection,
} from './statistics-tables.ts';
import { ByteWriter } from './text.ts';
import { writeUntrustedText } from './untrusted.ts';

export interface StatisticsOptions {
  readonly family: 'inet' | 'inet6';
  readonly switches: Readonly<Record<StatisticsPart, boolean>>;
}

/** One counter as it is printed. */
interface Counter {
  readonly rule: CounterRule;
  readonly before: string;
  readonly after: string;
}

interface KnownSection {
  readonly part: StatisticsPart;
  readonly counters: ReadonlyMap<string, Counter>;
}

type KnownSections = ReadonlyMap<string, KnownSection>;

function knownSections(sections: readonly StatisticsSection[]): KnownSections {
  return new Map(
    sections.map(({ title, part, counters }) => {
      const rows = counters.map(([name, rule, sentence = '']): [string, Counter] => {
        const [before = '', after = ''] = sentence.split('#');
        return [name, { rule, before, after }];
      });
      return [title, { part, counters: new Map(rows) }];
    }),
  );
}

/** One file of a family's statistics: which sections are taken from it. */
interface StatisticsFile {
  readonly name: string;
  readonly known: KnownSections;
  readonly wanted: (title: string) => boolean;
}

const INET = knownSections(INET_SECTIONS);
const INET6 = knownSections(INET6_SECTIONS);

const every = (): boolean => true;

const FILES: Readonly<Record<StatisticsOptions['family'], readonly StatisticsFile[]>> = {
  inet: ['snmp', 'netstat', 'sctp/snmp'].map((name) => ({ name, known: INET, wanted: every })),
  inet6: [
    { name: 'snmp6', known: INET6, wanted: every },
    { name: 'snmp', known: INET, wanted: (title) => title.startsWith('Tcp') },
  ],
};

type State = 'normal' | 'input' | 'output';

const HISTOGRAM_TITLES: Readonly<Record<'input' | 'output', string>> = {
  input: 'ICMP input histogram:',
  output: 'ICMP output histogram:',
};

const INDENT = '    ';
const HISTOGRAM_INDENT = '        ';

/**
 * Prints counters one after the other.
 *
 * Quirk: the indent of a histogram stays until another kind of counter, or a section that is known, ends it; the counters
 * of an unknown section, and the title of the second histogram, stand deeper because of it (printval, printtitle).
 */
class StatisticsWriter {
  readonly out = new ByteWriter();
  readonly #switches: StatisticsOptions['switches'];
  #state: State = 'normal';
  #section: KnownSection | undefined;
  #shown = false;

  constructor(switches: StatisticsOptions['switches']) {
    this.#switches = switches;
  }

  begin(title: string, known: KnownSections): void {
    this.#section = known.get(title);
    if (this.#section !== undefined) this.#state = 'normal';
    this.#shown = this.#section === undefined || this.#switches[this.#section.part];
    if (!this.#shown) return;
    writeUntrustedText(this.out, title);
    this.out.ascii(':\n');
  }

  count(name: string, value: bigint): void {
    if (!this.#shown) return;
    const counter = this.#section?.counters.get(name);
    const rule = counter?.rule ?? 'unreachable';
    if (rule === 'never') return;
    if (counter === undefined || rule === 'unreachable') this.#raw(name, value);
    else if (rule === 'input' || rule === 'output') this.#bar(rule, counter, value);
    else {
      this.#state = 'normal';
      if (rule === 'always' || value !== 0n) this.out.ascii(`${INDENT}${counter.before}${value}${counter.after}\n`);
    }
  }

  get #indent(): string {
    return this.#state === 'normal' ? INDENT : HISTOGRAM_INDENT;
  }

  #raw(name: string, value: bigint): void {
    if (value === 0n) return;
    this.out.ascii(this.#indent);
    writeUntrustedText(this.out, name);
    this.out.ascii(`: ${value}\n`);
  }

  /** Quirk: the title of a histogram is printed even if all of it is 0 (printval). */
  #bar(histogram: 'input' | 'output', { before, after }: Counter, value: bigint): void {
    if (this.#state !== histogram) this.out.ascii(`${this.#indent}${HISTOGRAM_TITLES[histogram]}\n`);
    this.#state = histogram;
    if (value !== 0n) this.out.ascii(`${HISTOGRAM_INDENT}${before}${value}${after}\n`);
  }
}

/** `netstat -s`: the counters of one family, in file order, in chunks of text. Sections come by ascending row. */
export function* formatStatistics(
  table: Table<CountersSchema>,
  sections: readonly CountersSection[],
  options: StatisticsOptions,
): Generator<Uint8Array> {
  const writer = new StatisticsWriter(options.switches);
  const values = table.column('value');
  for (const { name, known, wanted } of FILES[options.family]) {
    for (const [at, { file, title, row }] of sections.entries()) {
      if (file !== name || !wanted(title)) continue;
      writer.begin(title, known);
      const end = sections[at + 1]?.row ?? table.length;
      for (let counter = row; counter < end; counter += 1) {
        writer.count(table.value('name', counter) ?? '', values[counter]!);
      }
    }
  }
  yield writer.out.lend();
}
