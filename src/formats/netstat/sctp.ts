import { type Selection, selectRows } from '../../columns/selection.ts';
import type { Table } from '../../columns/table.ts';
import type { AddressRef, NamesRequest } from '../../names/names.ts';
import { SCTP_ASSOCIATION, SCTP_ENDPOINT, type SctpSchema } from '../../tables/sctp.ts';
import { TCP_STATES } from '../../tables/sockets.ts';
import { AF_INET, AF_INET6 } from '../../uapi/socket.ts';
import { TCP_CLOSING } from '../../uapi/tcp-states.ts';
import type { Listing } from './inet.ts';
import type { InetOptions } from './inet-row.ts';
import { fixedColumn, type TextColumn, textColumn, writeColumns } from './layout.ts';
import type { Programs } from './program.ts';
import { ByteWriter } from './text.ts';
import { writeUntrustedText } from './untrusted.ts';

/**
 * Options of the Internet list that SCTP rows know; nothing of theirs is ever cut.
 *
 * Quirk: any of -N, --numeric-hosts, --numeric-ports and --numeric-users makes their addresses numeric
 * (sctp_do_1); whoever sets `numericHosts` has to look at all of them.
 */
export type SctpOptions = Omit<InetOptions, 'wide'>;

/** One line of a row: the i-th local address, and for associations the i-th remote one. */
interface SctpLine {
  readonly local: string;
  readonly remote: string;
  readonly state: string;
  readonly recvQ: number;
  readonly sendQ: number;
}

function addressColumn(width: number, side: 'local' | 'remote', gap = 1): TextColumn<SctpLine> {
  return { width, align: 'left', gap, write: (line, out) => writeUntrustedText(out, line[side]) };
}

const STATE: TextColumn<SctpLine> = textColumn(11, 'left', (line) => line.state);

const ENDPOINT_FIRST: readonly TextColumn<SctpLine>[] = [
  fixedColumn(20, 'left', 'sctp'),
  addressColumn(47, 'local', 0),
  STATE,
];

const ENDPOINT_FURTHER: readonly TextColumn<SctpLine>[] = [
  fixedColumn(20, 'left', ''),
  addressColumn(47, 'local', 0),
  fixedColumn(11, 'left', ''),
];

const ASSOCIATION_FIRST: readonly TextColumn<SctpLine>[] = [
  fixedColumn(5, 'left', 'sctp'),
  textColumn(6, 'right', (line) => line.recvQ),
  textColumn(6, 'right', (line) => line.sendQ),
  addressColumn(23, 'local'),
  addressColumn(23, 'remote'),
  STATE,
];

const ASSOCIATION_FURTHER: readonly TextColumn<SctpLine>[] = [
  fixedColumn(20, 'left', ''),
  addressColumn(23, 'local', 0),
  addressColumn(23, 'remote'),
  fixedColumn(11, 'left', ''),
];

/** What follows the last line of a row. */
interface SctpOwner {
  readonly user: string;
  readonly inode: number;
  readonly options: SctpOptions;
}

/** NB: a cell fills its column. */
function cellColumn(cells: 'programs' | 'contexts'): TextColumn<SctpOwner> {
  return {
    width: 0,
    align: 'left',
    write: ({ options }, out, row) => out.bytes((options[cells] as Programs).cell(row)),
  };
}

/** Quirk: the timer column stays empty but for its blank. */
function ownerColumns(options: SctpOptions): readonly TextColumn<SctpOwner>[] {
  const columns: TextColumn<SctpOwner>[] = [];
  if (options.extend) {
    columns.push({ width: 10, align: 'left', write: ({ user }, out) => writeUntrustedText(out, user) });
    columns.push(textColumn(10, 'left', ({ inode }) => inode));
  }
  if (options.programs !== undefined) columns.push(cellColumn('programs'));
  if (options.contexts !== undefined) columns.push(cellColumn('contexts'));
  if (options.timers) columns.push(fixedColumn(0, 'left', ''));
  return columns;
}

function addressList(text: string | null | undefined): string[] {
  return text === null || text === undefined || text === '' ? [] : text.split(' ');
}

/** Bytes of an address text of the table; what is missing between `::` is zeros. */
function addressBytes(text: string): AddressRef {
  const bytes = new Uint8Array(16);
  if (!text.includes(':')) {
    bytes.set(text.split('.').map(Number));
    return { family: AF_INET, bytes, offset: 0 };
  }
  const [front = '', back = ''] = text
    .split('::')
    .map((half) => half.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, quadWords));
  const words = (half: string) => (half === '' ? [] : half.split(':').map((word) => Number.parseInt(word, 16)));
  const view = new DataView(bytes.buffer);
  for (const [at, word] of words(front).entries()) view.setUint16(2 * at, word);
  for (const [at, word] of words(back).toReversed().entries()) view.setUint16(14 - 2 * at, word);
  return { family: AF_INET6, bytes, offset: 0 };
}

