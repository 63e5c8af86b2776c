/**
 * Question: how quickly is the process found that holds one port, on a machine with many processes and sockets?
 * Isolates: the port pushed into the kernel, and a search that begins with likely processes and ends when all are found.
 * Floor: one walk of the kernel's tables per protocol.
 */
import { LONE_PORT } from '../populations.ts';
import { command, warm } from '../rivals.ts';
import { ratio, type Scenario } from '../scenario.ts';

const OURS = `portOwners(${LONE_PORT})`;
const SERVER = `require('net').createServer().listen(${LONE_PORT}, '127.0.0.1', () => console.log('listens'));
  process.stdin.on('end', () => process.exit()).resume()`;

export const portOwner: Scenario = {
  name: 'port-owner',
  sizes: ['1k sockets', '100k sockets, 5k processes'],
  contenders: [
    warm(OURS, 'port-owners'),
    warm('owners() by scan', 'owners-scan', { rounds: 3 }),
    command(`ss -Htlnp sport = :${LONE_PORT}`, { rounds: 2 }),
  ],
  figures: [
    { kind: 'time', ours: OURS, atMost: 10 },
    ratio(OURS, 'owners() by scan'),
    ratio(OURS, `ss -Htlnp sport = :${LONE_PORT}`),
  ],
  beside: [process.execPath, '-e', SERVER],
};
