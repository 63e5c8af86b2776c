/**
 * Question: does asking for listeners avoid the table of connections?
 * Isolates: the state mask that is pushed into the kernel; with it only the listeners' own hash table is walked.
 * Floor: about 15 microseconds for the kernel's answer, and a turn of the thread pool.
 */
import { warm } from '../rivals.ts';
import { ratio, type Scenario } from '../scenario.ts';

export const listeners: Scenario = {
  name: 'listeners',
  sizes: ['10k sockets', '100k sockets'],
  contenders: [warm("sockets({ state: 'listen' })", 'listeners'), warm('sockets()', 'columns')],
  figures: [
    { kind: 'time', ours: "sockets({ state: 'listen' })", atMost: 0.1 },
    ratio("sockets({ state: 'listen' })", 'sockets()'),
  ],
};
