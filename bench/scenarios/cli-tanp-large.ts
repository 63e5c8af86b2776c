/**
 * Question: does the command still answer with processes where the tools it replaces do not finish within a minute?
 * Isolates: nothing; the whole process.
 * Floor: our own -tan.
 */
import { cli, needsRoot } from '../rivals.ts';
import { ratio, type Scenario } from '../scenario.ts';

const OURS = 'sockdiag -tanp';

export const cliTanpLarge: Scenario = {
  name: 'cli-tanp-large',
  sizes: ['1M sockets'],
  contenders: [
    cli(OURS, '-tanp', needsRoot),
    cli('sockdiag -tanp without BPF', '-tanp', { withoutBpf: true, rounds: 2 }),
    cli('sockdiag -tan', '-tan'),
  ],
  rounds: { '1M sockets': 5 },
  figures: [{ kind: 'time', ours: OURS, atMost: 2000 }, ratio(OURS, 'sockdiag -tan')],
};
