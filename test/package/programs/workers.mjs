// node workers.mjs PORT: two threads use the package at the same time as the main one; a third is ended while it reads.
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { sockets } from 'sockdiag';

const port = isMainThread ? process.argv[2] : workerData.port;
const read = () => sockets({ netid: ['tcp'], state: 'listen', filter: `sport = :${port}` });

async function threads() {
  const workers = [0, 1].map(() => new Worker(new URL(import.meta.url), { workerData: { port } }));
  const answers = workers.map(async (worker) => {
    const exit = once(worker, 'exit');
    const [answer] = await once(worker, 'message');
    return { ...answer, exit: (await exit)[0] };
  });
  const { source } = await read();
  const busy = new Worker(new URL(import.meta.url), { workerData: { port, busy: true } });
  await once(busy, 'message');
  await busy.terminate();
  console.log(JSON.stringify({ source, workers: await Promise.all(answers) }));
}

if (isMainThread) await threads();
else if (workerData.busy) {
  parentPort.postMessage('started');
  for (;;) await Promise.all([read(), read()]);
} else {
  const table = await read();
  parentPort.postMessage({ source: table.source, rows: table.length });
}
