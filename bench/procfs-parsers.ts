/**
 * /proc/net/tcp and tcp6 read in JavaScript, twice: as people write it, and as well as it can be written.
 *
 * Both do what `sockets()` does for addresses, ports, state, queues, uid and inode; the second one stops at typed arrays.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

const FILES = ['/proc/net/tcp', '/proc/net/tcp6'] as const;

export interface ParsedSocket {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly state: string;
  readonly sendQ: number;
  readonly recvQ: number;
  readonly uid: number;
  readonly inode: number;
}

const STATES: Readonly<Record<string, string>> = {
  '01': 'ESTABLISHED',
  '02': 'SYN_SENT',
  '03': 'SYN_RECV',
  '04': 'FIN_WAIT1',
  '05': 'FIN_WAIT2',
  '06': 'TIME_WAIT',
  '07': 'CLOSE',
  '08': 'CLOSE_WAIT',
  '09': 'LAST_ACK',
  '0A': 'LISTEN',
  '0B': 'CLOSING',
};

function address(hex: string): string {
  const bytes = hex.match(/../g)!.map((byte) => parseInt(byte, 16));
  if (bytes.length === 4) return bytes.reverse().join('.');
  const words: string[] = [];
  for (let word = 0; word < 16; word += 4) {
    const [a, b, c, d] = bytes.slice(word, word + 4) as [number, number, number, number];
    words.push(((d << 8) | c).toString(16), ((b << 8) | a).toString(16));
  }
  return words.join(':');
}

/** As people write it: the whole file as text, split into lines, lines into words. */
export async function parseAsText(): Promise<ParsedSocket[]> {
  const sockets: ParsedSocket[] = [];
  for (const file of FILES) {
    const lines = (await readFile(file, 'utf8')).trim().split('\n').slice(1);
    for (const line of lines) {
      const [, local, remote, state, queues, , , uid, , inode] = line.trim().split(/\s+/) as string[];
      const [localAddress, localPort] = local!.split(':') as [string, string];
      const [remoteAddress, remotePort] = remote!.split(':') as [string, string];
      const [sendQ, recvQ] = queues!.split(':') as [string, string];
      sockets.push({
        localAddress: address(localAddress),
        localPort: parseInt(localPort, 16),
        remoteAddress: address(remoteAddress),
        remotePort: parseInt(remotePort, 16),
        state: STATES[state!] ?? state!,
        sendQ: parseInt(sendQ, 16),
        recvQ: parseInt(recvQ, 16),
        uid: Number(uid),
        inode: Number(inode),
      });
    }
  }
  return sockets;
}

const FIRST_ROWS = 1024;
const CHUNK = 1 << 20;
const LINE_FEED = 10;
const SPACE = 32;

/** Value of a hexadecimal digit, by its code. */
const DIGIT = new Uint8Array(256);
for (let value = 0; value < 16; value += 1) DIGIT[value.toString(16).toUpperCase().charCodeAt(0)] = value;

function hex(bytes: Uint8Array, at: number, digits: number): number {
  let value = 0;
  for (let end = at + digits; at < end; at += 1) value = value * 16 + DIGIT[bytes[at]!]!;
  return value;
}

/** Columns of parsed rows, growing by doubling. */
class ParsedColumns {
  rows = 0;
  addresses = new Uint32Array(FIRST_ROWS * 8);
  ports = new Uint16Array(FIRST_ROWS * 2);
  state = new Uint8Array(FIRST_ROWS);
  queues = new Uint32Array(FIRST_ROWS * 2);
  uid = new Uint32Array(FIRST_ROWS);
  inode = new Uint32Array(FIRST_ROWS);

  /** The line without its line feed; `words` is 1 for IPv4 and 4 for IPv6 addresses. */
  add(bytes: Uint8Array, start: number, end: number, words: number): void {
    if (this.rows === this.state.length) this.#grow();
    const row = this.rows;
    this.rows += 1;
    let at = start;
    while (bytes[at] === SPACE) at += 1;
    while (bytes[at] !== SPACE) at += 1;
    at = this.#endpoint(bytes, at + 1, words, row * 8, row * 2);
    at = this.#endpoint(bytes, at + 1, words, row * 8 + 4, row * 2 + 1);
    this.state[row] = hex(bytes, at + 1, 2);
    this.queues[row * 2] = hex(bytes, at + 4, 8);
    this.queues[row * 2 + 1] = hex(bytes, at + 13, 8);
    // tr tm->when, retrnsmt: fixed widths; then decimal words.
    at += 13 + 8 + 1 + 11 + 1 + 8;
    at = this.#decimal(bytes, at, this.uid, row);
    while (bytes[at] === SPACE) at += 1;
    while (bytes[at] !== SPACE) at += 1;
    if (this.#decimal(bytes, at, this.inode, row) > end) throw new Error('not a line of a socket file');
  }

  #endpoint(bytes: Uint8Array, at: number, words: number, word: number, port: number): number {
    for (let index = 0; index < words; index += 1) this.addresses[word + index] = hex(bytes, at + index * 8, 8);
    const colon = at + words * 8;
    this.ports[port] = hex(bytes, colon + 1, 4);
    return colon + 5;
  }

  #decimal(bytes: Uint8Array, at: number, column: Uint32Array, row: number): number {
    while (bytes[at] === SPACE) at += 1;
    let value = 0;
    for (; bytes[at] !== SPACE; at += 1) value = value * 10 + bytes[at]! - 48;
    column[row] = value;
    return at;
  }

  #grow(): void {
    const twice = <T extends Uint8Array | Uint16Array | Uint32Array>(column: T): T => {
      const larger = new (column.constructor as new (length: number) => T)(column.length * 2);
      larger.set(column);
      return larger;
    };
    this.addresses = twice(this.addresses);
    this.ports = twice(this.ports);
    this.state = twice(this.state);
    this.queues = twice(this.queues);
    this.uid = twice(this.uid);
    this.inode = twice(this.inode);
  }
}

/** As well as it can be written: large reads into one buffer, bytes to typed arrays, no string and no object per line. */
export function parseAsBytes(): ParsedColumns {
  const columns = new ParsedColumns();
  const buffer = new Uint8Array(CHUNK);
  for (const [at, file] of FILES.entries()) parseFile(file, at === 0 ? 1 : 4, buffer, columns);
  return columns;
}

function parseFile(file: string, words: number, buffer: Uint8Array, columns: ParsedColumns): void {
  const descriptor = openSync(file, 'r');
  let kept = 0;
  let header = true;
  try {
    for (;;) {
      const got = readSync(descriptor, buffer, kept, buffer.length - kept, null);
      if (got === 0) return;
      const end = kept + got;
      const filled = buffer.subarray(0, end);
      let start = 0;
      for (let feed = filled.indexOf(LINE_FEED); feed >= 0; feed = filled.indexOf(LINE_FEED, start)) {
        if (!header) columns.add(buffer, start, feed, words);
        header = false;
        start = feed + 1;
      }
      buffer.copyWithin(0, start, end);
      kept = end - start;
    }
  } finally {
    closeSync(descriptor);
  }
}
