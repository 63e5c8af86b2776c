import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../oracle/oracle.ts';
import { mkprocess } from '../support/mksock.ts';
import { type Netns, netns } from '../support/netns.ts';
import { suiteScope } from '../support/suite-scope.ts';

/** NDJSON and CSV, read by DuckDB, which guesses the types of columns from the text alone. */

const scope = suiteScope();
let ns: Netns;
let duck: DuckDBConnection | undefined;
let missing = '';

beforeAll(async () => {
  ns = await netns(scope);
  await mkprocess(ns, { comm: 'x\x1b]0;y' }, [
    { kind: 'tcp-listen', host: '127.0.0.1', port: 4000, backlog: 7 },
    { kind: 'tcp-connected', host: '127.0.0.1', port: 4001, send: 1000 },
    { kind: 'tcp-connected', host: '::1', times: 200 },
    { kind: 'unix-listen', path: Buffer.from('\0evil\x1b[31m\n"\\\xff', 'latin1').toString('hex') },
    { kind: 'unix-listen', path: Buffer.from('plain \u00e9').toString('hex') },
  ]);
  try {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    duck = await (await DuckDBInstance.create(':memory:')).connect();
  } catch (error) {
    missing = `DuckDB has no binary for this platform: ${(error as Error).message.split('\n')[0]}`;
  }
});

async function written(name: string, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr, status } = await ns.exec([process.execPath, bundle, ...args], { cwd: ns.directory });
  expect([stderr.toString(), status]).toEqual(['', 0]);
  const path = join(ns.directory, name);
  writeFileSync(path, stdout);
  return path;
}

async function query(sql: string): Promise<unknown[]> {
  const reader = await duck!.runAndReadAll(sql);
  return reader.getRowObjectsJson();
}

type Row = Record<string, unknown>;

describe('NDJSON', () => {
  test('every row and every number comes back', async (t) => {
    if (duck === undefined) return t.skip(missing);
    const path = await written('tcp.ndjson', '-ta', '--info', '--memory', '--ndjson');
    const lines = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Row);
    const [counted] = (await query(
      `SELECT count(*)::INT n, count(DISTINCT cookie)::INT cookies, max(bytesReceived::UBIGINT)::VARCHAR received,
              sum(cookie::UBIGINT)::VARCHAR sum FROM read_ndjson('${path}')`,
    )) as [Row];
    expect(lines.length).toBeGreaterThan(400);
    expect(counted).toEqual({
      n: lines.length,
      cookies: lines.length,
      received: '1000',
      sum: String(lines.reduce((sum, { cookie }) => sum + BigInt(cookie as string), 0n)),
    });
    const states = await query(
      `SELECT state, count(*)::INT n FROM read_ndjson('${path}') GROUP BY state ORDER BY state`,
    );
    expect(states).toEqual([
      { state: 'ESTABLISHED', n: lines.filter(({ state }) => state === 'ESTABLISHED').length },
      { state: 'LISTEN', n: lines.filter(({ state }) => state === 'LISTEN').length },
    ]);
    const types = await query(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_ndjson('${path}'))`);
    const typeOf = Object.fromEntries(types.map((row) => [(row as Row).column_name, (row as Row).column_type]));
    expect(typeOf).toMatchObject({ localPort: 'BIGINT', rtt: 'BIGINT', appLimited: 'BOOLEAN', state: 'VARCHAR' });
  });

  test('hostile names are no reason to refuse a file', async (t) => {
    if (duck === undefined) return t.skip(missing);
    const path = await written('unix.ndjson', '-xal', '-p', '--ndjson', '--source', 'netlink');
    const rows = (await query(`SELECT path, process FROM read_ndjson('${path}') ORDER BY path`)) as Row[];
    expect(rows.map((row) => row.path)).toEqual(['\0evil\x1b[31m\n"\\\\\\xff', 'plain é']);
    expect(rows[0]!.process).toBe('x\x1b]0;y');
  });

  test('other tables', async (t) => {
    if (duck === undefined) return t.skip(missing);
    const path = await written('counters.ndjson', '--table', 'counters', '--ndjson');
    const [row] = (await query(
      `SELECT value FROM read_ndjson('${path}') WHERE section = 'Tcp' AND name = 'ActiveOpens'`,
    )) as [Row];
    expect(Number(row.value)).toBeGreaterThan(200);
  });
});

test('CSV', async (t) => {
  if (duck === undefined) return t.skip(missing);
  const path = await written('tcp.csv', '-ta', '--csv');
  const [row] = (await query(`SELECT count(*)::INT n, max(localPort)::INT port FROM read_csv('${path}')`)) as [Row];
  const lines = readFileSync(path, 'utf8').trimEnd().split('\r\n').slice(1);
  expect(row).toEqual({ n: lines.length, port: Math.max(...lines.map((line) => Number(line.split(',')[4]))) });
});