function quadWords(_text: string, a: string, b: string, c: string, d: string): string {
  return `${(Number(a) * 256 + Number(b)).toString(16)}:${(Number(c) * 256 + Number(d)).toString(16)}`;
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

function addressText(text: string, { names, numericHosts }: SctpOptions): string {
  if (numericHosts) return MAPPED.exec(text)?.[1] ?? text;
  if (text === '::') return '[::]';
  const { family, bytes, offset } = addressBytes(text);
  return names?.host(family, bytes, offset) ?? MAPPED.exec(text)?.[1] ?? text;
}

/** Port 0 is a star; there are no names of SCTP ports. */
function endpointText(address: string, port: number): string {
  return `${address}:${port === 0 ? '*' : port}`;
}

function stateText(code: number): string {
  return code > TCP_CLOSING ? `UNKNOWN(${code})` : (TCP_STATES[code] ?? '');
}

/** Columns of the first line and of the others, by kind of row. */
const LINE_COLUMNS: Readonly<Record<number, readonly [TextColumn<SctpLine>[], TextColumn<SctpLine>[]]>> = {
  [SCTP_ENDPOINT]: [[...ENDPOINT_FIRST], [...ENDPOINT_FURTHER]],
  [SCTP_ASSOCIATION]: [[...ASSOCIATION_FIRST], [...ASSOCIATION_FURTHER]],
};

/** Quirk: only the local addresses of an endpoint have the port on each line; of an association it is on the first. */
function linesOf(table: Table<SctpSchema>, row: number, options: SctpOptions): SctpLine[] {
  const endpoint = table.column('kind')[row] === SCTP_ENDPOINT;
  const text = (address: string | undefined, port: number, at: number): string => {
    if (address === undefined) return '';
    const shown = addressText(address, options);
    return endpoint || at === 0 ? endpointText(shown, port) : shown;
  };
  const local = addressList(table.value('localAddresses', row));
  const remote = addressList(table.value('remoteAddresses', row));
  return Array.from({ length: Math.max(local.length, remote.length) }, (_, at) => ({
    local: text(local[at], table.value('localPort', row) ?? 0, at),
    remote: text(remote[at], table.value('remotePort', row) ?? 0, at),
    state: stateText(table.column('state')[row]!),
    recvQ: table.value('recvQ', row) ?? 0,
    sendQ: table.value('sendQ', row) ?? 0,
  }));
}

/** Endpoints listen, associations are connected; endpoints come first. */
export function selectSctp(table: Table<SctpSchema>, listing: Listing): Selection {
  const kinds = table.column('kind');
  const endpoints = selectRows(table.length, (row) => listing !== 'connected' && kinds[row] === SCTP_ENDPOINT);
  const associations = selectRows(table.length, (row) => listing !== 'listening' && kinds[row] === SCTP_ASSOCIATION);
  const rows = new Uint32Array(endpoints.length + associations.length);
  rows.set(endpoints);
  rows.set(associations, endpoints.length);
  return rows;
}

/** The names symbolic output will ask for. */
export function sctpNames(table: Table<SctpSchema>, selection: Selection): NamesRequest {
  const texts = Array.from(selection, (row) => [
    ...addressList(table.value('localAddresses', row)),
    ...addressList(table.value('remoteAddresses', row)),
  ]).flat();
  const uids = table.column('uid');
  return {
    hosts: texts.filter((text) => text !== '::').map(addressBytes),
    users: Array.from(selection, (row) => uids[row]!),
  };
}

/** The rows of `selection` (see `selectSctp`), in chunks of text. */
export function* formatSctp(
  table: Table<SctpSchema>,
  selection: Selection,
  options: SctpOptions,
): Generator<Uint8Array> {
  const out = new ByteWriter();
  const owner = ownerColumns(options);
  for (const row of selection) {
    const [first, further] = LINE_COLUMNS[table.column('kind')[row]!]!;
    linesOf(table, row, options).forEach((line, at) => {
      if (at > 0) out.newline();
      writeColumns(out, at === 0 ? first : further, line, row);
    });
    const uid = table.column('uid')[row]!;
    const user = options.names?.user(uid) ?? String(uid | 0);
    if (owner.length > 0) out.blanks(1);
    writeColumns(out, owner, { user, inode: table.column('inode')[row]!, options }, row);
    out.newline();
    if (out.full) yield out.lend();
  }
  yield out.lend();
}
