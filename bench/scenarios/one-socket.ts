/**
 * Question: how cheaply is one socket found when its port, or both its ends, are known?
 * Isolates: what the kernel is asked for: a port in the dump request, one look-up by both ends, against listing everything.
 * Floor: one walk of the hash table without an answer, a fifth of a dump; for an exact lookup, which does not walk, 1 us.
 */
import { warm } from '../rivals.ts';
import { ratio, type Scenario } from '../scenario.ts';

export const oneSocket: Scenario = {
  name: 'one-socket',
  sizes: ['10k sockets', '100k sockets'],
  targetSizes: ['100k sockets'],
  contenders: [warm('by local port', 'port'), warm('by both ends', 'exact'), warm('sockets()', 'columns')],
  figures: [
    ratio('by local port', 'sockets()', 0.25),
    { kind: 'time', ours: 'by both ends', atMost: 0.02 },
    ratio('by both ends', 'sockets()'),
  ],
};
