import { defineConfig } from 'vitest/config';

/** Files that talk to a real kernel run one after the other: they share cores, timers and the host's process list. */
const LIVE = ['test/live/**', 'test/parity/**', 'test/oracle/**', 'test/faults/**', 'test/cli/**'];

const spec = (folder: string) => `${folder}/*.test.ts`;

export default defineConfig({
  test: {
    env: { NODE_EXTRA_CA_CERTS: '', LC_ALL: 'C', TZ: 'UTC' },
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: [spec('test/**')],
          exclude: [...LIVE, 'test/package/**'],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'kernel',
          include: LIVE.map(spec),
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          // A loaded machine may delay a timer or a process between two readings that are compared.
          retry: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
