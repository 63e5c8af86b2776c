import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { ARM64_NODE, isDownloaded, NODES, nodeOf } from './downloads.mjs';
import { ask, expectNetlink, expectProcfs, listen } from './listener.ts';

const run = promisify(execFile);
const project = inject('project');

let port: string;
beforeAll(async () => {
  port = await listen();
});

const permission = (name: string) => (name.startsWith('node-20') ? '--experimental-permission' : '--permission');

for (const [name, spec] of NODES as [string, string][]) {
  const node = nodeOf(name);
  const words = isDownloaded(node) ? spec : `${spec}, which is not downloaded`;
  describe.skipIf(!isDownloaded(node) || process.arch !== 'x64')(words, () => {
    test('by import', async () => {
      const answer = await ask([node]);
      expectNetlink(answer, 'linux-x64.node');
      expect(answer.version).toBe(spec.split('@')[1]);
    });

    test('by require()', async () => expectNetlink(await ask([node], 'listener.cjs'), 'linux-x64.node'));

    test('with --no-addons', async () => {
      expectProcfs(await ask([node, '--no-addons']), /the addon cannot be loaded \(ERR_DLOPEN_DISABLED/);
    });

    test('with the permission model', async () => {
      const command = [node, permission(name), '--allow-fs-read=*'];
      expectProcfs(await ask(command), /the addon cannot be loaded \(ERR_DLOPEN_DISABLED/);
      expectNetlink(await ask([...command, '--allow-addons']), 'linux-x64.node');
    });

    test('in worker threads', async () => {
      const { stdout, stderr } = await run(node, ['workers.mjs', port], { cwd: project });
      const worker = { source: 'netlink', rows: 1, exit: 0 };
      expect(JSON.parse(stdout)).toEqual({ source: 'netlink', workers: [worker, worker] });
      expect(stderr).toBe('');
    });

    test('the command', async () => {
      const command = join('node_modules', '.bin', 'sockdiag');
      const line = new RegExp(`^tcp +0 +0 127\\.0\\.0\\.1:${port} +0\\.0\\.0\\.0:\\* +LISTEN +$`, 'm');
      // NB: first, when no earlier run has kept code that this one may not write.
      for (const words of [[permission(name), '--allow-fs-read=*'], [], ['--no-addons']]) {
        const { stdout } = await run(node, [...words, command, '-tln'], { cwd: project });
        expect(stdout).toMatch(line);
      }
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
    const answer = await ask([QEMU, '-L', ARM64_ROOT, arm64]);
    expectProcfs(answer, /netlink not used: tcp: socket: EPROTONOSUPPORT/);
    expect(answer.addons).toEqual(['linux-arm64.node']);
  });

  test('without the addon', async () => {
    expectProcfs(await ask([QEMU, '-L', ARM64_ROOT, arm64, '--no-addons']), /ERR_DLOPEN_DISABLED/);
  });
});
