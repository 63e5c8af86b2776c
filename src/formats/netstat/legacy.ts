import { encodeText } from '../../columns/bytes.ts';
import type { Table } from '../../columns/table.ts';
import type { LegacySocketsSchema } from '../../tables/legacy.ts';
import { type IpxEnd, ipxEndpoints, ipxFailure } from './ipx.ts';
import { type TextColumn, textColumn, writeColumns } from './layout.ts';
import { ByteWriter } from './text.ts';
import { writeUntrusted } from './untrusted.ts';

/** Families of old kernels; each prints its title and header only when its /proc file can be opened. */
export type LegacyFamily = 'ipx' | 'ax25' | 'x25' | 'netrom' | 'rose';

export interface LegacyOptions {
  /** -a: with X.25, sockets without a channel too. */
  readonly all: boolean;
  /** -e: with IPX, the owner. */
  readonly extend: boolean;
  /** The file is /proc/net/ax25 of a kernel before 2.4. */
  readonly oldAx25?: boolean;
  /** Absent = uids as numbers. */
  readonly user?: ((uid: number) => string | undefined) | undefined;
}

interface LegacyLayout {
  readonly title: string;
  readonly header: string;
  readonly columns: readonly TextColumn<LegacyView>[];
  /** Of an unreadable line; none where netstat has no words for it. */
  readonly problem?: string;
}

type NumberName = 'state' | 'vs' | 'vr' | 'lci' | 'neighbour' | 'sendQ' | 'recvQ' | 'uid';
type TextName = 'user' | 'destination' | 'destinationCall' | 'source' | 'sourceCall' | 'device';

/**
 * What is shown of each line. Quirk: where a line ends before a field, netstat shows that of the line before (x25_do_one,
 * ipx_do_one).
 */
class LegacyView {
  readonly table: Table<LegacySocketsSchema>;
  readonly options: LegacyOptions;
  /** Columns as they are shown, each gone through once. */
  readonly #shown = new Map<string, readonly (string | number | undefined)[]>();

  constructor(table: Table<LegacySocketsSchema>, options: LegacyOptions) {
    this.table = table;
    this.options = options;
  }

  number(name: NumberName, row: number): number {
    return this.#latest(name, row, 0);
  }

  text(name: TextName, row: number): string {
    return this.#latest(name, row, '');
  }

  ipxEndpoint(end: IpxEnd, row: number): string {
    return (this.#column(end, () => ipxEndpoints(this.table, end))[row] ?? '') as string;
  }

  #latest<V extends string | number>(name: NumberName | TextName, row: number, first: V): V {
    const column = this.#column(name, () => {
      let last = first;
      return Array.from({ length: this.table.length }, (_, at) => {
        last = (this.table.value(name, at) ?? last) as V;
        return last;
      });
    });
    return column[row] as V;
  }

  #column(
    name: string,
    make: () => readonly (string | number | undefined)[],
  ): readonly (string | number | undefined)[] {
    const column = this.#shown.get(name) ?? make();
    this.#shown.set(name, column);
    return column;
  }
}

/** A field that reaches beyond the end of a short line holds its line break, and netstat prints that too. */
function writeField(out: ByteWriter, value: string): void {
  const broken = value.endsWith('\n');
  writeUntrusted(out, encodeText(broken ? value.slice(0, -1) : value));
  if (broken) out.newline();
}

function text(name: TextName, width: number, gap = 1): TextColumn<LegacyView> {
  return { width, align: 'left', gap, write: (view, out, row) => writeField(out, view.text(name, row)) };
}

function number(name: NumberName, width: number, align: 'left' | 'right', gap = 1): TextColumn<LegacyView> {
  return textColumn(width, align, (view, row) => view.number(name, row), gap);
}

/** A state without a word is UNKNOWN. Quirk: net-tools reads beyond its tables; we do not. */
function state(words: readonly string[], width: number, gap: number): TextColumn<LegacyView> {
  return textColumn(width, 'left', (view, row) => words[view.number('state', row)] ?? 'UNKNOWN', gap);
}

/** Vr/Vs with leading zeros. */
function sequence(digits: number): TextColumn<LegacyView> {
  const padded = (value: number): string =>
    (value < 0 ? '-' : '') + String(Math.abs(value)).padStart(value < 0 ? digits - 1 : digits, '0');
  const both = (view: LegacyView, row: number): string =>
    `${padded(view.number('vr', row))}/${padded(view.number('vs', row))}`;
  return textColumn(0, 'left', both, 2);
}

const AX25_STATES = ['LISTENING', 'SABM SENT', 'DISC SENT', 'ESTABLISHED', 'RECOVERY'];
const X25_STATES = ['LISTENING', 'SABM_SENT', 'DISC_SENT', 'ESTABLISHED', 'RECOVERY'];
const NETROM_STATES = ['LISTENING', 'CONN SENT', 'DISC SENT', 'ESTABLISHED'];
const IPX_STATES: Readonly<Record<number, string>> = { 1: 'ESTAB', 7: '' };

const QUEUES = [number('sendQ', 6, 'left', 2), number('recvQ', 6, 'left', 2)];

