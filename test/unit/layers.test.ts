import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

/** A module imports only from layers to its left, or from its own folder. */
const TYPESCRIPT: Readonly<Record<string, readonly string[]>> = {
  uapi: [],
  errors: ['uapi'],
  columns: ['errors', 'uapi'],
  families: ['columns', 'errors', 'uapi'],
  tables: ['families', 'columns', 'errors', 'uapi'],
  'addon-binary': [],
  addon: ['addon-binary', 'tables', 'families', 'columns', 'errors', 'uapi'],
  filters: ['tables', 'families', 'columns', 'errors', 'uapi'],
  names: ['addon', 'tables', 'families', 'columns', 'errors', 'uapi'],
  sources: ['addon', 'filters', 'names', 'tables', 'families', 'columns', 'errors', 'uapi'],
  query: ['sources', 'addon', 'filters', 'names', 'tables', 'families', 'columns', 'errors', 'uapi'],
  formats: ['names', 'tables', 'families', 'columns', 'errors', 'uapi'],
  cli: ['query', 'sources', 'addon', 'filters', 'formats', 'names', 'tables', 'families', 'columns', 'errors', 'uapi'],
  index: [
    'query',
    'sources',
    'addon',
    'filters',
    'formats',
    'names',
    'tables',
    'families',
    'columns',
    'errors',
    'uapi',
  ],
};

/** C++: what everything may include, then the core from left to right, then what knows Node-API. */
const BASE: readonly string[] = [
  'uapi',
  'status',
  'lock',
  'file_descriptor',
  'errno_name',
  'growing_array',
  'byte_list',
];
const DECODERS: readonly string[] = [...BASE, 'columns', 'netlink'];
const CORE: readonly string[] = [...DECODERS, 'names', 'bpf', 'diag', 'route', 'owners', 'families'];
const SESSIONS: readonly string[] = [...CORE, 'connection', 'snapshot', 'stream'];
const EXPORTS: readonly string[] = [...SESSIONS, 'results', 'worker', 'arguments', 'stream_handle', 'owner_exports'];

const NATIVE: Readonly<Record<string, readonly string[]>> = {
  uapi: [],
  status: [],
  lock: [],
  file_descriptor: [],
  errno_name: [],
  growing_array: [],
  byte_list: ['growing_array'],
  columns: BASE,
  netlink: [...BASE, 'columns'],
  names: [...BASE, 'columns'],
  bpf: BASE,
  diag: DECODERS,
  route: DECODERS,
  owners: [...DECODERS, 'bpf'],
  families: [...DECODERS, 'diag', 'route'],
  connection: CORE,
  snapshot: [...CORE, 'connection'],
  stream: SESSIONS,
  results: SESSIONS,
  worker: [...SESSIONS, 'results'],
  arguments: SESSIONS,
  stream_handle: [...SESSIONS, 'results', 'worker'],
  owner_exports: [...SESSIONS, 'results', 'worker', 'arguments'],
  addon: EXPORTS,
};

function filesBelow(folder: string, pattern: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name));
}

/** First folder below the root, or the file's own name without its ending. */
function layerOf(root: string, file: string): string {
  return relative(root, file)
    .split('/')[0]!
    .replace(/\.[a-z]+$/, '');
}

interface Import {
  readonly from: string;
  readonly to: string;
  readonly file: string;
}

function importsOf(root: string, files: readonly string[], pattern: RegExp, based: (file: string) => string): Import[] {
  return files.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return [...text.matchAll(pattern)].map(([, path]) => {
      const target = normalize(join(based(file), path!));
      return { from: layerOf(root, file), to: layerOf(root, target), file: `${relative(root, file)} -> ${path}` };
    });
  });
}

function violations(imports: readonly Import[], layers: Readonly<Record<string, readonly string[]>>): string[] {
  return imports
    .filter(({ from, to }) => from !== to && layers[from] !== undefined && !layers[from]!.includes(to))
    .map(({ file }) => file);
}

describe('import directions', () => {
  test('TypeScript modules import only from the left', () => {
    const files = filesBelow('src', /\.ts$/);
    const imports = importsOf('src', files, /(?:from|import)\s*\(?\s*'(\.[^']+)'/g, dirname);
    expect(imports.length).toBeGreaterThan(20);
    expect(violations(imports, TYPESCRIPT)).toEqual([]);
    expect(files.filter((file) => TYPESCRIPT[layerOf('src', file)] === undefined)).toEqual([]);
  });

  test('C++ modules include only from the left', () => {
    const files = filesBelow('native', /\.(cc|h)$/).filter((file) => !/^native\/(test|fuzz|build)/.test(file));
    const imports = importsOf('native', files, /#include "([^"]+)"/g, () => 'native');
    const relativeIncludes = imports.filter(({ file }) => file.includes('-> ..'));
    expect(relativeIncludes).toEqual([]);
    expect(imports.length).toBeGreaterThan(10);
    expect(violations(imports, NATIVE)).toEqual([]);
    expect(files.filter((file) => NATIVE[layerOf('native', file)] === undefined)).toEqual([]);
  });

  test('a wrong import is found', () => {
    const wrong = [{ from: 'formats', to: 'sources', file: 'formats/x.ts -> ../sources/y.ts' }];
    expect(violations(wrong, TYPESCRIPT)).toEqual(['formats/x.ts -> ../sources/y.ts']);
  });
});
