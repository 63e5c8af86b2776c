// Fills the folders of downloads.mjs with what is missing. What cannot be had is named; its tests are then skipped.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOWNLOADS } from './downloads.mjs';

// NB: --force, or a Node for another processor is refused.
const INSTALL = ['install', '--no-save', '--ignore-scripts', '--force', '--no-audit', '--no-fund', '--loglevel=error'];

for (const { folder, specs, made } of DOWNLOADS) {
  if (existsSync(join(folder, made))) continue;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const { status, stderr } = spawnSync('npm', [...INSTALL, ...specs], { cwd: folder, encoding: 'utf8' });
  if (status !== 0 || !existsSync(join(folder, made))) {
    process.stderr.write(`not installed: ${specs.join(' ')}\n${stderr ?? ''}`);
  }
}
