/**
 * Question: what does it cost to bring sockets and owners together?
 * Isolates: the index over 130,000 owners and a look-up for each of 100,000 sockets; no kernel, no names.
 * Floor: C++ with open addressing takes 0.85 ms.
 */
import { warm } from '../rivals.ts';
import type { Scenario } from '../scenario.ts';

export const join: Scenario = {
  name: 'join',
  sizes: ['43 sockets'],
  contenders: [warm('join of 100k and 130k rows', 'join')],
  figures: [{ kind: 'time', ours: 'join of 100k and 130k rows', atMost: 3 }],
};
