import {
  TCP_BOUND_INACTIVE,
  TCP_CLOSE,
  TCP_LISTEN,
  TCP_SYN_RECV,
  TCP_SYN_SENT,
  TCP_TIME_WAIT,
  TCPF_ALL,
} from '../uapi/tcp-states.ts';

const bit = (state: number): number => 1 << state;

/** A request socket is asked for by its own bit and answers as SYN_RECV. */
const SYN_RECV = bit(TCP_SYN_RECV) | bit(12);
const CONNECTED = TCPF_ALL & ~(bit(TCP_CLOSE) | bit(TCP_LISTEN));
const BUCKET = SYN_RECV | bit(TCP_TIME_WAIT);

/** Every bit of a states mask that means something, bound-inactive included. */
export const EVERY_STATE: number = TCPF_ALL | bit(TCP_BOUND_INACTIVE);

/**
 * Bits of the states and groups of states, by ss's and netstat's names; `_` is read as `-`, in any case.
 *
 * Kernel: `bound-inactive` (6.8) is only a request: such sockets answer as CLOSE, which TCP sockets otherwise never do. No
 * group holds it, so that the rows are listed only when they are named.
 */
export const STATES: Readonly<Record<string, number>> = {
  established: bit(1),
  estab: bit(1),
  'syn-sent': bit(2),
  'syn-recv': SYN_RECV,
  'syn-rcv': SYN_RECV,
  'fin-wait-1': bit(4),
  'fin-wait1': bit(4),
  'fin-wait-2': bit(5),
  'fin-wait2': bit(5),
  'time-wait': bit(6),
  closed: bit(7),
  close: bit(7),
  unconnected: bit(7),
  unconn: bit(7),
  'close-wait': bit(8),
  'last-ack': bit(9),
  listening: bit(10),
  listen: bit(10),
  closing: bit(11),
  'bound-inactive': bit(TCP_BOUND_INACTIVE),
  all: TCPF_ALL,
  connected: CONNECTED,
  synchronized: CONNECTED & ~bit(TCP_SYN_SENT),
  bucket: BUCKET,
  big: TCPF_ALL & ~BUCKET,
};

/** The names that tell states apart, one per state. */
const SINGLE = [
  'established',
  'syn-sent',
  'syn-recv',
  'fin-wait-1',
  'fin-wait-2',
  'time-wait',
  'closed',
  'close-wait',
  'last-ack',
  'listening',
  'closing',
  'bound-inactive',
] as const;

/** Bits of a state or group by name; undefined = no such name. */
export function stateBits(name: string): number | undefined {
  const spelled = name.toLowerCase().replaceAll('_', '-');
  return Object.hasOwn(STATES, spelled) ? STATES[spelled] : undefined;
}

/** Names for the bits, with commas: a group's when there is one. */
export function stateNames(mask: number): string {
  const exact = Object.keys(STATES).find((name) => STATES[name] === mask);
  return exact ?? SINGLE.filter((name) => (STATES[name]! & mask) !== 0).join(',');
}
