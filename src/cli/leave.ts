import { loadAddon } from '../addon.ts';
import type { Status } from './output.ts';

/** Somebody wants to see the end of the process: a debugger, a profiler, a module that was loaded before this one. */
function isWatched(): boolean {
  const { NODE_OPTIONS, NODE_V8_COVERAGE } = process.env;
  const told = process.execArgv.length > 0 || NODE_OPTIONS !== undefined || NODE_V8_COVERAGE !== undefined;
  return told || process.listenerCount('exit') > 0;
}

/**
 * Ends the process, whose output is written. NB: Node.js and the C library need a millisecond to put everything in order
 * that the kernel takes back anyway; with the addon at hand they are not asked to.
 */
export function leave(status: Status): never {
  const addon = isWatched() ? undefined : loadAddon().addon;
  return addon === undefined ? process.exit(status) : addon.exit(status);
}