/** An overrun address of net-tools: its terminating NUL lands on the first byte of the destination. */
const ROSE_ADDRESS_BYTES = 10;

/** Quirk: a source of ten digits, as all real ones are, makes the destination vanish (rose_do_one). */
const ROSE_DESTINATION: TextColumn<LegacyView> = {
  width: 10,
  align: 'left',
  write: (view, out, row) => {
    if (view.text('source', row).length < ROSE_ADDRESS_BYTES) text('destination', 0).write(view, out, row);
  },
};

function ipxAddress(end: IpxEnd): TextColumn<LegacyView> {
  const write: TextColumn<LegacyView>['write'] = (view, out, row) => out.ascii(view.ipxEndpoint(end, row));
  return { width: 26, align: 'left', write };
}

/** 32 bits without a sign. Quirk: the queues are exchanged (ipx_do_one). */
function ipxQueue(name: 'sendQ' | 'recvQ'): TextColumn<LegacyView> {
  return textColumn(6, 'right', (view, row) => view.number(name, row) >>> 0);
}

const IPX_COLUMNS: readonly TextColumn<LegacyView>[] = [
  textColumn(5, 'left', () => 'IPX'),
  ipxQueue('sendQ'),
  ipxQueue('recvQ'),
  ipxAddress('source'),
  ipxAddress('destination'),
  textColumn(5, 'left', (view, row) => IPX_STATES[view.number('state', row)] ?? 'UNK.'),
];

const IPX_USER: TextColumn<LegacyView> = {
  width: 10,
  align: 'left',
  write: (view, out, row) => {
    const uid = view.number('uid', row) >>> 0;
    writeUntrusted(out, encodeText(view.options.user?.(uid) ?? String(uid | 0)));
  },
};

const LAYOUTS: Readonly<Record<LegacyFamily, LegacyLayout>> = {
  ipx: {
    title: 'Active IPX sockets',
    header: 'Proto Recv-Q Send-Q Local Address              Foreign Address            State',
    columns: IPX_COLUMNS,
  },
  ax25: {
    title: 'Active AX.25 sockets',
    header: 'Dest       Source     Device  State        Vr/Vs    Send-Q  Recv-Q',
    columns: [
      text('destination', 9),
      text('source', 9, 2),
      text('device', 6, 2),
      state(AX25_STATES, 11, 2),
      sequence(3),
      ...QUEUES,
    ],
    problem: 'problem reading data from /proc/net/ax25',
  },
  x25: {
    title: 'Active X.25 sockets',
    header: 'Dest         Source          Device  LCI  State        Vr/Vs  Send-Q  Recv-Q',
    columns: [
      text('destination', 15),
      text('source', 15),
      text('device', 7),
      number('lci', 3, 'left'),
      state(X25_STATES, 11, 2),
      sequence(2),
      ...QUEUES,
    ],
  },
  netrom: {
    title: 'Active NET/ROM sockets',
    header: 'User       Dest       Source     Device  State        Vr/Vs    Send-Q  Recv-Q',
    columns: [
      text('user', 9),
      text('destination', 9, 2),
      text('source', 9, 2),
      text('device', 6, 2),
      state(NETROM_STATES, 11, 2),
      sequence(3),
      ...QUEUES,
    ],
    problem: 'Problem reading data from /proc/net/nr',
  },
  rose: {
    title: 'Active ROSE sockets',
    header: 'dest_addr   dest_call  src_addr    src_call  dev   lci neigh   state',
    columns: [
      ROSE_DESTINATION,
      text('destinationCall', 9, 2),
      text('source', 10, 2),
      text('sourceCall', 9, 2),
      text('device', 5),
      number('lci', 3, 'right'),
      number('neighbour', 5, 'right'),
      state(NETROM_STATES, 0, 3),
    ],
    problem: 'Problem reading data from /proc/net/rose',
  },
};

const OLD_AX25_PROBLEM = 'Problem reading data from /proc/net/ax25';

/** Title, header and rows of one family; of IPX those before the line that ends the run. */
export function* formatLegacy(
  family: LegacyFamily,
  table: Table<LegacySocketsSchema>,
  options: LegacyOptions,
): Generator<Uint8Array> {
  const out = new ByteWriter();
  const { title, header, columns, problem = '' } = LAYOUTS[family];
  const rows = (family === 'ipx' ? ipxFailure(table)?.row : undefined) ?? table.length;
  const owner = family === 'ipx' && options.extend;
  out.ascii(`${title}\n${header}${owner ? ' User' : ''}\n`);
  const view = new LegacyView(table, options);
  const shown = owner ? [...columns, IPX_USER] : columns;
  for (let row = 0; row < rows; row += 1) {
    if (table.value('malformed', row) === true) {
      out.ascii(`${options.oldAx25 === true ? OLD_AX25_PROBLEM : problem}\n`);
      continue;
    }
    if (family === 'x25' && !options.all && view.number('lci', row) === 0) continue;
    writeColumns(out, shown, view, row);
    out.newline();
    if (out.full) yield out.lend();
  }
  yield out.lend();
}
