/**
 * Question: what does it cost to learn which process holds which socket, on the whole machine?
 * Isolates: the owners table by itself: a walk over descriptor tables in BPF, and the scan of /proc on two threads.
 * Floor: of the scan, a C program that makes the same system calls on two threads and keeps a count.
 */
import { floorScan, needsRoot, warm } from '../rivals.ts';
import { ratio, type Scenario } from '../scenario.ts';

export const owners: Scenario = {
  name: 'owners',
  sizes: ['10k sockets', '100k sockets', '100k sockets, 5k processes'],
  targetSizes: ['100k sockets', '100k sockets, 5k processes'],
  contenders: [warm('owners() by BPF', 'owners-bpf', needsRoot), warm('owners() by scan', 'owners-scan'), floorScan(2)],
  figures: [ratio('owners() by BPF', 'owners() by scan', 0.1), ratio('owners() by scan', 'bare scan', 1.15)],
};
