/**
 * Question: what does it cost to have every row as a plain object?
 * Isolates: toObjects() with all basic columns, on top of the dump.
 * Floor: the bare dump.
 */
import { floor, warm } from '../rivals.ts';
import { ratio, type Scenario } from '../scenario.ts';

export const objects: Scenario = {
  name: 'objects',
  sizes: ['10k sockets', '100k sockets', '100k sockets, half IPv6'],
  targetSizes: ['100k sockets'],
  contenders: [warm('toObjects()', 'objects'), floor('tcp')],
  figures: [ratio('toObjects()', 'bare dump', 1.4)],
};
