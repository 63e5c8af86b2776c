import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Addon, DumpOptions, DumpRequest, DumpResult } from '../../../src/addon.ts';
import { fromSysfs, InterfaceNames, readInterfaceNames } from '../../../src/names/interfaces.ts';
import { links } from '../../../src/tables/links.ts';

const SYS = join(import.meta.dirname, '../../fixtures/proc/linux-6.18/sys');

describe('interface names', () => {
  test('both directions', () => {
    const names = new InterfaceNames([
      [1, 'lo'],
      [7, 'eth0'],
    ]);
    expect([names.name(7), names.index('lo'), names.name(2), names.index('eth1')]).toEqual([
      'eth0',
      1,
      undefined,
      undefined,
    ]);
  });

  test('sysfs', () => {
    expect(new Map(fromSysfs(SYS))).toEqual(
      new Map([
        [1, 'lo'],
        [2, 'veth-b'],
        [3, 'veth-a'],
        [4, 'abcdefghijklmno'],
      ]),
    );
    expect([...fromSysfs('/nowhere')]).toEqual([]);
  });

  test('addon: one dump of links with index and name', () => {
    const asked: unknown[] = [];
    const addon = {
      dumpSync(requests: readonly DumpRequest[], options: DumpOptions): DumpResult {
        asked.push(requests, options);
        const buffer = new ArrayBuffer(24);
        new Uint32Array(buffer, 0, 2).set([1, 9]);
        new Uint16Array(buffer, 8, 2).set([1, 2]);
        const [index, name] = options.columns;
        const columns = Float64Array.of(...[name!, 8, -1, -1, 0], ...[index!, 0, -1, -1, 0]);
        const dictionaries = { [name!]: ['', 'lo', 'wan'] };
        return { block: { buffer, rows: 2, columns, dictionaries }, outcomes: [] };
      },
    } as unknown as Addon;
    const names = readInterfaceNames(addon);
    expect([names.name(1), names.name(9), names.index('wan')]).toEqual(['lo', 'wan', 9]);
    const columns = Uint16Array.of(links.names.indexOf('index'), links.names.indexOf('name'));
    expect(asked).toEqual([[{ kind: 'link' }], { table: 'links', columns }]);
  });
});
