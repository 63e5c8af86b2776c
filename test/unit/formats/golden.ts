import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { formatAddress } from '../../../src/columns/address.ts';
import { TableBuilder } from '../../../src/columns/builder.ts';
import type { Table } from '../../../src/columns/table.ts';
import type { Schema, TableSchema } from '../../../src/columns/type.ts';
import { NO_PROGRAM, type Programs } from '../../../src/formats/netstat/program.ts';
import { addLinks, parseDevLines } from '../../../src/sources/procfs/dev.ts';
import { parseIfInet6 } from '../../../src/sources/procfs/if-inet6.ts';
import { parseIgmp, parseIgmp6 } from '../../../src/sources/procfs/igmp.ts';
import { LEGACY_PARSERS } from '../../../src/sources/procfs/legacy.ts';
import { parseMasquerade } from '../../../src/sources/procfs/masquerade.ts';
import { parseIpv6Route, parseRoute } from '../../../src/sources/procfs/route.ts';
import { parseSctpAssociations, parseSctpEndpoints } from '../../../src/sources/procfs/sctp.ts';
import { COUNTERS_PARSERS } from '../../../src/sources/procfs/snmp.ts';
import { parseUnix } from '../../../src/sources/procfs/unix.ts';
import { addresses } from '../../../src/tables/addresses.ts';
import { type CountersSection, counters } from '../../../src/tables/counters.ts';
import { groups } from '../../../src/tables/groups.ts';
import { legacySockets, masquerades } from '../../../src/tables/legacy.ts';
import { links } from '../../../src/tables/links.ts';
import { routes } from '../../../src/tables/routes.ts';
import { sctp } from '../../../src/tables/sctp.ts';
import { unix } from '../../../src/tables/unix.ts';
import { TCPF_ALL } from '../../../src/uapi/tcp-states.ts';

const FOLDER = fileURLToPath(new URL('../../fixtures/golden/', import.meta.url));

/** One folder of fixtures: files netstat read, and what it printed. */
export class Golden {
  readonly #folder: string;

  constructor(name: string) {
    this.#folder = `${FOLDER}${name}/`;
  }

  /** Bytes of a file below net/; nothing when there is none. */
  net(name: string): Uint8Array {
    const path = `${this.#folder}net/${name}`;
    return existsSync(path) ? readFileSync(path) : new Uint8Array(0);
  }

  /** What `netstat -RUN` printed, one character per byte. */
  stdout(run: string): string {
    return readFileSync(`${this.#folder}stdout/${run}`, 'latin1');
  }

  #build<S extends Schema>(schema: TableSchema<S>, fill: (builder: TableBuilder<S>) => void): Table<S> {
    const builder = new TableBuilder(schema);
    fill(builder);
    return builder.finish({ source: 'procfs' });
  }

  routes() {
    return this.#build(routes, (builder) => {
      parseRoute(this.net('route'), builder, { path: 'route', littleEndian: true });
      parseIpv6Route(this.net('ipv6_route'), builder);
    });
  }

  unix() {
    return this.#build(unix, (builder) => parseUnix(this.net('unix'), builder, { states: TCPF_ALL }));
  }

  groups() {
    return this.#build(groups, (builder) => {
      parseIgmp(this.net('igmp'), builder, { littleEndian: true });
      parseIgmp6(this.net('igmp6'), builder);
    });
  }

  sctp() {
    return this.#build(sctp, (builder) => {
      parseSctpEndpoints(this.net('sctp/eps'), builder);
      parseSctpAssociations(this.net('sctp/assocs'), builder);
    });
  }

  legacy(family: keyof typeof LEGACY_PARSERS, file: string) {
    return this.#build(legacySockets, (builder) => LEGACY_PARSERS[family](this.net(file), builder));
  }

  masquerades() {
    return this.#build(masquerades, (builder) => parseMasquerade(this.net('ip_masquerade'), builder));
  }

  counters() {
    const sections: CountersSection[] = [];
    const table = this.#build(counters, (builder) => {
      for (const file of ['snmp', 'netstat', 'sctp/snmp', 'snmp6'] as const) {
        const bytes = this.net(file);
        if (bytes.length > 0) sections.push(...COUNTERS_PARSERS[file](bytes, builder, file).sections);
      }
    });
    return { table, sections };
  }

  /** Counters of /proc/net/dev with what the capture asked the kernel for. */
  links() {
    const rows: Link[] = JSON.parse(readFileSync(`${this.#folder}links.json`, 'utf8'));
    const attributes = new Map(
      rows.map((row) => [row.name, { ...row, address: Buffer.from(row.address, 'hex'), index: 0 }]),
    );
    return this.#build(links, (builder) => addLinks(builder, parseDevLines(this.net('dev')).lines, attributes));
  }

  addresses() {
    const devices: Device[] = JSON.parse(readFileSync(`${this.#folder}addresses.json`, 'utf8'));
    return this.#build(addresses, (builder) => {
      for (const row of devices.flatMap((device) => device.addr_info)) {
        builder.addRow();
        builder.number('family').set(2);
        builder.word('label').set(row.label);
        builder.number('prefixLength').set(row.prefixlen);
        builder.address('address').set(quad(row.local));
        if (row.address !== undefined) builder.address('peer').set(quad(row.address));
        if (row.broadcast !== undefined) builder.address('broadcast').set(quad(row.broadcast));
      }
      parseIfInet6(this.net('if_inet6'), builder);
    });
  }

  /** The names of the capture's own hosts and networks files. */
  names() {
    const hosts = this.#database('hosts', ([address = '', name = '']) => [address, name]);
    const networks = this.#database('networks', ([name = '', address = '']) => [address, name]);
    return {
      host: (family: number, bytes: Uint8Array, offset: number) => hosts.get(formatAddress(bytes, offset, family)),
      network: (bytes: Uint8Array, offset: number) => networks.get(formatAddress(bytes, offset, 2)),
    };
  }

  #database(file: string, entry: (words: string[]) => [string, string]): Map<string, string> {
    const lines = readFileSync(`${this.#folder}${file}`, 'utf8').trim().split('\n');
    return new Map(lines.map((line) => entry(line.split(' '))));
  }
}

interface Link {
  readonly name: string;
  readonly flags: number;
  readonly mtu: number;
  readonly type: number;
  readonly address: string;
  readonly txqlen: number;
}

interface Device {
  readonly addr_info: readonly {
    readonly label: string;
    readonly local: string;
    readonly prefixlen: number;
    readonly address?: string;
    readonly broadcast?: string;
  }[];
}

function quad(text: string): Uint8Array {
  return Uint8Array.from(text.split('.').map(Number));
}

/** All chunks as one string, one character per byte. */
export function joined(...parts: (string | Iterable<Uint8Array>)[]): string {
  const texts = parts.flatMap((part) =>
    typeof part === 'string'
      ? [Buffer.from(part).toString('latin1')]
      : Array.from(part, (chunk) => Buffer.from(chunk).toString('latin1')),
  );
  return texts.join('');
}

export const NOBODY: Programs = { cell: () => NO_PROGRAM };
