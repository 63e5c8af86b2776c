import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OwnerDetails } from '../../src/index.ts';
import { unifiedMount } from '../../src/sources/cgroup-directories.ts';
import { isRoot, type Netns, netns } from '../support/netns.ts';
import { require } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { run } from './owned-population.ts';

const scope = suiteScope();
const CONTAINER = 'c0ffee'.padEnd(64, '0');
const POD = '12345678-9abc-def0-1234-56789abcdef0';
/** As containerd names them under systemd. */
const PATH = [`kubepods-pod${POD.replaceAll('-', '_')}.slice`, `cri-containerd-${CONTAINER}.scope`];

/** Where cgroup v2 is mounted; by us, when it was not. undefined: it cannot be. */
let hierarchy: string | undefined;
let ours = false;
let group = '';
/** Beside it. */
let elsewhere = '';
let ns: Netns;

function mountHierarchy(): string | undefined {
  const place = mkdtempSync(join(tmpdir(), 'sockdiag-cgroup-'));
  ours = spawnSync('mount', ['-t', 'cgroup2', 'none', place]).status === 0;
  if (!ours) rmdirSync(place);
  return ours ? place : undefined;
}

beforeAll(async () => {
  hierarchy = unifiedMount(readFileSync('/proc/self/mountinfo', 'latin1')) ?? mountHierarchy();
  // NB: what is mounted later is not seen in there.
  ns = await netns(scope);
  if (hierarchy === undefined || !isRoot) return;
  group = join(hierarchy, `sockdiag-test-${process.pid}.slice`, ...PATH);
  mkdirSync(group, { recursive: true });
  elsewhere = join(group, '../elsewhere.scope');
  mkdirSync(elsewhere);
});

afterAll(() => {
  if (elsewhere !== '') rmdirSync(elsewhere);
  if (group !== '') for (let path = group; path !== hierarchy; path = join(path, '..')) rmdirSync(path);
  if (!ours) return;
  spawnSync('umount', [hierarchy!]);
  rmdirSync(hierarchy!);
});

/** Goes into a control group, and on as $@. */
const ENTER = 'echo $$ >"$0/cgroup.procs" && exec "$@"';

interface Answer {
  readonly self: { readonly pid: number; readonly argv0: string; readonly start: string; readonly netns: number };
  readonly cgroupId: string;
  readonly owner: { readonly [D in keyof OwnerDetails]: unknown };
  readonly pids: readonly number[];
  readonly one: number;
}

const BODY = `
  const { once } = await import('node:events');
  const { readFileSync, statSync, writeFileSync } = await import('node:fs');
  const { createServer } = await import('node:net');
  const server = createServer().listen(4400, '127.0.0.1');
  await once(server, 'listening');
  if (process.env.MOVE_TO) writeFileSync(process.env.MOVE_TO + '/cgroup.procs', String(process.pid));
  const details = sockdiag.OWNER_DETAILS;
  const table = await sockdiag.sockets({ netid: 'tcp', state: 'listen', cgroup: true, owners: details });
  const { cgroupId, owners: [owner] } = table.toObjects()[0];
  const pids = (await sockdiag.portOwners(4400)).map(({ pid }) => pid);
  const one = (await sockdiag.ownerOf(table.at(0))).pid;
  const start = readFileSync('/proc/self/stat', 'latin1').split(') ')[1].split(' ')[19];
  const self = { pid: process.pid, argv0: process.argv0, start, netns: statSync('/proc/self/ns/net').ino };
  server.close();
  return { self, cgroupId, owner, pids, one };`;

describe('details of owners', () => {
  test('of a process in a container', async (t) => {
    require.root(t);
    if (hierarchy === undefined) t.skip('cgroup v2 cannot be mounted');
    const answer = await run<Answer>(ns, BODY, { by: ['sh', '-c', ENTER, group] });
    const { self, owner } = answer;
    expect(owner).toMatchObject({
      pid: self.pid,
      comm: 'node',
      exe: process.execPath,
      cmdline: expect.stringMatching(/^[^\0]+\0--input-type=module\0-e\0/),
      uid: 0,
      user: 'root',
      startTime: self.start,
      cgroup: group.slice(hierarchy!.length),
      unit: PATH[1],
      container: CONTAINER,
      pod: POD,
      netns: String(self.netns),
    });
    expect(answer.cgroupId).toBe(String(statSync(group, { bigint: true }).ino));
    expect([answer.pids, answer.one]).toEqual([[self.pid], self.pid]);
  });

  test('of a process that went to another group: its socket stays in the one it was made in', async (t) => {
    require.root(t);
    if (hierarchy === undefined) t.skip('cgroup v2 cannot be mounted');
    const move = `MOVE_TO='${elsewhere}'; export MOVE_TO; ${ENTER}`;
    const { self, owner, cgroupId } = await run<Answer>(ns, BODY, { by: ['sh', '-c', move, group] });
    expect(owner).toMatchObject({
      pid: self.pid,
      cgroup: elsewhere.slice(hierarchy!.length),
      unit: 'elsewhere.scope',
      container: null,
    });
    expect(cgroupId).toBe(String(statSync(group, { bigint: true }).ino));
    expect(cgroupId).not.toBe(String(statSync(elsewhere, { bigint: true }).ino));
  });

  test('of a process in no group of its own', async (t) => {
    require.root(t);
    const { self, owner } = await run<Answer>(ns, BODY);
    expect(owner).toMatchObject({ pid: self.pid, container: null, pod: null, exe: process.execPath });
  });
});
