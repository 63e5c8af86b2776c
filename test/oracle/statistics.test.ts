import { GROUPS, MASQUERADE, STATISTICS } from './command-lines.ts';
import { compareAll, worldOfFile } from './suite.ts';

const held = worldOfFile();
compareAll('groups', held, GROUPS);
compareAll('statistics', held, STATISTICS);
compareAll('masquerade', held, MASQUERADE);
