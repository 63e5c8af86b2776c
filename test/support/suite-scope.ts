import { afterAll } from 'vitest';
import type { Scope } from './netns.ts';

/** The scope of a whole test file; usable at the top level and in beforeAll's setting-up code. */
export function suiteScope(): Scope {
  const closers: (() => void | Promise<void>)[] = [];
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });
  return { onTestFinished: (close) => void closers.push(close) };
}
