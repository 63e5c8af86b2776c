import { lookup } from 'node:dns/promises';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AF_INET, AF_INET6 } from '../uapi/socket.ts';
import { parseIPv4, parseIPv6 } from './host.ts';
import type { FilterLookups } from './resolve.ts';

export interface SystemLookupOptions {
  /** Directory of passwd and services. Default `/etc`. */
  readonly etc?: string;
  /** Where the proc file system is mounted. Default `/proc`. */
  readonly proc?: string;
  /** Index of a device by name in the namespace that is read. */
  readonly device: (name: string) => number | undefined | Promise<number | undefined>;
}

const DNS_FAMILY: Readonly<Record<number, 0 | 4 | 6>> = { [AF_INET]: 4, [AF_INET6]: 6 };

/**
 * Names as this host knows them: host names by getaddrinfo(3), users and services by their files, cgroups by the mounted
 * cgroup v2 hierarchy.
 */
export function systemLookups(options: SystemLookupOptions): FilterLookups {
  const { etc = '/etc', proc = '/proc' } = options;
  return {
    hosts: (name, family) => hostAddresses(name, DNS_FAMILY[family] ?? 0),
    service: (name) => serviceNumber(join(etc, 'services'), name),
    user: (name) => userNumber(join(etc, 'passwd'), name),
    device: async (name) => options.device(name),
    cgroup: (path) => cgroupId(join(proc, 'self/mounts'), path),
    localPortRange: () => readPortRange(join(proc, 'sys/net/ipv4/ip_local_port_range')),
  };
}

async function hostAddresses(name: string, family: 0 | 4 | 6): Promise<Uint8Array[]> {
  const found = await lookup(name, { all: true, family }).catch(() => []);
  return found.flatMap(({ address, family }) => {
    const bytes = family === 4 ? parseIPv4(address) : parseIPv6(address.replace(/%.*/, ''));
    return bytes === undefined ? [] : [bytes];
  });
}

/** Lines of a file; none when it cannot be read. */
async function lines(path: string): Promise<string[]> {
  const text = await readFile(path, 'latin1').catch(() => '');
  return text.split('\n');
}

/** getservbyname(3) for tcp, else for any protocol: name or alias. */
async function serviceNumber(path: string, name: string): Promise<number | undefined> {
  let other: number | undefined;
  for (const line of await lines(path)) {
    const [official, entry, ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (entry === undefined || (official !== name && !aliases.includes(name))) continue;
    const [number, protocol] = entry.split('/');
    if (!/^\d{1,5}$/.test(number!)) continue;
    if (protocol === 'tcp') return Number(number);
    other ??= Number(number);
  }
  return other;
}

/** getpwnam(3). */
async function userNumber(path: string, name: string): Promise<number | undefined> {
  for (const line of await lines(path)) {
    const [user, , uid] = line.split(':');
    if (user === name && uid !== undefined && /^\d{1,10}$/.test(uid)) return Number(uid);
  }
  return undefined;
}

/** The inode of the directory below the first cgroup v2 mount; a path that already begins there is taken as it is. */
async function cgroupId(mounts: string, path: string): Promise<bigint | undefined> {
  for (const line of await lines(mounts)) {
    const [, mount, type] = line.split(' ');
    if (type !== 'cgroup2') continue;
    const whole = path === mount || path.startsWith(`${mount}/`) ? path : join(mount!, path);
    return stat(whole, { bigint: true }).then(
      ({ ino }) => ino,
      () => undefined,
    );
  }
  return undefined;
}

async function readPortRange(path: string): Promise<[number, number] | undefined> {
  const [low, high] = (await lines(path))[0]!.trim().split(/\s+/).map(Number);
  return Number.isInteger(low) && Number.isInteger(high) ? [low!, high!] : undefined;
}
