import { printable } from '../../columns/bytes.ts';

/** Bytes of the PID/Program cell, and the width of its column. */
const PROGRAM_SHOWN = 19;
export const PROGRAM_WIDTH = 20;

const SLASH = 0x2f;

/** pid → what netstat shows of it, looked up before formatting. */
export interface Programs {
  /** Text of the cell for the socket with this inode, `-` when there is none. */
  cell(inode: number): string;
}

export const NO_PROGRAMS: Programs = { cell: () => '-' };

/**
 * Name of a process from its command line, as netstat sees it: the bytes up to the first NUL; when they begin with a
 * slash only what follows the last one.
 */
export function programName(cmdline: Uint8Array): Uint8Array {
  const nul = cmdline.indexOf(0);
  const title = nul < 0 ? cmdline : cmdline.subarray(0, nul);
  return title[0] === SLASH ? title.subarray(title.lastIndexOf(SLASH) + 1) : title;
}

/**
 * The cell `PID/NAME`, cut to 19 bytes.
 *
 * Quirk: net-tools 2.10 passes control characters through (prg_cache_load); they are replaced by a dot here, so that a
 * process cannot write to the terminal of whoever looks at it. Deviation `program-controls`.
 */
export function programCell(pid: number, cmdline: Uint8Array): string {
  return printable(Buffer.concat([Buffer.from(`${pid}/`), programName(cmdline)]).subarray(0, PROGRAM_SHOWN));
}
