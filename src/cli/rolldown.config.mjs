import { defineConfig } from 'rolldown';

const settings = {
  dir: 'dist',
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: 'sockdiag-[name].cjs',
  comments: false,
  minify: false,
};

/**
 * The command as unminified CommonJS: what starts it, in a file that shares nothing with the others, so that it is small;
 * everything a listing of Internet sockets needs in one file; what only other sections and options need in files beside
 * it, read when they are asked for. It starts milliseconds earlier than module by module, and than with one file for
 * everything, most of which V8 would parse in vain. NB: all files lie in one directory, from which the addon is found.
 */
export default defineConfig([
  {
    input: { sockdiag: 'src/cli/entry.ts' },
    platform: 'node',
    output: { ...settings, banner: '#!/usr/bin/env node' },
  },
  {
    input: { 'sockdiag-listing': 'src/cli/main.ts' },
    platform: 'node',
    // The group below is the entry itself.
    preserveEntrySignatures: 'allow-extension',
    output: {
      ...settings,
      codeSplitting: { groups: [{ name: 'listing', test: /rolldown.runtime|\/src\/cli\/main\.ts$/ }] },
    },
  },
]);
