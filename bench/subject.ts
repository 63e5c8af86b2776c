/**
 * The process an in-process subject runs in.
 *
 *   subject once NAME     does it once, cold, and prints "MILLISECONDS ROWS"
 *   subject serve NAME    says "ready", or "unfit" and why; then answers every line of standard input with "MILLISECONDS ROWS", the mean of as
 *                         many repetitions as Benchmark.js finds necessary; ends with its standard input
 */

import { createInterface } from 'node:readline';
import Benchmark from 'benchmark';
import { type Repetition, SUBJECTS, type Subject, Unfit } from './subjects.ts';

interface Deferred {
  resolve(): void;
}

/** Repetitions fill at least this many seconds, so that what takes microseconds is repeated thousands of times. */
const SAMPLE_SECONDS = 0.02;

/** One sample of Benchmark.js: the harness takes turns between rivals, so that each sample is a run of its own. */
function sample(repetition: Repetition): Promise<{ ms: number; rows: number }> {
  return new Promise((resolve, reject) => {
    let rows = 0;
    new Benchmark({
      defer: true,
      minSamples: 1,
      minTime: SAMPLE_SECONDS,
      maxTime: SAMPLE_SECONDS,
      fn: (deferred: Deferred) => {
        repetition().then((count) => {
          rows = count;
          deferred.resolve();
        }, reject);
      },
      onComplete(this: Benchmark) {
        resolve({ ms: this.stats.mean * 1000, rows });
      },
    }).run({ async: true });
  });
}

async function gauged({ gauge }: Subject, repetition: Repetition): Promise<{ ms: number; rows: number }> {
  const rows = await repetition();
  return { ms: gauge!(), rows };
}

async function once(repetition: Repetition): Promise<void> {
  const start = performance.now();
  const rows = await repetition();
  console.log(`${performance.now() - start} ${rows}`);
}

async function serve(subject: Subject, repetition: Repetition): Promise<void> {
  console.log('ready');
  for await (const _ of createInterface({ input: process.stdin })) {
    const { ms, rows } = await (subject.gauge === undefined ? sample(repetition) : gauged(subject, repetition));
    console.log(`${ms} ${rows}`);
  }
}

const [how, name = ''] = process.argv.slice(2);
const subject = SUBJECTS[name];
if (subject === undefined) throw new Error(`no subject ${name}`);
const repetition = await subject.prepare().catch((error: unknown) => {
  if (!(error instanceof Unfit)) throw error;
  console.log(`unfit ${error.message}`);
  process.exit(0);
});
await (how === 'once' ? once(repetition) : serve(subject, repetition));
process.exit(0);
