import { AF_INET, AF_INET6, AF_UNSPEC } from '../../src/uapi/socket.ts';

/** What the kernel's program sees of a socket: `inet_diag_entry`. */
export interface Entry {
  readonly family: number;
  readonly sport: number;
  readonly dport: number;
  readonly saddr: Uint8Array;
  readonly daddr: Uint8Array;
  readonly ifindex: number;
  readonly mark: number;
  readonly cgroup: bigint;
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Argument bytes of each operation; host conditions add those of their address. */
const ARGUMENT: Readonly<Record<number, number>> = {
  0: 0,
  1: 0,
  2: 4,
  3: 4,
  4: 4,
  5: 4,
  6: 0,
  7: 8,
  8: 8,
  9: 4,
  10: 8,
  11: 4,
  12: 4,
  13: 8,
};
const ADDRESS_BYTES: Readonly<Record<number, number>> = { [AF_UNSPEC]: 0, [AF_INET]: 4, [AF_INET6]: 16 };

function viewOf(program: Uint8Array): DataView {
  return new DataView(program.buffer, program.byteOffset, program.length);
}

/** Size of the operation at an offset; undefined when the kernel would not take it. */
function operationSize(program: Uint8Array, at: number): number | undefined {
  const code = program[at]!;
  const argument = ARGUMENT[code];
  if (argument === undefined) return undefined;
  if (code !== 7 && code !== 8) return 4 + argument;
  const address = ADDRESS_BYTES[program[at + 4]!];
  if (address === undefined || program[at + 5]! > address * 8) return undefined;
  return 4 + argument + address;
}

/** Why the kernel would refuse the program with EINVAL; undefined = it takes it. */
export function audit(program: Uint8Array): string | undefined {
  if (program.length < 4) return 'shorter than an operation';
  const view = viewOf(program);
  const boundaries = new Set<number>();
  const jumps: [from: number, to: number][] = [];
  let at = 0;
  while (at < program.length) {
    const remaining = program.length - at;
    if (remaining < 4) return `truncated operation at ${at}`;
    boundaries.add(at);
    const size = operationSize(program, at);
    const yes = program[at + 1]!;
    const no = view.getUint16(at + 2, LITTLE_ENDIAN);
    if (size === undefined || size > remaining) return `bad operation at ${at}`;
    if (yes % 4 !== 0 || yes < size || yes > remaining + 4) return `bad yes at ${at}`;
    if (no % 4 !== 0 || no < size || no > remaining + 4) return `bad no at ${at}`;
    if (no < remaining) jumps.push([at, at + no]);
    at += yes;
  }
  if (at !== program.length) return 'the chain of yes overruns the end';
  const bad = jumps.find(([, to]) => !boundaries.has(to));
  return bad === undefined ? undefined : `jump from ${bad[0]} into an argument`;
}

function samePrefix(address: Uint8Array, wanted: Uint8Array, bits: number): boolean {
  const text = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return text(address).slice(0, bits) === text(wanted).slice(0, bits);
}

function hostCondition(view: DataView, at: number, family: number, address: Uint8Array, port: number): boolean {
  const [wantedFamily, prefix] = [view.getUint8(at), view.getUint8(at + 1)];
  const wantedPort = view.getInt32(at + 4, LITTLE_ENDIAN);
  if (wantedPort !== -1 && wantedPort !== port) return false;
  const size = ADDRESS_BYTES[wantedFamily]!;
  const wanted = new Uint8Array(view.buffer, view.byteOffset + at + 8, size);
  if (wantedFamily === AF_UNSPEC) return true;
  if (wantedFamily === family) return samePrefix(address, wanted, prefix);
  const mapped = [...address.slice(0, 12)].join() === '0,0,0,0,0,0,0,0,0,0,255,255';
  return family === AF_INET6 && wantedFamily === AF_INET && mapped && samePrefix(address.slice(12), wanted, prefix);
}

type Test = (view: DataView, at: number, entry: Entry) => boolean;

const portOf = (view: DataView, at: number): number => view.getUint16(at + 2, LITTLE_ENDIAN);

/** By operation code; `at` is the offset of the argument. */
const TESTS: Readonly<Record<number, Test>> = {
  0: () => true,
  1: () => false,
  2: (view, at, entry) => entry.sport >= portOf(view, at),
  3: (view, at, entry) => entry.sport <= portOf(view, at),
  4: (view, at, entry) => entry.dport >= portOf(view, at),
  5: (view, at, entry) => entry.dport <= portOf(view, at),
  7: (view, at, entry) => hostCondition(view, at, entry.family, entry.saddr, entry.sport),
  8: (view, at, entry) => hostCondition(view, at, entry.family, entry.daddr, entry.dport),
  9: (view, at, entry) => entry.ifindex === view.getUint32(at, LITTLE_ENDIAN),
  10: (view, at, entry) =>
    (entry.mark & view.getUint32(at + 4, LITTLE_ENDIAN)) >>> 0 === view.getUint32(at, LITTLE_ENDIAN),
  11: (view, at, entry) => entry.sport === portOf(view, at),
  12: (view, at, entry) => entry.dport === portOf(view, at),
  13: (view, at, entry) => entry.cgroup === view.getBigUint64(at, LITTLE_ENDIAN),
};

/** Does the kernel keep the socket? */
export function run(program: Uint8Array, entry: Entry): boolean {
  const view = viewOf(program);
  let at = 0;
  while (at < program.length) {
    const test = TESTS[program[at]!];
    if (test === undefined) throw new Error(`operation ${program[at]} is not modelled`);
    at += test(view, at + 4, entry) ? program[at + 1]! : view.getUint16(at + 2, LITTLE_ENDIAN);
  }
  return at === program.length;
}
