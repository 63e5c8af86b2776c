/**
 * Question: how long does the command take to list UDP sockets?
 * Isolates: nothing; whole processes. Reading /proc/net/udp takes the kernel time that grows with the square of the rows.
 * Floor: a Node process that does nothing, and a bare dump.
 */
import { BARE_NODE, cli, command, floorProcess } from '../rivals.ts';
import { ratio, type Scenario } from '../scenario.ts';

const OURS = 'sockdiag -uan';

export const udp: Scenario = {
  name: 'udp',
  sizes: ['20k UDP sockets'],
  contenders: [cli(OURS, '-uan'), command('netstat -uan'), command('ss -uan'), BARE_NODE, floorProcess('udp')],
  figures: [
    ratio(OURS, 'netstat -uan', 0.25),
    ratio(OURS, 'ss -uan'),
    ratio(OURS, ['node -e 0', 'bare dump']),
    { kind: 'memory', ours: OURS, rivals: ['node -e 0'], atMost: 16 },
  ],
};
