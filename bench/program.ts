/** The C programs of the bench: compiled with `cc` on first use, and again when the source is newer. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The checkout: this file may be run from source or from a bundle below build/. */
export function checkout(): string {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory);
  return directory;
}

/** Path of the program made of one source file, which is given relative to the checkout. */
export function program(source: string): string {
  const root = checkout();
  const from = join(root, source);
  const to = join(root, 'build', 'bench', basename(source, '.c'));
  if (!existsSync(to) || statSync(to).mtimeMs < statSync(from).mtimeMs) {
    mkdirSync(dirname(to), { recursive: true });
    execFileSync('cc', ['-O2', '-Wall', '-Wextra', '-pthread', '-o', to, from], { stdio: ['ignore', 2, 2] });
  }
  return to;
}
