import { execFileSync } from 'node:child_process';
import { beforeAll, describe, test } from 'vitest';
import { isRoot, type Netns } from '../support/netns.ts';
import { findBinary } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { UIDS, type WorldOptions, world } from '../support/world.ts';
import type { CommandLine } from './command-lines.ts';
import { bundle, type CompareOptions, compare } from './oracle.ts';

/** Another user can be tested by root only, and if that user can read what was built. */
function otherUserCan(): boolean {
  if (!isRoot) return false;
  try {
    const become = [`--reuid=${UIDS.nobody}`, `--regid=${UIDS.nobody}`, '--clear-groups'];
    execFileSync('setpriv', [...become, 'test', '-r', bundle, '-a', '-x', process.execPath]);
    return true;
  } catch {
    return false;
  }
}

export const missing: string | undefined =
  findBinary('netstat') === undefined ? 'the program netstat is missing' : undefined;

export const OTHER_USER: boolean = otherUserCan();

function title([args, options]: CommandLine): string {
  const env = Object.entries(options?.env ?? {}).map(([name, value]) => `${name}=${value} `);
  const words = args.map((word) => (word === '' ? "''" : word));
  return `${env.join('')}netstat ${words.join(' ')} ${options?.redirect ?? ''}`.trim();
}

/** The world of a file, made before its first test; members may be read inside tests only. */
export function worldOfFile(options: WorldOptions = {}): { readonly ns: Netns } {
  const scope = suiteScope();
  const held: { ns?: Netns } = {};
  beforeAll(async () => {
    if (missing === undefined) held.ns = await world(scope, options);
  });
  return held as { readonly ns: Netns };
}

/** One test per command line and user; slow ones, which do not depend on the user, for the first only. */
export function compareAll(
  name: string,
  held: { readonly ns: Netns },
  commandLines: readonly CommandLine[],
  more: CompareOptions & { readonly users?: 'first' } = {},
): void {
  const { users: wanted, ...options } = more;
  const users = [
    { user: isRoot ? 'root' : 'own user namespace' },
    ...(OTHER_USER && wanted === undefined ? [{ user: 'other', uid: UIDS.nobody }] : []),
  ];
  describe.skipIf(missing !== undefined)(`${name}${missing === undefined ? '' : ` (${missing})`}`, () => {
    for (const { user, ...as } of users) {
      for (const line of commandLines) {
        test(`${title(line)} [${user}]`, () => compare(held.ns, line[0], { ...line[1], ...as, ...options }));
      }
    }
  });
}
