import { beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../oracle/oracle.ts';
import { mkprocess } from '../support/mksock.ts';
import { type Netns, netns } from '../support/netns.ts';
import { require } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { inside } from './inside.ts';

/** What is asked of the kernel, and what is kept: no more than what was asked for. */

const scope = suiteScope();
let ns: Netns;

beforeAll(async () => {
  ns = await netns(scope);
  await mkprocess(ns, { comm: 'costs' }, [
    { kind: 'tcp-connected', host: '127.0.0.1', port: 4000, times: 1 },
    { kind: 'tcp-connected', host: '127.0.0.1', times: 300 },
    { kind: 'udp', host: '127.0.0.1', port: 4001 },
    { kind: 'packet', device: 'lo' },
  ]);
});

interface Asked {
  readonly kind: string;
  readonly ext?: number;
  readonly show?: number;
  readonly states?: number;
}

/** The requests a call sends to the kernel. */
async function asked(call: string): Promise<Asked[]> {
  return inside<Asked[]>(
    ns,
    `const asked = [];
     const record = ({ requests }) => void asked.push(...requests);
     await sockdiag.${call};
     return asked.map(({ kind, ext, show, states }) => ({ kind, ext, show, states }));`,
  );
}

describe('a column asks for its own attribute', () => {
  /** linux/inet_diag.h: INET_DIAG_* as bits of idiag_ext. */
  test.each([
    ['localPort', 0],
    ['recvQ', 0],
    ['mark', 0],
    ['cgroupId', 0],
    ['shutdown', 0],
    ['memRmem', 0x01],
    ['rtt', 0x02],
    ['bytesAcked', 0x02],
    ['vegasRtt', 0x04],
    ['bbrBw', 0x04],
    ['congestion', 0x08],
    ['tos', 0x10],
    ['tclass', 0x20],
    ['skmemRcvbuf', 0x40],
    ['drops', 0x40],
  ])('sockets: %s', async (column, ext) => {
    const [request, ...more] = await asked(`sockets({ netid: ['tcp', 'tcp6'], columns: ['${column}'], record })`);
    expect([request!.ext, more]).toEqual([ext, []]);
  });

  test('sockets: groups', async () => {
    const bits = async (options: string) => (await asked(`sockets({ netid: 'tcp', record, ${options} })`))[0]!.ext;
    expect(await bits('')).toBe(0);
    expect(await bits('cgroup: true')).toBe(0);
    expect(await bits('memory: true')).toBe(0x40);
    expect(await bits('info: true')).toBe(0x02 | 0x04 | 0x08);
    expect(await bits("columns: ['rtt'], memory: true")).toBe(0x02 | 0x40);
    expect(await bits("filter: 'rtt > 0'")).toBe(0x02);
  });

  /** linux/unix_diag.h, packet_diag.h: UDIAG_SHOW_*, PACKET_SHOW_*. */
  test.each([
    ["unixSockets({ columns: ['inode'], record })", 0],
    ["unixSockets({ columns: ['path'], record })", 0x01],
    ["unixSockets({ columns: ['peer'], record })", 0x04],
    ["unixSockets({ columns: ['recvQ'], record })", 0x10],
    ["unixSockets({ columns: ['inode'], memory: true, record })", 0x20],
    ["unixSockets({ columns: ['uid'], record })", 0x40],
    ["packetSockets({ columns: ['interface'], record })", 0x01],
    ["packetSockets({ columns: ['inode'], memory: true, record })", 0x10],
  ])('%s', async (call, show) => {
    expect((await asked(call)).map((request) => request.show)).toEqual([show]);
  });
});

/** Words of NODE_DEBUG=sockdiag for a run of the library inside. */
async function debugged(call: string): Promise<string> {
  const library = new URL('../../dist/index.js', import.meta.url).href;
  const program = `import * as sockdiag from ${JSON.stringify(library)}; await sockdiag.${call};`;
  const argv = [process.execPath, '--input-type=module', '-e', program];
  const { stderr, status } = await ns.exec(argv, { env: { NODE_DEBUG: 'sockdiag' } });
  expect([status, stderr.toString()]).toEqual([0, expect.stringContaining('SOCKDIAG')]);
  return stderr.toString();
}

const rowsRead = (words: string): number[] =>
  Array.from(words.matchAll(/netlink: (\d+) rows/g), ([, rows]) => Number(rows));

describe('no more is read than is wanted', () => {
  test('the table itself has hundreds of rows, and nobody looks for owners', async () => {
    const words = await debugged("sockets({ netid: ['tcp', 'tcp6'] })");
    expect(rowsRead(words)).toEqual([903]);
    expect(words).not.toContain('owners:');
  });

  test.each([
    ['find({ port: 4000 })', 2],
    ['portOwners(4000)', 1],
    ['waitForPort(4000)', 1],
    ["sockets({ netid: 'tcp', state: 'listen', localPort: 4000 })", 1],
    ["sockets({ netid: ['tcp', 'tcp6'], filter: 'sport = :4000 and comm = costs' })", 2],
    ["sockets({ netid: ['tcp', 'tcp6'], filter: 'dport = :4000 and rtt > 0' })", 1],
    ["sockets({ netid: ['tcp', 'tcp6'], filter: '( sport = :4000 or dport = :4000 ) and recvq = 0' })", 3],
  ])('%s', async (call, rows) => {
    const words = await debugged(call);
    expect(rowsRead(words).reduce((sum, count) => sum + count, 0)).toBe(rows);
    expect(words).not.toContain('refused');
  });

  test('the command: owners only with a column of theirs', async () => {
    const run = async (...args: string[]) =>
      (await ns.exec([process.execPath, bundle, ...args], { env: { NODE_DEBUG: 'sockdiag' } })).stderr.toString();
    expect(await run('-ta', '--json')).not.toContain('owners:');
    expect(await run('-ta', '--columns', 'localPort,pid')).toContain('owners:');
    expect(await run('-ta', '--by', 'state')).not.toContain('owners:');
    expect(await run('-ta', '--by', 'process')).toContain('owners:');
  });
});

/** Runs a program and gives the largest resident set it had, in KiB, and the lines it printed. */
const MEASURE = `
import resource, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)
lines = sum(1 for line in child.stdout)
child.wait()
print(lines, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
`;

describe('memory does not grow with the number of rows', () => {
  const library = new URL('../../dist/index.js', import.meta.url).href;
  const node = [process.execPath, '--max-semi-space-size=1'];
  const program = (body: string) => {
    const imports = `import { writeSync } from 'node:fs'; import { sockets } from ${JSON.stringify(library)};`;
    return [...node, '--input-type=module', '-e', `${imports} ${body}`];
  };
  const PRINTING_ROWS = {
    ndjson: [...node, bundle, '-ua', '--memory', '--ndjson'],
    streamed: program(
      `for await (const chunk of sockets.stream({ netid: 'udp', memory: true }))
         for (const { localPort } of chunk) writeSync(1, localPort + '\\n');`,
    ),
    kept: program(
      `const rows = (await sockets({ netid: 'udp', memory: true })).toObjects();
       for (const { localPort } of rows) writeSync(1, localPort + '\\n');`,
    ),
  };
  type Peaks = Record<keyof typeof PRINTING_ROWS, number>;

  /** Peaks in MiB where there are so many sockets. */
  async function peaks(count: number): Promise<Peaks> {
    const crowd = await netns(scope);
    // A process may hold some ten thousand descriptors.
    for (const half of [0, 1])
      await mkprocess(crowd, {}, [{ kind: 'udp', host: `127.0.0.${half + 1}`, times: count / 2 }]);
    const found: [string, number][] = [];
    for (const [name, argv] of Object.entries(PRINTING_ROWS)) {
      const { stdout } = await crowd.exec(['python3', '-c', MEASURE, ...argv]);
      const [lines, peak] = stdout.toString().trim().split(' ').map(Number);
      expect([name, lines]).toEqual([name, count]);
      found.push([name, peak! / 1024]);
    }
    await crowd.close();
    return Object.fromEntries(found) as Peaks;
  }

  test('--ndjson and sockets.stream; what keeps every row does', async (t) => {
    require.binary(t, 'python3');
    const [few, many] = [await peaks(4000), await peaks(18_000)];
    const growth = (name: keyof Peaks) => many[name] - few[name];
    expect(growth('kept')).toBeGreaterThan(10);
    expect(growth('ndjson')).toBeLessThan(6);
    expect(growth('streamed')).toBeLessThan(6);
  }, 60_000);
});
