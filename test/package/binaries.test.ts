import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';

const prebuilds = join(inject('project'), 'node_modules', 'sockdiag', 'prebuilds');
const pathOf = (name: string) => join(prebuilds, `${name}.node`);
const readelf = (words: readonly string[], name: string) =>
  execFileSync('readelf', ['-W', ...words, pathOf(name)], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });

/** What the oldest supported Node needs itself, so that the addon never asks for more. */
const HIGHEST: Readonly<Record<string, string>> = { GLIBC: '2.28', GLIBCXX: '3.4.21', CXXABI: '1.3.9' };

const BINARIES = [
  { name: 'linux-x64', machine: 'Advanced Micro Devices X86-64', libraries: /^lib(c|m|pthread|dl)\.so\.\d$/ },
  { name: 'linux-arm64', machine: 'AArch64', libraries: /^(lib(c|m|pthread|dl)\.so\.\d|ld-linux-aarch64\.so\.1)$/ },
  { name: 'linux-x64-musl', machine: 'Advanced Micro Devices X86-64', libraries: /^libc\.so$/ },
  { name: 'linux-arm64-musl', machine: 'AArch64', libraries: /^libc\.so$/ },
];

/** Is version `left` above `right`, part by part? */
function isAbove(left: string, right: string): boolean {
  const [ours, limit] = [left.split('.').map(Number), right.split('.').map(Number)];
  for (let at = 0; at < Math.max(ours.length, limit.length); at += 1) {
    if ((ours[at] ?? 0) !== (limit[at] ?? 0)) return (ours[at] ?? 0) > (limit[at] ?? 0);
  }
  return false;
}

/** Symbols of the dynamic table, those it needs or those it offers. */
function symbols(name: string, needed: boolean): string[] {
  return [...readelf(['--dyn-syms'], name).matchAll(/^\s*\d+: [0-9a-f]+\s+\d+ \w+\s+\w+\s+\w+\s+(\w+) ([^\s@]+)/gm)]
    .filter(([, section]) => (section === 'UND') === needed)
    .map(([, , symbol]) => symbol!);
}

test('versions are compared by number', () => {
  expect(isAbove('2.4', '2.28')).toBe(false);
  expect(isAbove('2.34', '2.28')).toBe(true);
  expect(isAbove('3.4.29', '3.4.21')).toBe(true);
  expect(isAbove('2.28', '2.28')).toBe(false);
});

describe.each(BINARIES)('$name', ({ name, machine, libraries }) => {
  test('is of its machine and stripped', () => {
    expect(readelf(['-h'], name)).toContain(machine);
    expect(readelf(['-S'], name)).not.toMatch(/\.(symtab|debug_info)\b/);
  });

  test('needs the C library alone', () => {
    const needed = [...readelf(['-d'], name).matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, library]) => library!);
    expect(needed).not.toEqual([]);
    expect(needed.filter((library) => !libraries.test(library))).toEqual([]);
  });

  test('offers the two symbols of Node-API', () => {
    expect(symbols(name, false).sort()).toEqual(['napi_register_module_v1', 'node_api_module_get_api_version_v1']);
  });

  test('carries the BPF programs', () => {
    expect(symbols(name, true)).toContain('syscall');
    expect(readelf(['-p', '.rodata'], name)).toContain('Dual BSD/GPL');
  });
});

test.each(['linux-x64', 'linux-arm64'])('%s asks for no newer symbols than GLIBC_2.28', (name) => {
  const versions = [...readelf(['-V'], name).matchAll(/\b(GLIBC|GLIBCXX|CXXABI)_([\d.]+)/g)];
  expect(versions).not.toEqual([]);
  expect(
    versions.filter(([, library, version]) => isAbove(version!, HIGHEST[library!]!)).map(([text]) => text),
  ).toEqual([]);
});
