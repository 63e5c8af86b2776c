import { closeSync, openSync, readSync } from 'node:fs';
import { DEFAULT_ROOT } from './file.ts';

/** What netstat reads of a command line. */
export const CMDLINE_SHOWN = 511;

/** First bytes of /proc/PID/cmdline, arguments separated by NUL; empty when the process is gone or has none. */
export function readCmdline(pid: number, limit: number = CMDLINE_SHOWN, root: string = DEFAULT_ROOT): Uint8Array {
  const bytes = new Uint8Array(limit);
  try {
    const descriptor = openSync(`${root}/${pid}/cmdline`, 'r');
    try {
      return bytes.subarray(0, readSync(descriptor, bytes));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return bytes.subarray(0, 0);
  }
}
