import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ARM64_NODE, isDownloaded, NODES, nodeOf } from './downloads.mjs';

const run = promisify(execFile);
const project = inject('project');

/** Listens in this process, which has no permission model: the programs only look. */
let server: Server;
let port: string;
beforeAll(async () => {
  server = createServer().listen(0, '127.0.0.1', 7);
  await once(server, 'listening');
  port = String((server.address() as AddressInfo).port);
});
afterAll(() => void server.close());

interface Answer {
  readonly version: string;
  readonly source: string;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly rows: readonly Record<string, unknown>[];
}

async function ask(command: readonly string[], program = 'listener.mjs'): Promise<Answer> {
  const [file, ...words] = [...command, program, port];
  const { stdout } = await run(file!, words, { cwd: project });
  return JSON.parse(stdout);
}

function expectListener({ rows }: Answer): void {
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ netid: 'tcp', state: 'LISTEN', localAddress: '127.0.0.1', localPort: Number(port) });
  expect(rows[0]!.owners).toMatchObject([{ pid: process.pid }]);
}

/** Sources of an answer without the addon: procfs, and in words why. */
function expectProcfs(answer: Answer, reason: RegExp): void {
  expectListener(answer);
  expect(answer.source).toBe('procfs');
  expect(answer.warnings.map(({ message }) => message).join('\n')).toMatch(reason);
}

function expectNetlink(answer: Answer): void {
  expectListener(answer);
  expect(answer.source).toBe('netlink');
}

const permission = (name: string) => (name.startsWith('node-20') ? '--experimental-permission' : '--permission');

for (const [name, spec] of NODES as [string, string][]) {
  const node = nodeOf(name);
  const words = isDownloaded(node) ? spec : `${spec}, which is not downloaded`;
  describe.skipIf(!isDownloaded(node) || process.arch !== 'x64')(words, () => {
    test('by import', async () => {
      const answer = await ask([node]);
      expectNetlink(answer);
      expect(answer.version).toBe(spec.split('@')[1]);
    });

    test('by require()', async () => expectNetlink(await ask([node], 'listener.cjs')));

    test('with --no-addons', async () => {
      expectProcfs(await ask([node, '--no-addons']), /the addon cannot be loaded \(ERR_DLOPEN_DISABLED/);
    });

    test('with the permission model', async () => {
      const command = [node, permission(name), '--allow-fs-read=*'];
      expectProcfs(await ask(command), /the addon cannot be loaded \(ERR_DLOPEN_DISABLED/);
      expectNetlink(await ask([...command, '--allow-addons']));
    });

    test('in worker threads', async () => {
      const { stdout, stderr } = await run(node, ['workers.mjs', port], { cwd: project });
      const worker = { source: 'netlink', rows: 1, exit: 0 };
      expect(JSON.parse(stdout)).toEqual({ source: 'netlink', workers: [worker, worker] });
      expect(stderr).toBe('');
    });

    test('the command', async () => {
      const command = join('node_modules', '.bin', 'sockdiag');
      const { stdout } = await run(node, [command, '-tln'], { cwd: project });
      const line = new RegExp(`^tcp +0 +0 127\\.0\\.0\\.1:${port} +0\\.0\\.0\\.0:\\* +LISTEN +$`, 'm');
      expect(stdout).toMatch(line);
      const without = await run(node, ['--no-addons', command, '-tln'], { cwd: project });
      expect(without.stdout).toMatch(line);
    });
  });
}

/** Where Debian's packages qemu-user-static and libstdc++6-arm64-cross put what they hold. */
const QEMU = '/usr/bin/qemu-aarch64-static';
const ARM64_ROOT = '/usr/aarch64-linux-gnu';
const arm64 = nodeOf(ARM64_NODE[0]);
const missing = [QEMU, join(ARM64_ROOT, 'lib', 'libstdc++.so.6'), arm64].filter((path) => !existsSync(path));
const place = missing.length === 0 ? '' : `, missing: ${missing.join(' ')}`;

describe.skipIf(missing.length > 0)(`${ARM64_NODE[1]} under qemu-user${place}`, () => {
  // Quirk: qemu-user knows no NETLINK_SOCK_DIAG: only a loaded addon can say so.
  test('the addon is loaded, and what the kernel refuses is read from procfs', async () => {
    expectProcfs(await ask([QEMU, '-L', ARM64_ROOT, arm64]), /netlink not used: tcp: socket: EPROTONOSUPPORT/);
  });

  test('without the addon', async () => {
    expectProcfs(await ask([QEMU, '-L', ARM64_ROOT, arm64, '--no-addons']), /ERR_DLOPEN_DISABLED/);
  });
});
