/**
 * Question: how long does the command take to list all TCP sockets with their processes?
 * Isolates: nothing; whole processes. netstat's search for processes takes time that grows with the square of the
 * descriptors, so it takes part in three rounds only.
 * Floor: our own -tan.
 */
import { cli, command, needsRoot } from '../rivals.ts';
import { ratio, type Scenario } from '../scenario.ts';

const OURS = 'sockdiag -tanp';
const SCAN = 'sockdiag -tanp without BPF';

export const cliTanp: Scenario = {
  name: 'cli-tanp',
  sizes: ['1k sockets', '10k sockets', '100k sockets', '100k sockets, 5k processes'],
  targetSizes: ['100k sockets', '100k sockets, 5k processes'],
  contenders: [
    cli(OURS, '-tanp', needsRoot),
    cli(SCAN, '-tanp', { withoutBpf: true }),
    cli('sockdiag -tan', '-tan'),
    command('netstat -tanp', { rounds: 3 }),
    command('ss -tanp', { rounds: 2 }),
  ],
  figures: [
    ratio(OURS, 'netstat -tanp', 0.05),
    ratio(SCAN, 'netstat -tanp', 0.1),
    ratio(OURS, 'sockdiag -tan', 1.2),
    ratio(OURS, 'ss -tanp'),
  ],
};
