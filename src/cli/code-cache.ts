import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

/** Keeps the code of a file for the next run; absent when it was kept already. */
export type Keep = (() => void) | undefined;

/** Size and time of change of the file the code was compiled from: a file that is replaced or edited has others. */
const KEY_BYTES = 16;

function keyOf(path: string): Buffer {
  const { size, ctimeMs } = statSync(path);
  const key = Buffer.alloc(KEY_BYTES);
  key.writeDoubleLE(size, 0);
  key.writeDoubleLE(ctimeMs, 8);
  return key;
}

/** V8 takes code only from its own version; it looks at that, and at its flags, once more. */
function cachePath(path: string): string {
  return path.replace(/\.cjs$/, `.${process.versions.v8}-${process.arch}.cache`);
}

/**
 * The code, if the file is of this key and whole. NB: V8 crashes on damaged code, which it does not check; the file holds
 * it twice, because two copies are compared in no time, and a checksum takes longer than the code saves.
 */
function kept(path: string, key: Buffer): Buffer | undefined {
  try {
    const bytes = readFileSync(cachePath(path));
    const middle = KEY_BYTES + (bytes.length - KEY_BYTES) / 2;
    const code = bytes.subarray(KEY_BYTES, middle);
    const sound = key.equals(bytes.subarray(0, KEY_BYTES)) && code.length > 0 && code.equals(bytes.subarray(middle));
    return sound ? code : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Loads a CommonJS file of this package with the code V8 compiled in an earlier run, so that whoever requires it next gets
 * it; when there is no such code gives a function that keeps what this run has compiled, in a file beside it.
 *
 * Written is only into a directory of the user who runs this, in one step; whoever can write there can change the file
 * itself. Nothing is read or written with NODE_DISABLE_COMPILE_CACHE set.
 */
export function loadCompiled(path: string): Keep {
  const key = keyOf(path);
  const disabled = process.env.NODE_DISABLE_COMPILE_CACHE !== undefined;
  const cachedData = disabled ? undefined : kept(path, key);
  const script = new Script(Module.wrap(readFileSync(path, 'utf8')), {
    filename: path,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const require = createRequire(path);
  const module = new Module(path);
  module.filename = path;
  require.cache[path] = module;
  script.runInThisContext()(module.exports, require, module, path, dirname(path));
  module.loaded = true;
  return disabled || cachedData !== undefined ? undefined : () => keep(path, key, script);
}

function keep(path: string, key: Buffer, script: Script): void {
  const temporary = `${cachePath(path)}.${process.pid}`;
  try {
    if (statSync(dirname(path)).uid !== process.geteuid?.()) return;
    const code = script.createCachedData();
    const descriptor = openSync(temporary, 'wx', 0o644);
    try {
      writeFileSync(descriptor, Buffer.concat([key, code, code]));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, cachePath(path));
  } catch {
    // The directory may be read-only, the disk full: the next run compiles again.
    rmSync(temporary, { force: true });
  }
}
