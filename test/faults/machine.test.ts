import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { mksock } from '../support/mksock.ts';
import { isRoot, type Netns, type Outcome } from '../support/netns.ts';
import { findBinary } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { bundle, compile, expectHonest, libraryCommand, ours, populated, said } from './faulty.ts';

/** What the process or the machine lacks: descriptors, memory, /proc, privileges, the addon, somewhere to write to. */

const scope = suiteScope();
const compiled = compile(scope);
let ns: Netns;
let listener: { pid: number; port: number };

beforeAll(async () => {
  ns = await populated(scope, { tcp: 2000, udp: 100, unix: 100 });
  listener = await mksock(ns, 'tcp-listen', { host: '127.0.0.1', port: 4321 });
});

function netstat(...args: readonly string[]): Promise<Outcome> {
  return ns.exec(['netstat', ...args]);
}

const text = (bytes: Buffer): string => bytes.toString('latin1');

describe('descriptors', () => {
  test('a process may open only so many files', async () => {
    const whole = { plain: await netstat('-tan'), programs: await netstat('-tlnp') };
    let [ran, short] = [0, 0];
    for (let limit = 17; limit <= 34; limit += 1) {
      const under = ['prlimit', `--nofile=${limit}:${limit}`];
      // Node itself needs some to start.
      if ((await ns.exec([...under, process.execPath, bundle, '--version'])).status !== 0) continue;
      ran += 1;
      const plain = await ns.exec([...under, ...ours(['-tan'])]);
      if (expectHonest(plain, whole.plain) === 'failed') short += 1;
      const programs = await ns.exec([...under, ...ours(['-tlnp'])]);
      expect(programs.signal).toBeNull();
      if (text(programs.stderr) === '') expect(text(programs.stdout)).toBe(text(whole.programs.stdout));
      else short += 1;
    }
    expect(ran).toBeGreaterThan(10);
    expect(short).toBeGreaterThan(0);
  });

  test('none left: every reading is a typed error, and works again later', async () => {
    const script = `
      import { closeSync, openSync } from 'node:fs';
      import * as sockdiag from ${JSON.stringify(resolve(import.meta.dirname, '../../dist/index.js'))};
      const reads = {
        sockets: () => sockdiag.sockets({ netid: 'tcp' }),
        owned: () => sockdiag.sockets({ netid: 'tcp', state: 'listen', owners: true }),
        unix: () => sockdiag.unixSockets(),
        links: () => sockdiag.links(),
        routes: () => sockdiag.routes(),
        groups: () => sockdiag.groups(),
        counters: () => sockdiag.counters(),
        procfs: () => sockdiag.sockets({ netid: 'tcp', source: 'procfs' }),
        owners: () => sockdiag.owners(),
      };
      const told = async () => {
        const all = {};
        for (const [name, read] of Object.entries(reads)) {
          all[name] = await read().then(({ length }) => length, (error) => (error instanceof sockdiag.SockdiagError ? error.code : 'untyped ' + error));
        }
        return all;
      };
      await told();
      const open = [];
      try { for (;;) open.push(openSync('/dev/null')); } catch {}
      const without = await told();
      open.forEach((fd) => closeSync(fd));
      const later = await told();
      console.log(JSON.stringify({ without, later }));`;
    const under = ['prlimit', '--nofile=512:512', process.execPath, '--input-type=module', '-e', script];
    const { stdout, stderr } = await ns.exec(under);
    expect(stderr.toString()).toBe('');
    const { without, later } = JSON.parse(stdout.toString()) as Record<string, Record<string, unknown>>;
    for (const [name, value] of Object.entries(without!)) expect(value, name).toBe('EMFILE');
    for (const [name, value] of Object.entries(later!)) expect(value, name).toBeGreaterThan(0);
  });
});

