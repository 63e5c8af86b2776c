/**
 * Question: how long does the command take to list all TCP sockets, beside the tools it replaces?
 * Isolates: nothing; whole processes from exec to exit, output to /dev/null.
 * Floor: a Node process that does nothing, and the bare dump, one after the other.
 */
import { BARE_NODE, cli, command, floorProcess } from '../rivals.ts';
import { ratio, type Scenario } from '../scenario.ts';

const OURS = 'sockdiag -tan';

export const cliTan: Scenario = {
  name: 'cli-tan',
  sizes: ['1k sockets', '10k sockets', '100k sockets', '100k sockets, half IPv6', '1M sockets'],
  targetSizes: ['100k sockets', '1M sockets'],
  contenders: [
    cli(OURS, '-tan'),
    command('netstat -tan'),
    command('ss -tan'),
    BARE_NODE,
    floorProcess('tcp'),
    cli('sockdiag -tan --source procfs', '-tan --source procfs', { rounds: 3 }),
  ],
  rounds: { '1M sockets': 5 },
  figures: [
    ratio(OURS, 'netstat -tan', { '100k sockets': 0.38 }),
    ratio(OURS, 'ss -tan', { '100k sockets': 0.55, '1M sockets': 0.42 }),
    ratio(OURS, ['node -e 0', 'bare dump'], { '100k sockets': 1.08 }),
    ratio(OURS, 'sockdiag -tan --source procfs'),
    { kind: 'memory', ours: OURS, rivals: ['node -e 0'], atMost: 16 },
  ],
};
