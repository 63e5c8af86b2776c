import { afterEach, describe, expect, test } from 'vitest';
import { loadAddon } from '../../src/addon.ts';
import { LowestHolders } from '../../src/columns/lowest-holders.ts';
import { ownerOf, portOwners } from '../../src/index.ts';
import { blockTable } from '../../src/sources/block.ts';
import { bpfOwners, scanOwners } from '../../src/sources/owners.ts';
import { fdScan } from '../../src/sources/procfs/fd-scan.ts';
import type { OwnersRequest } from '../../src/sources/requests.ts';
import { forgetRefusals, type Source } from '../../src/sources/source.ts';
import { type OwnersSchema, owners as ownersSchema } from '../../src/tables/owners.ts';
import { mkprocess } from '../support/mksock.ts';
import { allInodes, inodesOf, lacksBpf, PROCESSES, populationOfFile, run } from './owned-population.ts';

const population = populationOfFile();
const { made } = population;
afterEach(() => forgetRefusals());

interface Pid {
  readonly pid: number;
}

/** task_file, which is otherwise taken only where the kernel is too old for the walk. */
const taskFileOwners: Source<OwnersRequest, OwnersSchema> = {
  name: 'bpf',
  probe: (request) => bpfOwners.probe(request),
  read: async ({ inodes, leadersOnly = false }) => {
    const options = { taskFile: true, leadersOnly, ...(inodes === undefined ? {} : { wanted: inodes }) };
    const { block, source } = await loadAddon().addon!.iterateOwners(options);
    expect(source).toBe('task_file');
    return blockTable(ownersSchema, block, { source: 'bpf' });
  },
};

const SOURCES: readonly { readonly name: string; readonly source: Source<OwnersRequest, OwnersSchema> }[] = [
  { name: 'BPF', source: bpfOwners },
  { name: 'task_file', source: taskFileOwners },
  { name: 'the scan', source: scanOwners },
  { name: 'TypeScript', source: fdScan },
];

/** Rows in the order of the table, as text. */
async function rowsOf(source: Source<OwnersRequest, OwnersSchema>, more: Partial<OwnersRequest>): Promise<string[]> {
  const table = await source.read({
    columns: ownersSchema.names,
    inodes: allInodes(population),
    forced: true,
    ...more,
  });
  return Array.from(table, ({ inode, pid, tid, fd, leader }) => `${inode} ${pid}/${tid} fd ${fd} leader ${leader}`);
}

