import { fstatSync, writeSync } from 'node:fs';

const STDOUT = 1;
const STDERR = 2;

/** Bytes gathered before they are written, as the C library does for a pipe or a file. */
const GATHERED_BYTES = 65536;

/** How long to wait before writing again to a full pipe that does not block. */
const AGAIN_MS = 2;

/** netstat's exit status is an int whose low byte the shell sees. */
export type Status = number;

/** Where a run writes to: stdout gathered, stderr at once. Bytes are only borrowed: they may change behind a call. */
export interface Output {
  out(text: string | Uint8Array): void;
  err(text: string | Uint8Array): void;
  /** To stderr, ahead of what is gathered for stdout on a terminal too. */
  errAhead(text: string): void;
  flush(): void;
}

/**
 * The two standard streams, written synchronously.
 *
 * A stream that is closed, full or failing does not end a run, as with netstat; `failure` tells. A reader that went away
 * ends the process by SIGPIPE, silently.
 */
export class StandardOutput implements Output {
  /** errno name of the first write to stdout that failed. */
  failure: string | undefined;
  readonly #gathered = new Uint8Array(GATHERED_BYTES);
  #length = 0;

  out(text: string | Uint8Array): void {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    if (this.#length + bytes.length > GATHERED_BYTES) this.flush();
    if (bytes.length > GATHERED_BYTES) {
      this.#write(bytes);
      return;
    }
    this.#gathered.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  err(text: string | Uint8Array): void {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    if (bytes.length === 0) return;
    if (this.#length > 0 && isDevice(STDOUT)) this.flush();
    writeAll(STDERR, bytes);
  }

  errAhead(text: string): void {
    writeAll(STDERR, Buffer.from(text));
  }

  flush(): void {
    const length = this.#length;
    this.#length = 0;
    if (length > 0) this.#write(this.#gathered.subarray(0, length));
  }

  #write(bytes: Uint8Array): void {
    const failure = writeAll(STDOUT, bytes);
    this.failure ??= failure;
  }
}

/** A terminal, where both streams meet line by line; else /dev/null or the like, where nobody sees the difference. */
function isDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    return false;
  }
}

/** Everything, or the errno name of what failed. */
function writeAll(descriptor: number, bytes: Uint8Array): string | undefined {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') pause(AGAIN_MS);
      else if (code === 'EPIPE') dieBySigpipe();
      else return code ?? 'EIO';
    }
  }
  return undefined;
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** NB: Node ignores SIGPIPE; taking a listener away again restores what the kernel does by default. */
function dieBySigpipe(): never {
  const ignore = () => {};
  process.on('SIGPIPE', ignore);
  process.off('SIGPIPE', ignore);
  process.kill(process.pid, 'SIGPIPE');
  process.exit(141);
}
