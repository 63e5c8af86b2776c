import { describe, expect, test } from 'vitest';
import { formatGroups, selectGroups } from '../../../src/formats/netstat/groups.ts';
import { inetHeader, inetTitle, type Listing } from '../../../src/formats/netstat/inet.ts';
import { listInterfaces } from '../../../src/formats/netstat/interface-list.ts';
import { formatInterfaces } from '../../../src/formats/netstat/interfaces.ts';
import { formatLegacy } from '../../../src/formats/netstat/legacy.ts';
import { formatMasquerade } from '../../../src/formats/netstat/masquerade.ts';
import type { RouteNames } from '../../../src/formats/netstat/route-layouts.ts';
import {
  formatInetRouteCache,
  formatInetRoutes,
  inetRouteHeader,
  selectInetRoutes,
} from '../../../src/formats/netstat/routes.ts';
import { formatInet6Routes, selectInet6Routes } from '../../../src/formats/netstat/routes-inet6.ts';
import { formatSctp, selectSctp } from '../../../src/formats/netstat/sctp.ts';
import { formatStatistics } from '../../../src/formats/netstat/statistics.ts';
import type { StatisticsPart } from '../../../src/formats/netstat/statistics-tables.ts';
import { formatUnix, selectUnix, unixHeader, unixTitle } from '../../../src/formats/netstat/unix.ts';
import { Golden, joined } from './golden.ts';

const live = new Golden('linux-6.18');
const made = new Golden('hand-made');

const ADJECTIVES: Readonly<Record<Listing, string>> = {
  all: '(servers and established)',
  listening: '(only servers)',
  connected: '(w/o servers)',
};

function inetRoutes(golden: Golden, extend: number, names?: RouteNames): string {
  const table = golden.routes();
  return inetRouteHeader(extend) + joined(formatInetRoutes(table, selectInetRoutes(table), { extend, names }));
}

function inet6Routes(golden: Golden, cache: boolean, names?: RouteNames): string {
  const table = golden.routes();
  return joined(formatInet6Routes(table, selectInet6Routes(table, cache), { cache, names }));
}

describe('routes', () => {
  test.each([
    ['rn', 0],
    ['rne', 1],
    ['rnee', 2],
    ['rneee', 3],
    ['rneeee', 4],
  ] as const)('netstat -%s', (run, extend) => {
    expect(inetRoutes(live, extend)).toBe(live.stdout(run));
  });

  test('netstat -r, -re: names', () => {
    expect(inetRoutes(live, 0, live.names())).toBe(live.stdout('r'));
    expect(inetRoutes(live, 1, live.names())).toBe(live.stdout('re'));
  });

  test('netstat -rC, -rCee: an empty cache', () => {
    expect(formatInetRouteCache(0)).toBe(live.stdout('rC'));
    expect(formatInetRouteCache(2)).toBe(live.stdout('rCee'));
    expect(formatInetRouteCache(3)).toBe('Kernel IP routing cache\n');
  });

  test('every flag, wide numbers, a route that is down', () => {
    expect(inetRoutes(made, 0)).toBe(made.stdout('rn'));
    expect(inetRoutes(made, 1)).toBe(made.stdout('rne'));
    expect(inetRoutes(made, 2)).toBe(made.stdout('rnee'));
  });

  test('netstat -r6n, -r6, -r6nC', () => {
    expect(inet6Routes(live, false)).toBe(live.stdout('r6n'));
    expect(inet6Routes(live, false, live.names())).toBe(live.stdout('r6'));
    expect(inet6Routes(live, true)).toBe(live.stdout('r6nC'));
    expect(inet6Routes(made, false)).toBe(made.stdout('r6n'));
    expect(inet6Routes(made, true)).toBe(made.stdout('r6nC'));
  });
});

describe('interfaces', () => {
  const tables = { links: live.links(), addresses: live.addresses() };
  test.each([
    ['i', false, false],
    ['ia', true, false],
    ['ie', false, true],
    ['iae', true, true],
  ] as const)('netstat -%s', (run, all, extend) => {
    const { rows, failure } = listInterfaces(tables, all);
    expect(failure).toBeUndefined();
    expect(joined(formatInterfaces(tables, rows, { title: true, extend }))).toBe(live.stdout(run));
  });
});

describe('groups', () => {
  test('netstat -gn, -g', () => {
    const table = live.groups();
    const selection = selectGroups(table, true, true);
    expect(joined(formatGroups(table, selection, {}))).toBe(live.stdout('gn'));
    expect(joined(formatGroups(table, selection, { names: live.names() }))).toBe(live.stdout('g'));
  });
});

