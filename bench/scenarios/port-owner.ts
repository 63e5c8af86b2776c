/**
 * Question: how quickly is the process found that holds one port, on a machine with many processes and sockets?
 * Isolates: listeners, which are found without a walk over connections, and a search that begins with the socket's user and ends
 * when all are found. One server has a user of its own, as services do; the other is one of thousands of processes of root.
 * Floor: a system call for each table of sockets, and loading the BPF program: 4 ms.
 */
import { LONE_PORT, SHARED_PORT } from '../populations.ts';
import { command, warm } from '../rivals.ts';
import { ratio, type Scenario } from '../scenario.ts';

const OURS = 'portOwners(), a user of its own';
const SHARED = 'portOwners(), everybody is root';

const LISTEN = `require('net').createServer().listen(+process.argv[1], '127.0.0.1', () => console.log('listens'));
  process.stdin.on('end', () => process.exit()).resume();`;
const BOTH = `const own = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
  const argv = ['-e', ${JSON.stringify(LISTEN)}, '${LONE_PORT}'];
  require('child_process').spawn(process.execPath, argv, { ...own, cwd: '/' }).stdout.once('data', () => { ${LISTEN} });`;

export const portOwner: Scenario = {
  name: 'port-owner',
  sizes: ['1k sockets', '100k sockets, 5k processes'],
  contenders: [
    warm(OURS, 'port-owners'),
    warm(SHARED, 'port-owners-shared'),
    warm('owners() by scan', 'owners-scan', { rounds: 3 }),
    command(`ss -Htlnp sport = :${LONE_PORT}`, { rounds: 2 }),
  ],
  figures: [
    { kind: 'time', ours: OURS, atMost: 10 },
    ratio(OURS, 'owners() by scan'),
    ratio(SHARED, 'owners() by scan'),
    ratio(OURS, `ss -Htlnp sport = :${LONE_PORT}`),
  ],
  beside: [process.execPath, '-e', BOTH, String(SHARED_PORT)],
};
