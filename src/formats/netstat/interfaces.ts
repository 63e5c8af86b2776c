import type { LinksSchema } from '../../tables/links.ts';
import { type InterfaceRow, type InterfaceTables, interfaceFlags } from './interface-list.ts';
import { indexAddresses, writeLongInterface } from './interfaces-long.ts';
import { fixedColumn, type TextColumn, textColumn, writeColumns } from './layout.ts';
import { ByteWriter } from './text.ts';
import { writeUntrustedText } from './untrusted.ts';

export interface InterfaceOptions {
  /** Quirk: with -c the title is printed before the first listing only. */
  readonly title: boolean;
  /** -e: blocks as ifconfig prints them. */
  readonly extend: boolean;
}

const TITLE = 'Kernel Interface table\n';
const HEADER = 'Iface             MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n';

/**
 * Letters of column Flg, in the order they are printed. IFF_* bits of linux/if.h.
 *
 * Quirk: P is both PROMISC and POINTOPOINT (ife_print_short).
 */
const FLAG_LETTERS: readonly (readonly [bit: number, letter: string])[] = [
  [0x200, 'A'],
  [0x2, 'B'],
  [0x4, 'D'],
  [0x8, 'L'],
  [0x1000, 'M'],
  [0x8000, 'd'],
  [0x100, 'P'],
  [0x20, 'N'],
  [0x80, 'O'],
  [0x10, 'P'],
  [0x800, 's'],
  [0x400, 'm'],
  [0x40, 'R'],
  [0x1, 'U'],
];

function flagLetters(flags: number): string {
  if (flags === 0) return '[NO FLAGS]';
  return FLAG_LETTERS.map(([bit, letter]) => ((flags & bit) === 0 ? '' : letter)).join('');
}

interface ShortView {
  readonly tables: InterfaceTables;
  readonly rows: readonly InterfaceRow[];
}

function counter(
  name: keyof LinksSchema & `${'rx' | 'tx'}${string}`,
  width: number,
  align: 'left' | 'right' = 'right',
): TextColumn<ShortView> {
  return textColumn(width, align, (view, row) => view.tables.links.value(name, view.rows[row]!.link) ?? 0);
}

const NAME: TextColumn<ShortView> = {
  width: 15,
  align: 'left',
  cut: 15,
  write: (view, out, row) => writeUntrustedText(out, view.rows[row]!.name),
};

const MTU: TextColumn<ShortView> = textColumn(5, 'right', (view, row) => {
  return (view.tables.links.value('mtu', view.rows[row]!.link) ?? 0) | 0;
});

const FLAGS: TextColumn<ShortView> = textColumn(0, 'left', (view, row) =>
  flagLetters(interfaceFlags(view.tables.links, view.rows[row]!.link)),
);

/** Quirk: RX-OVR is left-justified (ife_print_short). */
const COLUMNS: readonly TextColumn<ShortView>[] = [
  NAME,
  MTU,
  counter('rxPackets', 8),
  counter('rxErrors', 6),
  counter('rxDropped', 6),
  counter('rxFifo', 6, 'left'),
  counter('txPackets', 8),
  counter('txErrors', 6),
  counter('txDropped', 6),
  counter('txFifo', 6),
  FLAGS,
];

/** Quirk: four bytes shorter than the counters it stands for. */
const COLUMNS_WITHOUT_STATISTICS: readonly TextColumn<ShortView>[] = [
  NAME,
  MTU,
  fixedColumn(55, 'left', '     - no statistics available -'),
  FLAGS,
];

/**
 * Does the row have counters? Labels have none.
 *
 * Quirk: net-tools of Debian 12 shows zeros for a name of exactly 15 bytes; they are shown here. Deviation
 * `interface-name-15`.
 */
export function hasStatistics(tables: InterfaceTables, { alias, link }: InterfaceRow): boolean {
  const packets = tables.links.value('rxPackets', link);
  return !alias && packets !== null && packets !== undefined;
}

/** `netstat -i`: the rows of `listInterfaces`, as a table or as blocks, in chunks of text. */
export function* formatInterfaces(
  tables: InterfaceTables,
  rows: readonly InterfaceRow[],
  options: InterfaceOptions,
): Generator<Uint8Array> {
  const out = new ByteWriter();
  if (options.title) out.ascii(TITLE);
  if (!options.extend) out.ascii(HEADER);
  const view = { tables, rows };
  const index = options.extend ? indexAddresses(tables.addresses) : new Map();
  for (const [number, row] of rows.entries()) {
    const statistics = hasStatistics(tables, row);
    if (options.extend) writeLongInterface(out, tables, index, row, statistics);
    else {
      writeColumns(out, statistics ? COLUMNS : COLUMNS_WITHOUT_STATISTICS, view, number);
      out.newline();
    }
    if (out.full) yield out.lend();
  }
  yield out.lend();
}
