import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { jsonSchema } from '../../src/index.ts';
import { bundle } from '../oracle/oracle.ts';
import { mkprocess, mksock } from '../support/mksock.ts';
import { type Netns, netns } from '../support/netns.ts';
import { hasFeature, require } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';

/** Real documents of every table, judged by a validator that this project did not write. */

const scope = suiteScope();
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
const schema = jsonSchema();
let valid: ValidateFunction;
let ns: Netns;

beforeAll(async () => {
  ajv.addSchema(schema as object, 'sockdiag');
  valid = ajv.getSchema('sockdiag')!;
  ns = await netns(scope);
  await ns.ip('route', 'add', 'unreachable', '203.0.113.0/24');
  if (hasFeature('tun')) {
    await ns.ip('tuntap', 'add', 'wire0', 'mode', 'tap');
    await ns.ip('neigh', 'add', '192.0.2.9', 'lladdr', '02:00:00:00:00:01', 'dev', 'wire0');
  }
  await mkprocess(ns, { comm: 'x\x1b]0;y', holders: 1 }, [
    { kind: 'tcp-listen', host: '127.0.0.1', port: 4000, backlog: 7 },
    { kind: 'tcp-connected', host: '127.0.0.1', port: 4001 },
    { kind: 'tcp-connected', host: '::1', port: 4002 },
    { kind: 'udp', host: '127.0.0.1', port: 4003 },
    { kind: 'raw', host: '127.0.0.1', protocol: 253 },
    { kind: 'unix-listen', path: Buffer.from('\0evil\x1b[31m\n"\xff', 'latin1').toString('hex') },
    { kind: 'unix-pair', type: 'seqpacket' },
    { kind: 'packet', device: 'lo' },
    { kind: 'netlink', protocol: 0, groups: [1] },
  ]);
  await mksock(ns, 'tcp-time-wait', { refresh: true });
  if (hasFeature('mptcp')) await mksock(ns, 'mptcp-listen', { host: '127.0.0.1', port: 4004 });
});

async function run(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, status } = await ns.exec([process.execPath, bundle, ...args], { cwd: ns.directory });
  // Notes of what could not be seen are none of the document's business.
  expect([
    stderr
      .toString()
      .replace(
        /^sockdiag: .*(could not be read|are known|malformed line dropped|is not recorded|not in the recording|: null)\n/gm,
        '',
      ),
    status,
  ]).toEqual(['', 0]);
  return stdout.toString();
}

/** Rows are judged on their own first, then some of them with the document, whose errors name every table it is not. */
function judged(document: unknown): unknown {
  const { table, rows } = document as Document;
  const row = ajv.getSchema(`sockdiag#/$defs/${table}`);
  const wrong = rows.find((one) => row?.(one) === false);
  if (wrong !== undefined) return [wrong, row!.errors];
  valid({ ...(document as Document), rows: rows.slice(0, 20) });
  return valid.errors ?? [];
}

type Document = { table: string; rows: Record<string, unknown>[] };

