import type { CommandLine, Family, Protocol, Stop } from './command-line.ts';
import { NO_BLUETOOTH, NO_ROUTES, noStatistics } from './unsupported.ts';

/** Which sections a command line shows, in the order they are printed. */

/**
 * When the kernel has no such thing: `fail` prints `noSupport()` and ends the run with status 1 behind the rows of that
 * section; `mention` prints it and goes on; `silent` just goes on.
 *
 * Quirk: only the IPv4 file of a protocol is missed, so that `-6 -S` is silent where `-S` fails.
 */
export type WhenMissing = 'fail' | 'mention' | 'silent';

/** In the Internet and the Unix title. */
export type Adjective = '(servers and established)' | '(only servers)' | '(w/o servers)';

/** Which rows of a protocol are shown: those with a peer, those that wait for one, or both. */
export type Rows = 'connected' | 'listening' | 'all';

export interface InternetProtocol {
  readonly protocol: Protocol;
  readonly inet: boolean;
  readonly inet6: boolean;
  readonly missing: WhenMissing;
}

/** Families of old kernels. Each prints its title only if its /proc file can be opened. */
export type LegacyFamily = 'ipx' | 'ax25' | 'x25' | 'netrom' | 'rose';

export type Section =
  /** Title and header are printed even when no protocol has a row. */
  | { readonly kind: 'internet'; readonly protocols: readonly InternetProtocol[] }
  | { readonly kind: 'groups'; readonly inet: boolean; readonly inet6: boolean; readonly missing: WhenMissing }
  | { readonly kind: 'unix'; readonly missing: WhenMissing }
  | { readonly kind: LegacyFamily; readonly missing: WhenMissing }
  /** Never printed: it ends the run. */
  | { readonly kind: 'bluetooth'; readonly stop: Stop };

export interface SocketList {
  readonly sections: readonly Section[];
  readonly rows: Rows;
  readonly adjective: Adjective;
  /** Something was chosen, so that what was not chosen is not shown. */
  readonly explicit: boolean;
  /** Only families were chosen; every Internet protocol follows from that. */
  readonly implicit: boolean;
  /** The process column is asked for, and a section that has it is shown: the scan comes before the first section. */
  readonly owners: boolean;
}

/** The order of rows in the Internet list. */
const PROTOCOLS: readonly Protocol[] = ['tcp', 'sctp', 'udp', 'udplite', 'raw'];

const LEGACY_FAMILIES: readonly LegacyFamily[] = ['ipx', 'ax25', 'x25', 'netrom', 'rose'];

const ADJECTIVES: Readonly<Record<Rows, Adjective>> = {
  all: '(servers and established)',
  listening: '(only servers)',
  connected: '(w/o servers)',
};

/** The choices of a command line, with what follows from them filled in. */
interface Choice {
  readonly protocols: ReadonlySet<Protocol>;
  readonly inet: boolean;
  readonly inet6: boolean;
  readonly families: ReadonlySet<Family>;
  readonly bluetooth: boolean;
  readonly explicit: boolean;
  readonly implicit: boolean;
}

/** Quirk: families are looked at before `-g`, so that `-g -4` lists all Internet sockets too, and `-g` alone none. */
function choose(line: CommandLine): Choice {
  const families = new Set(line.families);
  const given = PROTOCOLS.filter((protocol) => line.protocols[protocol]);
  const anyInet = families.has('inet') || families.has('inet6');
  const implicit = anyInet && given.length === 0;
  const protocols = new Set(implicit ? PROTOCOLS : given);
  const bluetooth = line.bluetooth.l2cap || line.bluetooth.rfcomm || families.has('bluetooth');
  const others = bluetooth || families.has('unix') || LEGACY_FAMILIES.some((family) => families.has(family));
  const explicit = protocols.size > 0 || line.groups || others;
  return {
    protocols,
    inet: !anyInet || families.has('inet'),
    inet6: !anyInet || families.has('inet6'),
    families,
    bluetooth,
    explicit,
    implicit,
  };
}

