import { isIPv6 } from 'node:net';
import { FilterError } from '../errors.ts';
import { AF_INET, AF_INET6, AF_UNSPEC } from '../uapi/socket.ts';
import type { HostFamily, HostMatch, HostOperand, PortRange, Span } from './ast.ts';
import { parsePort } from './number.ts';

const FAMILIES: readonly HostFamily[] = ['inet', 'inet6', 'unix', 'link', 'netlink', 'vsock'];

const EXPECTED = 'HOST: [FAMILY:]ADDRESS[/PREFIX][:PORT]';

/** `*`: every address. */
const ANY: HostMatch = { family: AF_UNSPEC, strict: false, bytes: new Uint8Array(0), prefixLength: 0 };
const ANY_OF_FAMILY: Readonly<Record<'inet' | 'inet6', HostMatch>> = {
  inet: { family: AF_INET, strict: true, bytes: new Uint8Array(4), prefixLength: 0 },
  inet6: { family: AF_INET6, strict: true, bytes: new Uint8Array(16), prefixLength: 0 },
};

/** Bytes of an IPv6 address in text form, without a zone; undefined when it is none. */
export function parseIPv6(text: string): Uint8Array | undefined {
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const quad = dotted === null ? [] : wordsOfQuad(dotted[2]!);
  const [head, tail] = (dotted === null ? text : dotted[1]!.replace(/([^:]):$/, '$1')).split('::');
  const front = words(head!);
  const back = tail === undefined ? [] : words(tail);
  const given = front.length + back.length + quad.length;
  const all = [...front, ...new Array<number>(8 - given).fill(0), ...back, ...quad];
  return Uint8Array.from(all.flatMap((word) => [word >> 8, word & 255]));
}

function words(text: string): number[] {
  return text.split(':').flatMap((word) => (word === '' ? [] : [Number.parseInt(word, 16)]));
}

function wordsOfQuad(text: string): number[] {
  const [a, b, c, d] = text.split('.').map(Number) as [number, number, number, number];
  return [a * 256 + b, c * 256 + d];
}

/** Bytes of an IPv4 address; the missing last ones of a short form (`10.1` before `/16`) are 0. */
export function parseIPv4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length > 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  const bytes = new Uint8Array(4);
  bytes.set(parts.map(Number));
  return bytes;
}

/** The parts of HOST as text. */
interface HostText {
  readonly family: HostFamily | undefined;
  readonly address: string;
  readonly port: string | undefined;
  /** Offset of the port in the operand. */
  readonly portAt: number;
}

function splitFamily(text: string): { family: HostFamily | undefined; rest: string } {
  const family = FAMILIES.find((name) => text.startsWith(`${name}:`));
  return { family, rest: family === undefined ? text : text.slice(family.length + 1) };
}

/** Is the text before the last colon an address of its own, so that what follows is a port? */
function endsInPort(text: string, colon: number): boolean {
  const before = text.slice(0, colon);
  if (!before.includes(':')) return true;
  const embedded = text.includes('.', colon);
  return !embedded && isIPv6(before.replace(/\/\d+$/, ''));
}

function splitHost(text: string, span: Span): HostText {
  const { family, rest } = splitFamily(text);
  const offset = text.length - rest.length;
  if (rest.startsWith('[')) {
    const close = rest.indexOf(']');
    if (close < 0) throw new FilterError(`no ] in '${text}'`, span.start, EXPECTED);
    const after = /^((?:\/[^:]*)?)(?::(.*))?$/s.exec(rest.slice(close + 1));
    if (after === null) throw new FilterError(`unexpected text after ] in '${text}'`, span.start, ':PORT');
    const port = after[2];
    return { family, address: rest.slice(1, close) + after[1]!, port, portAt: text.length - (port?.length ?? 0) };
  }
  const colon = rest.lastIndexOf(':');
  if (colon < 0 || !endsInPort(rest, colon)) return { family, address: rest, port: undefined, portAt: text.length };
  return { family, address: rest.slice(0, colon), port: rest.slice(colon + 1), portAt: offset + colon + 1 };
}

/** HOST of ss's grammar. A name is left to `resolveFilter()`. `pattern` is the word with its shell quoting. */
export function parseHost(text: string, pattern: string, span: Span): HostOperand {
  const { family } = splitFamily(text);
  if (family !== undefined && family !== 'inet' && family !== 'inet6') {
    const source = family === 'unix' ? pattern : text;
    return { type: 'host', text: pattern, span, family, name: source.slice(family.length + 1) };
  }
  const host = splitHost(text, span);
  const port = host.port === undefined ? undefined : parsePort(host.port, { ...span, start: span.start + host.portAt });
  const found = hostMatch(host, span);
  return {
    type: 'host',
    text: pattern,
    span,
    ...(family === undefined ? {} : { family }),
    ...(typeof found === 'string' ? { name: found } : { matches: [found] }),
    ...(port === undefined || isEveryPort(port) ? {} : { port }),
  };
}

function isEveryPort(port: PortRange): boolean {
  return port.name === undefined && port.low === 0 && port.high === 0xffff;
}

/** What the address part matches, or the name it is. */
function hostMatch({ family, address, port }: HostText, span: Span): HostMatch | string {
  const only = family === 'inet' || family === 'inet6' ? family : undefined;
  if (address === '*' || (address === '' && (port !== undefined || only !== undefined))) {
    return only === undefined ? ANY : ANY_OF_FAMILY[only];
  }
  const slash = address.lastIndexOf('/');
  const plain = slash < 0 ? address : address.slice(0, slash);
  const bytes = only === 'inet6' ? parseIPv6(plain) : (parseIPv4(plain) ?? parseIPv6(plain));
  if (bytes === undefined || (only === 'inet' && bytes.length !== 4)) {
    if (slash >= 0 || !/^[^\s:[\]/*]+$/.test(plain) || /^[\d.]+$/.test(plain)) {
      throw new FilterError(`'${address}' is not an address`, span.start, EXPECTED);
    }
    return plain;
  }
  const prefixLength = slash < 0 ? bytes.length * 8 : parsePrefix(address.slice(slash + 1), bytes.length, span);
  return { ...addressMatch(bytes, only), prefixLength };
}

/** Matches one whole address. */
export function addressMatch(bytes: Uint8Array, only: HostFamily | undefined): HostMatch {
  const family = bytes.length === 4 ? AF_INET : AF_INET6;
  return { family, strict: only !== undefined, bytes, prefixLength: bytes.length * 8 };
}

/** Number of bits, or for IPv4 a netmask. */
function parsePrefix(text: string, size: number, span: Span): number {
  const bits = /^(0|[1-9]\d{0,2})$/.test(text) ? Number(text) : maskLength(text, size);
  if (bits === undefined || bits > size * 8) {
    throw new FilterError(`'/${text}' is not a prefix length`, span.start, `0 to ${size * 8}`);
  }
  return bits;
}

function maskLength(text: string, size: number): number | undefined {
  const bytes = size === 4 && /^\d+\.\d+\.\d+\.\d+$/.test(text) ? parseIPv4(text) : undefined;
  if (bytes === undefined) return undefined;
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const length = bits.indexOf('0') < 0 ? 32 : bits.indexOf('0');
  return bits.lastIndexOf('1') < length ? length : undefined;
}
