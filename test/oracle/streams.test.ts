import { CONTINUOUS, ENVIRONMENT, INTERRUPTED, STREAMS } from './command-lines.ts';
import { compareAll, worldOfFile } from './suite.ts';

const held = worldOfFile({ quiet: true });
compareAll('continuous', held, CONTINUOUS);
compareAll('what ends it', held, INTERRUPTED);
compareAll('output streams', held, STREAMS);
compareAll('environment', held, ENVIRONMENT);
