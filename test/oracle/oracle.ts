import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecOptions, Netns, Outcome } from '../support/netns.ts';
import { python } from '../support/require.ts';

/** What the shell does with the program's output; `$@` is the program. */
export const REDIRECTS = {
  none: undefined,
  full: '"$@" > /dev/full; echo "status $?" >&2',
  closed: '"$@" >&-; echo "status $?" >&2',
  head: '{ "$@"; echo "status $?" >&2; } | head -n 1',
  noErrors: '"$@" 2>&-; echo "status $?"',
  fullErrors: '"$@" 2> /dev/full; echo "status $?"',
  nothing: '"$@" <&- 3>&1 >&- 2>&-; echo "status $?"',
  terminal:
    'exec "$SOCKDIAG_PYTHON" -c "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))" "$@"',
} as const;

export interface CompareOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  /** Applied to both outputs before they are compared, e.g. to hide what is known to differ. */
  readonly mask?: (text: string) => string;
  readonly redirect?: keyof typeof REDIRECTS;
  /** For -c: end both after so long; their common iterations must be equal, and at least two. */
  readonly stopAfterMs?: number;
  readonly stopWith?: NodeJS.Signals;
  /** Further arguments for ours only, e.g. the source to be used. */
  readonly ours?: readonly string[];
  /** How a program is started, e.g. under a hand-made /proc; the default is `ns.exec`. */
  readonly run?: (argv: readonly string[], options: ExecOptions) => Promise<Outcome>;
}

export const bundle: string = resolve(import.meta.dirname, '../../dist/sockdiag.cjs');

/** A fixture may change while it is compared (a retransmission, a renewed time-wait entry); then all is run again. */
const ATTEMPTS = 25;

export function netstatCommand(args: readonly string[]): string[] {
  return ['netstat', ...args];
}

export function ourCommand(args: readonly string[]): string[] {
  return [process.execPath, bundle, ...args];
}

/** Runs one of the two programs as `compare` does. */
export async function runProgram(
  ns: Netns,
  which: 'netstat' | 'ours',
  args: readonly string[],
  options: CompareOptions = {},
): Promise<Outcome> {
  if (which === 'ours' && !existsSync(bundle)) throw new Error(`${bundle} is missing: npm run build`);
  const argv = which === 'netstat' ? netstatCommand(args) : ourCommand([...args, ...(options.ours ?? [])]);
  const script = REDIRECTS[options.redirect ?? 'none'];
  const command = script === undefined ? argv : ['sh', '-c', script, 'sh', ...argv];
  const { uid, stopAfterMs, stopWith } = options;
  return (options.run ?? ((words, how) => ns.exec(words, how)))(command, {
    env: { SOCKDIAG_ARGV0: 'netstat', SOCKDIAG_PYTHON: python, ...options.env },
    cwd: '/',
    ...(uid === undefined ? {} : { uid }),
    ...(stopAfterMs === undefined ? {} : { stopAfterMs }),
    ...(stopWith === undefined ? {} : { stopWith }),
  });
}

/** Bytes as text that keeps each of them, so that a difference of one byte is a difference. */
function textOf(bytes: Buffer): string {
  return bytes.toString('latin1');
}

