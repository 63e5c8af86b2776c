import type { Output, Status } from './output.ts';

const PAUSE_MS = 1000;

/** Prints once, or (-c) again every second until a listing fails; the streams are flushed after each. */
export async function repeat(
  continuous: boolean,
  output: Output,
  print: (round: number) => Promise<Status>,
): Promise<Status> {
  for (let round = 0; ; round += 1) {
    const status = await print(round);
    output.flush();
    if (status !== 0 || !continuous) return status;
    await new Promise((resume) => setTimeout(resume, PAUSE_MS));
  }
}
