import { printable } from '../../columns/bytes.ts';

/** Bytes of the PID/Program cell, and the width of its column. */
const PROGRAM_SHOWN = 19;
const PROGRAM_WIDTH = 20;

/** Bytes that are shown of a security context, of a longer one, and the width of its column. */
const CONTEXT_SHOWN = 49;
const LONG_CONTEXT_SHOWN = 48;
const CONTEXT_WIDTH = 50;

const SLASH = 0x2f;

/** What netstat shows of the processes that hold the sockets of a table, looked up before formatting. */
export interface Programs {
  /** The cell of a row, printable ASCII, with the blanks that fill its column; `-` when there is none. */
  cell(row: number): Uint8Array;
}

function padded(text: string, width: number): Uint8Array {
  return Buffer.from(text.padEnd(width));
}

/** What stands where nobody is known to hold the socket. */
export const NO_PROGRAM = padded('-', PROGRAM_WIDTH);
export const NO_CONTEXT = padded('-', CONTEXT_WIDTH);

/** The columns that tell of processes; `contexts` with -Z only. */
export interface OwnerColumns {
  readonly programs: Programs;
  readonly contexts?: Programs;
}

/** What they are made of before anybody has looked for owners: enough for a header. */
export function noOwners(contexts: boolean): OwnerColumns {
  return { programs: { cell: () => NO_PROGRAM }, ...(contexts ? { contexts: { cell: () => NO_CONTEXT } } : {}) };
}

/** The cell of a security context. Quirk: up to 49 bytes are shown, but of a longer one only the last 48 (prg_cache_load). */
export function contextCell(context: Uint8Array): Uint8Array {
  const shown = context.length > CONTEXT_SHOWN ? context.subarray(-LONG_CONTEXT_SHOWN) : context;
  return padded(printable(shown), CONTEXT_WIDTH);
}

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
export function programCell(pid: number, cmdline: Uint8Array): Uint8Array {
  const shown = Buffer.concat([Buffer.from(`${pid}/`), programName(cmdline)]).subarray(0, PROGRAM_SHOWN);
  return padded(printable(shown), PROGRAM_WIDTH);
}
