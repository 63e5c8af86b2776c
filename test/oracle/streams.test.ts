import { CONTINUOUS, STREAMS } from './command-lines.ts';
import { compareAll, worldOfFile } from './suite.ts';

const held = worldOfFile({ quiet: true });
compareAll('continuous', held, CONTINUOUS);
compareAll('output streams', held, STREAMS);
