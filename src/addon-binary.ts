import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * What was built in a checkout, and in the installed package; beside this module, or the file it was bundled into. NB:
 * `import.meta` is empty where that is CommonJS and not ours.
 */
const BUILT: readonly string[] = ['build', 'native/build'].map(
  (directory) => `${import.meta.dirname ?? __dirname}/../${directory}/Release/sockdiag.node`,
);

/** Opened as it is: a look at all the places where `require` finds modules takes longer than a small dump. */
function open(path: string): unknown {
  const module = { exports: {} };
  process.dlopen(module, path);
  return module.exports;
}

/** Binaries of the package by platform. NB: one literal `require` each: what bundles packages follows only those. */
function shipped(platform: string): unknown {
  const require = createRequire(import.meta.url ?? __filename);
  switch (platform) {
    case 'linux-x64':
      return require('../prebuilds/linux-x64.node');
    case 'linux-x64-musl':
      return require('../prebuilds/linux-x64-musl.node');
    case 'linux-arm64':
      return require('../prebuilds/linux-arm64.node');
    case 'linux-arm64-musl':
      return require('../prebuilds/linux-arm64-musl.node');
    default:
      throw Object.assign(new Error(`the package has no binary for ${platform}`), { code: 'MODULE_NOT_FOUND' });
  }
}

/** Bytes of an executable that hold its headers and, unless it was patched, the name of its interpreter. */
const HEAD = 2048;
const ELF64_LITTLE_ENDIAN = [0x7f, 0x45, 0x4c, 0x46, 2, 1];
const PT_INTERP = 3;
const PHDR_SIZE = 56;

/**
 * The addon's binary: what was built in a checkout, else what was built in the installed package (`cmake-js compile -d
 * node_modules/sockdiag/native`), else the one shipped for this platform. Throws when there is none or it is refused.
 */
export function requireBinary(): unknown {
  for (const path of BUILT) if (existsSync(path)) return open(path);
  return shipped(platformName(process.platform, process.arch, interpreterOf(process.execPath)));
}

/** Name of a platform's binary. An unknown interpreter is taken for glibc's: loading it says if that was wrong. */
export function platformName(platform: string, arch: string, interpreter: string | undefined): string {
  const musl = interpreter !== undefined && /(^|\/)ld-musl-[^/]*$/.test(interpreter);
  return `${platform}-${arch}${musl ? '-musl' : ''}`;
}

/**
 * Path of the dynamic loader that an executable names, which tells its C library; undefined = unreadable, not ELF for 64
 * bits little endian, or linked statically.
 * NB: never `process.report`: it resolves the host names of both ends of every socket of the process.
 */
export function interpreterOf(executable: string): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(executable, 'r');
    const head = readAt(descriptor, 0, HEAD);
    const place = interpreterPlace(head);
    if (place === undefined) return undefined;
    const { offset, length } = place;
    const text =
      offset + length <= head.length ? head.subarray(offset, offset + length) : readAt(descriptor, offset, length);
    return text.toString('latin1').replace(/\0.*$/s, '');
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function readAt(descriptor: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
}

/** Elf64_Phdr of type PT_INTERP: p_offset and p_filesz. */
function interpreterPlace(head: Buffer): { readonly offset: number; readonly length: number } | undefined {
  if (head.length < 64 || ELF64_LITTLE_ENDIAN.some((byte, at) => head[at] !== byte)) return undefined;
  const table = Number(head.readBigUInt64LE(32));
  const size = head.readUInt16LE(54);
  const count = head.readUInt16LE(56);
  if (size < PHDR_SIZE) return undefined;
  for (let at = 0; at < count; at += 1) {
    const entry = table + at * size;
    if (entry + PHDR_SIZE > head.length) return undefined;
    if (head.readUInt32LE(entry) !== PT_INTERP) continue;
    const length = Number(head.readBigUInt64LE(entry + 32));
    return length > 4096 ? undefined : { offset: Number(head.readBigUInt64LE(entry + 8)), length };
  }
  return undefined;
}
