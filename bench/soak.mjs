// What a process that asks again and again loses: growth of memory and descriptors over many snapshots, in one process:
//
//   node --expose-gc bench/soak.mjs [--snapshots N]
//
// Each snapshot is a dump of the TCP and UDP sockets through the library; every tenth also one of unix sockets, one of
// links and a stream, every hundredth a search for owners. The first tenth is warm-up. Prints resident memory and open
// descriptors after each tenth: the floor is no growth behind the first. Needs npm run build. Quicker in a network
// namespace with a small hash table (tcp_child_ehash_entries), where a dump walks little.
import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { snapshots: { type: 'string', default: '100000' } } });
const library = await import(new URL('../dist/index.js', import.meta.url).href);
const netid = ['tcp', 'tcp6', 'udp', 'udp6'];

async function snapshot(at) {
  const table = await library.sockets({ netid });
  if (at % 10 !== 0) return table.length;
  await library.unixSockets({ source: 'netlink' });
  await library.links();
  for await (const part of library.sockets.stream({ netid })) part.toObjects();
  if (at % 100 === 0) await library.sockets({ netid, owners: true });
  return table.length;
}

function state() {
  globalThis.gc?.();
  const resident = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))[1]);
  return { resident, descriptors: readdirSync('/proc/self/fd').length };
}

const count = Number(values.snapshots);
let first;
for (let at = 1; at <= count; at += 1) {
  await snapshot(at);
  if (at % Math.ceil(count / 10) !== 0) continue;
  const { resident, descriptors } = state();
  first ??= { resident, descriptors };
  const grown = `${resident - first.resident} KiB, ${descriptors - first.descriptors} descriptors more than after warm-up`;
  console.log(`${at} snapshots: ${resident} KiB resident, ${descriptors} descriptors; ${grown}`);
}
