import type { Draft, Family, Stop } from './command-line.ts';
import { errorStop } from './usage.ts';

/** Words of `-A` and what each adds to the family string. */
export const FAMILY_WORDS: Readonly<Record<string, Family>> = {
  inet: 'inet',
  ip: 'inet',
  tcpip: 'inet',
  inet6: 'inet6',
  ip6: 'inet6',
  unix: 'unix',
  ipx: 'ipx',
  ax25: 'ax25',
  x25: 'x25',
  netrom: 'netrom',
  rose: 'rose',
  ddp: 'ddp',
  appletalk: 'ddp',
  econet: 'ec',
  ash: 'ash',
  bluetooth: 'bluetooth',
};

export const FAMILY_TITLES: Readonly<Record<Family, string>> = {
  inet: 'IPv4',
  inet6: 'IPv6',
  unix: 'Unix domain',
  ipx: 'Novell IPX',
  ax25: 'AX.25',
  x25: 'X.25',
  netrom: 'NET/ROM',
  rose: 'ROSE',
  ddp: 'AppleTalk DDP',
  ec: 'Econet',
  ash: 'Ash',
  bluetooth: 'Bluetooth',
};

/** netstat copies the argument of `-A` into, and joins the family string in, buffers of 256 bytes. */
const LONGEST_LIST = 255;

/**
 * Appends to the family string. False, with a warning, when the string would grow beyond 255 bytes: the family is then
 * not selected at all.
 */
export function addFamily(draft: Draft, family: Family): boolean {
  const { families } = draft.line;
  const joined = families.join(',').length;
  if (family.length + joined + 1 > LONGEST_LIST) {
    draft.warnings.push('Too much address family arguments.');
    return false;
  }
  families.push(family);
  return true;
}

/**
 * The argument of `-A`. Quirk: only its first 255 bytes are looked at; a word cut there is unknown. Once the family
 * string is full the rest of the list is not even checked.
 */
export function addFamilyList(draft: Draft, list: string): Stop | undefined {
  for (const word of list.slice(0, LONGEST_LIST).split(',')) {
    const family = Object.hasOwn(FAMILY_WORDS, word) ? FAMILY_WORDS[word] : undefined;
    if (family === undefined) return errorStop(`Unknown address family \`${word}'.`, 1);
    if (!addFamily(draft, family)) return undefined;
  }
  return undefined;
}
