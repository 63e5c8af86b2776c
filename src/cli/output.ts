import { writeSync } from 'node:fs';

const STDOUT = 1;
const STDERR = 2;

/** Bytes gathered before they are written, as the C library does for a pipe or a file. */
const GATHERED_BYTES = 65536;

/** How long to wait before writing again to a full pipe that does not block. */
const AGAIN_MS = 2;

/** netstat's exit status is an int whose low byte the shell sees. */
export type Status = number;

/** Where a run writes to: stdout gathered, stderr at once. */
export interface Output {
  out(text: string | Uint8Array): void;
  err(text: string | Uint8Array): void;
  flush(): void;
}

/**
 * The two standard streams, written synchronously.
 *
 * A stream that is closed, full or failing is not noticed, as with netstat; a reader that went away ends the process by
 * SIGPIPE, silently.
 */
export class StandardOutput implements Output {
  #gathered: Uint8Array[] = [];
  #length = 0;

  out(text: string | Uint8Array): void {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    this.#gathered.push(bytes);
    this.#length += bytes.length;
    if (this.#length >= GATHERED_BYTES) this.flush();
  }

  err(text: string | Uint8Array): void {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    if (bytes.length > 0) writeAll(STDERR, bytes);
  }

  flush(): void {
    const gathered = this.#gathered;
    this.#gathered = [];
    this.#length = 0;
    const [first] = gathered;
    if (first !== undefined) writeAll(STDOUT, gathered.length === 1 ? first : Buffer.concat(gathered));
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') pause(AGAIN_MS);
      else if (code === 'EPIPE') dieBySigpipe();
      else return;
    }
  }
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
