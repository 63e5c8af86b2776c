/**
 * Base of every error this package throws. `code` is stable and meant for programs; `message` is meant for people.
 *
 * Thrown only when there is no table to give. Partial truth (an interrupted dump, unreadable processes, a source that
 * had to be replaced) is never an error: it travels with the table as `interrupted`, `source` and `warnings`.
 */
export class SockdiagError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** What the kernel, or the path to it, answered: the operation that failed and its errno. */
export interface KernelFailure {
  /** `socket`, `setsockopt`, `send`, `recv`, `NLMSG_ERROR`, `NLMSG_DONE`, `setns`, `open` … */
  readonly op: string;
  /** Positive errno number. */
  readonly errno: number;
  /** errno name, for instance `EPERM`. */
  readonly code: string;
  /** The kernel's own words (NLMSGERR_ATTR_MSG), or ''. */
  readonly detail: string;
  /** Byte offset in the request the kernel complained about (NLMSGERR_ATTR_OFFS), 0 when not given. */
  readonly offset: number;
}

/**
 * A netlink request failed and no other source was allowed or able to answer.
 * Thrown when `source: 'netlink'` was forced, or for tables only netlink can give. Not thrown when procfs answered
 * instead (see `Table.warnings`). `code` is the errno name: EPERM, EACCES, EPROTONOSUPPORT, ENOENT, ENOBUFS …
 */
export class NetlinkError extends SockdiagError implements KernelFailure {
  readonly op: string;
  readonly errno: number;
  readonly detail: string;
  readonly offset: number;
  /** What was asked for, in words: `tcp`, `AF_UNIX`, `RTM_GETROUTE`. */
  readonly request: string;

  constructor(request: string, failure: KernelFailure, options?: ErrorOptions) {
    const words = failure.detail === '' ? '' : `: ${failure.detail}`;
    super(failure.code, `${request}: ${failure.op}: ${failure.code}${words}`, options);
    this.op = failure.op;
    this.errno = failure.errno;
    this.detail = failure.detail;
    this.offset = failure.offset;
    this.request = request;
  }
}

/**
 * Bytes could not be understood at all (a recorded dump that is not one, an addon of another version).
 * Not thrown for one malformed message: that costs its row and is counted in `Table.warnings`.
 */
export class DecodeError extends SockdiagError {
  readonly what: string;
  readonly expected: string;
  readonly got: string;
  readonly offset: number;

  constructor(what: string, expected: string, got: string, offset = 0) {
    super('ERR_SOCKDIAG_DECODE', `${what}: expected ${expected}, got ${got} at offset ${offset}`);
    this.what = what;
    this.expected = expected;
    this.got = got;
    this.offset = offset;
  }
}

/**
 * A /proc file exists but cannot be read, and no other source could answer. `code` is the errno name.
 * Not thrown for a missing file of a protocol the kernel does not have (that is an empty table and a warning), nor for
 * a malformed line (that costs its row).
 */
export class ProcfsError extends SockdiagError {
  readonly path: string;
  /** 1-based line number, 0 when the file as a whole is meant. */
  readonly line: number;
  readonly field: string;

  constructor(code: string, path: string, message: string, line = 0, field = '', options?: ErrorOptions) {
    super(code, `${path}: ${message}`, options);
    this.path = path;
    this.line = line;
    this.field = field;
  }
}

/** A filter text or value is not valid. Thrown before anything is asked of the kernel. */
export class FilterError extends SockdiagError {
  /** 0-based offset into the filter text. */
  readonly position: number;
  readonly expected: string;

  constructor(message: string, position: number, expected: string) {
    super('ERR_SOCKDIAG_FILTER', message);
    this.position = position;
    this.expected = expected;
  }
}

/** An option or argument is wrong. The command prints it in netstat's words; the library throws it synchronously. */
export class UsageError extends SockdiagError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_SOCKDIAG_USAGE', message, options);
  }
}

/** errno numbers (asm-generic/errno.h) this package has words for; any other number is shown as `errno N`. */
export const ERRNO_NAMES: Readonly<Record<number, string>> = {
  1: 'EPERM',
  2: 'ENOENT',
  3: 'ESRCH',
  4: 'EINTR',
  5: 'EIO',
  9: 'EBADF',
  11: 'EAGAIN',
  12: 'ENOMEM',
  13: 'EACCES',
  14: 'EFAULT',
  16: 'EBUSY',
  17: 'EEXIST',
  19: 'ENODEV',
  20: 'ENOTDIR',
  21: 'EISDIR',
  22: 'EINVAL',
  23: 'ENFILE',
  24: 'EMFILE',
  28: 'ENOSPC',
  32: 'EPIPE',
  34: 'ERANGE',
  38: 'ENOSYS',
  40: 'ELOOP',
  71: 'EPROTO',
  74: 'EBADMSG',
  75: 'EOVERFLOW',
  90: 'EMSGSIZE',
  92: 'ENOPROTOOPT',
  93: 'EPROTONOSUPPORT',
  94: 'ESOCKTNOSUPPORT',
  95: 'EOPNOTSUPP',
  97: 'EAFNOSUPPORT',
  105: 'ENOBUFS',
  110: 'ETIMEDOUT',
  111: 'ECONNREFUSED',
  116: 'ESTALE',
  125: 'ECANCELED',
};

export function errnoName(errno: number): string {
  return ERRNO_NAMES[errno] ?? `errno ${errno}`;
}
