/**
 * Question: what is gained over the packages people use to have sockets with their processes in JavaScript?
 * Isolates: rows as objects with process numbers, TCP and UDP, in process; both packages start netstat and parse its text.
 * Floor: the dump and one walk over all descriptor tables.
 */
import { warm } from '../rivals.ts';
import { ratio, type Scenario } from '../scenario.ts';

const OURS = 'sockets({ owners: true })';

export const packages: Scenario = {
  name: 'packages',
  sizes: ['1k sockets', '10k sockets', '100k sockets'],
  targetSizes: ['100k sockets'],
  contenders: [
    warm(OURS, 'with-owners'),
    warm('systeminformation', 'systeminformation', { rounds: 2 }),
    warm('node-netstat', 'node-netstat', { rounds: 2 }),
  ],
  figures: [ratio(OURS, 'systeminformation', 1 / 30), ratio(OURS, 'node-netstat', 1 / 30)],
};
