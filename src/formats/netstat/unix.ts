import { type Selection, selectRows } from '../../columns/selection.ts';
import type { Table } from '../../columns/table.ts';
import { SO_ACCEPTCON, SS_UNCONNECTED, type UnixSchema } from '../../tables/unix.ts';
import { TCP_LISTEN } from '../../uapi/tcp-states.ts';
import type { Listing } from './inet.ts';
import { type TextColumn, textColumn, writeColumns, writeNumber } from './layout.ts';
import { PROGRAM_WIDTH, type Programs } from './program.ts';
import { ByteWriter } from './text.ts';
import { writeUntrusted, writeUntrustedText } from './untrusted.ts';

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

const CONTEXT_WIDTH = 50;

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const AT = 0x40;

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

const BASE_COLUMNS: readonly TextColumn<UnixView>[] = [
  textColumn(5, 'left', (view, row) => (view.protocol[row] === 0 ? 'unix' : '??')),
  // A dash where the source cannot tell; netstat, which reads the file that can, never prints one.
  textColumn(6, 'left', (view, row) => (view.refCountKnown?.[row] === 0 ? '-' : view.refCount[row]!)),
  textColumn(11, 'left', (view, row) => flagsText(view.flags[row]!)),
  textColumn(10, 'left', (view, row) => TYPES[view.type[row]!] ?? TYPES[0]!),
  textColumn(13, 'left', (view, row) => stateText(view.connection[row]!, view.flags[row]!)),
  { width: 8, align: 'left', write: (view, out, row) => writeNumber(out, view.inode[row]!) },
];

function ownerColumn(width: number, owner: 'programs' | 'contexts'): TextColumn<UnixView> {
  return {
    width,
    align: 'left',
    write: (view, out, row) => writeUntrustedText(out, view.options[owner]?.cell(view.inode[row]!) ?? '-'),
  };
}

const PROGRAM_COLUMN = ownerColumn(PROGRAM_WIDTH, 'programs');
const CONTEXT_COLUMN = ownerColumn(CONTEXT_WIDTH, 'contexts');
const PATH_COLUMN: TextColumn<UnixView> = { width: 0, align: 'left', write: writePath };

/** -Z implies -p, so that there always is a program column before the context. */
function columnsFor(options: UnixOptions): readonly TextColumn<UnixView>[] {
  const columns = [...BASE_COLUMNS];
  if (options.programs !== undefined || options.contexts !== undefined) columns.push(PROGRAM_COLUMN);
  if (options.contexts !== undefined) columns.push(CONTEXT_COLUMN);
  return [...columns, PATH_COLUMN];
}

function isSpace(byte: number): boolean {
  return byte === SPACE || (byte >= 9 && byte <= 13);
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
  const columns = columnsFor(options);
  for (const row of selection) {
    writeColumns(out, columns, view, row);
    out.newline();
    if (out.full) yield out.lend();
  }
  yield out.lend();
}
