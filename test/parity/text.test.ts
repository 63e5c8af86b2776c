import { beforeAll, describe, expect, test } from 'vitest';
import {
  type CommandLine,
  GROUPS,
  INET_ALL,
  INTERFACES,
  PROGRAMS,
  ROUTES,
  STATISTICS,
  TCP_UDP,
  UNIX,
} from '../oracle/command-lines.ts';
import { bundle, type CompareOptions, compare } from '../oracle/oracle.ts';
import { missing } from '../oracle/suite.ts';
import { isRoot, netns } from '../support/netns.ts';
import { hasFeature } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { type World, world } from '../support/world.ts';

/** netstat's text is the same bytes whichever source the rows came from: each way of reading against netstat itself. */

const scope = suiteScope();
let ns: World;

beforeAll(async () => {
  if (missing !== undefined) return;
  ns = await world(scope);
  // The sysfs of the host does not show the devices of this namespace.
  await ns.exec(['mount', '-t', 'sysfs', 'sysfs', '/sys']);
});

/**
 * Without rtnetlink Node.js tells of devices that are running, and not the broadcast address or the peer, and stderr says
 * so. Of a port of a bridge sysfs shows IFF_PROMISC and IFF_ALLMULTI that the kernel set for itself.
 */
const WITHOUT_RTNETLINK = {
  mask: (text: string) =>
    text
      .replace(/^sockdiag: IPv4 addresses: only those of running devices, without broadcast and peer\n/gm, '')
      .replace(/^( {8}inet \S+ {2}netmask \S+) .*$/gm, '$1')
      // tun7, which nothing is attached to.
      .replace(/^ {8}inet 10\.70\.0\.1 .*\n/gm, '')
      .replace(/^brx(?: {2}|: flags).*\n/gm, ''),
} as const;

/** Lines without -p, which no source of rows has to do with, and the few that end in an error. */
const SOCKETS: readonly CommandLine[] = [...TCP_UDP, ...INET_ALL].filter(([args]) => !args.join(' ').includes('p'));

/** `every`: one line of so many is run, which together are still a hundred and more. */
function linesOf(all: readonly CommandLine[], every = 1): readonly CommandLine[] {
  return all.filter((_, index) => index % every === 0);
}

interface Way {
  readonly how: CompareOptions;
  readonly lines: readonly CommandLine[];
}

const WITHOUT_ADDON: readonly CommandLine[] = [
  ...linesOf(SOCKETS, 4),
  ...linesOf(UNIX, 3),
  ...linesOf(ROUTES, 4),
  ...linesOf(GROUPS, 3),
  ...linesOf(STATISTICS, 6),
];

/** Raw sockets cannot be had from every kernel, unix sockets and IPv6 routes of netlink lack what netstat shows. */
const FROM_NETLINK: readonly CommandLine[] = [
  ...TCP_UDP.filter(([args]) => !args.some((word) => /w|-S|raw|sctp|p/.test(word))),
  ...ROUTES.filter(([args]) => /^-rn?[eNFC]*$/.test(args.join(' '))),
];

const WAYS: Readonly<Record<string, Way>> = {
  '--source procfs': { how: { ours: ['--source', 'procfs'] }, lines: [...linesOf(SOCKETS, 3), ...ROUTES, ...UNIX] },
  '--source netlink': { how: { ours: ['--source', 'netlink'] }, lines: FROM_NETLINK },
  'the addon refused': { how: { env: { SOCKDIAG_NO_ADDON: '1' } }, lines: WITHOUT_ADDON },
  'node --no-addons': { how: { env: { NODE_OPTIONS: '--no-addons' } }, lines: WITHOUT_ADDON },
};

/** netlink is not asked for what this kernel does not list. */
function possible(name: string): boolean {
  return name !== '--source netlink' || (hasFeature('tcp diag') && hasFeature('udp diag'));
}

for (const [name, { how, lines }] of Object.entries(WAYS)) {
  describe.skipIf(missing !== undefined || !possible(name))(
    `${name}${missing === undefined ? '' : ` (${missing})`}`,
    () => {
      for (const [args, options] of lines) {
        test(`netstat ${args.join(' ')}`, () => {
          const env = { ...options?.env, ...how.env };
          return compare(ns, args, { ...options, ...how, env });
        });
      }
    },
  );
}

