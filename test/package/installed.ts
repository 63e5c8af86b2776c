import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { root } from './downloads.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The packed tarball. */
    readonly tarball: string;
    /** A project outside the checkout whose only dependency is the tarball. */
    readonly project: string;
  }
}

const npm = (cwd: string, words: readonly string[]): string =>
  execFileSync('npm', [...words, '--loglevel=error'], { cwd, encoding: 'utf8' });

/**
 * Packs the checkout and installs the tarball into an empty project.
 * NB: without `prepack`, which makes dist anew below the feet of other tests; `pretest:package` has built it. Outside the
 * checkout, where no other package can be found by chance.
 */
export default function install({ provide }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'sockdiag-package-'));
  const [packed] = JSON.parse(npm(root, ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]));
  const tarball = join(folder, packed.filename);
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "consumer", "private": true }\n');
  npm(project, ['install', '--offline', '--no-audit', '--no-fund', tarball]);
  cpSync(join(root, 'test', 'package', 'programs'), project, { recursive: true });
  provide('tarball', tarball);
  provide('project', project);
  return () => rmSync(folder, { recursive: true, force: true });
}
