import type { Names } from '../names/names.ts';
import type { CommandLine } from './command-line.ts';
import { repeat } from './continuous.ts';
import type { Output, Status } from './output.ts';
import type { FindPrograms } from './programs.ts';
import { printInternet } from './sections/internet.ts';
import { type LegacyFamily, type Section, type SocketList, selectSockets } from './selection.ts';

type ListingNames = Pick<Names, 'resolve' | 'host' | 'service' | 'user'>;

/** What the sections of one listing share. */
export interface Listing {
  readonly line: CommandLine;
  readonly list: SocketList;
  readonly output: Output;
  /** Kept from one round of -c to the next. */
  readonly names: ListingNames;
  /** The process column, and with -Z the one of security contexts, when asked for. */
  readonly programs?: FindPrograms;
}

/** Prints one section; anything but 0 ends the run with that status. */
export type SectionPrinter<S extends Section> = (section: S, listing: Listing) => Promise<Status>;

type Printers = { readonly [K in Section['kind']]: () => Promise<SectionPrinter<Extract<Section, { kind: K }>>> };

async function legacy(): Promise<SectionPrinter<Extract<Section, { kind: LegacyFamily }>>> {
  return (await import('./sections/legacy.ts')).printLegacy;
}

/** Each section but the first is loaded when it is to be printed. */
const PRINTERS: Printers = {
  internet: async () => printInternet,
  groups: async () => (await import('./sections/groups.ts')).printGroups,
  unix: async () => (await import('./sections/unix.ts')).printUnix,
  ipx: legacy,
  ax25: legacy,
  x25: legacy,
  netrom: legacy,
  rose: legacy,
  bluetooth:
    async () =>
    async (section, { output }) => {
      output.err(section.stop.stderr);
      return section.stop.status;
    },
};

/** Names of nothing, for listings that show numbers only. */
const NUMBERS: ListingNames = {
  resolve: () => Promise.resolve(),
  host: () => undefined,
  service: () => undefined,
  user: () => undefined,
};

async function listingNames({ numeric: { hosts, ports, users } }: CommandLine): Promise<ListingNames> {
  return hosts && ports && users ? NUMBERS : new (await import('../names/names.ts')).Names();
}

/** The socket list, once or (-c) again and again. */
export async function printSockets(line: CommandLine, output: Output): Promise<Status> {
  const list = selectSockets(line);
  const names = await listingNames(line);
  return repeat(line, output, async () => {
    if (!list.owners) return printOnce({ line, list, output, names });
    const { allPrograms, fewPrograms } = await import('./programs.ts');
    const find = line.own.filter === null ? allPrograms : fewPrograms;
    const programs = find(output, line);
    return printOnce({ line, list, output, names, programs });
  });
}

async function printOnce(listing: Listing): Promise<Status> {
  for (const section of listing.list.sections) {
    const load = PRINTERS[section.kind] as () => Promise<SectionPrinter<Section>>;
    const status = await (await load())(section, listing);
    if (status !== 0) return status;
  }
  return 0;
}