describe.each(SOURCES)('owners by $name', ({ name, source }) => {
  const unavailable = (name === 'BPF' || name === 'task_file') && lacksBpf !== undefined;

  test.skipIf(unavailable)('every holder of every socket, in every kind of table', async () => {
    const rows = await rowsOf(source, {});
    for (const [kind, process] of made) {
      const pids = [process.pid, ...process.holders];
      for (const inode of inodesOf(process)) {
        const holders = rows
          .filter((row) => row.startsWith(`${inode} `))
          .map((row) => Number(/ (\d+)\//.exec(row)![1]));
        expect(holders, `${kind}, ${inode}`).toEqual(pids.sort((a, b) => a - b));
      }
      const ofThreads = rows.filter((row) => row.includes(` ${process.pid}/`) && row.endsWith('leader false'));
      expect(ofThreads.length > 0, kind).toBe(kind === 'leaderless' || kind === 'unshared');
    }
  });

  test.skipIf(unavailable)('the same rows in the same order as the others', async () => {
    expect(await rowsOf(source, {})).toEqual(await rowsOf(scanOwners, {}));
  });

  test.skipIf(unavailable)('only of leaders, as netstat', async () => {
    const rows = await rowsOf(source, { leadersOnly: true });
    expect(rows).toEqual((await rowsOf(scanOwners, {})).filter((row) => row.endsWith('leader true')));
    expect(rows.length).toBeGreaterThan(0);
  });
});

/** Of a source of the addon, which makes it beside the rows. */
describe.each([bpfOwners, scanOwners])('who is named of the holders, by $name', (source) => {
  test.skipIf(source === bpfOwners && lacksBpf !== undefined)('the same as by the rows', async () => {
    const all = await source.read({ columns: ['inode', 'pid'], forced: true, indexed: true });
    const leaders = await source.read({ columns: ['inode', 'pid'], forced: true, indexed: true, leadersOnly: true });
    const made = LowestHolders.of(leaders.column('inode'), leaders.column('pid'));
    const inodes = Uint32Array.from(allInodes(population));
    const named = ({ lowest }: { readonly lowest?: LowestHolders | undefined }) =>
      Array.from(lowest!.placesOf(inodes), (place) => lowest!.pids[place - 1] ?? null);
    expect(named(leaders)).toEqual(named({ lowest: made }));
    expect(named(all)).toEqual(named(leaders));
    expect(named(all)).toContain(null);
    expect(named(all).filter((pid) => pid !== null).length).toBeGreaterThan(10);
    expect([...leaders.lowest!.pids]).toEqual([...new Set(leaders.column('pid'))]);
    expect((await source.read({ columns: ['inode', 'pid'], forced: true })).lowest).toBeUndefined();
  });
});

describe('search that ends early', () => {
  const wanted = (kind: string) => Uint32Array.of(inodesOf(made.get(kind)!)[0]!);

  test.each([scanOwners, fdScan])('in order, it finds the lowest process: $name', async (source) => {
    const { pid, holders } = made.get('shared')!;
    const request = { columns: ['pid'], inodes: wanted('shared'), stopWhenFound: true, inOrder: true };
    const table = await source.read({ ...request, leadersOnly: true });
    expect([...table.column('pid')]).toEqual([Math.min(pid, ...holders)]);
  });

  test.skipIf(lacksBpf !== undefined)('by BPF, among the processes of one user first', async () => {
    const uid = 12345;
    const sockets = [{ kind: 'udp', host: '127.0.0.1', port: 4900 }] as const;
    const process = await mkprocess(population.ns, { uid, holders: 1 }, sockets);
    const inodes = Uint32Array.from(inodesOf(process));
    const pidsOf = async (user: number, more: readonly number[] = []) => {
      const wanted = Uint32Array.from([...inodes, ...more]);
      const request = {
        columns: ['pid'],
        inodes: wanted,
        stopWhenFound: true,
        uids: Uint32Array.of(user),
        forced: true,
      };
      return [...new Set((await bpfOwners.read(request)).column('pid'))];
    };
    const pids = [process.pid, ...process.holders].sort((a, b) => a - b);
    expect(await pidsOf(uid)).toEqual(pids);
    expect(await pidsOf(54321)).toEqual(pids);
    const { pid, sockets: plain } = made.get('plain')!;
    expect(await pidsOf(uid, [plain[0]![0]!.inode])).toEqual([...pids, pid].sort((a, b) => a - b));
    await process.close();
  });

  test.each(Object.keys(PROCESSES))('portOwners: %s', async (kind) => {
    const { pid, holders } = made.get(kind)!;
    const port = 4000 + Object.keys(PROCESSES).indexOf(kind);
    const body = `
      const all = await sockdiag.portOwners(${port}, { all: true });
      return [await sockdiag.portOwners(${port}), all, await sockdiag.ownerOf(${wanted(kind)[0]})];`;
    const [early, all, one] = await run<[Pid[], Pid[], Pid]>(population.ns, body);
    const pids = [pid, ...holders].sort((a, b) => a - b);
    expect(early.map((owner) => owner.pid)).toEqual(pids);
    expect(all.map((owner) => owner.pid)).toEqual(pids);
    expect(pids).toContain(one.pid);
  });

  test('portOwners: of a port with a listener, not of its connections', async () => {
    const body = `
      const { once } = await import('node:events');
      const { spawn } = await import('node:child_process');
      const { connect, createServer } = await import('node:net');
      const pids = async (options) => (await sockdiag.portOwners(4950, options)).map(({ pid }) => pid);
      const server = createServer().listen(4950, '127.0.0.1');
      await once(server, 'listening');
      const client = connect(4950, '127.0.0.1');
      const [accepted] = await once(server, 'connection');
      const child = spawn('sleep', ['60'], { stdio: [accepted, 'ignore', 'ignore'] });
      await once(child, 'spawn');
      const answers = [await pids(), await pids({ all: true })];
      server.close();
      answers.push(await pids());
      child.kill();
      client.destroy();
      accepted.destroy();
      return { self: process.pid, child: child.pid, answers };`;
    const { self, child, answers } = await run<{ self: number; child: number; answers: number[][] }>(
      population.ns,
      body,
    );
    const both = [self, child].sort((a, b) => a - b);
    expect(answers).toEqual([[self], both, both]);
  });

  test('nobody holds a port', async () => {
    expect(await run(population.ns, 'return sockdiag.portOwners(4999)')).toEqual([]);
    expect(await ownerOf({ inode: 4_294_967_295, uid: 0, cgroupId: 7n })).toBeNull();
    await expect(portOwners(0)).rejects.toMatchObject({ code: 'ERR_SOCKDIAG_USAGE' });
  });
});
