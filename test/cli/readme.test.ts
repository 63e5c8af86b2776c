import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../oracle/oracle.ts';
import { mkprocess, mksock } from '../support/mksock.ts';
import { type Netns, netns } from '../support/netns.ts';
import { suiteScope } from '../support/suite-scope.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Inside the package, so that programs here import it by its name. */
const PROGRAMS = join(ROOT, 'build/readme');

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

function blocks(language: string): string[] {
  return Array.from(readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms')), (match) => match[1]!);
}

/** Command lines of the README, without the set-up of the first block, and without their remarks. */
const COMMANDS = blocks('sh')
  .flatMap((block) => block.split('\n'))
  .filter((line) => line.startsWith('sockdiag '))
  .map((line) => line.replace(/ +#.*$/, ''));

/** What each command shows of the sockets below, in the README's order. */
const SHOWN: readonly RegExp[] = [
  /^tcp +1 +0 127\.0\.0\.1:3000 +0\.0\.0\.0:\* +LISTEN +\d+\/web/m,
  /^ *1 +leaky$/m,
  /^10\.98\.0\.5 +\d+ .*[1-9]\d* *$/m,
  /^ *1 +10\.98\.0\.5$/m,
  /^127\.0\.0\.1 +3000 +1 +5$/m,
  /:4000 +ESTABLISHED/,
  /^ +3000 +0\.0\.0\.0 +\d+ +web$/m,
  /^ *\d+ +LISTEN +web$/m,
  /^netid .*\n.* 7000 /,
  /"process":"web","holders":1/,
  /^\{"netid".*"skmemRcvbuf":\d+.*"rtt":\d+/m,
  /^index,name,[^\n]*\r\n1,lo,/,
  /^sockdiag_counters?\{.*\} \d+$|ActiveOpens/m,
  /lladdr|priority/,
  /TIME_WAIT/,
  /^tcp .*7000/m,
  /ESTAB.*127\.0\.0\.1:4000/,
  /^\{"change":"added",.*"localPort":44\d\d,/m,
];

/** What each program prints, in the README's order. */
const PRINTED: readonly RegExp[] = [
  /^127\.0\.0\.1 3000 web$[\s\S]*^netlink false \d$/m,
  /process: 'web'[\s\S]*\n[1-9]\n\[\]\n127\.0\.0\.1 web [\s\S]*process: 'web'/,
  /^ESTABLISHED \d+$/m,
  /^\d{2,}$/m,
  /^Tcp ActiveOpens [1-9]\d*n$[\s\S]*^added 127\.0\.0\.1 \d+$/m,
  /^3000 \d+ null \[[\s\S]*process: 'web'/m,
  /^1\n[\s\S]*sport = :70000\n +\^ expected/,
  /^\{"name":"lo","mtu":65536,"operstate":"unknown"\}$/m,
  /^[1-9]\d* replay$/m,
];

const scope = suiteScope();
let ns: Netns;

beforeAll(async () => {
  ns = await netns(scope);
  await mkprocess(ns, { comm: 'web', title: 'web' }, [
    { kind: 'tcp-unaccepted', host: '127.0.0.1', port: 3000, backlog: 5 },
  ]);
  await mkprocess(ns, { comm: 'leaky' }, [{ kind: 'tcp-close-wait', host: '127.0.0.1', port: 4100 }]);
  await mkprocess(ns, { comm: 'client' }, [
    { kind: 'tcp-connected', host: '127.0.0.1', port: 4000 },
    { kind: 'tcp-time-wait', host: '127.0.0.1', port: 4200 },
    { kind: 'tcp-retransmit', host: '127.0.0.1', port: 4300, send: 100 },
    { kind: 'tcp-retransmit', host: '127.0.0.1', port: 4301, receive: 7000 },
    { kind: 'packet' },
  ]);
  // Until the peer that is silent has cost a segment.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  mkdirSync(PROGRAMS, { recursive: true });
  symlinkSync(bundle, join(ns.directory, 'sockdiag'));
});

afterAll(() => rmSync(PROGRAMS, { recursive: true, force: true }));

async function run(argv: readonly string[], stopAfterMs?: number): Promise<string> {
  const env = { PATH: `${ns.directory}:${process.env.PATH}` };
  const stop = stopAfterMs === undefined ? {} : { stopAfterMs };
  const { stdout, stderr, status, signal } = await ns.exec(argv, { cwd: ns.directory, env, ...stop });
  const end = stop.stopAfterMs === undefined ? { status: 0, signal: null } : { status: null, signal: 'SIGTERM' };
  expect({ stderr: stderr.toString(), status, signal }).toEqual({ stderr: '', ...end });
  return stdout.toString();
}

describe('commands', () => {
  test('each has its expectation', () => expect(SHOWN).toHaveLength(COMMANDS.length));

  test.each(COMMANDS.map((command, at) => [command, SHOWN[at]!]))('%s', async (command, shown) => {
    if (!command.includes('--diff')) return expect(await run(['sh', '-c', command])).toMatch(shown);
    const running = run(['sh', '-c', `exec ${command}`], 4000);
    const ended = running.then(
      () => true,
      () => true,
    );
    // Whenever its first reading is over, something is added.
    for (let port = 4400, over = false; !over; port += 1) {
      await mksock(ns, 'tcp-listen', { host: '127.0.0.1', port });
      over = await Promise.race([ended, new Promise<false>((resolve) => setTimeout(resolve, 200, false))]);
    }
    expect(await running).toMatch(shown);
  });
});

describe('programs', () => {
  const programs = blocks('ts');

  test('each has its expectation', () => expect(PRINTED).toHaveLength(programs.length));

  test.each(programs.map((program, at) => [at, program, PRINTED[at]!] as const))(
    '%i: %s',
    async (at, program, printed) => {
      const file = join(PROGRAMS, `${at}.mjs`);
      writeFileSync(file, program);
      expect(await run([process.execPath, file])).toMatch(printed);
    },
  );
});
