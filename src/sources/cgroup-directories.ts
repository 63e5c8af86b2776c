import { readdirSync, readFileSync, statSync } from 'node:fs';
import { DEFAULT_ROOT } from './procfs/file.ts';

/** More control groups than this are not searched. */
const MOST_GROUPS = 4096;

/** Kernel: the root group, which on a host with cgroup v1 holds every process. */
const ROOT_GROUP = 1n;

/** Where the unified hierarchy is mounted, from /proc/self/mountinfo; undefined: nowhere, a host with cgroup v1. */
export function unifiedMount(mountinfo: string): string | undefined {
  const mounts = mountinfo.split('\n').map((line) => line.split(' '));
  const mount = mounts.find((fields) => fields[fields.indexOf('-') + 1] === 'cgroup2');
  return mount?.[4]?.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** Directories of control groups. NB: only hints: the root group and what is not found are left out. */
export function cgroupDirectories(ids: Iterable<bigint>, mount: string | undefined = mountedAt()): string[] {
  const wanted = new Set(ids);
  wanted.delete(0n);
  wanted.delete(ROOT_GROUP);
  return [...directoriesById(wanted, mount).values()];
}

/**
 * Paths of control groups below the mount, by their ids; `/` = the root of the hierarchy that is mounted. What is not found
 * is left out.
 */
export function cgroupPaths(ids: ReadonlySet<bigint>, mount: string | undefined = mountedAt()): Map<bigint, string> {
  const paths = new Map<bigint, string>();
  for (const [id, directory] of directoriesById(ids, mount)) paths.set(id, directory.slice(mount!.length) || '/');
  return paths;
}

/**
 * Directories by ids, INET_DIAG_CGROUP_ID: the inode of the directory. Found by walking the hierarchy, outer groups first,
 * until each is found.
 */
function directoriesById(ids: ReadonlySet<bigint>, mount: string | undefined): Map<bigint, string> {
  const found = new Map<bigint, string>();
  const waiting = mount === undefined ? [] : [mount];
  for (let at = 0; at < waiting.length && found.size < ids.size && at < MOST_GROUPS; at += 1) {
    const directory = waiting[at]!;
    const id = inodeOf(directory);
    if (id !== undefined && ids.has(id)) found.set(id, directory);
    waiting.push(...directoriesIn(directory));
  }
  return found;
}

function mountedAt(): string | undefined {
  try {
    return unifiedMount(readFileSync(`${DEFAULT_ROOT}/self/mountinfo`, 'latin1'));
  } catch {
    return undefined;
  }
}

function inodeOf(path: string): bigint | undefined {
  try {
    return statSync(path, { bigint: true }).ino;
  } catch {
    return undefined;
  }
}

function directoriesIn(path: string): string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${path}/${name}`);
  } catch {
    return [];
  }
}
