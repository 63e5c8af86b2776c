import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TableBuilder } from '../../src/columns/builder.ts';
import type { Table } from '../../src/columns/table.ts';
import { ProcfsError } from '../../src/errors.ts';
import { FAMILIES } from '../../src/families.ts';
import { parseArp } from '../../src/sources/procfs/arp.ts';
import { addLinks, parseDevLines } from '../../src/sources/procfs/dev.ts';
import { parseIfInet6 } from '../../src/sources/procfs/if-inet6.ts';
import { parseIgmp, parseIgmp6 } from '../../src/sources/procfs/igmp.ts';
import { parseInet } from '../../src/sources/procfs/inet.ts';
import { parseNetlinkSockets } from '../../src/sources/procfs/netlink.ts';
import { parsePacket } from '../../src/sources/procfs/packet.ts';
import { parseIpv6Route, parseRoute } from '../../src/sources/procfs/route.ts';
import { parseSctpAssociations, parseSctpEndpoints } from '../../src/sources/procfs/sctp.ts';
import { parseSctpSnmp, parseSnmp, parseSnmp6 } from '../../src/sources/procfs/snmp.ts';
import { parseUnix } from '../../src/sources/procfs/unix.ts';
import { addresses } from '../../src/tables/addresses.ts';
import { counters } from '../../src/tables/counters.ts';
import { groups } from '../../src/tables/groups.ts';
import { links } from '../../src/tables/links.ts';
import { neighbours } from '../../src/tables/neighbours.ts';
import { netlinkSockets } from '../../src/tables/netlink.ts';
import { packet } from '../../src/tables/packet.ts';
import { routes } from '../../src/tables/routes.ts';
import { sctp } from '../../src/tables/sctp.ts';
import { sockets } from '../../src/tables/sockets.ts';
import { unix } from '../../src/tables/unix.ts';
import { AF_INET, IPPROTO_TCP } from '../../src/uapi/socket.ts';
import { TCPF_ALL } from '../../src/uapi/tcp-states.ts';

const SEED = Number(process.env.SEED ?? (Math.random() * 2 ** 32) >>> 0);

/** A repeatable stream of numbers below 2^32 (mulberry32). */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  u32(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let value = this.#state;
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return (value ^ (value >>> 14)) >>> 0;
  }

  below(limit: number): number {
    return Math.floor((this.u32() / 2 ** 32) * limit);
  }

  /** 0, small, or anything of so many bits. */
  number(bits: number): number {
    const limit = 2 ** bits;
    return [0, limit - 1, this.below(Math.min(limit, 100)), this.below(limit)][this.below(4)]!;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => (this.below(3) === 0 ? 0 : this.below(256)));
  }
}

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');

/** An address as the kernel of a machine with this byte order prints it. */
function printedAddress(bytes: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Array.from({ length: bytes.length / 4 }, (_, word) => hex(view.getUint32(word * 4, littleEndian), 8)).join('');
}

function cells(table: Table<never>, row: number, names: readonly string[]): unknown[] {
  return names.map((name) => (table as unknown as Table<typeof sockets.columns>).value(name as 'state', row));
}