describe('unix', () => {
  function listed(golden: Golden, listing: Listing): string {
    const table = golden.unix();
    const rows = formatUnix(table, selectUnix(table, listing), {});
    return joined(unixTitle(ADJECTIVES[listing]), unixHeader({}), rows);
  }

  test('netstat -x, -xa, -xl', () => {
    expect(listed(live, 'connected')).toBe(live.stdout('x'));
    expect(listed(live, 'all')).toBe(live.stdout('xa'));
    expect(listed(live, 'listening')).toBe(live.stdout('xl'));
  });

  test('every flag and state', () => {
    expect(listed(made, 'listening')).toBe(made.stdout('xl'));
  });

  /** Bytes of the hand-made names that netstat passes on and we do not. */
  const CONTROLS: readonly (readonly [netstat: string, ours: string])[] = [
    ['/run/\x1b[31mred', '/run/.[31mred'],
    ['/run/\x7fdel\x01', '/run/.del.'],
    ['/run/inv\xff\xfe\x9b', '/run/inv...'],
    ['/run/c1\xc2\x9b!', '/run/c1..!'],
  ];

  test('deviation unix-path-controls: control characters become dots', () => {
    let expected = made.stdout('xa');
    for (const [theirs, ours] of CONTROLS) {
      expect(expected).toContain(`${theirs}\n`);
      expected = expected.replace(theirs, ours);
    }
    expect(listed(made, 'all')).toBe(expected);
  });
});

describe('statistics', () => {
  const ALL = { raw: true, tcp: true, udp: true, sctp: true };
  const only = (part: StatisticsPart) => ({ raw: false, tcp: false, udp: false, sctp: false, [part]: true });

  test.each([
    ['s', 'inet', ALL],
    ['st', 'inet', only('tcp')],
    ['su', 'inet', only('udp')],
    ['sw', 'inet', only('raw')],
    ['sS', 'inet', only('sctp')],
    ['s6', 'inet6', ALL],
    ['s6w', 'inet6', only('raw')],
  ] as const)('netstat -%s of every counter', (run, family, switches) => {
    const { table, sections } = made.counters();
    expect(joined(formatStatistics(table, sections, { family, switches }))).toBe(made.stdout(run));
  });

  test.each([
    ['s', 'inet', ALL],
    ['st', 'inet', only('tcp')],
    ['su', 'inet', only('udp')],
    ['sw', 'inet', only('raw')],
    ['s6', 'inet6', ALL],
    ['s6u', 'inet6', only('udp')],
  ] as const)('netstat -%s of a kernel', (run, family, switches) => {
    const { table, sections } = live.counters();
    expect(joined(formatStatistics(table, sections, { family, switches }))).toBe(live.stdout(run));
  });
});

describe('sctp', () => {
  test.each([
    ['Sn', 'connected', false, false],
    ['San', 'all', false, false],
    ['Sane', 'all', true, false],
    ['Sano', 'all', false, true],
  ] as const)('netstat -%s', (run, listing, extend, timers) => {
    const options = { numericHosts: true, extend, timers };
    const table = made.sctp();
    const rows = formatSctp(table, selectSctp(table, listing), options);
    const heading = inetTitle(ADJECTIVES[listing]) + inetHeader({ ...options, wide: false });
    expect(joined(heading, rows)).toBe(made.stdout(run));
  });
});

describe('families of old kernels', () => {
  test.each([
    ['ax25', 'ax25', '-ax25'],
    ['netrom', 'nr', '-netrom'],
    ['rose', 'rose', '-rose'],
    ['x25', 'x25', '-x25'],
    ['ipx', 'ipx/socket', '-ipx'],
  ] as const)('%s', (family, file, run) => {
    const options = { all: false, extend: false };
    expect(joined(formatLegacy(family, made.legacy(family, file), options))).toBe(made.stdout(run));
  });

  test('x25 -a, ipx -e, the old layout of ax25', () => {
    const options = { all: true, extend: true };
    expect(joined(formatLegacy('x25', made.legacy('x25', 'x25'), options))).toBe(made.stdout('-x25 -a'));
    expect(joined(formatLegacy('ipx', made.legacy('ipx', 'ipx/socket'), options))).toBe(made.stdout('-ipx -ne'));
    const old = new Golden('hand-made-old');
    expect(joined(formatLegacy('ax25', old.legacy('ax25', 'ax25'), options))).toBe(old.stdout('-ax25'));
  });

  test('netstat -Mn, -Mne', () => {
    const table = made.masquerades();
    expect(joined(formatMasquerade(table, { extend: false }))).toBe(made.stdout('Mn'));
    expect(joined(formatMasquerade(table, { extend: true }))).toBe(made.stdout('Mne'));
  });
});
