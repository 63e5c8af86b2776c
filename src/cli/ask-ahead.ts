import type { DumpRequest } from '../addon.ts';
import { INET_DIAG_INFO } from '../uapi/inet-diag.ts';
import { RT_TABLE_MAIN } from '../uapi/rtnetlink.ts';
import { AF_INET, IPPROTO_TCP, IPPROTO_UDP } from '../uapi/socket.ts';
import { TCP_CLOSING, TCPF_ALL, TCPF_CLOSE, TCPF_ESTABLISHED, TCPF_LISTEN } from '../uapi/tcp-states.ts';

/** Every state netstat shows but LISTEN. */
const CONNECTED = ((2 << TCP_CLOSING) - 2) & ~TCPF_LISTEN;
const INFO_BIT = 1 << (INET_DIAG_INFO - 1);

/** One word of letters that list IPv4 routes. */
const ROUTES = /^-[nNveW]*r[nNveW]*$/;

/** One word of letters that list sockets, of both address families. With -l there is next to nothing to ask for. */
const LISTING = /^-[tuUwSxanpeoWNvc]+$/;

/**
 * The request with which a list of Internet sockets or routes will begin, guessed from the words of the command line, so that the
 * kernel can work on the answer while the program that prints it is loaded. A wrong guess costs the answer nobody reads,
 * never a wrong row: what is printed comes from the request the whole program makes, and is taken from here only if that is the same.
 */
export function firstRequest(words: readonly string[]): DumpRequest | undefined {
  const [letters = '-n', ...more] = words;
  if (more.length > 0) return undefined;
  if (ROUTES.test(letters)) return { kind: 'route', family: AF_INET, table: RT_TABLE_MAIN };
  if (!LISTING.test(letters)) return undefined;
  const has = (letter: string): boolean => letters.includes(letter);
  const chosen = has('t') || has('u') || has('U') || has('w') || has('S') || has('x');
  const request = { kind: 'inet', family: AF_INET, legacy: true, ext: has('o') ? INFO_BIT : 0 } as const;
  if (has('t') || !chosen) return { ...request, protocol: IPPROTO_TCP, states: has('a') ? TCPF_ALL : CONNECTED };
  if (has('u') && !has('S')) return { ...request, protocol: IPPROTO_UDP, states: TCPF_ESTABLISHED | TCPF_CLOSE };
  return undefined;
}
