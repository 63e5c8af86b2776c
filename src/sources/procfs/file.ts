import fs, { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { errnoName } from '../../errors.ts';
import type { Place } from '../requests.ts';

/** What became of reading one file: its bytes, or why there are none. Reading never throws. */
export type FileContent = FileBytes | FileFailure;

export interface FileBytes {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface FileFailure {
  readonly path: string;
  /** errno name: ENOENT, EACCES, EISDIR … */
  readonly code: string;
}

export const DEFAULT_ROOT = '/proc';

/** Path of a file below /proc/net of the place's network namespace. */
export function netPath(place: Place, file: string): string {
  return join(place.root ?? DEFAULT_ROOT, place.pid === undefined ? 'net' : `${place.pid}/net`, file);
}

/** A FIFO or a terminal where a file is expected must not make the caller wait. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
const FIRST_BYTES = 16384;
/** More than ten million sockets; a larger file is not one of the kernel's tables. */
export const MAX_BYTES: number = 2 ** 31;

/** Bytes of a file whose size nobody knows: /proc files have st_size 0 and come about 4 KiB at a time. */
class Gathering {
  #buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  /** Where the next bytes go. */
  get room(): Buffer {
    if (this.#length === this.#buffer.length) this.#grow();
    return this.#buffer.subarray(this.#length);
  }

  /** Was that the end? Throws EFBIG for a file without one. */
  took(count: number): boolean {
    this.#length += count;
    if (this.#length > MAX_BYTES) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
    return count === 0;
  }

  #grow(): void {
    const larger = Buffer.allocUnsafe(this.#buffer.length * 4);
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }
}

function failure(path: string, error: unknown): FileFailure {
  const { code, errno } = error as NodeJS.ErrnoException;
  return { path, code: code ?? errnoName(-(errno ?? 0)) };
}

/** The whole file, read on the calling thread. */
export function readProcSync(path: string): FileContent {
  try {
    const descriptor = openSync(path, FLAGS);
    try {
      const gathering = new Gathering();
      while (!gathering.took(readSync(descriptor, gathering.room))) {}
      return { path, bytes: gathering.bytes };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return failure(path, error);
  }
}

/** The whole file, read on the thread pool. */
export async function readProc(path: string): Promise<FileContent> {
  try {
    // NB: node:fs loads its promises when they are first asked for.
    const handle = await fs.promises.open(path, FLAGS);
    try {
      const gathering = new Gathering();
      while (!gathering.took((await handle.read(gathering.room)).bytesRead)) {}
      return { path, bytes: gathering.bytes };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return failure(path, error);
  }
}