describe(`rows written as the kernel writes them are read back (SEED=${SEED})`, () => {
  const random = new Random(SEED);
  const littleEndian = [true, false];
  const kinds = FAMILIES.flatMap((row, netid) =>
    row.file === undefined ? [] : littleEndian.map((order) => ({ ...row, order, at: netid })),
  );

  test.each(kinds)('$netid, little-endian $order', ({ family, protocol, order, at }) => {
    const size = family === AF_INET ? 4 : 16;
    const lines = ['header'];
    const expected = Array.from({ length: 500 }, (_, row) => {
      const [local, remote] = [random.bytes(size), random.bytes(size)];
      const value = {
        localPort: random.number(16),
        remotePort: random.number(16),
        sendQ: random.number(32),
        recvQ: random.number(32),
        timerMs: random.number(28) * 10,
        retransmits: random.number(8),
        uid: random.number(32),
        probes: random.number(8),
        inode: random.number(32),
        refCount: random.number(31),
        drops: protocol === IPPROTO_TCP ? null : random.number(32),
      };
      const state = 1 + random.below(11);
      const timer = random.below(6);
      lines.push(
        `${String(row).padStart(4)}: ${printedAddress(local, order)}:${hex(value.localPort, 4)} ` +
          `${printedAddress(remote, order)}:${hex(value.remotePort, 4)} ${hex(state, 2)} ` +
          `${hex(value.sendQ, 8)}:${hex(value.recvQ, 8)} ${hex(timer, 2)}:${hex(value.timerMs / 10, 8)} ` +
          `${hex(value.retransmits, 8)} ${String(value.uid).padStart(5)} ${String(value.probes).padStart(8)} ` +
          `${value.inode} ${value.refCount} 00000000569446d1 ${value.drops ?? '20 4 30 10 -1'}${' '.repeat(random.below(9))}`,
      );
      return { ...value, local, remote, state, timer };
    });
    const builder = new TableBuilder(sockets);
    const context = { netid: at, family, protocol, states: TCPF_ALL, littleEndian: order, ticksPerSecond: 100 };
    const end = random.pick(['', '\n']);
    const report = parseInet(Buffer.from(lines.join('\n') + end), builder, context);
    expect(report).toEqual({ rows: 500, malformed: 0, malformedLines: [] });
    const table = builder.finish({ source: 'procfs' });
    expected.forEach(({ local, remote, state, timer, ...numbers }, row) => {
      const names = Object.keys(numbers);
      expect(cells(table as never, row, names)).toEqual(Object.values(numbers));
      expect([table.column('state')[row], table.column('timer')[row]]).toEqual([state, timer]);
      expect(table.column('localAddress').slice(row * 16, row * 16 + size)).toEqual(local);
      expect(table.column('remoteAddress').slice(row * 16, row * 16 + size)).toEqual(remote);
    });
  });

  test('unix', () => {
    const lines: Uint8Array[] = [Buffer.from('Num\n')];
    const expected = Array.from({ length: 500 }, () => {
      const value = {
        refCount: random.number(32),
        protocol: random.number(32),
        flags: random.pick([0, 0x10000, 0x70000]),
        inode: random.number(32),
      };
      const [type, connection] = [1 + random.below(5), random.below(5)];
      const path =
        random.below(3) === 0 ? null : random.bytes(random.below(108)).map((byte) => (byte === 10 ? 11 : byte));
      const { refCount, protocol, flags, inode } = value;
      const head = `00000000f05294a5: ${hex(refCount, 8)} ${hex(protocol, 8)} ${hex(flags, 8)} ${hex(type, 4)} ${hex(connection, 2)} ${String(inode).padStart(5)}`;
      lines.push(Buffer.from(path === null ? head : `${head} `), path ?? Buffer.alloc(0), Buffer.from('\n'));
      return { ...value, type, connection, path };
    });
    const builder = new TableBuilder(unix);
    expect(parseUnix(Buffer.concat(lines), builder, { states: TCPF_ALL }).malformed).toBe(0);
    const table = builder.finish({ source: 'procfs' });
    const { heap, values, valid } = table.data('path');
    expected.forEach(({ type, connection, path, ...numbers }, row) => {
      expect(cells(table as never, row, Object.keys(numbers))).toEqual(Object.values(numbers));
      expect([table.column('type')[row], table.column('connection')[row], valid?.[row]]).toEqual([
        type,
        connection,
        path === null ? 0 : 1,
      ]);
      expect(heap?.slice(Number(values[row]), Number(values[row + 1]))).toEqual(Uint8Array.from(path ?? []));
    });
  });

  test.each(littleEndian)('route, little-endian %s', (order) => {
    const lines = ['Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT'];
    const expected = Array.from({ length: 300 }, () => {
      const [destination, gateway] = [random.bytes(4), random.bytes(4)];
      const length = random.below(33);
      const mask = Buffer.alloc(4);
      mask.writeUInt32BE(length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0);
      const [flags, metric, mss, window, irtt] = [
        random.number(32),
        random.number(32),
        random.number(31),
        random.number(32),
        random.number(32),
      ];
      const print = (bytes: Uint8Array) => printedAddress(bytes, order);
      lines.push(
        `eth0\t${print(destination)}\t${print(gateway)}\t${hex(flags, 4)}\t0\t0\t${metric}\t${print(mask)}\t${mss}\t${window}\t${irtt}   `,
      );
      return {
        destination,
        gateway,
        numbers: { destinationLength: length, flags, metric: metric | 0, mss, window, irtt },
      };
    });
    const builder = new TableBuilder(routes);
    expect(parseRoute(Buffer.from(lines.join('\n')), builder, { path: 'route', littleEndian: order }).malformed).toBe(
      0,
    );
    const table = builder.finish({ source: 'procfs' });
    expected.forEach(({ destination, gateway, numbers }, row) => {
      expect(cells(table as never, row, Object.keys(numbers))).toEqual(Object.values(numbers));
      expect(table.column('destination').slice(row * 16, row * 16 + 4)).toEqual(destination);
      expect(table.column('gateway').slice(row * 16, row * 16 + 4)).toEqual(gateway);
    });
  });

  test('counters', () => {
    const value = (): bigint => (BigInt(random.number(32)) << 32n) | BigInt(random.number(32));
    const pairs = Array.from({ length: 200 }, (_, at) => [`Key${at}`, value()] as const);
    const text = `Ip: ${pairs.map(([key]) => key).join(' ')}\nIp: ${pairs.map(([, number]) => number).join(' ')}\n`;
    const builder = new TableBuilder(counters);
    parseSnmp(Buffer.from(text), builder, 'snmp');
    const table = builder.finish({ source: 'procfs' });
    expect(Array.from(table, (row) => [row.name, row.value])).toEqual(pairs);
  });
});

