import { type Selection, selectRows } from '../../columns/selection.ts';
import type { Table } from '../../columns/table.ts';
import { SO_ACCEPTCON, SS_UNCONNECTED, type UnixSchema } from '../../tables/unix.ts';
import { TCP_LISTEN } from '../../uapi/tcp-states.ts';
import type { Listing } from './inet.ts';
import { writeNumber, writeShort } from './layout.ts';
import { NO_PROGRAM, type Programs } from './program.ts';
import { ByteWriter } from './text.ts';
import { writeUntrusted } from './untrusted.ts';

export interface UnixOptions {
  /** -p */
  readonly programs?: Programs | undefined;
  /** -Z: text of the cell for a socket with this inode. */
  readonly contexts?: Programs | undefined;
}

/** Column Flags of /proc/net/unix: more than a listener shows only in hand-made files. */
const SO_WAITDATA = 0x20000;
const SO_NOSPACE = 0x40000;

const FLAG_WORDS: readonly (readonly [bit: number, word: string])[] = [
  [SO_ACCEPTCON, 'ACC '],
  [SO_WAITDATA, 'W '],
  [SO_NOSPACE, 'N '],
];

/** By SOCK_*. */
const TYPES: readonly string[] = ['UNKNOWN', 'STREAM', 'DGRAM', 'RAW', 'RDM', 'SEQPACKET'];

/** By SS_*; an unconnected socket is empty or listening. */
const STATES: readonly string[] = ['FREE', '', 'CONNECTING', 'CONNECTED', 'DISCONNECTING'];

const INODE_WIDTH = 8;

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const AT = 0x40;
const DELETE = 0x7f;

interface UnixView {
  readonly type: Uint8Array;
  readonly connection: Uint8Array;
  readonly inode: Uint32Array;
  readonly refCount: Uint32Array;
  /** 0 = the source does not know the count of this row; undefined = it knows all of them. */
  readonly refCountKnown: Uint8Array | undefined;
  readonly protocol: Uint32Array;
  readonly flags: Uint32Array;
  readonly pathEnds: Uint32Array;
  readonly paths: Uint8Array;
  readonly options: UnixOptions;
}

/** Names of the columns a listing reads. */
export const UNIX_COLUMNS = [
  'type',
  'state',
  'connection',
  'inode',
  'path',
  'refCount',
  'protocol',
  'flags',
] as const satisfies readonly (keyof UnixSchema & string)[];

function flagsText(flags: number): string {
  return `[ ${FLAG_WORDS.map(([bit, word]) => ((flags & bit) === 0 ? '' : word)).join('')}]`;
}

function stateText(connection: number, flags: number): string {
  if (connection === SS_UNCONNECTED && (flags & SO_ACCEPTCON) !== 0) return 'LISTENING';
  return STATES[connection] ?? 'UNKNOWN';
}

/** What a row says before its inode. A dash where the source cannot tell; netstat, which reads the file that can, never prints one. */
function headText({ protocol, refCount, refCountKnown, flags, type, connection }: UnixView, row: number): string {
  const cells = [
    (protocol[row] === 0 ? 'unix' : '??').padEnd(5),
    (refCountKnown?.[row] === 0 ? '-' : String(refCount[row])).padEnd(6),
    flagsText(flags[row]!).padEnd(11),
    (TYPES[type[row]!] ?? TYPES[0]!).padEnd(10),
    stateText(connection[row]!, flags[row]!).padEnd(13),
  ];
  return `${cells.join(' ')} `;
}

/** Tells the usual heads apart; -1: an unusual one. */
function headKey({ protocol, refCount, refCountKnown, flags, type, connection }: UnixView, row: number): number {
  const listening = flags[row] === 0 ? 0 : 1;
  const usual =
    protocol[row] === 0 &&
    refCountKnown?.[row] !== 0 &&
    (listening === 0 || flags[row] === SO_ACCEPTCON) &&
    refCount[row]! < 256 &&
    (type[row]! | connection[row]!) < 8;
  return usual ? (refCount[row]! << 7) | (listening << 6) | (type[row]! << 3) | connection[row]! : -1;
}

/** Writes rows of one table. */
class UnixRowWriter {
  readonly #view: UnixView;
  readonly #out: ByteWriter;
  /** By `headKey`, each made once: nearly all sockets of a host are of a few kinds, with two or three references. */
  readonly #heads = new Map<number, Uint8Array>();

  constructor(view: UnixView, out: ByteWriter) {
    this.#view = view;
    this.#out = out;
  }

