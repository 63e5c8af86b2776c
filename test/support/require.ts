import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isRoot } from './netns.ts';

/** What a test's context offers; vitest's TestContext fits. */
export interface Skippable {
  skip(note: string): void;
}

/** One row per optional part of the kernel: since when it exists, its build option, and an expression of probe.py. */
interface Feature {
  readonly since: readonly [number, number];
  /** undefined: always built in */
  readonly config: string | undefined;
  /** arguments of probe.py */
  readonly probe: readonly string[];
}

const FEATURES = {
  'tcp diag': { since: [3, 3], config: 'CONFIG_INET_TCP_DIAG', probe: ['inet_diag', '6'] },
  'udp diag': { since: [3, 3], config: 'CONFIG_INET_UDP_DIAG', probe: ['inet_diag', '17'] },
  'raw diag': { since: [4, 10], config: 'CONFIG_INET_RAW_DIAG', probe: ['inet_diag', '255'] },
  'mptcp diag': { since: [5, 9], config: 'CONFIG_INET_MPTCP_DIAG', probe: ['inet_diag', '262'] },
  'unix diag': { since: [3, 3], config: 'CONFIG_UNIX_DIAG', probe: ['diag', '1'] },
  'packet diag': { since: [3, 6], config: 'CONFIG_PACKET_DIAG', probe: ['diag', '17'] },
  'netlink diag': { since: [3, 10], config: 'CONFIG_NETLINK_DIAG', probe: ['diag', '16'] },
  'vsock diag': { since: [4, 15], config: 'CONFIG_VSOCKETS_DIAG', probe: ['diag', '40'] },
  sctp: { since: [2, 6], config: 'CONFIG_IP_SCTP', probe: ['socket', '2', '1', '132'] },
  // Kernel: UDP-Lite was removed in 7.1.
  udplite: { since: [2, 6], config: undefined, probe: ['socket', '2', '2', '136'] },
  mptcp: { since: [5, 6], config: 'CONFIG_MPTCP', probe: ['socket', '2', '1', '262'] },
  vsock: { since: [3, 9], config: 'CONFIG_VSOCKETS', probe: ['socket', '40', '1', '0'] },
  tun: { since: [2, 6], config: 'CONFIG_TUN', probe: ['open', '/dev/net/tun'] },
  bridge: { since: [2, 6], config: 'CONFIG_BRIDGE', probe: ['link', 'bridge'] },
  veth: { since: [2, 6], config: 'CONFIG_VETH', probe: ['link', 'veth'] },
  macvlan: { since: [2, 6], config: 'CONFIG_MACVLAN', probe: ['link', 'macvlan'] },
  'child ehash': { since: [6, 1], config: undefined, probe: ['file', '/proc/sys/net/ipv4/tcp_child_ehash_entries'] },
  'network namespaces': { since: [3, 8], config: 'CONFIG_NET_NS', probe: ['unshare'] },
} as const satisfies Record<string, Feature>;

export type FeatureName = keyof typeof FEATURES;

/** Its value in /proc/config.gz or /boot; undefined when the kernel does not tell. */
function kernelConfig(option: string): string | undefined {
  const boot = `/boot/config-${release()}`;
  const text = existsSync('/proc/config.gz')
    ? gunzipSync(readFileSync('/proc/config.gz')).toString()
    : existsSync(boot)
      ? readFileSync(boot, 'utf8')
      : undefined;
  if (text === undefined) return undefined;
  return new RegExp(`^${option}=(.*)$`, 'm').exec(text)?.[1] ?? 'n';
}

function kernelAtLeast([major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = release().split('.').map(Number);
  return a > major || (a === major && b >= minor);
}

export const python: string = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

const probed = new Map<string, boolean>();

function probe(args: readonly string[]): boolean {
  const key = args.join(' ');
  let present = probed.get(key);
  if (present === undefined) {
    const script = join(import.meta.dirname, 'probe.py');
    try {
      const enter = ['-n', ...(isRoot ? [] : ['-r']), python, '-BSE', script, ...args];
      execFileSync('unshare', enter, { stdio: 'ignore' });
      present = true;
    } catch {
      present = false;
    }
    probed.set(key, present);
  }
  return present;
}

/** True when the running kernel has it. Throws when it must be there (new enough and configured) but does not answer. */
export function hasFeature(name: FeatureName): boolean {
  const feature: Feature = FEATURES[name];
  if (probe(feature.probe)) return true;
  const config = feature.config === undefined ? undefined : kernelConfig(feature.config);
  if (config === 'y' && kernelAtLeast(feature.since) && feature.probe[0] !== 'open') {
    throw new Error(`${name}: this kernel has ${feature.config}=y but does not answer`);
  }
  return false;
}

export function findBinary(name: string): string | undefined {
  for (const directory of ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/local/sbin']) {
    try {
      accessSync(join(directory, name), constants.X_OK);
      return join(directory, name);
    } catch {}
  }
  return undefined;
}

/** Skip the test with the name of what is missing. */
export const require = {
  root(t: Skippable): void {
    if (!isRoot) t.skip('root is missing');
  },
  binary(t: Skippable, name: string): void {
    if (findBinary(name) === undefined) t.skip(`the program ${name} is missing`);
  },
  feature(t: Skippable, name: FeatureName): void {
    if (!hasFeature(name)) t.skip(`the kernel feature "${name}" is missing`);
  },
} as const;