/** Every parser with the file it is for. */
const inetContext = {
  netid: 0,
  family: AF_INET,
  protocol: IPPROTO_TCP,
  states: TCPF_ALL,
  littleEndian: true,
  ticksPerSecond: 100,
};
const PARSERS: readonly [file: string, parse: (bytes: Uint8Array) => { length: number; malformed: number }][] = [
  ['linux-6.18/proc/net/tcp', on(sockets, (bytes, builder) => parseInet(bytes, builder, inetContext))],
  [
    'linux-6.18/proc/net/tcp6',
    on(sockets, (bytes, builder) => parseInet(bytes, builder, { ...inetContext, family: 10 })),
  ],
  [
    'linux-6.18/proc/net/udp',
    on(sockets, (bytes, builder) => parseInet(bytes, builder, { ...inetContext, protocol: 17 })),
  ],
  ['linux-6.18/proc/net/unix', on(unix, (bytes, builder) => parseUnix(bytes, builder, { states: TCPF_ALL }))],
  ['linux-6.18/proc/net/packet', on(packet, parsePacket)],
  ['linux-6.18/proc/net/netlink', on(netlinkSockets, (bytes, builder) => parseNetlinkSockets(bytes, builder))],
  [
    'linux-6.18/proc/net/route',
    on(routes, (bytes, builder) => parseRoute(bytes, builder, { path: 'route', littleEndian: true })),
  ],
  ['linux-6.18/proc/net/ipv6_route', on(routes, parseIpv6Route)],
  ['linux-6.18/proc/net/if_inet6', on(addresses, parseIfInet6)],
  ['linux-6.18/proc/net/igmp', on(groups, (bytes, builder) => parseIgmp(bytes, builder, { littleEndian: true }))],
  ['linux-6.18/proc/net/igmp6', on(groups, parseIgmp6)],
  ['linux-6.18/proc/net/arp', on(neighbours, (bytes, builder) => parseArp(bytes, builder, () => 1))],
  ['linux-6.18/proc/net/snmp', on(counters, (bytes, builder) => parseSnmp(bytes, builder, 'snmp'))],
  ['linux-6.18/proc/net/snmp6', on(counters, (bytes, builder) => parseSnmp6(bytes, builder, 'snmp6'))],
  ['sctp/snmp', on(counters, (bytes, builder) => parseSctpSnmp(bytes, builder, 'sctp/snmp'))],
  ['sctp/eps', on(sctp, parseSctpEndpoints)],
  ['sctp/assocs', on(sctp, parseSctpAssociations)],
  [
    'linux-6.18/proc/net/dev',
    on(links, (bytes, builder) => {
      const { lines, report } = parseDevLines(bytes);
      addLinks(builder, lines, new Map());
      return report;
    }),
  ],
];

