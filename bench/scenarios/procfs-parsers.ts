/**
 * Question: what is gained over reading /proc/net/tcp in JavaScript?
 * Isolates: netlink against /proc, columns against text; all in process and warm.
 * Floor: reading the two files without looking at them is twice the bare dump.
 */
import { warm } from '../rivals.ts';
import { ratio, type Scenario } from '../scenario.ts';

const OURS = 'sockets()';

export const procfsParsers: Scenario = {
  name: 'procfs-parsers',
  sizes: ['1k sockets', '10k sockets', '100k sockets'],
  targetSizes: ['100k sockets'],
  contenders: [
    warm(OURS, 'columns-netstat'),
    warm('split and regex to objects', 'parse-text'),
    warm('bytes to typed arrays', 'parse-bytes'),
    warm("sockets({ source: 'procfs' })", 'columns-procfs'),
  ],
  figures: [
    ratio(OURS, 'split and regex to objects', 1 / 5),
    ratio(OURS, 'bytes to typed arrays', 1 / 2.5),
    ratio(OURS, "sockets({ source: 'procfs' })"),
  ],
};
