import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { interpreterOf, platformName } from '../../src/addon-binary.ts';

const GLIBC = '/lib64/ld-linux-x86-64.so.2';
const MUSL = '/lib/ld-musl-x86_64.so.1';
const PT_LOAD = 1;
const PT_INTERP = 3;

const scratch = mkdtempSync(join(tmpdir(), 'sockdiag-elf-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Shape {
  readonly interpreter?: string;
  /** Where its text lies. */
  readonly at?: number;
  /** p_filesz; absent: the text and its final NUL. */
  readonly length?: number;
  /** EI_CLASS and EI_DATA: 2, 1 = 64 bits, little endian. */
  readonly kind?: readonly [number, number];
  readonly headerSize?: number;
  readonly table?: number;
}

/** Elf64_Ehdr, a program header of type PT_LOAD, and one of type PT_INTERP when there is an interpreter. */
function executable(shape: Shape): string {
  const { interpreter, at = 512, kind = [2, 1], headerSize = 56, table = 64 } = shape;
  const text = Buffer.from(interpreter === undefined ? '' : `${interpreter}\0`);
  const bytes = Buffer.alloc(Math.max(at + text.length, table + 2 * headerSize, 4096));
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, ...kind, 1]).copy(bytes);
  bytes.writeBigUInt64LE(BigInt(table), 32);
  bytes.writeUInt16LE(headerSize, 54);
  bytes.writeUInt16LE(interpreter === undefined ? 1 : 2, 56);
  bytes.writeUInt32LE(PT_LOAD, table);
  if (interpreter !== undefined) {
    const entry = table + headerSize;
    bytes.writeUInt32LE(PT_INTERP, entry);
    bytes.writeBigUInt64LE(BigInt(at), entry + 8);
    bytes.writeBigUInt64LE(BigInt(shape.length ?? text.length), entry + 32);
    text.copy(bytes, at);
  }
  const path = join(scratch, 'program');
  writeFileSync(path, bytes);
  return path;
}

describe('the interpreter of an executable', () => {
  test.each([GLIBC, MUSL])('%s', (interpreter) => {
    expect(interpreterOf(executable({ interpreter }))).toBe(interpreter);
  });

  test('the running Node names that of its C library', () => {
    expect(interpreterOf(process.execPath)).toMatch(/\/ld-(linux|musl)-[^/]+$/);
  });

  test('moved behind everything else, as patchelf does', () => {
    expect(interpreterOf(executable({ interpreter: MUSL, at: 1_000_000 }))).toBe(MUSL);
    expect(interpreterOf(executable({ interpreter: MUSL, at: 2040 }))).toBe(MUSL);
  });

  test('headers of another size', () => {
    expect(interpreterOf(executable({ interpreter: MUSL, headerSize: 64 }))).toBe(MUSL);
  });

  test.each<[string, Shape]>([
    ['linked statically', {}],
    ['for 32 bits', { interpreter: MUSL, kind: [1, 1] }],
    ['big endian', { interpreter: MUSL, kind: [2, 2] }],
    ['headers too short', { interpreter: MUSL, headerSize: 48 }],
    ['headers beyond what is read', { interpreter: MUSL, table: 2000 }],
    ['a name longer than any path', { interpreter: MUSL, length: 5000 }],
  ])('is not known: %s', (_, shape) => {
    expect(interpreterOf(executable(shape))).toBeUndefined();
  });

  test('of what is no executable', () => {
    const path = executable({ interpreter: MUSL });
    truncateSync(path, 63);
    expect(interpreterOf(path)).toBeUndefined();
    writeFileSync(path, '#!/bin/sh\n'.padEnd(4096));
    expect(interpreterOf(path)).toBeUndefined();
    expect(interpreterOf(scratch)).toBeUndefined();
    expect(interpreterOf(join(scratch, 'absent'))).toBeUndefined();
  });
});

test.each<[string, string, string | undefined, string]>([
  ['linux', 'x64', GLIBC, 'linux-x64'],
  ['linux', 'x64', MUSL, 'linux-x64-musl'],
  ['linux', 'arm64', '/lib/ld-linux-aarch64.so.1', 'linux-arm64'],
  ['linux', 'arm64', '/lib/ld-musl-aarch64.so.1', 'linux-arm64-musl'],
  ['linux', 'x64', '/nix/store/ld-musl-/lib/ld-linux-x86-64.so.2', 'linux-x64'],
  ['linux', 'x64', undefined, 'linux-x64'],
  ['linux', 'riscv64', undefined, 'linux-riscv64'],
])('the binary of %s, %s, %s', (platform, arch, interpreter, name) => {
  expect(platformName(platform, arch, interpreter)).toBe(name);
});