const TIMER = /\b(on\d?|keepalive|timewait|probe|unkn-\d+) \((\d+\.\d\d)\//g;

interface Seen {
  readonly stdout: string;
  readonly stderr: string;
  readonly end: string;
  /** The seconds of every timer in stdout, which are left out of it. */
  readonly seconds: readonly number[];
}

function seen(outcome: Outcome, mask: (text: string) => string): Seen {
  const seconds: number[] = [];
  const stdout = mask(textOf(outcome.stdout)).replace(TIMER, (_, name: string, value: string) => {
    seconds.push(Number(value));
    return `${name} (SECONDS/`;
  });
  const end = outcome.signal === null ? `status ${outcome.status}` : `signal ${outcome.signal}`;
  return { stdout, stderr: mask(textOf(outcome.stderr)), end, seconds };
}

/** Both may have got one iteration further than the other when they were stopped. */
function cutToShorter(a: Seen, b: Seen): [Seen, Seen] {
  const length = Math.min(a.stdout.length, b.stdout.length);
  return [
    { ...a, stdout: a.stdout.slice(0, length), seconds: [] },
    { ...b, stdout: b.stdout.slice(0, length), seconds: [] },
  ];
}

function sameText(a: Seen, b: Seen): boolean {
  return a.stdout === b.stdout && a.stderr === b.stderr && a.end === b.end;
}

/** Seconds are truncated to hundredths by one and counted in ticks of up to 10 ms by the other. */
const TOLERANCE = 0.021;

/** Timers run between the two runs of netstat: ours has to lie in between. Those of a hand-made file stand still. */
function secondsFit(before: Seen, ours: Seen, after: Seen): boolean {
  return ours.seconds.every((value, index) => {
    const [a = 0, b = 0] = [before.seconds[index], after.seconds[index]];
    if (a === b) return value === a;
    return value >= Math.min(a, b) - TOLERANCE && value <= Math.max(a, b) + TOLERANCE;
  });
}

const SHOWN_LINES = 12;

/** The first differing lines, blanks at their end made visible. */
export function difference(name: string, expected: string, actual: string): string {
  if (expected === actual) return '';
  const [a, b] = [expected.split('\n'), actual.split('\n')];
  const shown: string[] = [];
  for (let line = 0; line < Math.max(a.length, b.length) && shown.length < SHOWN_LINES; line++) {
    if (a[line] === b[line]) continue;
    if (line < a.length) shown.push(`${line + 1} netstat ${JSON.stringify(a[line])}`);
    if (line < b.length) shown.push(`${line + 1} ours    ${JSON.stringify(b[line])}`);
  }
  return `${name} (${a.length} and ${b.length} lines):\n  ${shown.join('\n  ')}\n`;
}

function report(args: readonly string[], expected: Seen, actual: Seen): string {
  return [
    `netstat ${args.join(' ')}`,
    expected.end === actual.end ? '' : `netstat ended with ${expected.end}, ours with ${actual.end}`,
    difference('stdout', expected.stdout, actual.stdout),
    difference('stderr', expected.stderr, actual.stderr),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/**
 * Runs netstat, ours and netstat again with the same arguments, and throws unless all three agree in stdout, stderr and the way they
 * end. Two different runs of netstat prove nothing: then all three are repeated.
 */
export async function compare(ns: Netns, args: readonly string[], options: CompareOptions = {}): Promise<void> {
  const mask = options.mask ?? ((text: string) => text);
  if (options.stopAfterMs !== undefined) {
    const [netstat, ours] = await Promise.all([
      runProgram(ns, 'netstat', args, options),
      runProgram(ns, 'ours', args, options),
    ]);
    return compareIterations(args, seen(netstat, mask), seen(ours, mask));
  }
  let last = 'the fixture keeps changing';
  let disagreed = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = seen(await runProgram(ns, 'netstat', args, options), mask);
    const ours = seen(await runProgram(ns, 'ours', args, options), mask);
    if (sameText(before, ours) && before.seconds.length === 0) return;
    const after = seen(await runProgram(ns, 'netstat', args, options), mask);
    if (!sameText(before, after)) {
      await sleep(20 * attempt);
      continue;
    }
    if (!sameText(before, ours)) {
      last = report(args, before, ours);
      // Twice: an entry may have been renewed while ours ran, and look the same before and after.
      if (++disagreed === 2) break;
    } else if (secondsFit(before, ours, after)) return;
    else last = `timers of ours are not between netstat's: ${before.seconds} / ${ours.seconds} / ${after.seconds}`;
  }
  throw new Error(last);
}

function compareIterations(args: readonly string[], netstat: Seen, ours: Seen): void {
  const [a, b] = cutToShorter(netstat, ours);
  if (!sameText(a, b)) throw new Error(report(args, a, b));
  const firstLine = a.stdout.slice(a.stdout.indexOf('\n') + 1).split('\n', 1)[0] ?? '';
  const repeated = a.stdout.split(`${firstLine}\n`).length - 1;
  if (repeated < 2) throw new Error(`netstat ${args.join(' ')}: ${repeated} iterations`);
}

/** Where this checkout lies, for tests that need it readable by other users. */
export const checkout: string = join(import.meta.dirname, '../..');
