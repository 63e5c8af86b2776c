import { TableBuilder } from '../../src/columns/builder.ts';
import type { Table } from '../../src/columns/table.ts';
import { FAMILIES } from '../../src/families.ts';
import { parseIPv4, parseIPv6 } from '../../src/filters/host.ts';
import { type SocketsSchema, sockets } from '../../src/tables/sockets.ts';
import { AF_INET, IPPROTO_TCP } from '../../src/uapi/socket.ts';
import type { Random } from '../support/random.ts';
import type { Entry } from './filter-interpreter.ts';

const PORTS = [0, 1, 22, 80, 443, 5000, 32768, 65534, 65535];
const IPV4 = ['0.0.0.0', '127.0.0.1', '127.0.0.2', '10.1.2.3', '10.1.130.3', '255.255.255.255'];
const IPV6 = [
  '::',
  '::1',
  '::ffff:0.0.0.0',
  '::ffff:127.0.0.1',
  '::ffff:10.1.2.3',
  'fe80::1',
  'fe80::1:2',
  '2001:db8::8',
];
const CGROUPS = [1n, 42n, 0xffffffffffffffffn];

/** One socket: the row a dump answers and what the kernel's program sees. */
export interface Socket {
  readonly entry: Entry;
  readonly netid: number;
  /** As answered; `bit` as asked for. */
  readonly state: number;
  readonly bit: number;
  readonly uid: number;
  readonly rtt: number | undefined;
  readonly congestion: string | undefined;
  /** Is the socket one without cgroup attribute? */
  readonly mini: boolean;
}

function address(random: Random, family: number): Uint8Array {
  return family === AF_INET ? parseIPv4(random.pick(IPV4))! : parseIPv6(random.pick(IPV6))!;
}

export function randomSocket(random: Random): Socket {
  const netid = random.below(FAMILIES.length);
  const { family, protocol } = FAMILIES[netid]!;
  const bit = protocol === IPPROTO_TCP ? random.pick([1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 13]) : random.pick([1, 7]);
  const mini = bit === 6 || bit === 3;
  return {
    netid,
    bit,
    state: bit === 13 ? 7 : bit,
    uid: random.pick([0, 1000]),
    rtt: random.chance(50) ? random.pick([0, 50, 50_000]) : undefined,
    congestion: random.chance(50) ? random.pick(['cubic', 'bbr', 'reno']) : undefined,
    mini,
    entry: {
      family,
      sport: random.pick(PORTS),
      dport: random.pick(PORTS),
      saddr: address(random, family),
      daddr: address(random, family),
      ifindex: random.below(3),
      mark: random.pick([0, 1, 3, 0x80000000, 0xffffffff]),
      cgroup: mini ? 0n : random.pick(CGROUPS),
    },
  };
}

const COLUMNS = [
  'netid',
  'family',
  'state',
  'localAddress',
  'localPort',
  'remoteAddress',
  'remotePort',
  'interface',
  'uid',
  'mark',
  'cgroupId',
  'rtt',
  'congestion',
] as const;

export function tableOf(all: readonly Socket[]): Table<SocketsSchema> {
  const builder = new TableBuilder<SocketsSchema>(sockets, COLUMNS);
  for (const { entry, netid, state, uid, rtt, congestion, mini } of all) {
    builder.addRow();
    builder.number('netid').set(netid);
    builder.number('family').set(entry.family);
    builder.number('state').set(state);
    builder.address('localAddress').set(entry.saddr);
    builder.number('localPort').set(entry.sport);
    builder.address('remoteAddress').set(entry.daddr);
    builder.number('remotePort').set(entry.dport);
    builder.number('interface').set(entry.ifindex);
    builder.number('uid').set(uid);
    builder.number('mark').set(entry.mark);
    if (!mini) builder.bigint('cgroupId').set(entry.cgroup);
    if (rtt !== undefined) builder.number('rtt').set(rtt);
    if (congestion !== undefined) builder.word('congestion').set(congestion);
  }
  return builder.finish({ source: 'replay' });
}

