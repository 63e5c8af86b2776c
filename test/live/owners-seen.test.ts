import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { OWNER_DETAILS, owners, sockets } from '../../src/index.ts';
import { bpfOwners } from '../../src/sources/owners.ts';
import { forgetRefusals } from '../../src/sources/source.ts';
import { type MadeProcess, mkprocess } from '../support/mksock.ts';
import { isRoot, type Netns, netns } from '../support/netns.ts';
import { require } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { allInodes, type How, lacksBpf, populationOfFile, run } from './owned-population.ts';

const scope = suiteScope();
const population = populationOfFile();
const { made } = population;
afterEach(() => forgetRefusals());

/** Mounts /proc again so that $1 is hidden, and goes on as $2…. */
const HIDE = 'mount -t proc -o "hidepid=$1" proc /proc && shift && exec "$@"';

interface Seen {
  readonly source: string;
  readonly rows: readonly (readonly number[])[];
  readonly unreadable: number;
  readonly denied: number;
}

/** Rows of our sockets, what could not be read on the whole machine, and by which source. */
async function seen(source: string, how: How = {}): Promise<Seen> {
  const body = `
    const of = (table) => Array.from(table, (row) => [row.inode, row.pid, row.tid, row.fd]);
    const inodes = Uint32Array.of(${[...allInodes(population)].join()});
    const table = await sockdiag.owners({ source: '${source}', inodes });
    const sum = (name) => table.warnings.reduce((all, warning) => all + (warning.code === 'unreadable' ? warning[name] : 0), 0);
    return { source: table.source, rows: of(table), unreadable: sum('count'), denied: sum('denied') };`;
  return run<Seen>(population.ns, body, how);
}

const TYPESCRIPT: How = { env: { SOCKDIAG_NO_ADDON: '1' } };

describe.skipIf(!isRoot)(`a caller who may not see everything${isRoot ? '' : ' (needs root)'}`, () => {
  const user = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
  const others: readonly [string, readonly string[]][] = [
    ['root without CAP_SYS_PTRACE', ['setpriv', '--bounding-set=-sys_ptrace', '--inh-caps=-sys_ptrace']],
    ['root without either capability', ['setpriv', '--bounding-set=-sys_ptrace,-dac_read_search,-dac_override']],
    ['another user', user],
    ['another user, hidepid=invisible', ['unshare', '-m', 'sh', '-c', HIDE, 'sh', 'invisible', ...user]],
    ['another user, hidepid=noaccess', ['unshare', '-m', 'sh', '-c', HIDE, 'sh', 'noaccess', ...user]],
  ];

  test.each(others)('%s: scan and TypeScript see the same', async (what, by) => {
    const scan = await seen('scan', { by });
    const typescript = await seen('procfs', { by, ...TYPESCRIPT });
    const again = await seen('scan', { by });
    expect(typescript).toEqual({
      ...scan,
      source: 'procfs',
      unreadable: expect.any(Number),
      denied: expect.any(Number),
    });
    // The machine goes on: processes that cannot be read come and go.
    for (const name of ['unreadable', 'denied'] as const) {
      const [low, high] = [scan[name], again[name]].sort((a, b) => a - b) as [number, number];
      const more = 2 + high / 10;
      expect(typescript[name]).toBeGreaterThanOrEqual(low - more);
      expect(typescript[name]).toBeLessThanOrEqual(high + more);
    }
    if (what.startsWith('another user')) expect(scan.rows).toEqual([]);
    expect(scan.unreadable > 0).toBe(!what.endsWith('invisible'));
  });

  test.each(others)('%s: BPF is not taken unasked, and the reason is permission', async (_, by) => {
    const body = `
      const table = await sockdiag.sockets({ netid: 'tcp', state: 'listen', owners: true });
      return [(await sockdiag.owners()).source, Array.from(table, (row) => [row.localPort, row.pid, row.ownerReason])];`;
    const [source, rows] = await run<[string, [number, number | null, string | null][]]>(population.ns, body, { by });
    expect(source).toBe('scan');
    expect(rows.length).toBe(made.size);
    for (const [port, pid, reason] of rows) expect(reason, String(port)).toBe(pid === null ? 'permission' : null);
    if (by.includes(user[1]!)) expect(rows.every(([, pid]) => pid === null)).toBe(true);
  });

  test.skipIf(lacksBpf !== undefined)('BPF on request sees all, whoever may trace whom', async () => {
    const whole = await seen('scan');
    const traceless = await seen('bpf', { by: others[0]![1] });
    expect(traceless).toMatchObject({ source: 'bpf', rows: whole.rows, unreadable: 0 });
  });

  test('BPF where it cannot be had is an error, not another source', async () => {
    const answer = run(
      population.ns,
      "return await sockdiag.owners({ source: 'bpf' }).then(() => 'read', (e) => e.code)",
      {
        by: user,
      },
    );
    expect(await answer).toMatch(/^E[A-Z]+$/);
  });
});

