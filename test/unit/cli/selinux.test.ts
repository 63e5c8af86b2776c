import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasSelinuxMount, selinuxEnabled } from '../../../src/cli/selinux.ts';

const PROC = 'proc /proc proc rw,nosuid 0 0\n';
const SELINUX = 'selinuxfs /sys/fs/selinux selinuxfs rw,nosuid,noexec,relatime 0 0\n';

test.each([
  [PROC, false],
  ['', false],
  [PROC + SELINUX, true],
  [SELINUX.replace('/sys/fs/selinux', '/selinux'), true],
  [SELINUX.replace('rw', 'ro'), false],
  [SELINUX.replace('/sys/fs/selinux', '/mnt'), false],
  ['selinuxfs /sys/fs/selinux tmpfs rw 0 0\n', false],
  ['selinuxfs /sys/fs/selinux', false],
])('mounts %j: %s', (mounts, enabled) => {
  expect(hasSelinuxMount(mounts)).toBe(enabled);
});

test('a host needs the mount and a configuration', () => {
  const root = mkdtempSync(join(tmpdir(), 'sockdiag-selinux-'));
  try {
    expect(selinuxEnabled(root)).toBe(false);
    mkdirSync(join(root, 'proc/self'), { recursive: true });
    writeFileSync(join(root, 'proc/self/mounts'), SELINUX);
    expect(selinuxEnabled(root)).toBe(false);
    mkdirSync(join(root, 'etc/selinux'), { recursive: true });
    writeFileSync(join(root, 'etc/selinux/config'), '');
    expect(selinuxEnabled(root)).toBe(true);
    writeFileSync(join(root, 'proc/self/mounts'), PROC);
    expect(selinuxEnabled(root)).toBe(false);
  } finally {
    rmSync(root, { recursive: true });
  }
});
