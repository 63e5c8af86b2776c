import { beforeEach, describe, expect, test } from 'vitest';
import { TableBuilder } from '../../../src/columns/builder.ts';
import type { SourceName, Table } from '../../../src/columns/table.ts';
import { defineTable, u32 } from '../../../src/columns/type.ts';
import { NetlinkError, ProcfsError } from '../../../src/errors.ts';
import { type Base, readTable, type TableDefinition } from '../../../src/query/definition.ts';
import type { TableOptions } from '../../../src/query/options.ts';
import { forgetRefusals, kernelError, type Source, type Unavailable } from '../../../src/sources/source.ts';

const schema = defineTable('things', {
  both: u32({ doc: 'both', netlink: 'a', procfs: 'a', basic: true }),
  kernel: u32({ doc: 'netlink only', netlink: 'b', nullable: true, basic: true }),
  file: u32({ doc: 'procfs only', procfs: 'c', nullable: true }),
  costly: u32({ doc: 'in a group', netlink: 'd', ext: 7, nullable: true }),
});
type Things = typeof schema.columns;

interface Behaviour {
  readonly rows?: readonly number[];
  readonly probe?: Unavailable;
  readonly error?: Error;
}

class Fake implements Source<Base, Things> {
  readonly name: SourceName;
  readonly asked: Base[] = [];
  readonly behaviour: Behaviour;

  constructor(name: SourceName, behaviour: Behaviour = {}) {
    this.name = name;
    this.behaviour = behaviour;
  }

  probe(): Unavailable | undefined {
    return this.behaviour.probe;
  }

  async read(request: Base): Promise<Table<Things>> {
    this.asked.push(request);
    if (this.behaviour.error !== undefined) throw this.behaviour.error;
    const builder = new TableBuilder<Things>(schema, request.columns as (keyof Things & string)[]);
    const both = builder.number('both');
    for (const value of this.behaviour.rows ?? [1]) {
      builder.addRow();
      both.set(value);
    }
    return builder.finish({ source: this.name, parts: [{ name: 'p', source: this.name, rows: 1 }] });
  }
}

function definition(
  sources: readonly Source<Base, Things>[],
  keys = ['p'],
): TableDefinition<TableOptions, Base, Things> {
  return {
    schema,
    sources,
    needed: ['both'],
    groups: { memory: ({ ext }) => ext === 7 },
    plan: (_options, base) => keys.map((key) => ({ key, request: base })),
  };
}

const refused = (code: string) =>
  kernelError(new NetlinkError('things', { op: 'NLMSG_ERROR', errno: 2, code, detail: '', offset: 0 }));

beforeEach(forgetRefusals);

describe('columns', () => {
  test.each<[TableOptions & { memory?: boolean }, string[]]>([
    [{}, ['both', 'kernel']],
    [{ columns: [] }, ['both']],
    [{ columns: ['file', 'kernel'] }, ['both', 'kernel', 'file']],
    [{ memory: true }, ['both', 'kernel', 'costly']],
    [{ memory: false, columns: ['kernel'] }, ['both', 'kernel']],
  ])('%j gives %j', async (options, names) => {
    const table = await readTable(definition([new Fake('netlink')]), options);
    expect(table.columnNames).toEqual(names);
  });

  test.each([['toString'], ['colour'], ['']])('%j is not a column', async (name) => {
    const reading = readTable(definition([new Fake('netlink')]), { columns: [name] });
    await expect(reading).rejects.toMatchObject({ code: 'ERR_SOCKDIAG_USAGE' });
  });

  test('a group the table does not have is refused', async () => {
    const reading = readTable(definition([new Fake('netlink')]), { info: true } as TableOptions);
    await expect(reading).rejects.toThrow('info: things has no such columns');
  });
});

