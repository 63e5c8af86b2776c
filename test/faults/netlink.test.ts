import { beforeAll, describe, expect, test } from 'vitest';
import type { Netns, Outcome } from '../support/netns.ts';
import { hasFeature } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { askLibrary, type Compiled, compile, errnoOf, expectHonest, ours, populated, type Said } from './faulty.ts';

/**
 * Every way NETLINK_SOCK_DIAG can refuse, break off or lie, provoked below the real command and library by a preloaded
 * shim (shim.c), and by seccomp where that can do it.
 */

const scope = suiteScope();
const compiled = compile(scope);
let ns: Netns;
/** What netstat prints, by its arguments: the population does not change. */
const printed = new Map<string, Promise<Outcome>>();

function netstatOf(args: readonly string[]): Promise<Outcome> {
  const key = args.join(' ');
  const known = printed.get(key) ?? ns.exec(['netstat', ...args]);
  printed.set(key, known);
  return known;
}

const POPULATION = { tcp: 8000, udp: 1200, unix: 1500 };
/** Its IPv4 sockets, the listener included. */
const IPV4 = POPULATION.tcp * 0.75 + 1;
/** Datagrams of a dump of these: while its rows can still be taken back, and when some are printed. */
const EARLY = '2';
const LATE = '18';

beforeAll(async () => {
  ns = await populated(scope, POPULATION);
});

interface Fault {
  readonly FAULT: string;
  readonly FAULT_ON?: string;
  readonly FAULT_AT?: string;
}

/** `whole`: netstat's bytes and status 0. `failed`: a reason on stderr and another status. */
type Result = 'whole' | 'failed';

function number(name: string): string {
  return String(errnoOf(name));
}

function run(fault: Fault, args: readonly string[], { shim }: Compiled): Promise<Outcome> {
  return ns.exec(ours(args), { env: { ...fault, LD_PRELOAD: shim }, stopAfterMs: 40_000 });
}

function ask(fault: Fault, { shim }: Compiled, options: object = { netid: ['tcp', 'tcp6'] }): Promise<Said> {
  return askLibrary(ns, 'sockets', options, { env: { ...fault, LD_PRELOAD: shim }, stopAfterMs: 40_000 });
}

const REFUSED = ['EPROTONOSUPPORT', 'EAFNOSUPPORT', 'EACCES', 'EPERM', 'ENOENT', 'EOPNOTSUPP', 'ECONNREFUSED'];

/** [what happens, the fault, what must come of `-tane`] */
const FAULTS: readonly (readonly [string, Fault, Result])[] = [
  ...REFUSED.map((name) => [`socket(): ${name}`, { FAULT: `socket:${number(name)}` }, 'whole'] as const),
  ...['EMFILE', 'ENOMEM', 'ENOBUFS'].map(
    (name) => [`socket(): ${name}`, { FAULT: `socket:${number(name)}` }, 'failed'] as const,
  ),
  ...REFUSED.map((name) => [`send(): ${name}`, { FAULT: `send:${number(name)}` }, 'whole'] as const),
  ...['ENOBUFS', 'ENOMEM'].map((name) => [`send(): ${name}`, { FAULT: `send:${number(name)}` }, 'failed'] as const),
  ...['ENOENT', 'EPERM', 'EACCES', 'EOPNOTSUPP'].map(
    (name) => [`NLMSG_ERROR: ${name}`, { FAULT: `error:${number(name)}` }, 'whole'] as const,
  ),
  ...['EINVAL', 'ESTALE', 'EBUSY', 'ENOMEM', 'ENOBUFS', 'EIO'].map(
    (name) => [`NLMSG_ERROR: ${name}`, { FAULT: `error:${number(name)}` }, 'failed'] as const,
  ),
  ...['ENOENT', 'EPERM'].map((name) => [`NLMSG_DONE: ${name}`, { FAULT: `done:${number(name)}` }, 'whole'] as const),
  ...['ENOMEM', 'EINTR'].map((name) => [`NLMSG_DONE: ${name}`, { FAULT: `done:${number(name)}` }, 'failed'] as const),
  // What breaks off is given up, and asked of another source, only as long as nothing has been printed.
  ...['ENOENT', 'EPERM', 'EOPNOTSUPP'].flatMap((name) =>
    ['done', 'error', 'recv'].flatMap((how) => [
      [`${how} after rows: ${name}`, { FAULT: `${how}:${number(name)}`, FAULT_AT: EARLY }, 'whole'] as const,
      [`${how} after printed rows: ${name}`, { FAULT: `${how}:${number(name)}`, FAULT_AT: LATE }, 'failed'] as const,
    ]),
  ),
  ...['ENOMEM', 'ENOBUFS', 'EINVAL'].flatMap((name) =>
    ['done', 'error', 'recv'].flatMap((how) =>
      [EARLY, LATE].map(
        (FAULT_AT) =>
          [`${how} at ${FAULT_AT}: ${name}`, { FAULT: `${how}:${number(name)}`, FAULT_AT }, 'failed'] as const,
      ),
    ),
  ),
  ...['ENOBUFS', 'ENOMEM', 'EAGAIN'].map(
    (name) => [`recv() at once: ${name}`, { FAULT: `recv:${number(name)}` }, 'failed'] as const,
  ),
  ...['0', EARLY, LATE].flatMap((FAULT_AT) =>
    (['truncated', 'sequence', 'byte', 'empty', 'half'] as const).map(
      (FAULT) => [`${FAULT} datagram ${FAULT_AT}`, { FAULT, FAULT_AT }, 'failed'] as const,
    ),
  ),
  ['EINTR, three times at every recv()', { FAULT: 'eintr' }, 'whole'],
  ['a datagram twice', { FAULT: 'repeat', FAULT_AT: '1' }, 'whole'],
  ['a datagram of another process', { FAULT: 'foreign', FAULT_AT: '1' }, 'whole'],
  ['NLM_F_DUMP_INTR, always', { FAULT: 'interrupted:1000' }, 'whole'],
];

