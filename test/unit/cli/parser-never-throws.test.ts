import { expect, test } from 'vitest';
import { parseCommandLine } from '../../../src/cli/parse.ts';
import { selectRoutes, selectSockets, selectStatistics } from '../../../src/cli/selection.ts';

/** mulberry32: a small generator, so that a failing case can be repeated from its seed. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) % below;
  };
}

const PIECES = ['-', '--', '=', ',', '-A', 'inet', '--filter', '--netns', '--by=', 'é', '\ud800', '\0', '\u202e', '🦆'];

test('whatever the words, the parser ends in a run or an exit', () => {
  const random = generator(20260101);
  const kinds = new Set<string>();
  for (let round = 0; round < 20_000; round++) {
    const words = Array.from({ length: random(6) }, () =>
      Array.from({ length: random(5) }, () =>
        random(2) === 0 ? (PIECES[random(PIECES.length)] ?? '') : String.fromCharCode(random(0x100)),
      ).join(''),
    );
    const parsed = parseCommandLine(words, {
      program: words[0] ?? '',
      posixlyCorrect: random(4) === 0,
      selinuxEnabled: () => random(2) === 0,
    });
    kinds.add(parsed.kind);
    if (parsed.kind === 'exit') {
      expect(parsed.stdout.length + parsed.stderr.length).toBeGreaterThan(0);
      expect([0, 1, 3]).toContain(parsed.status);
      continue;
    }
    expect(selectSockets(parsed.commandLine).sections.length).toBeGreaterThan(0);
    expect(selectRoutes(parsed.commandLine).steps.length).toBeGreaterThan(0);
    expect(['counters', 'stop']).toContain(selectStatistics(parsed.commandLine).kind);
  }
  expect(kinds.size).toBe(2);
});
