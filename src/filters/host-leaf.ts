import { isMapped } from '../columns/address.ts';
import type { Table } from '../columns/table.ts';
import type { Schema } from '../columns/type.ts';
import { AF_INET, AF_INET6, AF_UNSPEC } from '../uapi/socket.ts';
import type { HostMatch, HostOperand, Operator, PortRange, Term } from './ast.ts';
import { bytesLeaf, numberLeaf, rangeLeaf } from './column-leaf.ts';
import { Glob } from './glob.ts';
import { certain, type Leaf, type RowTest, some, UNKNOWN } from './leaf.ts';
import { ETHERTYPES, NETLINK_PROTOCOLS } from './words.ts';

const PORT_COLUMN: Readonly<Record<string, string>> = { sport: 'localPort', dport: 'remotePort' };

export function portLeaf(term: Term, table: Table<Schema>): Leaf {
  const { operand, operator } = term;
  if (operand.type !== 'port') return UNKNOWN;
  const column = table.data(PORT_COLUMN[term.term]!);
  const { low, high } = operand.port;
  const equality: readonly Operator[] = ['=', '!='];
  return equality.includes(operator) ? rangeLeaf(column, { low, high }) : numberLeaf(column, operator, BigInt(low));
}

const yes: RowTest = () => true;
const NEVER: Leaf = certain(() => false);

type Side = 'local' | 'remote';
type TableHost = (operand: HostOperand, table: Table<Schema>, side: Side) => Leaf;

/** What a HOST means in each table. A HOST of another family is known not to match. */
const TABLES: Readonly<Record<string, TableHost>> = {
  sockets: inetHost,
  unix: (operand, table, side) => (operand.family === 'unix' ? unixHost(operand, table, side) : otherFamily(operand)),
  packet: (operand, table) => (operand.family === 'link' ? linkHost(operand, table) : otherFamily(operand)),
  netlink: (operand, table) => (operand.family === 'netlink' ? netlinkHost(operand, table) : otherFamily(operand)),
  vsock: (operand, table, side) =>
    operand.family === 'vsock' ? vsockHost(operand, table, side) : otherFamily(operand),
};

export function hostLeaf({ operand }: Term, table: Table<Schema>, side: Side): Leaf {
  if (operand.type !== 'host') return UNKNOWN;
  return TABLES[table.schema.name]?.(operand, table, side) ?? UNKNOWN;
}

/** `*` without a family matches sockets of any kind. */
function otherFamily({ matches, port }: HostOperand): Leaf {
  const any = port === undefined && matches?.some(({ family }) => family === AF_UNSPEC) === true;
  return any ? certain(yes) : NEVER;
}

function inetHost(operand: HostOperand, table: Table<Schema>, side: Side): Leaf {
  if (operand.matches === undefined) return NEVER;
  const families = table.data('family').values as Uint8Array;
  const addresses = table.data(`${side}Address`).values as Uint8Array;
  const address = some(operand.matches.map((match) => addressTest(match, families, addresses)));
  if (operand.port === undefined) return certain(address);
  const port = portTest(operand.port, table.data(`${side}Port`).values as Uint16Array);
  return certain((row) => port(row) && address(row));
}

function portTest({ low, high }: PortRange, ports: Uint16Array): RowTest {
  return (row) => ports[row]! >= low && ports[row]! <= high;
}

/** As INET_DIAG_BC_S_COND: an IPv4 address also matches its mapped form; the prefix counts bits of the written family. */
function addressTest(match: HostMatch, families: Uint8Array, addresses: Uint8Array): RowTest {
  const { family, strict, bytes, prefixLength } = match;
  if (family === AF_UNSPEC) return yes;
  if (family === AF_INET6) {
    return (row) => families[row] === AF_INET6 && samePrefix(addresses, row * 16, bytes, prefixLength);
  }
  return (row) => {
    if (families[row] === AF_INET) return samePrefix(addresses, row * 16, bytes, prefixLength);
    return !strict && isMapped(addresses, row * 16) && samePrefix(addresses, row * 16 + 12, bytes, prefixLength);
  };
}

function samePrefix(addresses: Uint8Array, offset: number, wanted: Uint8Array, bits: number): boolean {
  const whole = bits >> 3;
  for (let at = 0; at < whole; at += 1) if (addresses[offset + at] !== wanted[at]) return false;
  const rest = bits & 7;
  return rest === 0 || (addresses[offset + whole]! ^ wanted[whole]!) >> (8 - rest) === 0;
}

/** `unix:PATTERN`, in either case; only local names are known. A socket that is not bound has the empty one. */
function unixHost(operand: HostOperand, table: Table<Schema>, side: Side): Leaf {
  if (side !== 'local') return UNKNOWN;
  const glob = new Glob(operand.name!, { caseless: true });
  const { holds } = bytesLeaf(table.data('path'), glob);
  const { valid } = table.data('path');
  const unnamed = glob.test('');
  return certain((row) => (valid?.[row] === 0 ? unnamed : holds(row)));
}

/** `PROTOCOL:WHAT`: number of the protocol, undefined = any, -1 = there is none of that name. */
function protocolNumber(word: string, names: Readonly<Record<string, number>>): number | undefined {
  if (word === '*' || word === '') return undefined;
  if (/^(0x[0-9a-f]+|\d+)$/i.test(word)) return Number(word);
  const name = word.toLowerCase();
  return Object.hasOwn(names, name) ? names[name]! : -1;
}

function both(first: Leaf | undefined, second: Leaf | undefined): Leaf {
  if (first === undefined || second === undefined) return first ?? second ?? certain(yes);
  return {
    holds: (row) => first.holds(row) && second.holds(row),
    fails: (row) => first.fails(row) || second.fails(row),
  };
}

function columnEquals(table: Table<Schema>, column: string, value: number | undefined): Leaf | undefined {
  return value === undefined ? undefined : numberLeaf(table.data(column), '=', BigInt(value));
}

function splitWords(operand: HostOperand): [string, string] {
  const [protocol, ...rest] = operand.name!.split(':');
  return [protocol!, rest.join(':')];
}

/** `link:PROTOCOL:DEVICE`. */
function linkHost(operand: HostOperand, table: Table<Schema>): Leaf {
  const [protocol, device] = splitWords(operand);
  const index = operand.device ?? (/^\d+$/.test(device) ? Number(device) : undefined);
  return both(
    columnEquals(table, 'protocol', protocolNumber(protocol, ETHERTYPES)),
    columnEquals(table, 'interface', index),
  );
}

/** `netlink:PROTOCOL:PORTID`; `kernel` is port id 0. */
function netlinkHost(operand: HostOperand, table: Table<Schema>): Leaf {
  const [protocol, port] = splitWords(operand);
  return both(
    columnEquals(table, 'protocol', protocolNumber(protocol, NETLINK_PROTOCOLS)),
    columnEquals(table, 'portid', protocolNumber(port, { kernel: 0 })),
  );
}

/** `vsock:CID:PORT`. */
function vsockHost(operand: HostOperand, table: Table<Schema>, side: Side): Leaf {
  const [cid, port] = splitWords(operand);
  return both(
    columnEquals(table, `${side}Cid`, protocolNumber(cid, {})),
    columnEquals(table, `${side}Port`, protocolNumber(port, {})),
  );
}
