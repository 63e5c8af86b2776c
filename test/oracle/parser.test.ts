import { PARSER } from './command-lines.ts';
import { compareAll, worldOfFile } from './suite.ts';

compareAll('parser and help', worldOfFile(), PARSER);