describe.skipIf(compiled === undefined)('memory', () => {
  test.each([
    ['-tan'],
    ['-tan', '--json'],
    ['-tlnp', '--json'],
    ['-i'],
    ['-rn'],
    ['-x', '--json', '--source', 'netlink'],
  ])('the addon can have no more: %s %s', async (...args) => {
    const whole = await ns.exec(ours(args));
    // Owners may come from another source then.
    const rows = ({ stdout }: Outcome): string =>
      args.includes('--json') ? JSON.stringify(JSON.parse(text(stdout)).rows) : text(stdout);
    let failed = 0;
    for (const nth of [0, 1, 2, 3, 5, 8, 13, 21, 34]) {
      const outcome = await ns.exec(ours(args), { env: { LD_PRELOAD: compiled!.shim, FAULT: `memory:${nth}` } });
      expect(outcome.signal, `${nth}: ${outcome.stderr}`).toBeNull();
      if (outcome.status !== 0) {
        failed += 1;
        expect(text(outcome.stderr)).toMatch(/ENOMEM/);
      } else if (text(outcome.stderr) === text(whole.stderr)) expect(rows(outcome).length).toBe(rows(whole).length);
    }
    expect(failed).toBeGreaterThan(0);
  });
});

describe.skipIf(compiled === undefined)('threads', () => {
  // NB: more sockets than the datagrams that are received before another attempt to start a thread.
  beforeAll(async () => {
    await mksock(ns, 'tcp-connected', { host: '127.0.0.1', times: 2000 });
  });

  test.each([0, 1, 2, 3, 1000])('none is to be had the first %i times: -tan is whole', async (times) => {
    const env = { LD_PRELOAD: compiled!.shim, FAULT: `thread:${times}` };
    const ran = await ns.exec(ours(['-tan']), { env });
    expect(expectHonest(ran, await netstat('-tan'))).toBe('whole');
  });
});

describe('no /proc', () => {
  const bare = (args: readonly string[]) =>
    ns.exec(['unshare', '-m', 'sh', '-c', 'mount -t tmpfs none /proc && exec "$@"', 'sh', ...ours(args)]);

  test.each([['-tan'], ['-rn'], ['-uan']])('%s is whole without', async (...args) => {
    expect(expectHonest(await bare(args), await netstat(...args))).toBe('whole');
  });

  test.each([
    ['-xan'],
    ['-gn'],
    ['-6rn'],
    ['-wan'],
    ['-tan', '--source', 'procfs'],
    ['-tan', '--json', '--source', 'procfs'],
  ])('%s %s: not told as empty', async (...args) => {
    const { status, signal, stdout, stderr } = await bare(args);
    expect(signal).toBeNull();
    if (args.includes('--json') && status === 0) expect(JSON.parse(text(stdout)).warnings.length).toBeGreaterThan(0);
    else expect([status === 0, text(stderr) === '']).toEqual([false, false]);
  });

  test('-s says what it cannot open', async () => {
    expect(text((await bare(['-s'])).stderr)).toContain('cannot open /proc/net/snmp');
  });

  test('processes: said that none was to be seen, and not that the kernel holds the socket', async () => {
    expect(text((await bare(['-tlnp'])).stderr)).toContain('No info could be read for "-p"');
    for (const env of [{}, { SOCKDIAG_NO_ADDON: '1' }]) {
      const argv = ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs none /proc && exec "$@"', 'sh'];
      const command = [...argv, ...ours(['-tlnp', '--json', '--filter', 'sport = :4321'])];
      const { stdout } = await ns.exec(command, { env });
      if ('SOCKDIAG_NO_ADDON' in env) continue;
      const { rows, warnings } = JSON.parse(text(stdout));
      expect(rows).toMatchObject([{ pid: null, ownerReason: 'permission' }]);
      expect(JSON.stringify(warnings)).toContain('no process is to be seen in /proc');
    }
  });
});