describe('a pid namespace', () => {
  let inner: Netns;
  let process: MadeProcess;

  beforeAll(async () => {
    inner = await netns(scope, { processes: true });
    process = await mkprocess(inner, { holders: 1 }, [{ kind: 'tcp-listen', host: '127.0.0.1', port: 4100 }]);
  });

  test.each([
    ['scan', {}],
    ['procfs', TYPESCRIPT.env!],
    ['bpf', {}],
  ])('%s: numbers are those inside', async (source, env) => {
    if (source === 'bpf' && lacksBpf !== undefined) return;
    const inode = process.sockets[0]![0]!.inode;
    const body = `
      const table = await sockdiag.owners({ source: '${source}', inodes: Uint32Array.of(${inode}) });
      return Array.from(table, (row) => row.pid);`;
    const pids = await run<number[]>(inner, body, { env });
    expect(pids).toEqual([process.pid, ...process.holders].sort((a, b) => a - b));
  });

  test('whoever lives outside has no number there', async () => {
    const body = `
      const table = await sockdiag.sockets({ netid: 'tcp', state: 'listen', owners: true });
      return Array.from(table, (row) => [row.localPort, row.ownerReason]);`;
    const by = ['unshare', '--pid', '--fork', '--mount-proc'];
    const rows = await run<[number, string | null][]>(population.ns, body, { by });
    expect(rows.length).toBe(made.size);
    expect(new Set(rows.map(([, reason]) => reason))).toEqual(new Set(['other-pid-namespace']));
  });
});

test.skipIf(lacksBpf !== undefined)('BPF stays loaded for a second, and then leaves nothing', async () => {
  const body = `
    const { readdirSync, readlinkSync } = await import('node:fs');
    const { setTimeout } = await import('node:timers/promises');
    const linkOf = (fd) => {
      try {
        return readlinkSync('/proc/self/fd/' + fd);
      } catch {
        return '';
      }
    };
    const loaded = () => readdirSync('/proc/self/fd').map(linkOf).filter((link) => link === 'anon_inode:bpf-prog').length;
    const read = async (more) => (await sockdiag.owners({ source: 'bpf', ...more })).length;
    const few = await read({ inodes: Uint32Array.of(4294967295) });
    const counts = [loaded()];
    const one = await read();
    counts.push(loaded());
    await setTimeout(1500);
    counts.push(loaded());
    const other = (await sockdiag.owners({ source: 'scan' })).length;
    return { counts, few, off: Math.abs(one - other) / other };`;
  const { counts, few, off } = await run<{ counts: number[]; few: number; off: number }>(population.ns, body);
  expect(counts).toEqual([1, 1, 0]);
  expect(few).toBe(0);
  // The machine goes on between the two.
  expect(off).toBeLessThan(0.2);
});

describe('how many open files BPF is loaded for', () => {
  let root: string;

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'sockdiag-file-nr-'));
    mkdirSync(join(root, 'sys/fs'), { recursive: true });
  });

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  function refusal(files: number): string | undefined {
    writeFileSync(join(root, 'sys/fs/file-nr'), `${files}\t0\t9223372036854775807\n`);
    return bpfOwners.probe({ columns: ['pid'], root })?.reason;
  }

  test('not below 3000', () => {
    expect(refusal(2999)).toBe('only 2999 open files');
    expect(refusal(3000)).not.toMatch(/open files/);
    // On request it is another matter: what speaks against this one is that it is no procfs.
    expect(bpfOwners.probe({ columns: ['pid'], root, forced: true })?.reason).not.toMatch(/open files/);
  });

  test.skipIf(lacksBpf !== undefined)('and then unasked, by whoever may see every process', async () => {
    const body = `
      const { openSync } = await import('node:fs');
      for (let count = 0; count < 3000; count += 1) openSync('/dev/null', 'r');
      return (await sockdiag.owners()).source;`;
    expect(await run(population.ns, body, { by: ['sh', '-c', 'ulimit -n 4096 && exec "$@"', 'sh'] })).toBe('bpf');
  });
});

describe('details', () => {
  test('of every holder, on request', async (t) => {
    require.root(t);
    const { pid, sockets: rows } = made.get('plain')!;
    const filter = 'sport = :4000';
    const table = await sockets({
      netns: population.ns.path,
      netid: 'tcp',
      filter,
      owners: ['exe', 'uid', 'user', 'netns', 'startTime'],
    });
    expect(table.parts.map(({ name }) => name)).toEqual(['tcp', 'owners']);
    expect(table.parts[1]).toMatchObject({ source: expect.stringMatching(/^(bpf|scan)$/), rows: 1 });
    const [row] = table.toObjects();
    expect(row).toMatchObject({ pid, process: 'plain one', holders: 1, ownerReason: null });
    const [owner] = row!.owners;
    expect(owner).toMatchObject({
      pid,
      process: 'plain one',
      uid: 0,
      user: 'root',
      exe: expect.stringMatching(/python/),
    });
    expect(typeof owner!.startTime).toBe('bigint');
    expect(owner).not.toHaveProperty('cmdline');
    const named = await owners({ inodes: Uint32Array.of(rows[0]![0]!.inode), columns: ['pid', ...OWNER_DETAILS] });
    expect(named.toObjects()).toMatchObject([{ pid, comm: 'plain one', uid: 0, user: 'root', netns: owner!.netns }]);
  });

  test('a column that is not there is refused', async () => {
    await expect(owners({ columns: ['colour'] })).rejects.toMatchObject({ code: 'ERR_SOCKDIAG_USAGE' });
    await expect(owners({ source: 'netlink' as 'auto' })).rejects.toMatchObject({ code: 'ERR_SOCKDIAG_USAGE' });
  });
});
