import { ROUTES, ROUTES_MASKED } from './command-lines.ts';
import { compareAll, worldOfFile } from './suite.ts';

const held = worldOfFile();
compareAll('routes', held, ROUTES);
compareAll('routes, with an unreliable errno', held, ROUTES_MASKED);