describe.skipIf(!isRoot)(`privileges${isRoot ? '' : ' (needs root)'}`, () => {
  const HIDE = 'mount -t proc -o "hidepid=$1" proc /proc && shift && exec "$@"';
  const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
  const hidden = (how: string) => ['unshare', '-m', 'sh', '-c', HIDE, 'sh', how, ...nobody];
  test.each<[string, string[]]>([
    ['root without CAP_SYS_PTRACE', ['setpriv', '--bounding-set=-sys_ptrace', '--inh-caps=-sys_ptrace']],
    [
      'root without CAP_SYS_PTRACE and CAP_DAC_*',
      ['setpriv', '--bounding-set=-sys_ptrace,-dac_read_search,-dac_override'],
    ],
    ['nobody', nobody],
    ['nobody, hidepid=2', hidden('2')],
    ['nobody, hidepid=1', hidden('1')],
  ])('%s: -tlnp says what netstat says; JSON says why', async (_, by) => {
    const [theirs, mine] = [await ns.exec([...by, 'netstat', '-tlnp']), await ns.exec([...by, ...ours(['-tlnp'])])];
    expect(text(mine.stdout)).toBe(text(theirs.stdout));
    expect(text(mine.stderr)).toBe(text(theirs.stderr));
    const told = await ns.exec([...by, ...ours(['-tlnp', '--json', '--filter', 'sport = :4321'])]);
    const [row] = JSON.parse(text(told.stdout)).rows;
    expect(row.pid === null ? row.ownerReason : row.pid).toBe(row.pid === null ? 'permission' : listener.pid);
  });
});

/** Processes, threads and descriptors that come and go while a listing is made; the listener is held throughout. */
const CHURN = `
import os, socket, threading, time
end = time.time() + 12
def threads():
    while time.time() < end:
        t = threading.Thread(target=lambda: socket.socket().close()); t.start(); t.join()
threading.Thread(target=threads).start()
print('ready', flush=True)
while time.time() < end:
    pid = os.fork()
    if pid == 0:
        kept = [socket.socket() for _ in range(20)]
        for one in kept: one.close()
        os._exit(0)
    os.waitpid(pid, 0)
`;

test('processes, threads and descriptors vanish: the others keep their owners', { timeout: 90_000 }, async () => {
  const child = ns.spawn(['python3', '-c', CHURN]);
  await new Promise((ready) => child.stdout!.once('data', ready));
  const expected = new RegExp(`:4321 .* ${listener.pid}/`);
  const env = [{}, { SOCKDIAG_NO_ADDON: '1' }, { SOCKDIAG_OWNERS: 'scan' }];
  let runs = 0;
  while (child.exitCode === null) {
    const outcome = await ns.exec(ours(['-tlnp']), { env: env[runs++ % env.length]! });
    expect([outcome.status, text(outcome.stderr)]).toEqual([0, '']);
    expect(text(outcome.stdout)).toMatch(expected);
  }
  expect(runs).toBeGreaterThan(9);
});

