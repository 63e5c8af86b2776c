// Makes seeds out of recorded dumps: node native/fuzz/seed.mjs DIRECTORY, where DIRECTORY/KIND.dump holds datagrams,
// each preceded by its length as a little-endian u32 (`dump_live -r DIRECTORY`). Writes native/fuzz/corpus/KIND/*.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const corpus = join(import.meta.dirname, 'corpus');

/** Seeds stay small: mutations of small inputs are fast, and reach as deep. */
const MOST_BYTES = 2048;

const NLMSG_DONE = 3;

function* datagrams(bytes) {
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    yield bytes.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
}

function* messages(datagram) {
  for (let at = 0; at + 16 <= datagram.length; ) {
    const length = datagram.readUInt32LE(at);
    yield datagram.subarray(at, at + Math.ceil(length / 4) * 4);
    at += Math.ceil(length / 4) * 4;
  }
}

/** One row for each shape of message (its length and attribute numbers), then the end. */
function rows(bytes) {
  const shapes = new Map();
  let done = Buffer.alloc(0);
  for (const datagram of datagrams(bytes)) {
    for (const message of messages(datagram)) {
      if (message.readUInt16LE(4) === NLMSG_DONE) done = message;
      else if (!shapes.has(message.length)) shapes.set(message.length, message);
    }
  }
  return { shapes: [...shapes.values()], done };
}

/** `struct DumpInputHead`: all columns; both kinds of reading. */
function head(protocol, streaming) {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16LE(protocol, 8);
  bytes.writeUInt8(1, 10);
  bytes.writeUInt8(streaming, 11);
  bytes.writeUInt8(4, 15);
  return bytes;
}

function prefixed(datagram) {
  const length = Buffer.alloc(2);
  length.writeUInt16LE(datagram.length);
  return Buffer.concat([length, datagram]);
}

function* seeds(bytes) {
  const { shapes, done } = rows(bytes);
  let batch = [];
  let size = 0;
  for (const message of shapes) {
    batch.push(message);
    size += message.length;
    if (size < MOST_BYTES) continue;
    yield [Buffer.concat(batch), done];
    batch = [];
    size = 0;
  }
  yield [Buffer.concat([...batch, done])];
}

const [directory] = process.argv.slice(2);
for (const file of readdirSync(directory)) {
  if (!file.endsWith('.dump')) continue;
  const [kind, protocol = '6'] = file.slice(0, -'.dump'.length).split('-');
  mkdirSync(join(corpus, kind), { recursive: true });
  mkdirSync(join(corpus, 'message'), { recursive: true });
  let number = 0;
  for (const seed of seeds(readFileSync(join(directory, file)))) {
    const input = Buffer.concat([head(Number(protocol), number % 4), ...seed.map(prefixed)]);
    writeFileSync(join(corpus, kind, `${file.slice(0, -'.dump'.length)}-${number}`), input);
    if (number === 0) writeFileSync(join(corpus, 'message', kind), Buffer.concat(seed));
    number += 1;
  }
}
