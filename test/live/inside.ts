import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Netns } from '../support/netns.ts';

const library = resolve(import.meta.dirname, '../../dist/index.js');

/**
 * What a piece of JavaScript returns that runs inside a namespace with the built library as `sockdiag`. 64-bit numbers come
 * as decimal strings. Its user is root there, whoever runs the tests.
 */
export async function inside<T>(ns: Netns, body: string, uid?: number): Promise<T> {
  if (!existsSync(library)) throw new Error('the library is not built: npm run build:ts');
  const program = `
    import * as sockdiag from ${JSON.stringify(pathToFileURL(library).href)};
    const result = await (async () => { ${body} })();
    const text = JSON.stringify(result ?? null, (key, value) => (typeof value === 'bigint' ? String(value) : value));
    process.stdout.write(text);`;
  const options = { cwd: ns.directory, ...(uid === undefined ? {} : { uid }) };
  const { stdout, stderr, status } = await ns.exec([process.execPath, '--input-type=module', '-e', program], options);
  if (status !== 0) throw new Error(`status ${status}: ${stderr}`);
  return JSON.parse(stdout.toString()) as T;
}