describe('no addon', () => {
  const lines = [['-tan'], ['-uan'], ['-rn'], ['-gn'], ['-s6'], ['-tlnp']] as const;

  test('node --no-addons', async () => {
    for (const args of lines) {
      const outcome = await ns.exec(ours(args, ['--no-addons']));
      // Counters go on.
      if (args[0] === '-s6') expect([outcome.status, outcome.stdout.length > 200]).toEqual([0, true]);
      else expect(expectHonest(outcome, await netstat(...args)), args.join(' ')).toBe('whole');
    }
    const told = said(await ns.exec(libraryCommand('sockets', { netid: 'tcp' }, ['--no-addons'])));
    expect(told).toMatchObject({ source: 'procfs', warnings: [{ code: 'fallback' }] });
    expect(told.warnings[0]!.message).toMatch(/addons? .*disabled|no-addons/i);
  });

  const permission = ['--permission', '--experimental-permission'].find(
    (flag) => spawnSync(process.execPath, [flag, '--allow-fs-read=*', '-e', '0']).status === 0,
  );

  test.skipIf(permission === undefined)('node --permission', async () => {
    for (const args of lines.slice(0, 4)) {
      const outcome = await ns.exec(ours(args, [permission!, '--allow-fs-read=*', '--no-warnings']));
      expect(expectHonest(outcome, await netstat(...args)), args.join(' ')).toBe('whole');
    }
    const blind = await ns.exec(
      ours(['-tan'], [permission!, `--allow-fs-read=${resolve(bundle, '..')}`, '--no-warnings']),
    );
    expect(expectHonest(blind, await netstat('-tan'))).toBe('failed');
    expect(text(blind.stderr)).toContain('/proc/net/tcp');
    const flags = [
      permission!,
      `--allow-fs-read=${resolve(bundle, '../..')}`,
      `--allow-fs-read=${import.meta.dirname}`,
      '--no-warnings',
    ];
    expect(said(await ns.exec(libraryCommand('sockets', {}, flags))).error).toMatchObject({ name: 'ProcfsError' });
  });

  test.skipIf(findBinary('gcc') === undefined)('a binary of another C library', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sockdiag-libc-'));
    try {
      const release = join(directory, 'build/Release');
      mkdirSync(release, { recursive: true });
      cpSync(resolve(bundle, '..'), join(directory, 'dist'), { recursive: true });
      writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
      const musl = 'libc.musl-none.so.1';
      const gcc = (args: readonly string[]) =>
        execFileSync('gcc', ['-shared', '-fPIC', '-x', 'c', '/dev/null', ...args]);
      gcc(['-o', join(directory, musl), `-Wl,-soname,${musl}`]);
      gcc(['-o', join(release, 'sockdiag.node'), '-x', 'none', '-Wl,--no-as-needed', join(directory, musl)]);
      rmSync(join(directory, musl));
      const command = [process.execPath, join(directory, 'dist/sockdiag.cjs')];
      expect(expectHonest(await ns.exec([...command, '-tan']), await netstat('-tan'))).toBe('whole');
      const told = await ns.exec([...command, '-tln', '--verbose-source', '--source', 'netlink']);
      expect([told.status, text(told.stdout)]).not.toEqual([0, '']);
      expect(text(told.stderr)).toContain(musl);
      expect(told.status).not.toBe(0);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

describe('somewhere to write to', () => {
  const shell = (script: string, args: readonly string[]) => ns.exec(['sh', '-c', script, 'sh', ...ours(args)]);
  const FORMATS = [['--json'], ['--ndjson'], ['--csv'], ['--columns', 'localPort,state']] as const;

  test.each(FORMATS)('full: %s %s', async (...format) => {
    const { status, stderr } = await shell('"$@" > /dev/full', ['-tan', ...format]);
    expect([status, text(stderr)]).toEqual([1, 'sockdiag: standard output: ENOSPC\n']);
  });

  test.each(FORMATS)('closed: %s %s', async (...format) => {
    const { status, signal, stderr } = await shell('"$@" >&-', ['-tan', ...format]);
    expect([status !== 0 || text(stderr) === '', signal]).toEqual([true, null]);
  });

  test.each([['-tan'], ['-tan', '--json'], ['-tan', '--ndjson'], ['-tan', '--csv']])(
    'slow, and a pipe that does not block: %s %s',
    async (...args) => {
      const whole = text((await ns.exec(ours([...args, '--filter', 'state established']))).stdout);
      const reader = `
import fcntl, os, subprocess, sys, time
r, w = os.pipe()
fcntl.fcntl(r, 1031, 4096)
fcntl.fcntl(w, fcntl.F_SETFL, os.O_NONBLOCK)
child = subprocess.Popen(sys.argv[1:], stdout=w)
os.close(w)
time.sleep(1)
while True:
    piece = os.read(r, 1000)
    if not piece: break
    sys.stdout.buffer.write(piece)
sys.exit(child.wait())`;
      const slow = await ns.exec(['python3', '-c', reader, ...ours([...args, '--filter', 'state established'])]);
      expect([slow.status, text(slow.stderr)]).toEqual([0, '']);
      expect(text(slow.stdout).length).toBe(whole.length);
    },
  );

  test.each([['-tan'], ['-tan', '--json'], ['-tan', '--csv']])('a reader that leaves: %s %s', async (...args) => {
    const { stderr } = await shell('"$@" | head -c 100 > /dev/null', args);
    expect(text(stderr)).toBe('');
  });
});
