import { lookupService } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceEntry, Services } from '../addon.ts';
import { formatAddress } from '../columns/address.ts';
import { decodeText } from '../columns/bytes.ts';
import { AF_INET } from '../uapi/socket.ts';
import type { NameResolver } from './resolver.ts';

/** Reverse lookup of a numeric address; rejects when there is no name. */
export type ReverseLookup = (address: string) => Promise<string>;

export interface DatabaseOptions {
  /** Directory of passwd, services, protocols and networks. Default `/etc`. */
  readonly directory?: string;
  /** Default: getnameinfo(3) through node:dns, which knows /etc/hosts and the name servers. */
  readonly reverse?: ReverseLookup;
}

/**
 * Names without the addon. NB: less complete: users, services, protocols and networks come from their files only, not from
 * the other services of nsswitch.conf (LDAP, systemd, NIS).
 */
export function databaseResolver(options: DatabaseOptions = {}): NameResolver {
  const directory = options.directory ?? '/etc';
  const reverse = options.reverse ?? reverseLookup;
  return {
    users: async (uids) => {
      const names = userNames(await records(directory, 'passwd', ':'));
      return Array.from(uids, (uid) => names.get(uid) ?? null);
    },
    hosts: async (family, addresses, mode) => {
      const size = family === AF_INET ? 4 : 16;
      const offsets = Array.from({ length: addresses.length / size }, (_, at) => at * size);
      if (mode === 'net') {
        const names = networkNames(await records(directory, 'networks'));
        return offsets.map((offset) => names.get(formatAddress(addresses, offset, family)) ?? null);
      }
      return Promise.all(offsets.map((offset) => reverse(formatAddress(addresses, offset, family)).catch(() => null)));
    },
    services: () => readServices(directory),
  };
}

async function reverseLookup(address: string): Promise<string> {
  return (await lookupService(address, 0)).hostname;
}

/** Fields of every line that has any; comments are cut off. A file that cannot be read has none. */
async function records(directory: string, file: string, separator?: string): Promise<string[][]> {
  const bytes = await readFile(join(directory, file)).catch(() => new Uint8Array(0));
  const lines = decodeText(bytes).split('\n');
  const fields = lines.map((line) =>
    separator === undefined ? line.replace(/#.*/, '').trim().split(/\s+/) : line.split(separator),
  );
  return fields.filter((record) => record.length > 1);
}

/** getpwuid(3): the first entry of a uid. */
function userNames(passwd: readonly string[][]): Map<number, string> {
  const names = new Map<number, string>();
  for (const [name, , uid] of passwd) {
    const number = decimal(uid);
    if (name !== undefined && name !== '' && number !== undefined && !names.has(number)) names.set(number, name);
  }
  return names;
}

/** getnetbyaddr(3): the first entry of a network; a number of fewer than four bytes is filled up with zeroes. */
function networkNames(networks: readonly string[][]): Map<string, string> {
  const names = new Map<string, string>();
  for (const [name, number] of networks) {
    if (!/^\d{1,3}(\.\d{1,3}){0,3}$/.test(number!)) continue;
    const address = `${number!.split('.').map(Number).join('.')}${'.0'.repeat(4 - number!.split('.').length)}`;
    if (!names.has(address)) names.set(address, name!);
  }
  return names;
}

async function readServices(directory: string): Promise<Services> {
  const services = { tcp: [] as ServiceEntry[], udp: [] as ServiceEntry[], raw: [] as ServiceEntry[] };
  const byProtocol = new Map(Object.entries(services));
  for (const [name, number] of await records(directory, 'services')) {
    const [port, protocol] = number!.split('/');
    const value = decimal(port);
    if (value !== undefined && value <= 0xffff) byProtocol.get(protocol ?? '')?.push([value, name!]);
  }
  for (const [name, number] of await records(directory, 'protocols')) {
    const value = decimal(number);
    if (value !== undefined) services.raw.push([value, name!]);
  }
  return services;
}

function decimal(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
