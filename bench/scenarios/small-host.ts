/**
 * Question: what does the command add to the start of Node where there is next to nothing to list?
 * Isolates: loading the bundle and the addon; the namespace has a TCP hash table of its own, which is nearly empty.
 * Floor: a Node process that does nothing.
 */
import { BARE_NODE, cli, command } from '../rivals.ts';
import { ratio, type Scenario } from '../scenario.ts';

export const smallHost: Scenario = {
  name: 'small-host',
  sizes: ['43 sockets'],
  contenders: [
    cli('sockdiag -tan', '-tan'),
    cli('sockdiag -tanp', '-tanp'),
    cli('sockdiag --version', '--version'),
    command('netstat -tan'),
    command('ss -tan'),
    BARE_NODE,
  ],
  figures: [
    ratio('sockdiag -tan', 'node -e 0', 1.15),
    ratio('sockdiag -tanp', 'node -e 0'),
    ratio('sockdiag --version', 'node -e 0'),
    ratio('sockdiag -tan', 'netstat -tan'),
    ratio('sockdiag -tan', 'ss -tan'),
  ],
};
