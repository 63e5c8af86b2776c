/** One hardware type netstat has words for. linux/if_arp.h. */
export interface Hardware {
  readonly word: string;
  readonly title: string;
  /** Text of the address, made of its first 8 bytes and zeros; undefined = the type shows none. */
  readonly address?: (bytes: Uint8Array) => string;
}

function hexPair(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** `count` bytes in hexadecimal with a separator. */
function hex(count: number, separator: string, upper: boolean): (bytes: Uint8Array) => string {
  return (bytes) => {
    const text = Array.from(bytes.subarray(0, count), hexPair).join(separator);
    return upper ? text.toUpperCase() : text;
  };
}

/** Six shifted characters up to a blank, and the station number when it is not 0. */
export function callSign(bytes: Uint8Array): string {
  let call = '';
  for (const byte of bytes.subarray(0, 6)) {
    const code = byte >> 1;
    if (code === 0x20 || code === 0) break;
    call += String.fromCharCode(code);
  }
  const station = (bytes[6]! >> 1) & 15;
  return station === 0 ? call : `${call}-${station}`;
}

/** Bytes up to the first NUL. */
function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(bytes.subarray(0, end < 0 ? bytes.length : end)).toString('latin1');
}

function signed16(bytes: Uint8Array): string {
  return String(((bytes[0]! | (bytes[1]! << 8)) << 16) >> 16);
}

/** 64 low nibbles; no kernel has had the type. */
function ash(bytes: Uint8Array): string {
  const digits = Array.from({ length: 64 }, (_, index) => ((bytes[index] ?? 0) & 15).toString(16));
  return `[${digits.join('')}]`;
}

/** Kernel: IrDA is gone since 4.17; its address is a number in host byte order. */
function irda(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 4).toReversed(), hexPair).join(':');
}

const SERIAL = 'Serial Line IP';

/** By ARPHRD number. */
const HARDWARE: Readonly<Record<number, Hardware>> = {
  0: { word: 'netrom', title: 'AMPR NET/ROM', address: callSign },
  1: { word: 'ether', title: 'Ethernet', address: hex(6, ':', false) },
  3: { word: 'ax25', title: 'AMPR AX.25', address: callSign },
  7: { word: 'arcnet', title: 'ARCnet', address: hex(1, '', true) },
  15: { word: 'dlci', title: 'Frame Relay DLCI', address: signed16 },
  27: { word: 'eui64', title: 'Generic EUI-64', address: hex(8, ':', true) },
  256: { word: 'slip', title: SERIAL },
  257: { word: 'cslip', title: `VJ ${SERIAL}` },
  258: { word: 'slip6', title: `6-bit ${SERIAL}` },
  259: { word: 'cslip6', title: `VJ 6-bit ${SERIAL}` },
  264: { word: 'adaptive', title: `Adaptive ${SERIAL}` },
  270: { word: 'rose', title: 'AMPR ROSE', address: hex(5, '', false) },
  271: { word: 'x25', title: 'generic X.25', address: text },
  512: { word: 'ppp', title: 'Point-to-Point Protocol' },
  513: { word: 'hdlc', title: '(Cisco)-HDLC' },
  516: { word: 'lapb', title: 'LAPB' },
  768: { word: 'tunnel', title: 'IPIP Tunnel', address: () => '' },
  770: { word: 'frad', title: 'Frame Relay Access Device' },
  772: { word: 'loop', title: 'Local Loopback' },
  774: { word: 'fddi', title: 'Fiber Distributed Data Interface', address: hex(6, '-', true) },
  776: { word: 'sit', title: 'IPv6-in-IPv4' },
  780: { word: 'hippi', title: 'HIPPI', address: hex(6, ':', true) },
  781: { word: 'ash', title: 'Ash', address: ash },
  782: { word: 'ec', title: 'Econet' },
  783: { word: 'irda', title: 'IrLAP', address: irda },
};

/** Every other type; tunnels, InfiniBand and GRE among them. Quirk: 16 bytes, of which the last 8 are 0. */
const UNSPECIFIED: Hardware = { word: 'unspec', title: 'UNSPEC', address: hex(16, '-', true) };

/** Types whose statistics have lines for compressed packets: cslip, cslip6. */
const COMPRESSED: ReadonlySet<number> = new Set([257, 259]);

export function hardwareOf(type: number | null | undefined): Hardware {
  return HARDWARE[type ?? -1] ?? UNSPECIFIED;
}

export function showsCompressed(type: number | null | undefined): boolean {
  return COMPRESSED.has(type ?? -1);
}
