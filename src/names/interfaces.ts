import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Addon, blockColumns, loadAddon } from '../addon.ts';
import { links } from '../tables/links.ts';

/** Names of network devices by index, and indexes by name. */
export class InterfaceNames {
  readonly #names: ReadonlyMap<number, string>;
  readonly #indexes: ReadonlyMap<string, number>;

  constructor(pairs: Iterable<readonly [index: number, name: string]>) {
    this.#names = new Map(pairs);
    this.#indexes = new Map(Array.from(this.#names, ([index, name]) => [name, index]));
  }

  name(index: number): string | undefined {
    return this.#names.get(index);
  }

  index(name: string): number | undefined {
    return this.#indexes.get(name);
  }
}

/**
 * The devices of the caller's network namespace, through RTM_GETLINK where there is an addon.
 *
 * NB: sysfs shows the devices of the namespace it was mounted in, which need not be the caller's.
 */
export function readInterfaceNames(addon: Addon | undefined = loadAddon(links).addon): InterfaceNames {
  return new InterfaceNames(addon === undefined ? fromSysfs('/sys') : fromNetlink(addon));
}

function* fromNetlink(addon: Addon): Generator<[number, string]> {
  const [indexId, nameId] = [links.names.indexOf('index'), links.names.indexOf('name')];
  const { block } = addon.dumpSync([{ kind: 'link' }], { table: links.name, columns: Uint16Array.of(indexId, nameId) });
  const columns = blockColumns(block);
  const index = columns.find(({ id }) => id === indexId);
  const name = columns.find(({ id }) => id === nameId);
  if (index === undefined || name === undefined) return;
  const indexes = new Uint32Array(block.buffer, index.offset, block.rows);
  const codes = new Uint16Array(block.buffer, name.offset, block.rows);
  for (let row = 0; row < block.rows; row += 1) {
    const word = name.dict?.[codes[row]!];
    if (word !== undefined && word !== '') yield [indexes[row]!, word];
  }
}

/** /sys/class/net/NAME/ifindex; a device that vanishes meanwhile is left out. */
export function* fromSysfs(root: string): Generator<[number, string]> {
  const directory = join(root, 'class/net');
  for (const name of listed(directory)) {
    const index = readNumber(join(directory, name, 'ifindex'));
    if (index !== undefined) yield [index, name];
  }
}

function listed(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function readNumber(path: string): number | undefined {
  try {
    const text = readFileSync(path, 'latin1').trim();
    return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}
