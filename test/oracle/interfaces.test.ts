import { INTERFACES } from './command-lines.ts';
import { compareAll, worldOfFile } from './suite.ts';

compareAll('interfaces', worldOfFile(), INTERFACES);
