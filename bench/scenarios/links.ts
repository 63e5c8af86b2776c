/**
 * Question: how long does the command take to print the interface table?
 * Isolates: nothing; whole processes.
 * Floor: a Node process that does nothing, and a bare dump of links.
 */
import { BARE_NODE, cli, command, floorProcess } from '../rivals.ts';
import { ratio, type Scenario } from '../scenario.ts';

const OURS = 'sockdiag -ia';

export const links: Scenario = {
  name: 'links',
  sizes: ['1k links'],
  contenders: [cli(OURS, '-ia'), command('netstat -ia'), command('ip -s link show'), BARE_NODE, floorProcess('links')],
  figures: [ratio(OURS, 'netstat -ia'), ratio(OURS, 'ip -s link show'), ratio(OURS, ['node -e 0', 'bare dump'])],
};