describe.skipIf(compiled === undefined || !hasFeature('tcp diag'))('the command', () => {
  test.each(FAULTS)('%s', async (_name, fault, expected) => {
    const args = ['-tane'];
    const netstat = await netstatOf(args);
    const outcome = await run(fault, args, compiled!);
    expect(expectHonest(outcome, netstat), outcome.stderr.toString()).toBe(expected);
    if (fault.FAULT.startsWith('interrupted')) expect(outcome.stderr.toString()).toContain('changed while it was read');
  });

  test.each(['tcp', 'udp', 'unix', 'raw', 'link', 'address', 'route'])('only %s refused', async (FAULT_ON) => {
    for (const args of [['-an'], ['-rn'], ['-in'], ['-gn']]) {
      const netstat = await netstatOf(args);
      for (const FAULT of [`send:${number('EPERM')}`, `error:${number('ENOENT')}`, `done:${number('ENOENT')}`]) {
        const outcome = await run({ FAULT, FAULT_ON }, args, compiled!);
        expect(expectHonest(outcome, netstat), `${args} ${FAULT}: ${outcome.stderr}`).toBe('whole');
      }
    }
  });

  test.each(['tcp', 'udp', 'unix', 'raw'])('only %s breaks off', async (FAULT_ON) => {
    const netstat = await netstatOf(['-an']);
    for (const FAULT of [`recv:${number('ENOBUFS')}`, `done:${number('ENOMEM')}`, 'byte', 'sequence']) {
      const outcome = await run({ FAULT, FAULT_ON, FAULT_AT: '1' }, ['-an'], compiled!);
      expectHonest(outcome, netstat);
    }
  });

  // With them one message may be larger than a batch, and is cut.
  test('link dumps do not ask for virtual functions (RTEXT_FILTER_VF)', async () => {
    const { stderr } = await run({ FAULT: 'mask' }, ['-i'], compiled!);
    const mask = /^IFLA_EXT_MASK (\d+)$/m.exec(stderr.toString())?.[1];
    expect(Number(mask) & 1).toBe(0);
    expect(Number(mask)).toBeGreaterThan(0);
  });

  test('one walk for both families refused: asked family by family', async () => {
    const netstat = await netstatOf(['-tane']);
    const outcome = await run({ FAULT: `error:${number('EINVAL')}`, FAULT_ON: 'inet6' }, ['-tane'], compiled!);
    expect(expectHonest(outcome, netstat)).toBe('whole');
  });
});

