/**
 * Question: how long does the command take to list unix sockets?
 * Isolates: nothing; whole processes. netstat's columns need /proc/net/unix, which both read.
 * Floor: a Node process that does nothing, and a bare dump with names.
 */
import { BARE_NODE, cli, command, floorProcess } from '../rivals.ts';
import { ratio, type Scenario } from '../scenario.ts';

const OURS = 'sockdiag -xan';

export const unix: Scenario = {
  name: 'unix',
  sizes: ['20k unix sockets'],
  contenders: [cli(OURS, '-xan'), command('netstat -xan'), command('ss -xan'), BARE_NODE, floorProcess('unix')],
  figures: [
    ratio(OURS, 'netstat -xan', 1),
    ratio(OURS, 'ss -xan'),
    ratio(OURS, ['node -e 0', 'bare dump']),
    { kind: 'memory', ours: OURS, rivals: ['node -e 0'], atMost: 16 },
  ],
};
