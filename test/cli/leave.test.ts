import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { bundle } from '../oracle/oracle.ts';
import { mkprocess } from '../support/mksock.ts';
import { type Netns, netns } from '../support/netns.ts';
import { suiteScope } from '../support/suite-scope.ts';

const scope = suiteScope();
let ns: Netns;
let watcher: string;

beforeAll(async () => {
  ns = await netns(scope);
  await mkprocess(ns, {}, [{ kind: 'tcp-listen', host: '127.0.0.1', times: 3000 }]);
  watcher = join(ns.directory, 'watcher.cjs');
  writeFileSync(watcher, "process.on('exit', (status) => process.stderr.write('seen ' + status + '\\n'));");
});

const run = async (argv: readonly string[], env = {}) => {
  const { stdout, stderr, status } = await ns.exec(argv, { env });
  return { lines: stdout.toString().split('\n').length - 1, stderr: stderr.toString(), status };
};

test('a process that leaves at once has written everything, to a slow reader too', async () => {
  const slow = ['sh', '-c', '"$@" | { sleep 0.3; cat; }', 'sh', process.execPath, bundle, '-tln'];
  for (const argv of [[process.execPath, bundle, '-tln'], slow]) {
    expect(await run(argv)).toEqual({ lines: 3002, stderr: '', status: 0 });
  }
});

test('its exit status is that of the command', async () => {
  expect((await run([process.execPath, bundle, '-Stln'])).status).toBe(1);
  expect((await run([process.execPath, bundle, '--nothing'])).status).toBe(3);
});

test('who waits for the end of the process is told of it', async () => {
  const seen = { lines: 3002, stderr: 'seen 0\n', status: 0 };
  expect(await run([process.execPath, '-r', watcher, bundle, '-tln'])).toEqual(seen);
  expect(await run([process.execPath, bundle, '-tln'], { NODE_OPTIONS: `-r ${watcher}` })).toEqual(seen);
});