function port(random: Random): string {
  const first = random.pick(PORTS);
  const second = random.pick(PORTS);
  if (random.chance(15)) return `${Math.min(first, second)}-${Math.max(first, second)}`;
  return random.chance(5) ? '*' : `${random.chance(30) ? ':' : ''}${first}`;
}

function host(random: Random): string {
  const end = random.chance(30) ? `:${port(random).replace(':', '')}` : '';
  const kind = random.below(6);
  if (kind === 0) return `*${end}`;
  if (kind === 1) return `${random.pick(['inet', 'inet6'])}:*${end}`;
  if (kind < 4) {
    const bits = random.chance(50) ? `/${random.below(33)}` : '';
    return `${random.chance(20) ? 'inet:' : ''}${random.pick(IPV4)}${bits}${end}`;
  }
  const bits = random.chance(50) ? `/${random.below(129)}` : '';
  return `[${random.pick(IPV6)}${bits}]${end}`;
}

const OPERATORS = ['=', '!=', '<', '<=', '>', '>=', 'eq', 'ne', 'neq', 'lt', 'le', 'leq', 'gt', 'ge', 'geq', '=='];
const EQUALITY = ['=', '!=', '==', 'eq', 'ne'];
const STATES = ['listening', 'established', 'time-wait', 'closed', 'bound-inactive', 'connected', 'bucket', 'all'];

/** Terms as text; the last ones have no bytecode. */
const TERMS: readonly ((random: Random) => string)[] = [
  (random) => comparison(random, random.pick(['sport', 'dport']), port(random)),
  (random) => comparison(random, random.pick(['sport', 'dport']), port(random)),
  (random) => `${random.pick(['src', 'dst'])} ${random.chance(20) ? '!= ' : ''}${host(random)}`,
  (random) => `${random.pick(['src', 'dst'])} ${host(random)}`,
  (random) => `dev ${random.pick(EQUALITY)} ${random.below(3)}`,
  (random) => `fwmark ${random.pick(EQUALITY)} ${random.pick(['0', '1', '3/1', '1/3', '0x80000000/0x80000000'])}`,
  (random) => `cgroup ${random.pick(EQUALITY)} ${random.pick(CGROUPS)}`,
  (random) => `state ${random.pick(['=', '!='])} ${random.pick(STATES)}`,
  (random) => `netid ${random.pick(['=', '!='])} ${random.pick(['tcp', 'tcp6', 'udp*', 'tcp,raw6'])}`,
  (random) => `uid = ${random.pick([0, 1000])}`,
  (random) => `rtt ${random.pick(OPERATORS)} ${random.pick(['0', '50', '50ms'])}`,
  (random) => `congestion ${random.pick(['=', '!='])} ${random.pick(['cubic', 'b*', 're?o'])}`,
  (random) => random.pick(['true', 'false']),
];

function comparison(random: Random, term: string, operand: string): string {
  const ranged = operand.includes('-') || operand.includes('*');
  return `${term} ${random.pick(ranged ? EQUALITY : OPERATORS)} ${operand}`;
}

/** Text of a filter; `pushable`: of terms with bytecode only. */
export function randomFilter(random: Random, depth: number, pushable = false): string {
  if (depth === 0 || random.chance(20)) return random.pick(pushable ? TERMS.slice(0, 7) : TERMS)(random);
  const kind = random.below(5);
  const inner = () => randomFilter(random, depth - 1, pushable);
  if (kind === 0) return `${random.pick(['!', 'not'])} ( ${inner()} )`;
  const arms = Array.from({ length: 2 + random.below(3) }, inner);
  const joint = random.pick([' and ', ' && ', ' or ', ' | ', ' ']);
  return `( ${arms.join(joint)} )`;
}
