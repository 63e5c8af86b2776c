import { defineConfig } from 'rolldown';

/**
 * The command as one unminified CommonJS file: it starts milliseconds earlier than the same modules one by one.
 * Modules behind `import()` are evaluated only when their section is asked for.
 */
export default defineConfig({
  input: 'src/cli/entry.ts',
  platform: 'node',
  output: {
    file: 'dist/sockdiag.cjs',
    format: 'cjs',
    codeSplitting: false,
    banner: '#!/usr/bin/env node',
    minify: false,
  },
});
