import { writeSync } from 'node:fs';
import { type LoadedAddon, loadAddon } from '../addon.ts';
import { firstRequest } from './ask-ahead.ts';
import { CodeCache } from './code-cache.ts';

/** The file that rolldown.config.mjs makes of main.ts and what it imports. */
const LISTING = 'sockdiag-listing.cjs';

/** NB: this file is run as CommonJS only. */
declare const require: NodeJS.Require;

function askAhead(words: readonly string[]): LoadedAddon | undefined {
  const request = firstRequest(words);
  if (request === undefined) return undefined;
  const loaded = loadAddon();
  loaded.addon?.askAhead(request);
  return loaded;
}

const words = process.argv.slice(2);
const addon = askAhead(words);
const cache = new CodeCache(import.meta.dirname, require);
const { leave, main } = cache.load(LISTING) as typeof import('./main.ts');

/** Code of a section is what a run has used of it; that of the listing is complete when Internet sockets were listed. */
function printed(internet: boolean): void {
  cache.keep((name) => internet || name !== LISTING);
}

main(words, process.env, { printed, addon }).then(leave, (error: unknown) => {
  writeSync(2, `sockdiag: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
