import { describe, test } from 'vitest';
import { isRoot } from '../support/netns.ts';
import { UIDS } from '../support/world.ts';
import { PROGRAMS } from './command-lines.ts';
import { compare } from './oracle.ts';
import { compareAll, missing, worldOfFile } from './suite.ts';

const held = worldOfFile();
compareAll('programs', held, PROGRAMS);

// This user owns sockets: the warning has another text when some could be identified.
describe.skipIf(missing !== undefined || !isRoot)('programs, seen by the owner of some', () => {
  for (const [args] of PROGRAMS) {
    test(`netstat ${args.join(' ')}`, () => compare(held.ns, args, { uid: UIDS.owner }));
  }
});
