import { describe, expect, test } from 'vitest';
import { loadAddon } from '../../src/addon.ts';
import { isRoot, type Netns, netns, type Outcome } from '../support/netns.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { UIDS } from '../support/world.ts';
import { PROGRAMS } from './command-lines.ts';
import { bundle, compare, runProgram } from './oracle.ts';
import { compareAll, missing, OTHER_USER, worldOfFile } from './suite.ts';

const held = worldOfFile();
compareAll('programs', held, PROGRAMS);

// This user owns sockets: the warning has another text when some could be identified.
describe.skipIf(missing !== undefined || !isRoot)('programs, seen by the owner of some', () => {
  for (const [args] of PROGRAMS) {
    test(`netstat ${args.join(' ')}`, () => compare(held.ns, args, { uid: UIDS.owner }));
  }
});

// Without a socket among its standard streams: netstat counts those it was started with.
describe.skipIf(missing !== undefined || !OTHER_USER)('what is said of processes nobody may look at', () => {
  const scope = suiteScope();
  const told = async (ns: Netns, program: readonly string[], args: readonly string[]): Promise<string> => {
    const script = 'file=$(mktemp) && "$@" < /dev/null > /dev/null 2> "$file"; cat "$file"; rm "$file"';
    const { stdout } = await ns.exec(['sh', '-c', script, 'sh', ...program, ...args], { uid: UIDS.nobody });
    return stdout.toString('latin1');
  };

  test.each(['-tanp', '-tnp', '-tlnp', '-tunap', '-unp', '-anp', '-xanp', '-wnp'])(
    'netstat %s, with sockets and without any',
    async (args) => {
      const empty = await netns(scope);
      for (const ns of [held.ns, empty]) {
        const expected = await told(ns, ['netstat'], [args]);
        expect(expected).toMatch(/^\(N/);
        expect(await told(ns, [process.execPath, bundle], [args])).toBe(expected);
      }
    },
  );
});

/** A source of owners, forced, and what it says of itself with NODE_DEBUG. */
interface Forced {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly says: RegExp;
  readonly lacks?: string | undefined;
}

/** NB: BPF goes with privileges in the first user namespace: no other user has it. */
function lacksBpf(): string | undefined {
  if (!isRoot) return 'BPF needs root';
  return loadAddon().addon?.probeOwners({}).reason ?? undefined;
}

const SOURCES: readonly Forced[] = [
  { name: 'BPF', env: { SOCKDIAG_OWNERS: 'bpf' }, says: /owners: (?:fd_walk|task_file): \d+ rows/, lacks: lacksBpf() },
  { name: 'the scan', env: { SOCKDIAG_OWNERS: 'scan' }, says: /owners: proc_scan: \d+ rows/ },
  { name: 'TypeScript', env: { SOCKDIAG_NO_ADDON: '1' }, says: /owners: scan not used: SOCKDIAG_NO_ADDON is set/ },
];

for (const { name, env, says, lacks } of SOURCES) {
  const why = missing ?? lacks;
  describe.skipIf(why !== undefined)(`programs by ${name}${why === undefined ? '' : ` (${why})`}`, () => {
    test('it is what is used', async () => {
      const debugged = { ...env, NODE_DEBUG: 'sockdiag' };
      const { stderr } = await runProgram(held.ns, 'ours', ['-tanp'], { env: debugged });
      expect(stderr.toString()).toMatch(says);
    });
    test.each([80, 22, 9000, 60002])('the same cells when only port %i is listed', async (port) => {
      const rowsOf = ({ stdout }: Outcome) => stdout.toString('latin1').split('\n').slice(2, -1);
      const here = new RegExp(`^\\S+ +\\d+ +\\d+ \\S+:${port} `);
      const listed = rowsOf(await runProgram(held.ns, 'netstat', ['-tanp']));
      const filtered = await runProgram(held.ns, 'ours', ['-tanp', '--filter', `sport = :${port}`], { env });
      expect(rowsOf(filtered)).toEqual(listed.filter((row) => here.test(row)));
      expect(rowsOf(filtered).some((row) => / \d+\//.test(row))).toBe(true);
    });
    const users = [{}, ...(OTHER_USER && name !== 'BPF' ? [{ uid: UIDS.nobody }, { uid: UIDS.owner }] : [])];
    for (const [args] of PROGRAMS) {
      for (const user of users) {
        test(`netstat ${args.join(' ')} ${JSON.stringify(user)}`, () => compare(held.ns, args, { env, ...user }));
      }
    }
  });
}
