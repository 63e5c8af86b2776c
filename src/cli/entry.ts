import { CodeCache } from './code-cache.ts';

/** The file that rolldown.config.mjs makes of main.ts and what it imports. */
const LISTING = 'sockdiag-listing.cjs';

const cache = new CodeCache(import.meta.dirname);
cache.load(LISTING);

/** Code of a section is what a run has used of it; that of the listing is complete when Internet sockets were listed. */
function printed(internet: boolean): void {
  cache.keep((name) => internet || name !== LISTING);
}

// NB: what is imported here was loaded above.
import('./main.ts')
  .then(({ main }) => main(process.argv.slice(2), process.env, printed))
  .then(
    (status) => process.exit(status),
    (error: unknown) => {
      process.stderr.write(`sockdiag: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    },
  );