describe.skipIf(compiled === undefined || !hasFeature('tcp diag'))('the library', () => {
  // It takes the rows of a dump back whenever it breaks off.
  test.each(FAULTS.filter(([, { FAULT_AT }]) => FAULT_AT !== LATE))('%s', async (_name, fault, expected) => {
    const answer = await ask(fault, compiled!);
    if (answer.error !== undefined) {
      expect(expected, answer.error.message).toBe('failed');
      expect(answer.error.name).toMatch(/^(NetlinkError|DecodeError)$/);
      expect(answer.error.code).toMatch(/^E[A-Z_]+$/);
      return;
    }
    expect(answer.rows).toBe(POPULATION.tcp + 2);
    expect(answer.repeated).toBe(0);
  });

  test.each(REFUSED)('%s: says why the other source was taken', async (name) => {
    const answer = await ask({ FAULT: `socket:${number(name)}` }, compiled!);
    expect(answer).toMatchObject({ rows: POPULATION.tcp + 2, source: 'procfs' });
    expect(answer.warnings[0]).toMatchObject({ code: 'fallback' });
    expect(answer.warnings[0]?.message).toContain(name);
  });

  test.each(REFUSED)('%s: a forced source is an error that names it', async (name) => {
    const answer = await ask({ FAULT: `socket:${number(name)}` }, compiled!, { netid: 'tcp', source: 'netlink' });
    expect(answer.error).toMatchObject({ name: 'NetlinkError', code: name, errno: errnoOf(name), op: 'socket' });
  });

  test('interrupted twice, then not', async () => {
    const answer = await ask({ FAULT: 'interrupted:1' }, compiled!);
    expect(answer).toMatchObject({ rows: POPULATION.tcp + 2, interrupted: false, source: 'netlink' });
  });

  test('interrupted always', async () => {
    const answer = await ask({ FAULT: 'interrupted:1000' }, compiled!);
    expect(answer).toMatchObject({ rows: POPULATION.tcp + 2, interrupted: true, source: 'netlink' });
    expect(answer.warnings.map(({ code }) => code)).toContain('interrupted');
  });

  test('a message of an unknown type costs its row, and is counted', async () => {
    const answer = await ask({ FAULT: 'type' }, compiled!, { netid: 'tcp' });
    expect(answer).toMatchObject({ rows: IPV4 - 1, source: 'netlink' });
    expect(answer.warnings).toMatchObject([{ code: 'malformed', count: 1 }]);
  });

  test('an unknown state and timer keep their numbers', async () => {
    const answer = await ask({ FAULT: 'state:77' }, compiled!, { netid: 'tcp' });
    expect(answer).toMatchObject({ rows: IPV4, source: 'netlink', warnings: [] });
    expect(answer.states).toContain(77);
  });
});

describe.skipIf(compiled === undefined || !hasFeature('tcp diag'))('a filter program', () => {
  test.each(['EINVAL', 'EPERM'])('refused with %s: asked without, and filtered here', async (name) => {
    const args = ['-tan', '--json', '--filter', 'state established and sport > :1024 and not dport = :1'];
    const whole = await ns.exec(ours(args));
    const outcome = await run({ FAULT: `error:${number(name)}`, FAULT_ON: 'program' }, args, compiled!);
    const rowsOf = ({ stdout }: Outcome) => JSON.parse(stdout.toString()).rows as { inode: number }[];
    expect(rowsOf(outcome).length).toBe(POPULATION.tcp);
    expect(rowsOf(outcome).map(({ inode }) => inode)).toEqual(rowsOf(whole).map(({ inode }) => inode));
  });
});

const AF_NETLINK = '16';
const NETLINK_SOCK_DIAG = '4';

describe.skipIf(compiled === undefined)('seccomp', () => {
  const refused = (name: string, argv: readonly string[]) =>
    ns.exec([compiled!.deny, number(name), AF_NETLINK, NETLINK_SOCK_DIAG, ...argv], { stopAfterMs: 40_000 });

  test.each(['EPERM', 'EACCES', 'EPROTONOSUPPORT', 'EAFNOSUPPORT', 'ENOSYS'])(
    'socket(NETLINK_SOCK_DIAG): %s',
    async (name) => {
      for (const args of [['-tane'], ['-an'], ['-lnu']]) {
        const netstat = await netstatOf(args);
        expect(expectHonest(await refused(name, ours(args)), netstat)).toBe('whole');
      }
    },
  );

  test('every netlink socket refused', async () => {
    for (const args of [['-an'], ['-rn'], ['-in'], ['-s'], ['-gn'], ['-6rn']]) {
      const netstat = await netstatOf(args);
      const deny = [compiled!.deny, number('EPERM'), AF_NETLINK, '-1'];
      expect(expectHonest(await ns.exec([...deny, ...ours(args)]), netstat), args.join(' ')).toBe('whole');
    }
  });

  test('every netlink socket refused: said that IPv4 addresses, and so aliases, are not known', async () => {
    const { status, stderr } = await ns.exec([compiled!.deny, number('EPERM'), AF_NETLINK, '-1', ...ours(['-i'])]);
    expect(status).toBe(0);
    expect(stderr.toString()).toMatch(/^sockdiag: no IPv4 addresses: .*EPERM\n$/);
  });
});