describe('which source answers', () => {
  test.each<[string[], SourceName]>([
    [['both'], 'netlink'],
    [['kernel'], 'netlink'],
    [['file'], 'procfs'],
    [['both', 'file'], 'procfs'],
    [['kernel', 'file'], 'netlink'],
  ])('%j: %s', async (columns, source) => {
    const table = await readTable(definition([new Fake('netlink'), new Fake('procfs')]), { columns });
    expect(table.source).toBe(source);
  });

  test('a column the source does not have is named', async () => {
    const table = await readTable(definition([new Fake('netlink'), new Fake('procfs')]), {
      columns: ['kernel', 'file'],
    });
    expect(table.warnings).toEqual([
      { code: 'missing', message: 'things: netlink does not have file: null', count: 1 },
    ]);
    expect(table.value('file', 0)).toBeNull();
  });

  test('falls back where netlink is refused, and says why in warnings and parts', async () => {
    const table = await readTable(
      definition([new Fake('netlink', { error: refused('ENOENT') }), new Fake('procfs')]),
      {},
    );
    expect(table.source).toBe('procfs');
    expect(table.warnings).toMatchObject([{ code: 'fallback', message: expect.stringContaining('ENOENT') }]);
    expect(table.parts).toMatchObject([{ source: 'procfs', reason: expect.stringContaining('ENOENT') }]);
  });

  test('a refusal is remembered for its part, not for others', async () => {
    const netlink = new Fake('netlink', { error: refused('EPERM') });
    const sources = [netlink, new Fake('procfs')];
    await readTable(definition(sources, ['a']), {});
    await readTable(definition(sources, ['a']), {});
    expect(netlink.asked.length).toBe(1);
    await readTable(definition(sources, ['b']), {});
    expect(netlink.asked.length).toBe(2);
  });

  test('a remembered refusal is the same error for who insists', async () => {
    const sources = [new Fake('netlink', { error: refused('EPERM') }), new Fake('procfs')];
    await readTable(definition(sources), {});
    await expect(readTable(definition(sources), { source: 'netlink' })).rejects.toMatchObject({
      name: 'NetlinkError',
      code: 'EPERM',
    });
  });

  test('basic columns do not overrule the order of preference', async () => {
    const table = await readTable(definition([new Fake('procfs'), new Fake('netlink')]), {});
    expect(table.source).toBe('procfs');
    expect(table.warnings).toEqual([]);
  });

  test('an error that another source cannot mend is thrown', async () => {
    const sources = [new Fake('netlink', { error: refused('ENOBUFS') }), new Fake('procfs')];
    await expect(readTable(definition(sources), {})).rejects.toMatchObject({ name: 'NetlinkError', code: 'ENOBUFS' });
  });

  test('a forced source that is unavailable is an error with its errno', async () => {
    const sources = [new Fake('netlink', { error: refused('EPROTONOSUPPORT') }), new Fake('procfs')];
    await expect(readTable(definition(sources), { source: 'netlink' })).rejects.toMatchObject({
      name: 'NetlinkError',
      code: 'EPROTONOSUPPORT',
    });
    const denied = kernelError(new ProcfsError('EACCES', '/proc/net/things', 'cannot be read: EACCES'));
    const files = [new Fake('netlink'), new Fake('procfs', { error: denied })];
    await expect(readTable(definition(files), { source: 'procfs' })).rejects.toMatchObject({
      name: 'ProcfsError',
      code: 'EACCES',
    });
  });

  test('a forced source that has no such table is an error', async () => {
    const reading = readTable(definition([new Fake('netlink')]), { source: 'procfs' });
    await expect(reading).rejects.toMatchObject({ code: 'ENOSYS', message: 'things: procfs does not have this table' });
  });

  test('no source at all: the first reason is the error', async () => {
    const sources = [
      new Fake('netlink', { probe: { code: 'ERR_DLOPEN_FAILED', reason: 'no addon' } }),
      new Fake('procfs', { error: refused('EACCES') }),
    ];
    await expect(readTable(definition(sources), {})).rejects.toMatchObject({ code: 'EACCES' });
  });

  test('a root is read by procfs alone, without a word of netlink', async () => {
    const netlink = new Fake('netlink');
    const procfs = new Fake('procfs');
    const table = await readTable(definition([netlink, procfs]), { root: '/elsewhere' });
    expect(netlink.asked).toEqual([]);
    expect(procfs.asked).toMatchObject([{ root: '/elsewhere' }]);
    expect(table.warnings).toEqual([]);
  });

  test('a recording prefers netlink, whatever the columns; what else answers is not recorded, and that is said', async () => {
    const record = () => undefined;
    const both = [new Fake('procfs'), new Fake('netlink')];
    expect((await readTable(definition(both), { record, columns: ['file'] })).source).toBe('netlink');
    const sources = [new Fake('netlink', { error: refused('ENOENT') }), new Fake('procfs')];
    const table = await readTable(definition(sources), { record });
    expect(table.warnings.map(({ message }) => message)).toContain('p: what /proc shows is not recorded');
    await expect(readTable(definition(sources), { record, source: 'procfs' })).rejects.toThrow('cannot be recorded');
  });
});

describe('options', () => {
  test('rows of parts come in order, from whichever source', async () => {
    const sources = [new Fake('netlink', { rows: [1, 2] })];
    const table = await readTable(definition(sources, ['a', 'b']), {});
    expect([...table.column('both')]).toEqual([1, 2, 1, 2]);
    expect(table.parts.length).toBe(2);
  });

  test('an aborted signal rejects with its reason before anything is asked', async () => {
    const netlink = new Fake('netlink');
    const reading = readTable(definition([netlink]), { signal: AbortSignal.abort('enough') });
    await expect(reading).rejects.toBe('enough');
    expect(netlink.asked).toEqual([]);
  });

  test('a signal during the reading rejects at once', async () => {
    const controller = new AbortController();
    const slow = new Fake('netlink');
    slow.read = () => new Promise(() => undefined);
    const reading = readTable(definition([slow]), { signal: controller.signal });
    controller.abort(new Error('stop'));
    await expect(reading).rejects.toThrow('stop');
  });

  test.each([[{ source: 'sysfs' }], [{ root: '/proc', netns: 'blue' }], [{ netns: '../x' }], [{ netns: { pid: 0 } }]])(
    '%j is refused',
    async (options) => {
      const reading = readTable(definition([new Fake('netlink')]), options as TableOptions);
      await expect(reading).rejects.toMatchObject({ code: 'ERR_SOCKDIAG_USAGE' });
    },
  );

  test('a namespace that does not exist names the errno', async () => {
    const reading = readTable(definition([new Fake('netlink')]), { netns: 'no-such-namespace' });
    await expect(reading).rejects.toMatchObject({ name: 'NetlinkError', code: 'ENOENT', op: 'open', errno: 2 });
  });
});
