/**
 * Question: what does a table of typed columns cost over the kernel's own work?
 * Isolates: decoding on a native thread, and the way of the columns to JavaScript; nothing is done with them.
 * Floor: the bare dump, a C loop that counts the messages of the same dump (one walk, states 0x1ffe).
 */
import { floor, warm } from '../rivals.ts';
import { ratio, type Scenario } from '../scenario.ts';

export const columns: Scenario = {
  name: 'columns',
  sizes: ['1k sockets', '10k sockets', '100k sockets', '100k sockets, half IPv6', '1M sockets'],
  targetSizes: ['100k sockets', '100k sockets, half IPv6', '1M sockets'],
  contenders: [warm('sockets()', 'columns'), floor('tcp')],
  figures: [ratio('sockets()', 'bare dump', 1.05)],
  perRow: { ours: 'sockets()', within: 0.2, sizes: ['10k sockets', '100k sockets', '1M sockets'] },
};
