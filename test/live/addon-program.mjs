// Programs that test/live/addon.test.ts runs inside a network namespace: node addon-program.mjs NAME [ARGUMENT...].
// They use the compiled addon alone and print one JSON value. Plain JavaScript: Node 20 runs it as it is.
import { readdirSync, readlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

const addon = createRequire(import.meta.url)('../../build/Release/sockdiag.node');
const columns = addon.schema('sockets').split(' ');
const TCP = [{ kind: 'inet', protocol: 6, states: 0x1ffe, ext: 2, legacy: true, netid4: 0, netid6: 1 }];
const options = { table: 'sockets', columns: Uint16Array.from(columns, (_, id) => id) };

/** Descriptors that are sockets, those of standard input and output among them. */
function openSockets() {
  const links = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  });
  return links.filter((link) => link.startsWith('socket:')).length;
}

const threads = () => readdirSync('/proc/self/task').length;

/** Event loop delay in ms while dumps run, the smallest of several tries: a busy machine adds to all of them. */
async function delay() {
  const delays = [];
  let rows = 0;
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    await sleep(20);
    histogram.enable();
    rows = (await addon.dump(TCP, options)).block.rows;
    await sleep(5);
    histogram.disable();
    delays.push(histogram.max / 1e6);
  }
  const start = performance.now();
  addon.dumpSync(TCP, options);
  return { rows, delay: Math.min(...delays), synchronous: performance.now() - start };
}

/** What a worker thread does until it is ended: dumps, streams half read, names. */
async function work() {
  parentPort.postMessage('started');
  for (;;) {
    const streams = [true, false].map((reuse) => addon.open(TCP, { ...options, chunkRows: 16, reuse }));
    const answers = [addon.dump(TCP, options), addon.users(Uint32Array.of(0, 1)), addon.services()];
    streams[0].next();
    answers.push(streams[1].nextAsync());
    await Promise.all(answers);
    addon.dumpSync(TCP, options);
    streams[1].close();
  }
}

async function terminate(count) {
  const before = openSockets();
  for (let at = 0; at < count; at += 1) {
    const worker = new Worker(new URL(import.meta.url));
    await new Promise((resolve) => worker.once('message', resolve));
    await sleep((at * 7) % 23);
    await worker.terminate();
  }
  return { before, after: openSockets(), terminated: count };
}

/** Handles that nobody closes are closed with their stream when they are collected. */
async function collect() {
  const before = { sockets: openSockets(), threads: threads() };
  for (let at = 0; at < 20; at += 1) addon.open(TCP, { ...options, chunkRows: 1, reuse: at % 2 === 0 }).next();
  const during = { sockets: openSockets(), threads: threads() };
  for (let at = 0; at < 20; at += 1) {
    globalThis.gc();
    await sleep(10);
  }
  return { before, during, after: { sockets: openSockets(), threads: threads() } };
}

async function leak() {
  const before = openSockets();
  for (let at = 0; at < 300; at += 1) {
    await addon.dump(TCP, options);
    addon.open(TCP, { ...options, chunkRows: 8 }).close();
    addon.dumpSync([{ ...TCP[0], protocol: 254 }], options);
  }
  return { before, after: openSockets() };
}

/** What is asked ahead is for the next stream alone, and for the same question. */
function asked() {
  const read = (request, more = {}) => {
    const stream = addon.open([request], { ...options, ...more });
    let rows = 0;
    for (let chunk = stream.next(); chunk !== null; chunk = stream.next()) rows += chunk.block.rows;
    const [{ error }] = stream.outcomes();
    stream.close();
    return { ahead: stream.askedAhead(), rows, ...(error === undefined ? {} : { error: error.code }) };
  };
  const before = { sockets: openSockets(), threads: threads() };
  const listeners = { ...TCP[0], states: 0x400 };
  addon.askAhead(TCP[0]);
  const same = read(TCP[0], { reuse: true });
  const next = read(TCP[0]);
  addon.askAhead(TCP[0]);
  const other = read(listeners);
  addon.askAhead(listeners);
  addon.askAhead(TCP[0]);
  const last = read(TCP[0]);
  return { same, next, other, last, before, after: { sockets: openSockets(), threads: threads() } };
}

const programs = { asked, delay, terminate: () => terminate(24), collect, leak };

if (isMainThread) console.log(JSON.stringify(await programs[process.argv[2]]()));
else await work();
