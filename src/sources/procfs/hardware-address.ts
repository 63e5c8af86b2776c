import { COLON, LineCursor } from './lines.ts';

/** `52:54:00:12:34:56` and longer as bytes; undefined when it is not of that form (`*`, a call sign, nothing). */
export function parseHardwareAddress(text: Uint8Array): Uint8Array | undefined {
  if (text.length % 3 !== 2) return undefined;
  const cursor = new LineCursor(text);
  const out = new Uint8Array((text.length + 1) / 3);
  cursor.nextLine();
  for (let at = 0; at < out.length; at += 1) {
    if (at > 0) cursor.expect(COLON);
    cursor.hexBytes(out.subarray(at), 1);
  }
  return cursor.failed ? undefined : out;
}