describe.skipIf(missing !== undefined)('interfaces', () => {
  for (const [args] of INTERFACES) {
    test(`netlink: netstat ${args.join(' ')}`, () => compare(ns, args, { ours: ['--source', 'netlink'] }));
    test(`without the addon: netstat ${args.join(' ')}`, () =>
      compare(ns, args, { ...WITHOUT_RTNETLINK, env: { SOCKDIAG_NO_ADDON: '1' } }));
  }

  test('without the addon: labels are listed, and what is not known is said', async () => {
    const argv = [process.execPath, bundle, '-i'];
    const { stdout, stderr, status } = await ns.exec(argv, { env: { SOCKDIAG_NO_ADDON: '1' } });
    expect(stdout.toString()).toMatch(/^sp-a:10 +1500 +- no statistics available -/m);
    expect(stderr.toString()).toMatch(/^sockdiag: IPv4 addresses: only those of running devices/);
    expect(status).toBe(0);
  });
});

describe.skipIf(missing !== undefined)(`processes${isRoot ? '' : ', own ones'}`, () => {
  for (const [args] of linesOf(PROGRAMS, 2)) {
    test(`without the addon: netstat ${args.join(' ')}`, () => compare(ns, args, { env: { SOCKDIAG_NO_ADDON: '1' } }));
  }
});

describe('where rows came from', () => {
  const SECTIONS: readonly (readonly [string, RegExp])[] = [
    ['-tan', /^sockdiag: tcp,tcp6: netlink, \d+ rows$/m],
    ['-tanp', /^sockdiag: owners: (bpf|scan), \d+ rows$/m],
    ['-uan --source procfs', /^sockdiag: udp6: procfs, \d+ rows$/m],
    ['-U', /^sockdiag: udplite,udplite6: (netlink|procfs), \d+ rows/m],
    ['-xan', /^sockdiag: unix: procfs, \d+ rows$/m],
    ['-rn', /^sockdiag: routes: netlink, \d+ rows$/m],
    ['-rn --source procfs', /^sockdiag: route: procfs, \d+ rows$/m],
    ['-6rn', /^sockdiag: ipv6_route: procfs, \d+ rows$/m],
    ['-gn', /^sockdiag: igmp: procfs, \d+ rows$/m],
    ['-i', /^sockdiag: links: netlink, \d+ rows$/m],
    ['-i --source procfs', /^sockdiag: dev: procfs, \d+ rows$/m],
    ['-s', /^sockdiag: snmp: procfs, \d+ rows$/m],
  ];
  const run = (words: string, env = {}) =>
    ns.exec([process.execPath, bundle, ...words.split(' ')], { env: { SOCKDIAG_ARGV0: 'netstat', ...env } });

  test.skipIf(missing !== undefined).each(SECTIONS)('%s --verbose-source', async (words, said) => {
    const [plain, told] = [await run(words), await run(`${words} --verbose-source`)];
    expect(told.stderr.toString()).toMatch(said);
    expect(plain.stderr.toString()).not.toMatch(said);
    expect(told.status).toBe(plain.status);
  });

  test.skipIf(missing !== undefined)('a listing of nothing', async (t) => {
    const empty = await netns(t);
    const { stderr } = await empty.exec([process.execPath, bundle, '-tn', '--verbose-source']);
    expect(stderr.toString()).toMatch(/^sockdiag: tcp,tcp6: netlink, 0 rows$/m);
  });

  test.skipIf(missing !== undefined).each(SECTIONS)('%s with NODE_DEBUG', async (words) => {
    const { stderr } = await run(words, { NODE_DEBUG: 'sockdiag' });
    expect(stderr.toString()).toMatch(/^SOCKDIAG \d+: .*(netlink: \d+ rows|procfs: \/proc\/\S+: \d+ bytes)/m);
  });

  test.skipIf(missing !== undefined).each([['-g'], ['-s']])('%s --source netlink is an error', async (words) => {
    const { status, stderr } = await run(`${words} --source netlink`);
    expect([status, stderr.toString()]).toEqual([1, expect.stringContaining('netlink does not have this table')]);
  });
});
