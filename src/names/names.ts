import { isIPv6 } from 'node:net';
import { debuglog } from 'node:util';
import type { HostMode, ServiceEntry } from '../addon.ts';
import { AF_INET, AF_INET6 } from '../uapi/socket.ts';
import { type NameResolver, systemResolver } from './resolver.ts';

const debug = debuglog('sockdiag');

export type ServiceProtocol = 'tcp' | 'udp' | 'raw';

/** An address in a column: 4 or 16 bytes at `offset`, network byte order. */
export interface AddressRef {
  readonly family: number;
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/** What is to be known before formatting. Values may come any number of times; each is looked up once. */
export interface NamesRequest {
  readonly users?: Iterable<number>;
  readonly hosts?: Iterable<AddressRef>;
  /** IPv4 networks; the address is the network number, the mask plays no part. */
  readonly networks?: Iterable<AddressRef>;
  /** Are names of ports and protocols wanted? */
  readonly services?: boolean;
}

/** Longest service name shown, as netstat keeps them. */
const SERVICE_NAME_MAX = 63;

/** Lookups that wait at a time: the threads of the pool they run on. */
const CONCURRENT_LOOKUPS = 4;

/** gethostbyaddr(3) for IPv4, getnameinfo(3) for IPv6: their answers differ. */
const HOST_MODES: Readonly<Record<number, HostMode>> = { [AF_INET]: 'addr', [AF_INET6]: 'nameinfo' };

/** Key of an IPv4 address. */
function key4(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!) >>> 0;
}

function key6(bytes: Uint8Array, offset: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + offset, 16).toString('latin1');
}

function bytesOf4(key: number): Uint8Array {
  return Uint8Array.of(key >>> 24, key >>> 16, key >>> 8, key);
}

/** The name, cut at a byte as netstat cuts it. */
function cutService(name: string): string {
  return Buffer.byteLength(name) <= SERVICE_NAME_MAX
    ? name
    : Buffer.from(name).subarray(0, SERVICE_NAME_MAX).toString();
}

/** Of several entries of a number the last one counts. */
function serviceMap(entries: readonly ServiceEntry[]): Map<number, string> {
  return new Map(entries.map(([number, name]) => [number, cutService(name)]));
}

/**
 * Number → name. `resolve()` looks values up; the getters only look them up in memory, so that formats stay synchronous.
 * undefined means that there is no name, or that nobody asked.
 *
 * As in netstat, names of IPv4 addresses and the list of services are kept for good; IPv6 addresses and users are looked
 * up again by every `resolve()`.
 */
export class Names {
  readonly #resolver: NameResolver;
  readonly #users = new Map<number, string | undefined>();
  readonly #hosts4 = new Map<number, string | undefined>();
  readonly #hosts6 = new Map<string, string | undefined>();
  readonly #networks = new Map<number, string | undefined>();
  /** Calls run one after the other, so that none returns while another still looks up a value they share. */
  #last: Promise<void> = Promise.resolve();
  #services: Readonly<Record<ServiceProtocol, Map<number, string>>> | undefined;

  constructor(resolver: NameResolver = systemResolver()) {
    this.#resolver = resolver;
  }

  /** Official name of a port; `raw`: of an IP protocol. Cut at 63 bytes. */
  service(protocol: ServiceProtocol, port: number): string | undefined {
    return this.#services?.[protocol].get(port);
  }

  /** Host name of the address at `offset`; of 0.x.y.z the name of the network. Never a numeric text. */
  host(family: number, bytes: Uint8Array, offset: number): string | undefined {
    return family === AF_INET ? this.#hosts4.get(key4(bytes, offset)) : this.#hosts6.get(key6(bytes, offset));
  }

  /** Name of an IPv4 network. */
  network(bytes: Uint8Array, offset: number): string | undefined {
    return this.#networks.get(key4(bytes, offset));
  }

  user(uid: number): string | undefined {
    return this.#users.get(uid);
  }

  /** Looks up what is not known yet. Never rejects: what cannot be looked up has no name. */
  resolve(request: NamesRequest): Promise<void> {
    this.#last = this.#last.then(() => this.#resolve(request));
    return this.#last;
  }

  async #resolve(request: NamesRequest): Promise<void> {
    await Promise.all([
      request.users === undefined ? undefined : this.#resolveUsers(request.users),
      this.#resolveHosts(request.hosts ?? [], request.networks ?? []),
      request.services === true ? this.#resolveServices() : undefined,
    ]);
  }

  async #resolveUsers(wanted: Iterable<number>): Promise<void> {
    const uids = Uint32Array.from(new Set(wanted));
    if (uids.length === 0) return;
    const names = await this.#resolver.users(uids).catch(failed);
    uids.forEach((uid, at) => {
      this.#users.set(uid, names[at] ?? undefined);
    });
  }

  async #resolveServices(): Promise<void> {
    if (this.#services !== undefined) return;
    try {
      const { tcp, udp, raw } = await this.#resolver.services();
      this.#services = { tcp: serviceMap(tcp), udp: serviceMap(udp), raw: serviceMap(raw) };
    } catch (error) {
      failed(error);
    }
  }

  /** Distinct addresses, a few at a time: one that waits for a name server does not hold up the others. */
  async #resolveHosts(hosts: Iterable<AddressRef>, networks: Iterable<AddressRef>): Promise<void> {
    const lookups: (() => Promise<void>)[] = [];
    const seen6 = new Set<string>();
    for (const { family, bytes, offset } of hosts) {
      if (family === AF_INET) {
        const key = key4(bytes, offset);
        if (key === 0 || this.#hosts4.has(key)) continue;
        this.#hosts4.set(key, undefined);
        lookups.push(async () => {
          this.#hosts4.set(key, await this.#lookUp(AF_INET, bytesOf4(key), key >>> 24 === 0 ? 'net' : undefined));
        });
      } else if (!seen6.has(key6(bytes, offset))) {
        const key = key6(bytes, offset);
        seen6.add(key);
        lookups.push(async () => {
          this.#hosts6.set(key, await this.#lookUp(family, Buffer.from(key, 'latin1')));
        });
      }
    }
    for (const { bytes, offset } of networks) {
      const key = key4(bytes, offset);
      if (this.#networks.has(key)) continue;
      this.#networks.set(key, undefined);
      lookups.push(async () => {
        this.#networks.set(key, await this.#lookUp(AF_INET, bytesOf4(key), 'net'));
      });
    }
    await someAtATime(lookups);
  }

  async #lookUp(family: number, address: Uint8Array, mode?: HostMode): Promise<string | undefined> {
    const names = await this.#resolver.hosts(family, address, mode ?? HOST_MODES[family] ?? 'nameinfo').catch(failed);
    const name = names[0];
    return name === null || name === undefined || name === '' || isIPv6(name) ? undefined : name;
  }
}

function failed(error: unknown): never[] {
  debug('names: %s', error);
  return [];
}

async function someAtATime(lookups: readonly (() => Promise<void>)[]): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < lookups.length) await lookups[next++]!();
  };
  await Promise.all(Array.from({ length: CONCURRENT_LOOKUPS }, work));
}
