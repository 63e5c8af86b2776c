import { formatAddress } from '../../columns/address.ts';
import type { TableBuilder } from '../../columns/builder.ts';
import { SCTP_ASSOCIATION, SCTP_ENDPOINT, type SctpSchema } from '../../tables/sctp.ts';
import { AF_INET, AF_INET6 } from '../../uapi/socket.ts';
import { COLON, LineCursor } from './lines.ts';
import { countMalformed, newReport, type ParseReport } from './report.ts';

type Builder = TableBuilder<SctpSchema>;

const STAR = 0x2a;
const DOT = 0x2e;

/** Addresses behind each other, and the place of the one marked with a star. */
interface AddressList {
  readonly texts: string[];
  primary: number;
}

/** A dotted quad, or eight groups of hexadecimal digits; undefined when the next word is neither. */
function readAddress(cursor: LineCursor): string | undefined {
  const start = cursor.at;
  const quad = readNumbers(cursor, 4, DOT);
  if (quad !== undefined) return formatAddress(quad, 0, AF_INET);
  cursor.at = start;
  const groups = readNumbers(cursor, 8, COLON);
  if (groups !== undefined) return formatAddress(groups, 0, AF_INET6);
  cursor.at = start;
  return undefined;
}

/** 4 decimal bytes or 8 hexadecimal words with a separator, up to the end of the word. */
function readNumbers(cursor: LineCursor, count: number, separator: number): Uint8Array | undefined {
  const out = new Uint8Array(count === 4 ? 4 : 16);
  for (let at = 0; at < count; at += 1) {
    if (at > 0) cursor.expect(separator);
    if (!cursor.atHexDigit) cursor.fail();
    if (count === 4) out[at] = cursor.decimal(255);
    else {
      const group = cursor.hexHere(4);
      out[2 * at] = group >>> 8;
      out[2 * at + 1] = group;
    }
  }
  const good = !cursor.failed && cursor.atBlankOrEnd;
  cursor.failed = false;
  return good ? out : undefined;
}

function readAddresses(cursor: LineCursor): AddressList {
  const list: AddressList = { texts: [], primary: -1 };
  while (!cursor.failed && cursor.skipBlanks()) {
    const start = cursor.at;
    const starred = cursor.bytes[cursor.at] === STAR;
    if (starred) cursor.at += 1;
    const text = readAddress(cursor);
    if (text === undefined) {
      cursor.at = start;
      break;
    }
    if (starred) list.primary = list.texts.length;
    list.texts.push(text);
  }
  return list;
}

const ARROW = '<->';

function expectArrow(cursor: LineCursor): void {
  if (Buffer.from(cursor.word()).toString('latin1') !== ARROW) cursor.fail();
}

interface SctpLine {
  readonly kind: number;
  readonly numbers: Readonly<Partial<Record<NumberColumn, number>>>;
  readonly local: AddressList;
  readonly remote?: AddressList;
}

const NUMBERS = [
  'type',
  'state',
  'associationState',
  'associationId',
  'localPort',
  'remotePort',
  'recvQ',
  'sendQ',
  'uid',
  'inode',
] as const satisfies readonly (keyof SctpSchema)[];
type NumberColumn = (typeof NUMBERS)[number];

function rowWriter(builder: Builder): (line: SctpLine) => void {
  const kind = builder.number('kind');
  const cells = NUMBERS.map((name) => ({ name, cell: builder.number(name) }));
  const [localAddresses, remoteAddresses] = [builder.bytes('localAddresses'), builder.bytes('remoteAddresses')];
  const [localPrimary, remotePrimary] = [builder.number('localPrimary'), builder.number('remotePrimary')];
  return (line) => {
    builder.addRow();
    kind.set(line.kind);
    for (const { name, cell } of cells) {
      const value = line.numbers[name];
      if (value !== undefined) cell.set(value);
    }
    localAddresses.set(Buffer.from(line.local.texts.join(' ')));
    if (line.local.primary >= 0) localPrimary.set(line.local.primary);
    if (line.remote === undefined) return;
    remoteAddresses.set(Buffer.from(line.remote.texts.join(' ')));
    if (line.remote.primary >= 0) remotePrimary.set(line.remote.primary);
  };
}

/** `ENDPT SOCK STY SST HBKT LPORT UID INODE LADDRS…` */
function readEndpoint(cursor: LineCursor): SctpLine {
  cursor.word();
  cursor.word();
  const [type, state] = [cursor.decimal(255), cursor.decimal(255)];
  cursor.word();
  const [localPort, uid, inode] = [cursor.decimal(0xffff), cursor.signed(), cursor.decimal()];
  return { kind: SCTP_ENDPOINT, numbers: { type, state, localPort, uid, inode }, local: readAddresses(cursor) };
}

/** `ASSOC SOCK STY SST ST HBKT ID TX_QUEUE RX_QUEUE UID INODE LPORT RPORT LADDRS <-> RADDRS …` */
function readAssociation(cursor: LineCursor): SctpLine {
  cursor.word();
  cursor.word();
  const [type, state, associationState] = [cursor.decimal(255), cursor.decimal(255), cursor.decimal(255)];
  cursor.word();
  const [associationId, sendQ, recvQ] = [cursor.signed(), cursor.signed(), cursor.signed()];
  const [uid, inode] = [cursor.signed(), cursor.decimal()];
  const [localPort, remotePort] = [cursor.decimal(0xffff), cursor.decimal(0xffff)];
  const local = readAddresses(cursor);
  expectArrow(cursor);
  const remote = readAddresses(cursor);
  const numbers = { type, state, associationState, associationId, sendQ, recvQ, uid, inode, localPort, remotePort };
  return { kind: SCTP_ASSOCIATION, numbers, local, remote };
}

function parse(bytes: Uint8Array, builder: Builder, readLine: (cursor: LineCursor) => SctpLine): ParseReport {
  const report = newReport();
  const cursor = new LineCursor(bytes);
  const put = rowWriter(builder);
  cursor.nextLine();
  while (cursor.nextLine()) {
    const line = readLine(cursor);
    if (cursor.failed) {
      countMalformed(report, cursor.line);
      continue;
    }
    put(line);
    report.rows += 1;
  }
  return report;
}

/** Parses /proc/net/sctp/eps; the first line is a header. */
export function parseSctpEndpoints(bytes: Uint8Array, builder: Builder): ParseReport {
  return parse(bytes, builder, readEndpoint);
}

/** Parses /proc/net/sctp/assocs; the first line is a header. What follows the remote addresses is not looked at. */
export function parseSctpAssociations(bytes: Uint8Array, builder: Builder): ParseReport {
  return parse(bytes, builder, readAssociation);
}