/** Mode `sockets`: what is shown. */
export function selectSockets(line: CommandLine): SocketList {
  const choice = choose(line);
  const chosen: WhenMissing = choice.implicit ? 'silent' : 'fail';
  const unchosen: WhenMissing = line.verbose ? 'mention' : 'silent';
  const sections: Section[] = [];
  const internet = internetSection(choice, unchosen);
  if (internet !== undefined) sections.push(internet);
  if (line.groups) {
    const { inet, inet6 } = choice;
    sections.push({ kind: 'groups', inet, inet6, missing: inet ? chosen : 'silent' });
  }
  if (!choice.explicit) sections.push({ kind: 'unix', missing: unchosen });
  else if (choice.families.has('unix')) sections.push({ kind: 'unix', missing: chosen });
  for (const kind of LEGACY_FAMILIES) {
    if (choice.families.has(kind)) sections.push({ kind, missing: 'fail' });
    else if (!choice.explicit) sections.push({ kind, missing: unchosen });
  }
  if (choice.bluetooth) sections.push({ kind: 'bluetooth', stop: NO_BLUETOOTH });
  const rows: Rows = line.all ? 'all' : line.listening ? 'listening' : 'connected';
  const owners = line.programs && sections.some(({ kind }) => kind === 'internet' || kind === 'unix');
  return {
    sections,
    rows,
    adjective: ADJECTIVES[rows],
    explicit: choice.explicit,
    implicit: choice.implicit,
    owners,
  };
}

function internetSection(choice: Choice, unchosen: WhenMissing): Section | undefined {
  if (choice.explicit && choice.protocols.size === 0) return undefined;
  const { inet, inet6 } = choice;
  const missing: WhenMissing = !choice.explicit ? unchosen : choice.implicit || !inet ? 'silent' : 'fail';
  const shown = choice.explicit ? PROTOCOLS.filter((protocol) => choice.protocols.has(protocol)) : PROTOCOLS;
  return { kind: 'internet', protocols: shown.map((protocol) => ({ protocol, inet, inet6, missing })) };
}

/** Mode `route`: one step for each member of the family string, duplicates again. The first stop ends the run. */
export interface RouteList {
  readonly steps: readonly RouteStep[];
  /** The forwarding table; shown unless only the cache was asked for. */
  readonly fib: boolean;
  readonly cache: boolean;
}

export type RouteStep =
  | { readonly kind: 'table'; readonly family: 'inet' | 'inet6' }
  | { readonly kind: 'stop'; readonly family: Family; readonly stop: Stop };

export function selectRoutes(line: CommandLine): RouteList {
  const families: readonly Family[] = line.families.length === 0 ? ['inet'] : line.families;
  const steps = families.map((family): RouteStep => {
    const stop = NO_ROUTES[family];
    if (stop !== undefined) return { kind: 'stop', family, stop };
    return { kind: 'table', family: family === 'inet6' ? 'inet6' : 'inet' };
  });
  return { steps, fib: line.fib || !line.cache, cache: line.cache };
}

/** Sections of `-s` that can be switched; sections unknown to netstat are always printed. */
export interface StatisticsSwitches {
  /** Ip, Icmp (Ip6, Icmp6). */
  readonly raw: boolean;
  /** Tcp, TcpExt. */
  readonly tcp: boolean;
  /** Udp (Udp6). */
  readonly udp: boolean;
  readonly sctp: boolean;
}

export type StatisticsList =
  | { readonly kind: 'counters'; readonly family: 'inet' | 'inet6'; readonly switches: StatisticsSwitches }
  | { readonly kind: 'stop'; readonly stop: Stop };

/** Mode `statistics`. Quirk: one family at most, and that only once. `-U` alone switches everything off. */
export function selectStatistics(line: CommandLine): StatisticsList {
  const [family = 'inet', ...more] = line.families;
  if (more.length > 0 || (family !== 'inet' && family !== 'inet6')) {
    return { kind: 'stop', stop: noStatistics(line.families) };
  }
  const every = PROTOCOLS.every((protocol) => !line.protocols[protocol]);
  const { raw, tcp, udp, sctp } = line.protocols;
  return {
    kind: 'counters',
    family,
    switches: { raw: every || raw, tcp: every || tcp, udp: every || udp, sctp: every || sctp },
  };
}
