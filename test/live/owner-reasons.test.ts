import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { OWNER_REASONS, type OwnerReason } from '../../src/index.ts';
import { mkprocess, type Wanted } from '../support/mksock.ts';
import { isRoot, type Netns, netns } from '../support/netns.ts';
import { type How, lacksBpf, run } from './owned-population.ts';

const command = resolve(import.meta.dirname, '../../dist/sockdiag.cjs');

interface Seen {
  readonly inode: number;
  readonly state: string;
  readonly pid: number | null;
  readonly holders: number;
  readonly owners: readonly { readonly pid: number }[];
  readonly ownerReason: OwnerReason | null;
}

interface Printed {
  readonly table: string;
  readonly rows: readonly Seen[];
}

/** Sockets of a namespace as the library tells them, then as `--json` prints them. */
async function seen(ns: Netns, how: How = {}): Promise<readonly (readonly Seen[])[]> {
  const body = `
    const inet = await sockdiag.sockets({ netid: ['tcp', 'tcp6'], owners: true });
    const unix = await sockdiag.unixSockets({ owners: true });
    return [...inet.toObjects(), ...unix.toObjects()];`;
  const told = await run<Seen[]>(ns, body, how);
  const argv = [...(how.by ?? []), process.execPath, command, '-tanxp', '--json'];
  const { stdout, stderr, status } = await ns.exec(argv, { env: how.env ?? {}, cwd: '/' });
  expect(status, stderr.toString()).toBe(0);
  const printed = stdout
    .toString()
    .split(/\n(?=\{"schema")/)
    .map((text) => JSON.parse(text) as Printed);
  return [told, printed.flatMap(({ rows }) => rows)];
}

/** A reason, and what has it. `state` finds the rows; of an inode, where the state does not tell. */
interface Case {
  readonly reason: OwnerReason;
  readonly wanted: Wanted;
  readonly env?: Readonly<Record<string, string>>;
  readonly is: (row: Seen, inodes: ReadonlySet<number>) => boolean;
}

const HERE = { host: '127.0.0.1' } as const;

const CASES: readonly Case[] = [
  {
    reason: 'time-wait',
    wanted: { kind: 'tcp-time-wait', ...HERE, port: 4200 },
    is: ({ state }) => state === 'TIME_WAIT',
  },
  {
    reason: 'not-accepted',
    wanted: { kind: 'tcp-unaccepted', ...HERE, port: 4201 },
    is: ({ state, inode }) => state === 'ESTABLISHED' && inode === 0,
  },
  {
    reason: 'not-accepted',
    wanted: { kind: 'tcp-syn-recv', ...HERE, port: 4202 },
    is: ({ state }) => state === 'SYN_RECV',
  },
  {
    reason: 'not-accepted',
    wanted: { kind: 'unix-unaccepted' },
    // Kernel: unix_diag leaves them out, /proc/net/unix shows them.
    env: { SOCKDIAG_NO_ADDON: '1' },
    is: ({ inode }) => inode === 0,
  },
  {
    reason: 'closed',
    wanted: { kind: 'tcp-fin-wait1', orphan: true },
    is: ({ state }) => state === 'FIN_WAIT1',
  },
  {
    reason: 'kernel',
    wanted: { kind: 'unix-in-flight' },
    // Whoever does not see every process cannot say that nobody holds it; BPF does.
    env: { SOCKDIAG_OWNERS: 'bpf' },
    is: ({ inode, holders }, inodes) => holders === 0 && inodes.has(inode),
  },
];

describe('why nobody is known to hold a socket', () => {
  test.for(CASES)(
    '$reason: $wanted.kind, in the library and in --json',
    async ({ reason, wanted, is, ...how }, { skip }) => {
      if (reason === 'kernel' && lacksBpf !== undefined) skip(`BPF cannot be had: ${lacksBpf}`);
      const place = await netns();
      try {
        const { sockets } = await mkprocess(place, {}, [wanted]);
        const inodes = new Set(sockets.flat().map(({ inode }) => inode));
        for (const rows of await seen(place, how)) {
          const found = rows.filter((row) => is(row, inodes));
          expect(found.length).toBeGreaterThan(0);
          for (const row of found)
            expect(row).toMatchObject({ pid: null, holders: 0, owners: [], ownerReason: reason });
          for (const { pid, ownerReason } of rows) expect(pid === null).toBe(ownerReason !== null);
        }
      } finally {
        await place.close();
      }
    },
  );

  test('vanished: closed while owners were looked for', async () => {
    const place = await netns();
    const body = `
      const { once } = await import('node:events');
      const { createServer } = await import('node:net');
      const servers = [createServer().listen(4203, '127.0.0.1'), createServer().listen(4204, '127.0.0.1')];
      await Promise.all(servers.map((server) => once(server, 'listening')));
      // Called when the sockets have been read, and before anybody looks at descriptors.
      const record = () => servers[0].close();
      const table = await sockdiag.sockets({ netid: 'tcp', owners: true, record });
      const rows = Array.from(table, ({ localPort, pid, ownerReason }) => [localPort, pid === process.pid, ownerReason]);
      servers[1].close();
      return rows.sort();`;
    try {
      const rows = await run<[number, boolean, OwnerReason | null][]>(place, body);
      expect(rows).toEqual([
        [4203, false, 'vanished'],
        [4204, true, null],
      ]);
    } finally {
      await place.close();
    }
  });

  const callers: readonly (readonly [OwnerReason, readonly string[]])[] = [
    ['permission', ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']],
    ['other-pid-namespace', ['unshare', '--pid', '--fork', '--mount-proc']],
  ];

  test.skipIf(!isRoot).each(callers)(`%s${isRoot ? '' : ' (needs root)'}`, async (reason, by) => {
    const place = await netns();
    try {
      await mkprocess(place, {}, [{ kind: 'tcp-listen', ...HERE, port: 4205 }, { kind: 'unix-listen' }]);
      for (const rows of await seen(place, { by })) {
        expect(rows.length).toBe(2);
        for (const row of rows) expect(row).toMatchObject({ pid: null, owners: [], ownerReason: reason });
      }
    } finally {
      await place.close();
    }
  });

  test('every reason has been met here', () => {
    const met = new Set<string>([
      ...CASES.map(({ reason }) => reason),
      'vanished',
      ...callers.map(([reason]) => reason),
    ]);
    expect([...met].sort()).toEqual([...OWNER_REASONS].sort());
  });
});
