import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Script } from 'node:vm';

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

/** What Node.js puts around a CommonJS file. */
const WRAPPER = '(function (exports, require, module, __filename, __dirname) { ';

/** A file that was compiled in this run. */
interface Compiled {
  readonly path: string;
  readonly key: Buffer;
  readonly script: Script;
}

/**
 * Loads the command's CommonJS files with the code that V8 compiled in earlier runs, and keeps the code of this run beside
 * them for the next.
 *
 * Written is only into a directory of the user who runs this, in one step; whoever can write there can change the files
 * themselves. Nothing is read or written with NODE_DISABLE_COMPILE_CACHE set.
 *
 * NB: import() does not work in a file loaded like this; the bundler makes require() of all but those of Node's own modules.
 */
export class CodeCache {
  readonly #directory: string;
  readonly #require: NodeJS.Require;
  readonly #disabled = process.env.NODE_DISABLE_COMPILE_CACHE !== undefined;
  readonly #compiled: Compiled[] = [];
  readonly #exports = new Map<string, unknown>();

  /** `require`: that of the file whose neighbours are loaded. */
  constructor(directory: string, require: NodeJS.Require) {
    this.#directory = directory;
    this.#require = require;
  }

  /** What a file of the directory exports; it is run once. */
  load(name: string): unknown {
    const loaded = this.#exports.get(name);
    if (loaded !== undefined) return loaded;
    const module = { exports: {} };
    this.#exports.set(name, module.exports);
    const path = `${this.#directory}/${name}`;
    const run = this.#compile(path).runInThisContext() as (...names: unknown[]) => void;
    run(module.exports, this.#requireFrom, module, path, this.#directory);
    return module.exports;
  }

  /** Files beside that one are loaded here, everything else as ever. */
  readonly #requireFrom = (id: string): unknown =>
    id.startsWith('./') && id.endsWith('.cjs') ? this.load(id.slice(2)) : this.#require(id);

  #compile(path: string): Script {
    const key = keyOf(path);
    const cachedData = this.#disabled ? undefined : kept(path, key);
    const script = new Script(`${WRAPPER}${readFileSync(path, 'utf8')}\n})`, {
      filename: path,
      ...(cachedData === undefined ? {} : { cachedData }),
    });
    if (cachedData === undefined && !this.#disabled) this.#compiled.push({ path, key, script });
    return script;
  }

  /** Keeps what was compiled in this run, of the files that `complete` accepts by name. */
  keep(complete: (name: string) => boolean): void {
    const wanted = this.#compiled.filter(({ path }) => complete(basename(path)));
    if (wanted.length === 0 || statSync(this.#directory).uid !== process.geteuid?.()) return;
    // NB: what the permission model forbids cannot be cleaned up either.
    if (process.permission?.has('fs.write', this.#directory) === false) return;
    for (const compiled of wanted) keep(compiled);
  }
}

function keep({ path, key, script }: Compiled): void {
  const temporary = `${cachePath(path)}.${process.pid}`;
  try {
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
