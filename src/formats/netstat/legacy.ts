import { encodeText } from '../../columns/bytes.ts';
import type { Table } from '../../columns/table.ts';
import type { LegacySocketsSchema } from '../../tables/legacy.ts';
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
  /** Absent = uids as numbers. */
  readonly user?: ((uid: number) => string | undefined) | undefined;
}

interface LegacyView {
  readonly table: Table<LegacySocketsSchema>;
  readonly options: LegacyOptions;
}

interface LegacyLayout {
  readonly title: string;
  readonly header: string;
  readonly columns: readonly TextColumn<LegacyView>[];
  /** Of an unreadable line; none where netstat has no words for it. */
  readonly problem?: string;
}

type NumberName = 'state' | 'vs' | 'vr' | 'lci' | 'neighbour' | 'sendQ' | 'recvQ';
type TextName = 'user' | 'destination' | 'destinationCall' | 'source' | 'sourceCall' | 'device';

function text(name: TextName, width: number, gap = 1): TextColumn<LegacyView> {
  return {
    width,
    align: 'left',
    gap,
    write: ({ table }, out, row) => writeUntrusted(out, encodeText(table.value(name, row) ?? '')),
  };
}

function number(name: NumberName, width: number, align: 'left' | 'right', gap = 1): TextColumn<LegacyView> {
  return textColumn(width, align, ({ table }, row) => table.value(name, row) ?? 0, gap);
}

/** A state without a word is UNKNOWN. Quirk: net-tools reads beyond its tables; we do not. */
function state(words: readonly string[], width: number, gap: number): TextColumn<LegacyView> {
  return textColumn(width, 'left', ({ table }, row) => words[table.value('state', row) ?? 0] ?? 'UNKNOWN', gap);
}

/** Vr/Vs with leading zeros. */
function sequence(digits: number): TextColumn<LegacyView> {
  const padded = (value: number | null | undefined): string => String(value ?? 0).padStart(digits, '0');
  const both = ({ table }: LegacyView, row: number): string =>
    `${padded(table.value('vr', row))}/${padded(table.value('vs', row))}`;
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
    const source = view.table.value('source', row) ?? '';
    if (source.length < ROSE_ADDRESS_BYTES) text('destination', 0).write(view, out, row);
  },
};

/** Quirk: the bytes of the port are swapped (ipx_do_one). */
function ipxAddress(name: 'source' | 'destination'): TextColumn<LegacyView> {
  const swapped = (address: string): string => address.replace(/:([0-9a-f]{2})([0-9a-f]{2})$/i, ':$2$1');
  return {
    width: 26,
    align: 'left',
    write: ({ table }, out, row) => {
      const address = table.value(name, row) ?? '';
      writeUntrusted(out, encodeText(address === 'Not_Connected' ? '-' : swapped(address)));
    },
  };
}

/** Quirk: the queues are exchanged (ipx_do_one). */
const IPX_COLUMNS: readonly TextColumn<LegacyView>[] = [
  textColumn(5, 'left', () => 'IPX'),
  number('sendQ', 6, 'right'),
  number('recvQ', 6, 'right'),
  ipxAddress('source'),
  ipxAddress('destination'),
  textColumn(5, 'left', ({ table }, row) => IPX_STATES[table.value('state', row) ?? 0] ?? 'UNK.'),
];

const IPX_USER: TextColumn<LegacyView> = {
  width: 10,
  align: 'left',
  write: ({ table, options }, out, row) => {
    const uid = table.value('uid', row) ?? 0;
    writeUntrusted(out, encodeText(options.user?.(uid) ?? String(uid | 0)));
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

/** Title, header and rows of one family. */
export function* formatLegacy(
  family: LegacyFamily,
  table: Table<LegacySocketsSchema>,
  options: LegacyOptions,
): Generator<Uint8Array> {
  const out = new ByteWriter();
  const { title, header, columns, problem } = LAYOUTS[family];
  const owner = family === 'ipx' && options.extend;
  out.ascii(`${title}\n${header}${owner ? ' User' : ''}\n`);
  const view = { table, options };
  const shown = owner ? [...columns, IPX_USER] : columns;
  for (let row = 0; row < table.length; row += 1) {
    if (table.value('malformed', row) === true) {
      if (problem !== undefined) out.ascii(`${problem}\n`);
      continue;
    }
    if (family === 'x25' && !options.all && table.value('lci', row) === 0) continue;
    writeColumns(out, shown, view, row);
    out.newline();
    if (out.full) yield out.lend();
  }
  yield out.lend();
}
