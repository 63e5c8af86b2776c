import { formatAddress } from '../../columns/address.ts';
import type { Table } from '../../columns/table.ts';
import type { AddressRef, NamesRequest } from '../../names/names.ts';
import type { MasqueradesSchema } from '../../tables/legacy.ts';
import { AF_INET } from '../../uapi/socket.ts';
import { type TextColumn, textColumn, writeColumns } from './layout.ts';
import { ByteWriter } from './text.ts';
import { writeUntrustedText } from './untrusted.ts';

/** Names of what a row shows, looked up before formatting; undefined = print the number. */
export interface MasqueradeNames {
  host(family: number, bytes: Uint8Array, offset: number): string | undefined;
  service(protocol: 'tcp' | 'udp' | 'raw', port: number): string | undefined;
}

export interface MasqueradeOptions {
  /** -e: sequence numbers. */
  readonly extend: boolean;
  readonly names?: MasqueradeNames | undefined;
}

interface MasqueradeView {
  readonly table: Table<MasqueradesSchema>;
  readonly names: MasqueradeNames | undefined;
}

const TITLE = 'IP masquerading entries\n';
const HEADER = 'prot   expire source               destination          ports\n';
const LONG_HEADER = 'prot   expire    initseq delta prevd source               destination          ports\n';

function addressRef(value: number): AddressRef {
  return { family: AF_INET, bytes: Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value), offset: 0 };
}

function protocolOf({ table }: MasqueradeView, row: number): string {
  return (table.value('protocol', row) ?? '').toLowerCase();
}

/** Minutes, seconds and hundredths. */
function expireText({ table }: MasqueradeView, row: number): string {
  const expires = table.column('expires')[row]!;
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = String(Math.floor(expires / 6000)).padStart(3);
  return `${minutes}:${two(Math.floor(expires / 100) % 60)}.${two(expires % 100)}`;
}

function addressColumn(name: 'source' | 'destination'): TextColumn<MasqueradeView> {
  return {
    width: 20,
    align: 'left',
    write: ({ table, names }, out, row) => {
      const { family, bytes, offset } = addressRef(table.column(name)[row]!);
      writeUntrustedText(out, names?.host(family, bytes, offset) ?? formatAddress(bytes, offset, family));
    },
  };
}

type PortName = 'sourcePort' | 'destinationPort' | 'masqueradePort';

function portText(view: MasqueradeView, row: number, name: PortName): string {
  const port = view.table.column(name)[row]!;
  if (port === 0) return '*';
  const protocol = protocolOf(view, row);
  const known = protocol === 'tcp' || protocol === 'udp' ? view.names?.service(protocol, port) : undefined;
  return known ?? String(port);
}

const PORTS: TextColumn<MasqueradeView> = {
  width: 0,
  align: 'left',
  write: (view, out, row) => {
    const port = (name: PortName): string => portText(view, row, name);
    writeUntrustedText(out, `${port('sourcePort')} -> ${port('destinationPort')} (${port('masqueradePort')})`);
  },
};

const PROTOCOL: TextColumn<MasqueradeView> = {
  width: 4,
  align: 'left',
  write: (view, out, row) => writeUntrustedText(out, protocolOf(view, row)),
};

const EXPIRE = textColumn<MasqueradeView>(0, 'left', expireText, 0);
const ENDS = [addressColumn('source'), addressColumn('destination'), PORTS];

const COLUMNS: readonly TextColumn<MasqueradeView>[] = [PROTOCOL, EXPIRE, ...ENDS];

const LONG_COLUMNS: readonly TextColumn<MasqueradeView>[] = [
  PROTOCOL,
  EXPIRE,
  textColumn(10, 'right', ({ table }, row) => table.column('initialSequence')[row]!),
  textColumn(5, 'right', ({ table }, row) => table.column('delta')[row]!),
  textColumn(5, 'right', ({ table }, row) => table.value('previousDelta', row) ?? '-'),
  ...ENDS,
];

/** The names symbolic output will ask for. */
export function masqueradeNames(table: Table<MasqueradesSchema>): NamesRequest {
  const values = [...table.column('source'), ...table.column('destination')];
  return { hosts: values.map(addressRef), services: table.length > 0 };
}

/** `netstat -M` of an old kernel; nothing at all without entries. */
export function* formatMasquerade(table: Table<MasqueradesSchema>, options: MasqueradeOptions): Generator<Uint8Array> {
  if (table.length === 0) return;
  const out = new ByteWriter();
  out.ascii(TITLE);
  out.ascii(options.extend ? LONG_HEADER : HEADER);
  const view = { table, names: options.names };
  for (let row = 0; row < table.length; row += 1) {
    writeColumns(out, options.extend ? LONG_COLUMNS : COLUMNS, view, row);
    out.newline();
    if (out.full) yield out.lend();
  }
  yield out.lend();
}
