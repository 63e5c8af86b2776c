import type { CommandLine } from './command-line.ts';
import type { Output, Status } from './output.ts';

const PAUSE_MS = 1000;

/** Prints once, or (-c, --diff) again and again until a listing fails; the streams are flushed after each. */
export async function repeat(
  { continuous, own }: CommandLine,
  output: Output,
  print: (round: number) => Promise<Status>,
): Promise<Status> {
  for (let round = 0; ; round += 1) {
    const status = await print(round);
    output.flush();
    if (status !== 0 || (!continuous && !own.diff)) return status;
    await new Promise((resume) => setTimeout(resume, own.intervalMs ?? PAUSE_MS));
  }
}
