import { beforeAll, describe, expect, test } from 'vitest';
import { type FakeFile, type FakeProcOptions, fakeProc } from '../support/fakeproc.ts';
import { type Netns, netns } from '../support/netns.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { UIDS } from '../support/world.ts';
import { ETC } from '../support/world-etc.ts';
import { type CompareOptions, compare, runProgram } from './oracle.ts';
import { missing, OTHER_USER } from './suite.ts';

export type Files = Readonly<Record<string, FakeFile>>;

/** A hand-made /proc/net (or /proc) and the command lines that read it. */
export interface FakeProcCase {
  readonly name: string;
  readonly files: Files;
  readonly lines: readonly string[];
  readonly over?: FakeProcOptions['over'];
  /** For ours; the default is to read what was made. Netlink answers from the real namespace. */
  readonly source?: 'procfs' | 'auto';
  /** As another user too. */
  readonly users?: 'both';
  /** How netstat is started, e.g. below env(1). */
  readonly netstat?: (ns: Netns) => readonly string[];
  /** What the first of the lines must show, so that it is not two errors that are equal. */
  readonly shows?: RegExp;
}

export interface FakeProcSuite {
  readonly etc?: Readonly<Record<string, string>>;
  /** What is missing for these tests. */
  readonly lacks?: string | undefined;
}

/** Runs both programs over each of them, in a namespace whose only device is lo. */
export function compareFakes(name: string, cases: readonly FakeProcCase[], suite: FakeProcSuite = {}): void {
  const { etc = ETC, lacks = missing } = suite;
  describe.skipIf(lacks !== undefined)(`${name}${lacks === undefined ? '' : ` (${lacks})`}`, () => {
    const scope = suiteScope();
    let ns: Netns;
    beforeAll(async () => {
      ns = await netns(scope, { etc });
    });
    for (const one of cases) {
      const users = one.users === 'both' && OTHER_USER ? [{}, { uid: UIDS.nobody }] : [{}];
      for (const user of users) {
        for (const line of one.lines) {
          const who = 'uid' in user ? ' [other]' : '';
          test(`${one.name}: netstat ${line}${who}`, () => compareFake(ns, one, line, user));
        }
      }
      const { shows } = one;
      if (shows === undefined) continue;
      test(`${one.name}: shown`, async () => {
        const options = howToCompare(ns, one);
        const { stdout } = await runProgram(ns, 'ours', one.lines[0]!.split(' '), options);
        expect(stdout.toString('latin1')).toMatch(shows);
      });
    }
  });
}

function howToCompare(ns: Netns, one: FakeProcCase): CompareOptions {
  const { run } = fakeProc(ns, one.files, one.over === undefined ? {} : { over: one.over });
  const before = one.netstat?.(ns) ?? [];
  return {
    ours: one.source === 'auto' ? [] : ['--source', 'procfs'],
    run: (argv, options) => run(argv[0] === 'netstat' ? [...before, ...argv] : argv, options),
  };
}

async function compareFake(ns: Netns, one: FakeProcCase, line: string, user: CompareOptions): Promise<void> {
  await compare(ns, line.split(' '), { ...user, ...howToCompare(ns, one) });
}
