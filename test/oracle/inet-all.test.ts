import { INET_ALL } from './command-lines.ts';
import { compareAll, worldOfFile } from './suite.ts';

compareAll('all Internet protocols', worldOfFile(), INET_ALL);
