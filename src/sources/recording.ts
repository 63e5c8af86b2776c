import { type DumpOptions, type DumpRequest, type DumpResult, loadAddon } from '../addon.ts';
import { TableBuilder } from '../columns/builder.ts';
import { concatTables } from '../columns/concat.ts';
import { selectRows } from '../columns/selection.ts';
import type { Table, Warning } from '../columns/table.ts';
import { takeRows } from '../columns/take.ts';
import type { Schema, TableSchema } from '../columns/type.ts';
import { DecodeError, NetlinkError } from '../errors.ts';
import { FAMILIES, NETIDS, netidCode } from '../families.ts';
import { IPPROTO_TCP } from '../uapi/socket.ts';
import { dumpOptions } from './block.ts';
import { addonError, dumpTable } from './netlink.ts';
import type { Columns, Place, RecordedDump } from './requests.ts';
import type { Source } from './source.ts';

/** Dumps that were written down, to be decoded here or on another machine of the same byte order. */
export interface Recording {
  readonly dumps: readonly RecordedDump[];
}

/**
 * First line of a recording. After it, for each dump: a line of JSON
 * `{"table":"sockets","part":"tcp,tcp6","requests":[…],"lengths":[16384,20]}`, then the datagrams one behind the other,
 * as the kernel sent them, each of the length listed.
 */
const TITLE = 'sockdiag-recording 1\n';
const LINE_FEED = 0x0a;

/** What a recording begins with. */
export function recordingTitle(): Uint8Array {
  return Buffer.from(TITLE);
}

/** One dump as a recording has it. */
export function encodeDump({ table, part, requests, datagrams }: RecordedDump): Uint8Array {
  const asked = requests.map(({ bytecode: _, ...request }) => request);
  const lengths = datagrams.map((datagram) => datagram.length);
  return Buffer.concat([Buffer.from(`${JSON.stringify({ table, part, requests: asked, lengths })}\n`), ...datagrams]);
}

/** A recording, or the capture format of ss -D and TCPDIAG_FILE. Throws a DecodeError for anything else. */
export function parseRecording(bytes: Uint8Array): Recording {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer.subarray(0, TITLE.length).toString('latin1') !== TITLE) return parseCapture(buffer);
  const dumps: RecordedDump[] = [];
  for (let at = TITLE.length; at < buffer.length; ) {
    const end = buffer.indexOf(LINE_FEED, at);
    if (end < 0) throw broken('a line of JSON', 'the end of the file', at);
    const { lengths, ...about } = parseAbout(buffer.toString('utf8', at, end), at);
    const datagrams: Uint8Array[] = [];
    at = end + 1;
    for (const length of lengths) {
      if (at + length > buffer.length) throw broken(`${length} bytes`, `${buffer.length - at}`, at);
      datagrams.push(buffer.subarray(at, at + length));
      at += length;
    }
    dumps.push({ ...about, datagrams });
  }
  return { dumps };
}

function broken(expected: string, got: string, offset: number): DecodeError {
  return new DecodeError('recording', expected, got, offset);
}

