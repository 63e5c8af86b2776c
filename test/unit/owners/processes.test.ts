import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cgroupDirectories, unifiedMount } from '../../../src/sources/cgroup-directories.ts';
import { nativeProcesses, Processes } from '../../../src/sources/processes.ts';
import { parseStat, processFiles, relativesOf, ticksSinceBoot } from '../../../src/sources/procfs/process.ts';
import { processes } from '../../../src/tables/processes.ts';

let root: string;

interface Made {
  readonly comm: string;
  readonly start: number;
  readonly parent?: number;
  readonly cmdline?: string;
  readonly cgroup?: string;
}

function statLine(pid: number, { comm, start, parent = 1 }: Made): Buffer {
  const fields = Array.from({ length: 50 }, (_, at) => (at === 1 ? parent : at === 19 ? start : 0));
  return Buffer.from(`${pid} (${comm}) S ${fields.slice(1).join(' ')}\n`, 'latin1');
}

function make(pid: number, made: Made): void {
  const path = join(root, String(pid));
  mkdirSync(join(path, 'ns'), { recursive: true });
  mkdirSync(join(path, 'task', String(pid)), { recursive: true });
  writeFileSync(join(path, 'stat'), statLine(pid, made));
  writeFileSync(join(path, 'cmdline'), made.cmdline ?? `/bin/${pid}\0-x\0`);
  writeFileSync(join(path, 'cgroup'), made.cgroup ?? '0::/\n');
  rmSync(join(path, 'exe'), { force: true });
  symlinkSync(`/bin/${pid}`, join(path, 'exe'));
  rmSync(join(path, 'ns/net'), { force: true });
  symlinkSync('net:[4026531840]', join(path, 'ns/net'));
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sockdiag-processes-'));
  writeFileSync(join(root, 'uptime'), '1234.56 99.00\n');
  make(10, { comm: 'nginx', start: 500, cgroup: '0::/system.slice/nginx.service\n' });
  make(11, { comm: 'evil) S 1 (\xff\n', start: 9_000_000_000, cmdline: '' });
  make(12, { comm: 'c', start: 700, cgroup: `0::/kubepods/pod${'ab'.repeat(16)}/${'cd'.repeat(32)}\n` });
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.each([nativeProcesses, processFiles])('processes by $name', (source) => {
  const read = (pids: readonly number[], more: object = {}) =>
    source.read({ pids: Uint32Array.from(pids), columns: processes.names, root, ...more });

  test('every column; gone processes are null', async () => {
    const rows = (await read([12, 10, 99, 10])).toObjects();
    expect(rows.map(({ pid }) => pid)).toEqual([12, 10, 99, 10]);
    expect(rows[1]).toEqual({
      pid: 10,
      uid: statSync(join(root, '10')).uid,
      startTime: 500n,
      comm: 'nginx',
      cmdline: '/bin/10\0-x\0',
      exe: '/bin/10',
      cgroup: '0::/system.slice/nginx.service\n',
      netns: 4026531840n,
    });
    expect(rows[3]).toEqual(rows[1]);
    const { pid, ...others } = rows[2]!;
    expect(new Set(Object.values(others))).toEqual(new Set([null]));
  });

  test('hostile names', async () => {
    expect((await read([11])).toObjects()).toMatchObject([
      { comm: 'evil) S 1 (\udcff\n', startTime: 9_000_000_000n, cmdline: '' },
    ]);
  });

  test('a process that started behind the moment is another one', async () => {
    const starts = async (notAfter: number) =>
      (await read([10, 12], { notAfter })).toObjects().map(({ startTime }) => startTime);
    expect(await starts(600)).toEqual([500n, null]);
    expect(await starts(500)).toEqual([500n, null]);
    expect(await starts(499)).toEqual([null, null]);
    expect(await starts(0)).toEqual([500n, 700n]);
  });

  test('command lines as long as asked for', async () => {
    expect((await read([10], { cmdlineLimit: 5 })).toObjects()).toMatchObject([{ cmdline: '/bin/' }]);
  });
});

describe('known processes', () => {
  test('are told from memory; what is not known is null', async () => {
    const known = new Processes(root);
    expect([known.comm(10), known.present(10)]).toEqual([null, false]);
    await known.load([10, 12, 99], ['comm', 'cgroup']);
    expect([10, 12, 99].map((pid) => known.comm(pid))).toEqual(['nginx', 'c', null]);
    expect([10, 12, 99].map((pid) => known.present(pid))).toEqual([true, true, false]);
    expect([known.unit(10), known.container(12), known.pod(12), known.container(10)]).toEqual([
      'nginx.service',
      'cd'.repeat(32),
      'ab'.repeat(16),
      null,
    ]);
  });

  test('a number that was given to another process tells nothing more', async () => {
    make(20, { comm: 'first', start: 100 });
    const known = new Processes(root);
    await known.load([20], ['comm']);
    make(20, { comm: 'second', start: 200 });
    await known.load([20], ['comm', 'exe']);
    expect([known.comm(20), known.exe(20), known.startTime(20)]).toEqual(['first', null, 100n]);
  });

  test('those that started too late are nobody', async () => {
    const known = new Processes(root, 600);
    await known.load([10, 12], ['comm']);
    expect([known.comm(10), known.comm(12), known.present(12)]).toEqual(['nginx', null, false]);
  });
});

describe('/proc', () => {
  test('stat lines', () => {
    expect(parseStat(statLine(1, { comm: 'a b) R (', start: 7, parent: 3 }))).toEqual({
      comm: Buffer.from('a b) R ('),
      parent: 3,
      startTime: 7n,
    });
    for (const text of ['', '1 (x', '1 (x) S 1', ')(', '1 (x) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 -5']) {
      expect(parseStat(Buffer.from(text))).toBeUndefined();
    }
  });

  test('uptime in ticks; 0 when there is none', () => {
    expect(ticksSinceBoot(root)).toBe(123_456);
    expect(ticksSinceBoot('/nowhere')).toBe(0);
  });

  test('parent and children', () => {
    writeFileSync(join(root, '10/task/10/children'), '11 12 ');
    expect(relativesOf(10, root)).toEqual([1, 11, 12]);
    expect(relativesOf(99, root)).toEqual([]);
  });
});

describe('directories of control groups', () => {
  test('are found by their inode, wherever they are', () => {
    const mount = join(root, 'groups');
    mkdirSync(join(mount, 'a/b/c'), { recursive: true });
    mkdirSync(join(mount, 'd'));
    const id = (path: string) => statSync(join(mount, path), { bigint: true }).ino;
    expect(cgroupDirectories([id('a/b/c'), id('d')], mount).sort()).toEqual([join(mount, 'a/b/c'), join(mount, 'd')]);
    expect(cgroupDirectories([0n, 1n, 2n ** 63n], mount)).toEqual([]);
    expect(cgroupDirectories([5n], join(root, 'nowhere'))).toEqual([]);
  });

  test('the unified hierarchy is looked for among the mounts', () => {
    const v1 = '35 30 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu';
    const v2 = '36 30 0:31 / /sys/fs/a\\040b rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate';
    expect(unifiedMount(`${v1}\n${v2}\n`)).toBe('/sys/fs/a b');
    expect(unifiedMount(`${v1}\n`)).toBeUndefined();
  });
});
