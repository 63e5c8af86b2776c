import { defineConfig } from 'rolldown';

/**
 * The command as unminified CommonJS: everything a listing of Internet sockets needs in one file, what only other sections
 * and options need in files beside it, read when they are asked for. It starts milliseconds earlier than module by
 * module, and than with one file for everything, most of which V8 would parse in vain. NB: all files lie in one
 * directory, from which the addon is found.
 */
export default defineConfig({
  input: { sockdiag: 'src/cli/entry.ts' },
  platform: 'node',
  output: {
    dir: 'dist',
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'sockdiag-[name].cjs',
    codeSplitting: { groups: [{ name: 'listing', test: /\/src\/cli\/main\.ts$/ }] },
    banner: ({ isEntry }) => (isEntry ? '#!/usr/bin/env node' : ''),
    comments: false,
    minify: false,
  },
});
