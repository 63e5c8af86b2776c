import { closeSync, openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import {
  captureEnd,
  encodeCapture,
  encodeDump,
  parseRecording,
  type Recording,
  recordingTitle,
} from '../sources/recording.ts';
import type { Recorder } from '../sources/requests.ts';

/** A recording that is being written. */
export interface RecordingFile {
  /** For option `record` of every table that is to be in the file. */
  readonly record: Recorder;
  close(): void;
}

/** Begins a recording; a file that is there is replaced. Throws the error of open(2). */
export function recordTo(path: string): RecordingFile {
  const descriptor = openSync(path, 'w', 0o600);
  writeAll(descriptor, recordingTitle());
  return {
    record: (dump) => writeAll(descriptor, encodeDump(dump)),
    close: () => closeSync(descriptor),
  };
}

/**
 * Begins a capture as `ss -D` writes it and ss reads it (TCPDIAG_FILE): dumps of TCP sockets, nothing else. Columns decide
 * what is in it: with `info` and `memory` it is what `ss -im` shows. Throws the error of open(2).
 */
export function captureTo(path: string): RecordingFile {
  const descriptor = openSync(path, 'w', 0o600);
  return {
    record: (dump) => writeAll(descriptor, encodeCapture(dump)),
    close: () => {
      writeAll(descriptor, captureEnd());
      closeSync(descriptor);
    },
  };
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

/**
 * A recording, for option `replay`: of `recordTo`, or the capture format of `ss -D` and TCPDIAG_FILE. Rejects with a
 * DecodeError for a file that is neither.
 */
export async function openRecording(path: string): Promise<Recording> {
  return parseRecording(await readFile(path));
}
