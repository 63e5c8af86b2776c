import { type FakeFile, type FakeProcOptions, fakeProc } from '../support/fakeproc.ts';
import type { Netns } from '../support/netns.ts';
import { type CompareOptions, runProgram } from './oracle.ts';

/** What one of the programs printed, one character per byte, and how it ended. */
export interface Shown {
  readonly stdout: string;
  readonly stderr: string;
  readonly end: string;
}

export async function both(
  ns: Netns,
  args: readonly string[],
  options: CompareOptions = {},
): Promise<Record<'netstat' | 'ours', Shown>> {
  const show = async (which: 'netstat' | 'ours'): Promise<Shown> => {
    const { stdout, stderr, status, signal } = await runProgram(ns, which, args, options);
    return { stdout: stdout.toString('latin1'), stderr: stderr.toString('latin1'), end: signal ?? `status ${status}` };
  };
  return { netstat: await show('netstat'), ours: await show('ours') };
}

/** Both programs over a hand-made /proc/net, or /proc. */
export function fake(
  ns: Netns,
  files: Readonly<Record<string, FakeFile>>,
  options: FakeProcOptions = {},
): CompareOptions {
  return { ours: ['--source', 'procfs'], run: fakeProc(ns, files, options).run };
}

/** The line of an output that contains `part`. */
export function lineWith(text: string, part: string): string | undefined {
  return text.split('\n').find((line) => line.includes(part));
}
