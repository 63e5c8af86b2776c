import type { TableBuilder } from '../../columns/builder.ts';
import { SO_ACCEPTCON, SS_CONNECTED, SS_CONNECTING, SS_UNCONNECTED, type UnixSchema } from '../../tables/unix.ts';
import { TCP_CLOSE, TCP_ESTABLISHED, TCP_LISTEN, TCP_SYN_SENT } from '../../uapi/tcp-states.ts';
import { COLON, LineCursor } from './lines.ts';
import { countMalformed, newReport, type ParseReport } from './report.ts';

export interface UnixContext {
  /** Rows wanted: bits 1 << TCP_*. */
  readonly states: number;
}

/** SS_* of column St → the TCP_* number unix_diag shows; a listening socket is unconnected with SO_ACCEPTCON. */
const STATES: Readonly<Record<number, number>> = { [SS_CONNECTED]: TCP_ESTABLISHED, [SS_CONNECTING]: TCP_SYN_SENT };

function stateOf(connection: number, flags: number): number {
  if (connection === SS_UNCONNECTED && (flags & SO_ACCEPTCON) !== 0) return TCP_LISTEN;
  return STATES[connection] ?? TCP_CLOSE;
}

/** The name: all that follows the blank behind the inode. NB: it may hold blanks, or end early at a newline of its own. */
function readPath(cursor: LineCursor): Uint8Array | undefined {
  if (cursor.failed || cursor.at >= cursor.end) return undefined;
  cursor.at += 1;
  return cursor.rest();
}

/**
 * Parses /proc/net/unix: `pointer: RefCount Protocol Flags Type St Inode Path`, hexadecimal but for the inode. The first
 * line is a header. A line that ends before the inode has inode 0, as in netstat; one that ends before St is malformed.
 */
export function parseUnix(bytes: Uint8Array, builder: TableBuilder<UnixSchema>, { states }: UnixContext): ParseReport {
  const report = newReport();
  const cursor = new LineCursor(bytes);
  const [type, state, connection] = [builder.number('type'), builder.number('state'), builder.number('connection')];
  const [inode, refCount] = [builder.number('inode'), builder.number('refCount')];
  const [protocol, flags, path] = [builder.number('protocol'), builder.number('flags'), builder.bytes('path')];
  cursor.nextLine();
  while (cursor.nextLine()) {
    readPointer(cursor);
    const [references, proto, bits, kind] = [cursor.hex(), cursor.hex(), cursor.hex(), cursor.hex()];
    const socketState = cursor.hex();
    if (cursor.failed) {
      countMalformed(report, cursor.line);
      continue;
    }
    const tcpState = stateOf(socketState, bits);
    if (((states >>> tcpState) & 1) === 0) continue;
    builder.addRow();
    type.set(Math.min(kind, 255));
    state.set(tcpState);
    connection.set(Math.min(socketState, 255));
    refCount.set(references);
    protocol.set(proto);
    flags.set(bits);
    inode.set(cursor.decimal());
    const name = readPath(cursor);
    if (name !== undefined) path.set(name);
    report.rows += 1;
  }
  return report;
}

const NIL = Buffer.from('(nil)');

/** `%p` and a colon: hexadecimal digits, or `(nil)`. */
function readPointer(cursor: LineCursor): void {
  cursor.skipBlanks();
  if (NIL.equals(cursor.bytes.subarray(cursor.at, cursor.at + NIL.length))) cursor.at += NIL.length;
  else cursor.hexHere(16);
  cursor.expect(COLON);
}
