// Lasting sockets that a listing misses or shows twice while others come and go as fast as one core can:
//
//   node bench/churn.mjs [--snapshots N] [--lasting N] [--buckets N]
//
// Rivals: ss and netstat, in turns with ours within the same run, which is what the numbers can be compared in. In a
// network namespace of its own; `--buckets 64` gives it a hash table of that size (tcp_child_ehash_entries of a namespace
// in between, so that the host's setting stays), else it shares the host's. Prints one line per reader and kind:
// sightings expected, missed and repeated, and both per million. Needs npm run build:ts, a C compiler, ss and netstat.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    snapshots: { type: 'string', default: '1000' },
    lasting: { type: 'string', default: '500' },
    buckets: { type: 'string' },
    inside: { type: 'string' },
  },
});

/** The same program again, in its namespace. */
function enter() {
  const directory = mkdtempSync(join(tmpdir(), 'sockdiag-churn-'));
  try {
    const program = join(directory, 'churn');
    execFileSync('cc', ['-O2', '-o', program, join(import.meta.dirname, 'churn.c')]);
    const words = [...process.argv.slice(1), '--inside', program];
    const inner = ['unshare', '-n', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', process.execPath, ...words];
    const table = values.buckets;
    const outer = table === undefined ? '' : `echo ${Number(table)} > /proc/sys/net/ipv4/tcp_child_ehash_entries; `;
    const user = process.getuid() === 0 ? [] : ['-r'];
    execFileSync('unshare', [...user, '-n', 'sh', '-c', `${outer}exec "$@"`, 'sh', ...inner], { stdio: 'inherit' });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function started(program) {
  const child = spawn(program, [values.lasting], { stdio: ['pipe', 'pipe', 'inherit'] });
  const kinds = new Map();
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  for (;;) {
    const { value } = await lines.next();
    if (value === 'ready') break;
    const [kind, inode] = value.split(' ');
    kinds.set(Number(inode), kind);
  }
  const end = async () => {
    child.stdin.end();
    return Number((await lines.next()).value);
  };
  return { kinds, end };
}

function textOf(command, args) {
  return execFileSync(command, args, { encoding: 'latin1', maxBuffer: 1 << 28 });
}

const library = await import(new URL('../dist/index.js', import.meta.url).href);

async function* ours(options) {
  yield* (await library.sockets({ netid: ['tcp', 'tcp6', 'udp', 'udp6'], columns: ['inode'], ...options })).column(
    'inode',
  );
  yield* (await library.unixSockets({ columns: ['inode'] })).column('inode');
}

/** Inodes that one listing shows, by reader. */
const READERS = {
  sockdiag: () => ours({}),
  'sockdiag consistent': () => ours({ consistent: true }),
  *ss() {
    for (const [, inode] of textOf('ss', ['-tuaneH']).matchAll(/ ino:(\d+)/g)) yield Number(inode);
    for (const line of textOf('ss', ['-xanH']).split('\n')) yield Number(line.trim().split(/\s+/)[5]);
  },
  *netstat() {
    for (const line of textOf('netstat', ['-tuane']).split('\n')) {
      const fields = line.trim().split(/\s+/);
      if (/^(tcp|udp)/.test(line)) yield Number(fields.at(-1));
    }
    for (const [, inode] of textOf('netstat', ['-xan']).matchAll(/ (\d+) *(?:\S+)?$/gm)) yield Number(inode);
  },
};

/** Counts of one listing added to those of its reader. */
async function look(read, kinds, counts) {
  const seen = new Map();
  for await (const inode of read()) if (kinds.has(inode)) seen.set(inode, (seen.get(inode) ?? 0) + 1);
  for (const [inode, kind] of kinds) {
    counts[kind] ??= { expected: 0, missed: 0, repeated: 0 };
    const count = counts[kind];
    const times = seen.get(inode) ?? 0;
    count.expected += 1;
    count.missed += times === 0 ? 1 : 0;
    count.repeated += times > 1 ? times - 1 : 0;
  }
}

async function main(program) {
  const { kinds, end } = await started(program);
  const counts = Object.fromEntries(Object.keys(READERS).map((name) => [name, {}]));
  for (let at = 0; at < Number(values.snapshots); at += 1) {
    for (const [name, read] of Object.entries(READERS)) await look(read, kinds, counts[name]);
  }
  const opened = await end();
  console.log(`${values.snapshots} snapshots, ${kinds.size} lasting sockets, ${opened} others opened and closed`);
  for (const [name, byKind] of Object.entries(counts)) {
    for (const [kind, { expected, missed, repeated }] of Object.entries(byKind)) {
      const rate = (count) => `${count} (${((count * 1e6) / expected).toFixed(1)}/M)`;
      console.log(
        `${name.padEnd(20)} ${kind.padEnd(9)} ${expected} expected: ${rate(missed)} missed, ${rate(repeated)} repeated`,
      );
    }
  }
}

if (values.inside === undefined) enter();
else await main(values.inside);
