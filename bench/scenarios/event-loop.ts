/**
 * Question: for how long does a dump keep the event loop from turning?
 * Isolates: what happens on the JavaScript thread, as the longest time between two turns of a setImmediate chain.
 * Floor: handing over one ArrayBuffer; a tenth of a millisecond.
 */
import { warm } from '../rivals.ts';
import type { Scenario } from '../scenario.ts';

export const eventLoop: Scenario = {
  name: 'event-loop',
  sizes: ['10k sockets', '100k sockets', '1M sockets'],
  contenders: [warm('blocked by sockets()', 'block')],
  figures: [{ kind: 'time', ours: 'blocked by sockets()', atMost: 2 }],
};
