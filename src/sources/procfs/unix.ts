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
    const references = cursor.hex();
    const proto = cursor.hex();
    const bits = cursor.hex();
    const kind = cursor.hex();
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
    // The name: all that follows the blank. NB: it may hold blanks, or end early at a newline of its own.
    if (!cursor.failed && cursor.at < cursor.end) path.set(bytes, cursor.at + 1, cursor.end);
    report.rows += 1;
  }
  return report;
}

const NIL = Buffer.from('(nil)');

/** `%p` and a colon: hexadecimal digits, or `(nil)`. */
function readPointer(cursor: LineCursor): void {
  const { bytes } = cursor;
  cursor.skipBlanks();
  if (bytes[cursor.at] !== NIL[0]) cursor.passHex(16);
  else if (NIL.equals(bytes.subarray(cursor.at, cursor.at + NIL.length))) cursor.at += NIL.length;
  cursor.expect(COLON);
}
