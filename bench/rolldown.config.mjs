import { defineConfig } from 'rolldown';

/** The bench as JavaScript: Node 20 does not run TypeScript. The library stays outside: what is measured is the package. */
export default defineConfig({
  input: { run: 'bench/run.ts', subject: 'bench/subject.ts' },
  platform: 'node',
  external: ['benchmark', 'sockdiag'],
  output: { dir: 'build/bench', format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
});
