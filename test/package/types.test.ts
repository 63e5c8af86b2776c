import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { root } from './downloads.mjs';

const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

/** Type checks a program in a project that has the package installed; what is wrong, a line each. */
function problems(name: string, source: string, settings: object = {}, file = 'program.mts'): string[] {
  const folder = join(inject('project'), 'types', name);
  mkdirSync(folder, { recursive: true });
  const compilerOptions = {
    ...{ noEmit: true, strict: true, target: 'es2023', module: 'nodenext', lib: ['es2023', 'esnext.disposable'] },
    ...{ typeRoots: [join(root, 'node_modules', '@types')], types: ['node'], skipLibCheck: false },
    ...settings,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
  writeFileSync(join(folder, file), source);
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    encoding: 'utf8',
  });
  const lines = stdout.split('\n').filter((line) => line.includes('error TS'));
  expect(status === 0).toBe(lines.length === 0);
  return lines;
}

/** What is assigned must have exactly that type: `any` has not. */
const EXACT = `
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const exact = <Actual, Expected>(_: Same<Actual, Expected>): void => {};
`;

const LISTENERS = `${EXACT}
import { sockets, type Owner } from 'sockdiag';

const table = await sockets({ netid: ['tcp', 'tcp6'], state: 'listen', filter: 'sport = :443', owners: true });
exact<typeof table.interrupted, boolean>(true);
const queues = table.column('recvQ');
exact<typeof queues[number], number>(true);
for (const row of table) {
  exact<typeof row.localPort, number>(true);
  exact<typeof row.state, string>(true);
  exact<typeof row.pid, number | null>(true);
}
for (const row of table.toObjects()) {
  exact<typeof row.localAddress, string | undefined>(true);
  exact<typeof row.owners, readonly Owner[]>(true);
}
for (const row of await sockets()) {
  // @ts-expect-error owners were not asked for
  row.pid;
}
`;

const WRONG = `
import { find, sockets } from 'sockdiag';

// @ts-expect-error no such option
await sockets({ netids: ['tcp'] });
// @ts-expect-error no such source
await sockets({ source: 'proc' });
// @ts-expect-error no such column
(await sockets({})).column('recvq');
// @ts-expect-error a port is a number
await find({ port: '3000' });
`;

const LENGTH = `${EXACT}
import sockdiag = require('sockdiag');

sockdiag.sockets({ netid: ['tcp'] }).then((table) => exact<typeof table.length, number>(true));
`;

describe('types of the installed package', () => {
  test('sockets()', () => expect(problems('sockets', LISTENERS)).toEqual([]));
  test('what is wrong is refused', () => expect(problems('wrong', WRONG)).toEqual([]));
  test('for a bundler', () => {
    expect(problems('bundler', LISTENERS, { module: 'esnext', moduleResolution: 'bundler' })).toEqual([]);
  });
  test('with everything that makes options strict', () => {
    const settings = {
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true,
    };
    expect(problems('strict', LISTENERS, { module: 'node16', ...settings })).toEqual([]);
  });
  test('by require() of CommonJS', () => {
    expect(problems('require', LENGTH, { module: 'nodenext' }, 'program.cts')).toEqual([]);
  });
  test('without those of Node', () => {
    expect(problems('bare', WRONG, { types: [], lib: ['es2023', 'dom'] })).toEqual([]);
  });
  test('a wrong type is found', () => {
    const lines = problems(
      'found',
      `${EXACT}\nimport { sockets } from 'sockdiag';\n
      for (const row of await sockets()) exact<typeof row.localPort, string>(true);\n`,
    );
    expect(lines).toEqual([expect.stringContaining('TS2345')]);
  });
});