function on<S extends typeof sockets.columns>(
  schema: unknown,
  parse: (bytes: Uint8Array, builder: TableBuilder<never>) => { rows: number; malformed: number },
): (bytes: Uint8Array) => { length: number; malformed: number } {
  return (bytes) => {
    const builder = new TableBuilder(schema as typeof sockets) as unknown as TableBuilder<never>;
    const report = parse(bytes, builder);
    const table = builder.finish({ source: 'procfs' }) as unknown as Table<S>;
    expect(table.length).toBe(report.rows);
    table.toObjects();
    return { length: table.length, malformed: report.malformed };
  };
}

/** The bytes with some of them changed, taken away, doubled, or cut off. */
function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  const out = [...bytes];
  for (let change = 1 + random.below(8); change > 0 && out.length > 0; change -= 1) {
    const at = random.below(out.length);
    const count = 1 + random.below(20);
    const kind = random.below(5);
    if (kind === 0) out[at] = random.below(256);
    else if (kind === 1) out.splice(at, count);
    else if (kind === 2) out.splice(at, 0, ...out.slice(at, at + count));
    else if (kind === 3)
      out.splice(at, 0, ...Array<number>(random.below(60)).fill(random.pick([0x39, 0x46, 0x20, 0x0a, 0, 0x3a])));
    else out.length = at;
  }
  return Uint8Array.from(out);
}

describe(`noise (SEED=${SEED})`, () => {
  test.each(PARSERS)('%s: damaged files never throw anything but a ProcfsError', (file, parse) => {
    const random = new Random(SEED ^ file.length);
    const bytes = readFileSync(join(import.meta.dirname, '../fixtures/proc', file));
    const whole = parse(bytes);
    expect(whole.length).toBeGreaterThan(0);
    for (let round = 0; round < 300; round += 1) {
      try {
        parse(damaged(bytes, random));
      } catch (error) {
        expect(error).toBeInstanceOf(ProcfsError);
      }
    }
  });

  test.each(PARSERS)('%s: random bytes', (file, parse) => {
    const random = new Random(SEED + file.length);
    for (let round = 0; round < 100; round += 1) {
      const bytes = random.bytes(random.below(2000));
      try {
        parse(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(ProcfsError);
      }
    }
  });

  test.each(PARSERS)('%s: time grows with the size only', (file, parse) => {
    const header = readFileSync(join(import.meta.dirname, '../fixtures/proc', file)).subarray(0, 400);
    for (const filling of ['\n', ' ', '9', 'F', ':', '0 ', '\t1 1\n', 'x\n']) {
      const bytes = Buffer.concat([header, Buffer.from('\n'), Buffer.alloc(200_000, filling)]);
      const start = performance.now();
      try {
        parse(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(ProcfsError);
      }
      expect(performance.now() - start).toBeLessThan(4000);
    }
  });
});
