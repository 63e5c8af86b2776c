import { fileURLToPath } from 'node:url';
import { loadCompiled } from './code-cache.ts';

/** NB: the file that rolldown.config.mjs makes of main.ts: what is imported here is what was loaded there. */
const keep = loadCompiled(fileURLToPath(new URL('./sockdiag-listing.cjs', import.meta.url)));

import('./main.ts')
  .then(({ main }) => main(process.argv.slice(2), process.env, keep))
  .then(
    (status) => process.exit(status),
    (error: unknown) => {
      process.stderr.write(`sockdiag: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    },
  );
