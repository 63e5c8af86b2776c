/**
 * Question: how long do netstat's lines take to write, the first time in a fresh process?
 * Isolates: the formatter, from columns that are already there to bytes; code that has never run, as the command sees it.
 * Floor: C++ takes 6 ms for 100,000 IPv4 lines.
 */
import { cold } from '../rivals.ts';
import type { Scenario } from '../scenario.ts';

export const format: Scenario = {
  name: 'format',
  sizes: ['10k sockets', '100k sockets', '100k sockets, half IPv6'],
  targetSizes: ['100k sockets'],
  contenders: [cold('netstat lines, cold', 'format')],
  figures: [{ kind: 'time', ours: 'netstat lines, cold', atMost: 25 }],
};
