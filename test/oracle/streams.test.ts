import * as lists from './command-lines.ts';
import { compareAll, worldOfFile } from './suite.ts';

const held = worldOfFile({ quiet: true });
compareAll('continuous', held, lists.CONTINUOUS, { users: 'first' });
compareAll('continuous, with programs', held, lists.CONTINUOUS_PROGRAMS);
compareAll('what ends it', held, lists.INTERRUPTED, { users: 'first' });
compareAll('output streams', held, lists.STREAMS);
compareAll('a pipe that is closed', held, lists.CLOSED_PIPE, { users: 'first' });
compareAll('a pipe that is closed, with programs', held, lists.CLOSED_PIPE_PROGRAMS);
compareAll('environment', held, lists.ENVIRONMENT);
