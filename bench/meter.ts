import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import type { Netns } from '../test/support/netns.ts';
import { program } from './program.ts';

/** A child that answers every line with a line. */
export class Answering {
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  #errors = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout! });
    this.#lines.pause();
    child.stdin!.on('error', () => undefined);
    child.stderr!.on('data', (bytes: Buffer) => {
      this.#errors += bytes;
    });
  }

  /** The next line. Rejects when the child ends. */
  async line(): Promise<string> {
    const stop = new AbortController();
    const { signal } = stop;
    try {
      const line = once(this.#lines, 'line', { signal });
      const end = once(this.#child, 'close', { signal }).then(() => {
        throw new Error(`${this.#child.spawnargs.slice(-4).join(' ')} ended: ${this.#errors.trim()}`);
      });
      this.#lines.resume();
      return String((await Promise.race([line, end]))[0]);
    } finally {
      stop.abort();
      this.#lines.pause();
    }
  }

  ask(question: string): Promise<string> {
    const answer = this.line();
    this.#child.stdin!.write(`${question}\n`);
    return answer;
  }

  /** Peak resident memory so far, in KiB. */
  get peakKib(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'latin1');
    return Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0);
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'close');
    this.#child.stdin!.end();
    await ended;
  }
}

/** What one whole process took. */
export interface Run {
  /** Exit status, or 128 + the signal's number. */
  readonly status: number;
  readonly ms: number;
  readonly peakKib: number;
  readonly userMs: number;
  readonly systemMs: number;
  /** First line of standard output, when that was asked for. */
  readonly line: string;
}

export interface RunOptions {
  readonly line?: boolean;
  /** Without the capabilities that BPF needs. */
  readonly withoutBpf?: boolean;
}

/** `measure.c` in a namespace. */
export class Meter {
  readonly #child: Answering;

  constructor(ns: Netns) {
    this.#child = new Answering(ns.spawn([program('bench/measure.c')]));
  }

  /** Waits until the machine idles; false when it did not within `limitMs`. */
  async quiet(limitMs: number): Promise<boolean> {
    return limitMs <= 0 || (await this.#child.ask(`quiet\t${limitMs}`)) === '1';
  }

  async run(argv: readonly string[], { line = false, withoutBpf = false }: RunOptions = {}): Promise<Run> {
    const flags = `${line ? 'o' : ''}${withoutBpf ? 'b' : ''}` || '-';
    const answer = await this.#child.ask(['run', flags, ...argv].join('\t'));
    const [status, nanoseconds, peakKib, user, system] = answer.split(' ', 5).map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const text = answer.split(' ').slice(5).join(' ');
    return { status, ms: nanoseconds / 1e6, peakKib, userMs: user / 1e3, systemMs: system / 1e3, line: text };
  }

  close(): Promise<void> {
    return this.#child.close();
  }
}
