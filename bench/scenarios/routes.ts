/**
 * Question: how long does the command take to print a large routing table?
 * Isolates: nothing; whole processes, output to /dev/null.
 * Floor: a Node process that does nothing, and a bare dump of the main table.
 */
import { BARE_NODE, cli, command, floorProcess } from '../rivals.ts';
import { ratio, type Scenario } from '../scenario.ts';

const OURS = 'sockdiag -rn';

export const routes: Scenario = {
  name: 'routes',
  sizes: ['100k routes'],
  contenders: [cli(OURS, '-rn'), command('netstat -rn'), command('ip route show'), BARE_NODE, floorProcess('routes')],
  figures: [
    ratio(OURS, 'netstat -rn', 0.4),
    ratio(OURS, 'ip route show'),
    ratio(OURS, ['node -e 0', 'bare dump']),
    { kind: 'memory', ours: OURS, rivals: ['node -e 0'], atMost: 16 },
  ],
};
