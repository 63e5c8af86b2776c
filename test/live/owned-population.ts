import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll } from 'vitest';
import { loadAddon } from '../../src/addon.ts';
import { type MadeProcess, mkprocess, type ProcessOptions } from '../support/mksock.ts';
import { isRoot, type Netns, netns } from '../support/netns.ts';
import { suiteScope } from '../support/suite-scope.ts';

const library = pathToFileURL(resolve(import.meta.dirname, '../../dist/index.js')).href;

/** Why BPF cannot be had here. */
export const lacksBpf: string | undefined = loadAddon().addon?.probeOwners({}).reason ?? undefined;

/** Each has a TCP listener (from port 4000 on, in this order), a UDP socket and a unix pair. Root has one of another user. */
export const PROCESSES: Readonly<Record<string, ProcessOptions>> = {
  plain: { comm: 'plain one' },
  shared: { holders: 3 },
  leaderless: { leaderExits: true },
  unshared: { unsharedFiles: true },
  ...(isRoot ? { stranger: { uid: 4242, holders: 1 } } : {}),
};

/** Processes that hold sockets in every kind of descriptor table; members may be read inside tests only. */
export interface Population {
  readonly ns: Netns;
  readonly made: ReadonlyMap<string, MadeProcess>;
}

export function populationOfFile(): Population {
  const scope = suiteScope();
  const population = { ns: undefined as unknown as Netns, made: new Map<string, MadeProcess>() };
  beforeAll(async () => {
    population.ns = await netns(scope);
    for (const [at, [name, options]] of Object.entries(PROCESSES).entries()) {
      const port = 4000 + at;
      const sockets = [
        { kind: 'tcp-listen', host: '127.0.0.1', port },
        { kind: 'udp', host: '::1', port },
        { kind: 'unix-pair' },
      ] as const;
      population.made.set(name, await mkprocess(population.ns, options, sockets));
    }
  });
  return population;
}

export function inodesOf({ sockets }: MadeProcess): number[] {
  return sockets.flat().map(({ inode }) => inode);
}

export function allInodes({ made }: Population): Uint32Array {
  return Uint32Array.from([...made.values()].flatMap(inodesOf));
}

export interface How {
  readonly env?: Readonly<Record<string, string>>;
  /** What the program is started by. */
  readonly by?: readonly string[];
}

/** What a piece of JavaScript returns that runs inside the namespace; 64-bit numbers come as decimal strings. */
export async function run<T>(where: Netns, body: string, { env = {}, by = [] }: How = {}): Promise<T> {
  const program = `
    import * as sockdiag from ${JSON.stringify(library)};
    const result = await (async () => { ${body} })();
    process.stdout.write(JSON.stringify(result, (key, value) => typeof value === 'bigint' ? String(value) : value));`;
  const argv = [...by, process.execPath, '--input-type=module', '-e', program];
  const { stdout, stderr, status } = await where.exec(argv, { env, cwd: '/' });
  if (status !== 0) throw new Error(`status ${status}: ${stderr}`);
  return JSON.parse(stdout.toString()) as T;
}
