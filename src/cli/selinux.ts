import { accessSync, constants, readFileSync } from 'node:fs';

/**
 * Whether SELinux is enabled, as libselinux decides it: a writable selinuxfs is mounted on one of its two places, and
 * the host has a configuration. Unreadable means no. Mounts are those of this process.
 */
export function selinuxEnabled(root = ''): boolean {
  try {
    accessSync(`${root}/etc/selinux/config`, constants.F_OK);
    return hasSelinuxMount(readFileSync(`${root}/proc/self/mounts`, 'latin1'));
  } catch {
    return false;
  }
}

/** Text of /proc/self/mounts: source, mount point, type, options, two numbers. */
export function hasSelinuxMount(mounts: string): boolean {
  return mounts.split('\n').some((line) => {
    const [, point, type, options = ''] = line.split(' ');
    const expected = point === '/sys/fs/selinux' || point === '/selinux';
    return expected && type === 'selinuxfs' && options.split(',').includes('rw');
  });
}