  write(row: number): void {
    const out = this.#out;
    const view = this.#view;
    const { programs, contexts } = view.options;
    writeShort(out, this.#head(row));
    const start = out.length;
    writeNumber(out, view.inode[row]!);
    out.padFrom(start, INODE_WIDTH);
    // -Z implies -p, so that there always is a program column before the context.
    if (programs !== undefined || contexts !== undefined) this.#owner(programs, row);
    if (contexts !== undefined) this.#owner(contexts, row);
    out.blanks(1);
    writePath(view, out, row);
    out.newline();
  }

  #head(row: number): Uint8Array {
    const key = headKey(this.#view, row);
    const known = this.#heads.get(key);
    if (known !== undefined) return known;
    const head = Buffer.from(headText(this.#view, row));
    if (key >= 0) this.#heads.set(key, head);
    return head;
  }

  #owner(cells: Programs | undefined, row: number): void {
    const out = this.#out;
    out.blanks(1);
    out.bytes(cells?.cell(row) ?? NO_PROGRAM);
  }
}

function isSpace(byte: number): boolean {
  return byte === SPACE || (byte >= 9 && byte <= 13);
}

/** Writes visible ASCII behind the text so far, which does not grow; returns the place of the first other byte. */
function writePlain(out: ByteWriter, bytes: Uint8Array, start: number, limit: number): number {
  out.reserve(limit - start);
  const { buffer, length } = out;
  let at = start;
  for (; at < limit; at += 1) {
    const byte = bytes[at]!;
    if (byte <= SPACE || byte >= DELETE) break;
    buffer[length + at - start] = byte;
  }
  return at;
}

/**
 * The first word of the path. NULs are shown as @, as the kernel's file has them.
 *
 * Quirk: a path is cut at its first blank, blanks before it are lost, and a line break ends it (unix_do_one reads a word
 * of a line). Its control characters are dots here; deviation `unix-path-controls`.
 */
function writePath(view: UnixView, out: ByteWriter, row: number): void {
  const { paths, pathEnds } = view;
  const limit = pathEnds[row + 1]!;
  let start = pathEnds[row]!;
  while (start < limit && isSpace(paths[start]!) && paths[start] !== LINE_FEED) start += 1;
  const plain = writePlain(out, paths, start, limit);
  if (plain === limit || isSpace(paths[plain]!)) {
    out.length += plain - start;
    return;
  }
  let end = start;
  let holes = false;
  while (end < limit && !isSpace(paths[end]!)) {
    holes ||= paths[end] === 0;
    end += 1;
  }
  if (!holes) writeUntrusted(out, paths, start, end);
  else
    writeUntrusted(
      out,
      paths.slice(start, end).map((byte) => (byte === 0 ? AT : byte)),
    );
}

/** Does the row listen? Quirk: a socket with the flag in another state than unconnected does not (unix_do_one). */
export function selectUnix(table: Table<UnixSchema>, listing: Listing): Selection {
  const states = table.column('state');
  const wanted = listing === 'listening';
  return selectRows(table.length, (row) => listing === 'all' || (states[row] === TCP_LISTEN) === wanted);
}

export function unixTitle(adjective: string): string {
  return `Active UNIX domain sockets ${adjective}\n`;
}

export function unixHeader(options: UnixOptions): string {
  let header = 'Proto RefCnt Flags       Type       State         I-Node  ';
  if (options.programs !== undefined || options.contexts !== undefined) header += ' PID/Program name    ';
  if (options.contexts !== undefined) header += ' Security Context                                 ';
  return `${header} Path\n`;
}

/** The rows of `selection` (see `selectUnix`), in chunks of text. */
export function* formatUnix(
  table: Table<UnixSchema>,
  selection: Selection,
  options: UnixOptions,
): Generator<Uint8Array> {
  const out = new ByteWriter();
  const path = table.data('path');
  const view: UnixView = {
    type: table.column('type'),
    connection: table.column('connection'),
    inode: table.column('inode'),
    refCount: table.column('refCount'),
    refCountKnown: table.data('refCount').valid,
    protocol: table.column('protocol'),
    flags: table.column('flags'),
    pathEnds: table.column('path'),
    paths: path.heap ?? new Uint8Array(0),
    options,
  };
  const writer = new UnixRowWriter(view, out);
  for (let index = 0; index < selection.length; index += 1) {
    writer.write(selection[index]!);
    if (out.full) yield out.lend();
  }
  yield out.lend();
}
