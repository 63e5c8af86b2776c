import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mksock } from '../support/mksock.ts';
import { type Netns, netns } from '../support/netns.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { bundle } from './oracle.ts';
import { missing } from './suite.ts';

/** Programs the packages may call instead of netstat when it fails, which would hide that it did. */
const HIDDEN = ['ss', 'lsof'];

/** Functions that run netstat on Linux; the others read /sys or call ip, and must not mind. */
const CALLERS = ['networkConnections', 'nodeNetstat', 'nodeNetstatSync', 'findProcess'];

describe.skipIf(missing !== undefined)('packages that call netstat', () => {
  const scope = suiteScope();
  const folder = mkdtempSync(join(tmpdir(), 'sockdiag-consumers-'));
  let ns: Netns;
  const ports: number[] = [];

  beforeAll(async () => {
    ns = await netns(scope, { processes: true });
    await ns.batch([
      'link add va type veth peer name vb',
      'link set va up',
      'link set vb up',
      'addr add 10.9.9.2/24 dev va',
      'route add default via 10.9.9.1 dev va',
    ]);
    ports.push((await mksock(ns, 'tcp-listen', { host: '127.0.0.1', backlog: 5, title: '/usr/sbin/served -x' })).port);
    ports.push((await mksock(ns, 'tcp-listen', { host: '::', port: 8443 })).port);
    await mksock(ns, 'tcp-connected', { host: '127.0.0.1' });
    await mksock(ns, 'tcp-connected', { host: '::1' });
    ports.push((await mksock(ns, 'udp', { host: '127.0.0.1' })).port);
    ports.push(1);
    for (const name of ['real', 'ours']) {
      const bin = join(folder, name);
      await ns.exec(['mkdir', bin]);
      for (const hidden of HIDDEN) {
        writeFileSync(join(bin, hidden), '#!/bin/sh\nexit 127\n');
        chmodSync(join(bin, hidden), 0o755);
      }
    }
    symlinkSync('/usr/bin/netstat', join(folder, 'real', 'netstat'));
    const script = `#!/bin/sh\necho called >> "${folder}/calls"\nSOCKDIAG_ARGV0=netstat exec "${process.execPath}" "${bundle}" "$@"\n`;
    writeFileSync(join(folder, 'ours', 'netstat'), script);
    chmodSync(join(folder, 'ours', 'netstat'), 0o755);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function calls(): number {
    const file = join(folder, 'calls');
    return existsSync(file) ? statSync(file).size : 0;
  }

  async function answer(which: 'real' | 'ours', program: string): Promise<unknown> {
    const script = resolve(import.meta.dirname, 'consumer-program.mjs');
    const PATH = `${join(folder, which)}:${process.env.PATH}`;
    const outcome = await ns.exec([process.execPath, script, program, ...ports.map(String)], { env: { PATH } });
    if (outcome.status !== 0) throw new Error(outcome.stderr.toString());
    return JSON.parse(outcome.stdout.toString());
  }

  const FOUND: Readonly<Record<string, (answer: unknown) => void>> = {
    networkConnections: (rows) => {
      const states = (rows as { state: string; process: string }[]).map(({ state }) => state);
      expect(states.filter((state) => state === 'LISTEN')).toHaveLength(4);
      expect(states.filter((state) => state === 'ESTABLISHED').length).toBeGreaterThanOrEqual(4);
      expect((rows as { process: string }[]).map(({ process }) => process)).toContain('served');
    },
    networkGatewayDefault: (address) => expect(address).toBe('10.9.9.1'),
    networkStats: (rows) => expect((rows as { iface: string }[]).map(({ iface }) => iface)).toContain('va'),
    networkInterfaces: (rows) => expect((rows as { ip4: string }[]).map(({ ip4 }) => ip4)).toContain('10.9.9.2'),
    nodeNetstat: (rows) => expect((rows as unknown[]).length).toBeGreaterThan(8),
    nodeNetstatSync: (rows) => expect(rows).toHaveLength(3),
    // NB: it takes the process from the column behind the state, which UDP rows do not have.
    findProcess: (found) => expect((found as unknown[][]).map(({ length }) => length)).toEqual([1, 1, 0, 0]),
  };

  for (const [program, shows] of Object.entries(FOUND)) {
    test(`${program} finds the same with ours first in PATH`, async () => {
      const real = await answer('real', program);
      shows(real);
      const before = calls();
      expect(await answer('ours', program)).toEqual(real);
      if (CALLERS.includes(program)) expect(calls()).toBeGreaterThan(before);
    });
  }
});
