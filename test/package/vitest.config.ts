import { defineConfig } from 'vitest/config';

/** Tests of the packed tarball: `npm run test:package` builds the binaries and downloads other versions of Node first. */
export default defineConfig({
  test: {
    env: { NODE_EXTRA_CA_CERTS: '', LC_ALL: 'C' },
    pool: 'forks',
    include: ['test/package/*.test.ts'],
    globalSetup: ['test/package/installed.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
  },
});
