import { FAMILIES, UNIX } from './command-lines.ts';
import { compareAll, worldOfFile } from './suite.ts';

const held = worldOfFile();
compareAll('unix', held, UNIX);
compareAll('other families', held, FAMILIES);