function parseAbout(line: string, offset: number): Omit<RecordedDump, 'datagrams'> & { lengths: readonly number[] } {
  let about: Record<string, unknown>;
  try {
    about = JSON.parse(line) as Record<string, unknown>;
  } catch {
    throw broken('a line of JSON', 'something else', offset);
  }
  const { table, part, requests, lengths } = about ?? {};
  const numbers = Array.isArray(lengths) && lengths.every((length) => Number.isInteger(length) && length >= 0);
  const asked = Array.isArray(requests) && requests.every((request) => typeof request?.kind === 'string');
  if (typeof table !== 'string' || typeof part !== 'string' || !numbers || !asked) {
    throw broken('table, part, requests and lengths', line.slice(0, 80), offset);
  }
  return { table, part, requests: requests as readonly DumpRequest[], lengths: lengths as readonly number[] };
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
const HEADER_BYTES = 16;
const NLMSG_DONE = 3;
const NLMSG_MIN_TYPE = 16;
const TCPDIAG_GETSOCK = 18;

/** Netlink messages one behind the other: answers to TCP dumps, each up to its NLMSG_DONE. */
function parseCapture(bytes: Buffer): Recording {
  const dumps: RecordedDump[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let begin = 0;
  let legacy = false;
  for (let at = 0; at < bytes.length; ) {
    const length = at + HEADER_BYTES <= bytes.length ? view.getUint32(at, LITTLE_ENDIAN) : 0;
    if (length < HEADER_BYTES || at + length > bytes.length) {
      if (at === 0) throw broken('a recording of sockdiag or a capture of ss', 'something else', 0);
      throw new DecodeError('capture', 'a netlink message of this byte order', `length ${length}`, at);
    }
    const type = view.getUint16(at + 4, LITTLE_ENDIAN);
    if (type >= NLMSG_MIN_TYPE) legacy = type === TCPDIAG_GETSOCK;
    at = Math.min(bytes.length, at + ((length + 3) & ~3));
    if (type !== NLMSG_DONE) continue;
    dumps.push(captured(bytes.subarray(begin, at), legacy));
    begin = at;
  }
  if (begin < bytes.length) dumps.push(captured(bytes.subarray(begin), legacy));
  return { dumps };
}

/** The messages of a dump of TCP sockets as a capture has them; of any other dump nothing. */
export function encodeCapture({ requests, datagrams }: RecordedDump): Uint8Array {
  const isTcp = requests.every(({ kind, protocol }) => kind === 'inet' && protocol === IPPROTO_TCP);
  return Buffer.concat(isTcp ? datagrams.flatMap(socketMessages) : []);
}

/** Of every message of a capture, which may be of several dumps. */
const CAPTURE_SEQUENCE = 1;

/** NB: what ends a dump is left out: ss stops reading at the first NLMSG_DONE, which `captureEnd` is. */
function socketMessages(received: Uint8Array): Uint8Array[] {
  const datagram = received.slice();
  const view = new DataView(datagram.buffer);
  const messages: Uint8Array[] = [];
  for (let at = 0; at + HEADER_BYTES <= datagram.length; ) {
    const length = view.getUint32(at, LITTLE_ENDIAN);
    const end = at + ((length + 3) & ~3);
    if (length < HEADER_BYTES || end > datagram.length) break;
    view.setUint32(at + 8, CAPTURE_SEQUENCE, LITTLE_ENDIAN);
    if (view.getUint16(at + 4, LITTLE_ENDIAN) >= NLMSG_MIN_TYPE) messages.push(datagram.subarray(at, end));
    at = end;
  }
  return messages;
}

/** `nlmsghdr` and the status 0. */
export function captureEnd(): Uint8Array {
  const message = new DataView(new ArrayBuffer(HEADER_BYTES + 4));
  message.setUint32(0, HEADER_BYTES + 4, LITTLE_ENDIAN);
  message.setUint16(4, NLMSG_DONE, LITTLE_ENDIAN);
  message.setUint32(8, CAPTURE_SEQUENCE, LITTLE_ENDIAN);
  return new Uint8Array(message.buffer);
}

function captured(datagram: Uint8Array, legacy: boolean): RecordedDump {
  const request: DumpRequest = {
    kind: 'inet',
    protocol: IPPROTO_TCP,
    legacy,
    netid4: netidCode('tcp'),
    netid6: netidCode('tcp6'),
  };
  return { table: 'sockets', part: 'tcp', requests: [request], datagrams: [datagram] };
}

/** What requests of all tables may narrow down. */
type Narrowed = Place &
  Columns & { readonly netids?: readonly string[]; readonly states?: number; readonly family?: number };

/** A recording as a source of one table. Rows the request does not ask for are left out here: nobody else could. */
export function replaySource<R extends Place & Columns, S extends Schema>(
  schema: TableSchema<S>,
  recording: Recording,
): Source<R, S> {
  return {
    name: 'replay',
    probe: () => {
      const { addon, reason } = loadAddon(schema);
      return addon === undefined ? { code: 'ERR_DLOPEN_FAILED', reason: reason ?? 'no addon' } : undefined;
    },
    read: async (request) => replay(schema, recording, request),
  };
}

function replay<S extends Schema>(schema: TableSchema<S>, recording: Recording, request: Narrowed): Table<S> {
  const dumps = recording.dumps.filter((dump) => dump.table === schema.name && isAsked(dump, request));
  const columns = request.columns as readonly (keyof S & string)[];
  const what = request.netids?.join(',') ?? schema.name;
  const tables = dumps.map((dump) => {
    const result = decoded(dump, dumpOptions(schema, columns));
    const table = dumpTable(schema, dump.part, result).with({ source: 'replay' });
    return takeRows(table, selectRows(table.length, rowTest(table, request)));
  });
  if (tables.length === 0) {
    const warning: Warning = { code: 'unrecorded', message: `${what}: not in the recording` };
    return new TableBuilder(schema, columns).finish({ source: 'replay', warnings: [warning] });
  }
  return concatTables(tables, {
    source: 'replay',
    interrupted: tables.some((table) => table.interrupted),
    warnings: tables.flatMap((table) => table.warnings),
    parts: tables.map((table) => ({ name: what, source: 'replay', rows: table.length })),
  });
}

/** A file may ask for kinds of dumps that this version does not have, or for anything else. */
function decoded({ requests, datagrams }: RecordedDump, options: DumpOptions): DumpResult {
  try {
    return loadAddon().addon!.decode(requests, options, datagrams);
  } catch (error) {
    const failure = addonError('recording', error);
    if (failure instanceof NetlinkError && failure.code === 'ENOMEM') throw failure;
    const { message } = error as Error;
    throw new DecodeError('recording', 'requests this version can decode', message);
  }
}

function isAsked({ requests }: RecordedDump, { netids }: Narrowed): boolean {
  if (netids === undefined) return true;
  const protocols = new Set(netids.map((netid) => FAMILIES[netidCode(netid)]?.protocol));
  return requests.some(({ protocol }) => protocols.has(protocol));
}

function rowTest<S extends Schema>(table: Table<S>, { netids, states, family }: Narrowed): (row: number) => boolean {
  const numbers = (name: string) => (table.has(name) ? table.column(name) : undefined) as Uint8Array | undefined;
  const kinds = netids === undefined ? undefined : numbers('netid');
  const states8 = states === undefined ? undefined : numbers('state');
  const families = family === undefined || family === 0 ? undefined : numbers('family');
  return (row) =>
    (kinds === undefined || netids!.includes(NETIDS[kinds[row]!]!)) &&
    (states8 === undefined || (states! & (1 << states8[row]!)) !== 0) &&
    (families === undefined || families[row] === family);
}
