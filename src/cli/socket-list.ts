import { setTimeout as sleep } from 'node:timers/promises';
import type { Programs } from '../formats/netstat/program.ts';
import { Names } from '../names/names.ts';
import type { CommandLine } from './command-line.ts';
import type { Output, Status } from './output.ts';
import { type Section, type SocketList, selectSockets } from './selection.ts';

/** What the sections of one listing share. */
export interface Listing {
  readonly line: CommandLine;
  readonly list: SocketList;
  readonly output: Output;
  /** Kept from one round of -c to the next. */
  readonly names: Names;
  /** The process column, when it is asked for. */
  readonly programs?: Programs;
}

/** Prints one section; anything but 0 ends the run with that status. */
export type SectionPrinter<S extends Section> = (section: S, listing: Listing) => Promise<Status>;

type Printers = { readonly [K in Section['kind']]?: () => Promise<SectionPrinter<Extract<Section, { kind: K }>>> };

/** Each section is loaded when it is to be printed. */
const PRINTERS: Printers = {
  internet: async () => (await import('./sections/internet.ts')).printInternet,
};

const CONTINUOUS_MS = 1000;

/** The socket list, once or (-c) again every second until a section fails. */
export async function printSockets(line: CommandLine, output: Output): Promise<Status> {
  const list = selectSockets(line);
  const names = new Names();
  for (;;) {
    const programs = list.owners ? await (await import('./programs.ts')).readPrograms(output) : undefined;
    const status = await printOnce({ line, list, output, names, ...(programs === undefined ? {} : { programs }) });
    output.flush();
    if (status !== 0 || !line.continuous) return status;
    await sleep(CONTINUOUS_MS);
  }
}

async function printOnce(listing: Listing): Promise<Status> {
  for (const section of listing.list.sections) {
    const load = PRINTERS[section.kind] as (() => Promise<SectionPrinter<Section>>) | undefined;
    if (load === undefined) {
      listing.output.err(`sockdiag: section '${section.kind}' is not in this version\n`);
      return 1;
    }
    const status = await (await load())(section, listing);
    if (status !== 0) return status;
  }
  return 0;
}