describe('--json', () => {
  test.each([
    ['sockets'],
    ['sockets', '--info', '--memory'],
    ['sockets', '-p', '-e'],
    ['sockets', '--source', 'procfs'],
    ['sockets', '--columns', 'netid,cookie'],
    ['unix', '--memory'],
    ['unix', '-p'],
    ['unix', '--source', 'procfs'],
    ['packet', '--memory'],
    ['packet', '--source', 'procfs'],
    ['netlink', '-p'],
    ['netlink', '--source', 'netlink'],
    ['sctp'],
    ['routes'],
    ['routes', '--source', 'procfs'],
    ['rules'],
    ['neighbours'],
    ['neighbours', '-4', '--source', 'procfs'],
    ['links'],
    ['links', '--source', 'procfs'],
    ['addresses'],
    ['addresses', '-6', '--source', 'procfs'],
    ['groups'],
    ['counters'],
    ['owners'],
  ])('--table %s %s %s', async (table, ...more) => {
    const document = JSON.parse(await run('--json', '--table', table, ...more)) as Document;
    expect(judged(document)).toEqual([]);
    expect(document.table).toBe(table);
    // Without a device of its own the namespace may have no neighbours; SCTP is in few kernels.
    if (table !== 'sctp' && (table !== 'neighbours' || hasFeature('tun'))) expect(document.rows).not.toEqual([]);
  });

  test('every column of every table', async () => {
    for (const [table, row] of Object.entries(schema.$defs as Record<string, { properties: object }>)) {
      if (['vsock', 'counts'].includes(table)) continue;
      const added = ['netns', 'change', 'pid', 'process', 'holders', 'ownerReason', 'owners'];
      const columns = Object.keys(row.properties).filter((name) => table === 'owners' || !added.includes(name));
      const wanted = columns.filter((name) => name !== 'change').join(',');
      const document = JSON.parse(await run('--json', '--table', table, '--columns', wanted)) as Document;
      expect([table, judged(document)]).toEqual([table, []]);
    }
  });

  test('mptcp', async (t) => {
    require.feature(t, 'mptcp');
    const document = JSON.parse(await run('--json', '--table', 'mptcp', '--info')) as Document;
    expect(judged(document)).toEqual([]);
    expect(document.rows).toMatchObject([{ netid: 'mptcp', localPort: 4004 }]);
  });

  test('counts', async () => {
    for (const by of ['state,remote,port', 'process,user,unit']) {
      expect(judged(JSON.parse(await run('-ta', '--by', by, '--json')))).toEqual([]);
    }
  });

  test('all network namespaces', async (t) => {
    require.root(t);
    // Whatever lives on this machine, few sockets have that port.
    const words = ['--table', 'sockets', '--netns', 'all', '--filter', 'sport = :4003', '--json'];
    const { stdout } = await ns.exec([process.execPath, bundle, ...words]);
    const document = JSON.parse(stdout.toString()) as Document;
    expect(judged(document)).toEqual([]);
    expect(document.rows[0]).toHaveProperty('netns');
  });

  test('a fallback, and a recording', async () => {
    await run('--json', '--table', 'sockets,routes', '--record', join(ns.directory, 'dump'));
    const replayed = JSON.parse(await run('--json', '--table', 'sockets', '--replay', join(ns.directory, 'dump')));
    expect(judged(replayed)).toEqual([]);
    const fallback = JSON.parse(await run('--json', '-w')) as Document;
    expect(judged(fallback)).toEqual([]);
  });
});

test('a line of --ndjson is a row of its table', async () => {
  for (const table of ['sockets', 'unix', 'links', 'counters']) {
    const row = ajv.getSchema(`sockdiag#/$defs/${table}`)!;
    const lines = (await run('--ndjson', '--table', table)).trimEnd().split('\n');
    for (const line of lines) expect([row(JSON.parse(line)), row.errors ?? []]).toEqual([true, []]);
  }
});

test('changes are rows too', async () => {
  const child = ns.spawn([process.execPath, bundle, '-ta', '--diff', '--interval', '0.05', '--ndjson']);
  const told = new Promise<string>((resolve) => {
    let text = '';
    child.stdout!.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      if (text.includes('"removed"')) resolve(text);
    });
  });
  const pause = () => new Promise((resolve) => setTimeout(resolve, 400));
  await pause();
  const made = await mkprocess(ns, {}, [{ kind: 'tcp-listen', host: '127.0.0.1', port: 4444 }]);
  await pause();
  process.kill(made.pid);
  const rows = (await told)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  child.kill();
  const row = ajv.getSchema('sockdiag#/$defs/sockets')!;
  for (const one of rows) expect([row(one), row.errors ?? []]).toEqual([true, []]);
  const listener = rows.filter(({ localPort }) => localPort === 4444);
  expect(listener.map(({ change }) => change)).toEqual(['added', 'removed']);
});

describe('the schema', () => {
  test('is what --json-schema prints', async () => {
    expect(JSON.parse(await run('--json-schema'))).toEqual(schema);
  });

  test('refuses what is wrong', async () => {
    const document = JSON.parse(await run('--json', '-ta')) as Document;
    expect(judged(document)).toEqual([]);
    const [row] = document.rows;
    for (const wrong of [
      { ...document, table: 'unix' },
      { ...document, table: 'colours' },
      { ...document, schema: 'sockdiag/2' },
      { ...document, rows: [{ ...row, localPort: 65536 }] },
      { ...document, rows: [{ ...row, localPort: '80' }] },
      { ...document, rows: [{ ...row, cookie: 5 }] },
      { ...document, rows: [{ ...row, state: 'OPEN' }] },
      { ...document, rows: [{ ...row, colour: 'red' }] },
      { ...document, warnings: [{ code: 'odd', message: '' }] },
    ])
      expect(judged(wrong)).not.toEqual([]);
  });
});
