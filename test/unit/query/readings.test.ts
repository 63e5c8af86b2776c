import { describe, expect, test } from 'vitest';
import { TableBuilder } from '../../../src/columns/builder.ts';
import type { Table } from '../../../src/columns/table.ts';
import { takeColumns, takeRows } from '../../../src/columns/take.ts';
import type { Schema } from '../../../src/columns/type.ts';
import { cgroupPath, groupOf } from '../../../src/names/cgroups.ts';
import { countBy } from '../../../src/query/counts.ts';
import { counterDeltas } from '../../../src/query/deltas.ts';
import { planSockets, routeTable, stateMask } from '../../../src/query/plan.ts';
import { joinReadings } from '../../../src/query/run.ts';
import { encodeDump, parseRecording, recordingTitle } from '../../../src/sources/recording.ts';
import { type CountersSchema, counters } from '../../../src/tables/counters.ts';
import { type SocketsSchema, sockets } from '../../../src/tables/sockets.ts';
import {
  TCP_CLOSE_WAIT,
  TCP_ESTABLISHED,
  TCP_LISTEN,
  TCP_SYN_RECV,
  TCP_TIME_WAIT,
} from '../../../src/uapi/tcp-states.ts';

type Sockets = Table<SocketsSchema>;

/** [cookie, state, local port] */
type Brief = readonly [cookie: bigint | null, state: number, port: number];

function socketsOf(rows: readonly Brief[]): Sockets {
  const builder = new TableBuilder<SocketsSchema>(sockets, ['state', 'localPort', 'cookie']);
  for (const [cookie, state, port] of rows) {
    builder.addRow();
    builder.number('state').set(state);
    builder.number('localPort').set(port);
    if (cookie !== null) builder.bigint('cookie').set(cookie);
  }
  return builder.finish({ source: 'netlink' });
}

describe('two readings joined by cookie', () => {
  const first = socketsOf([
    [1n, TCP_LISTEN, 80],
    [2n, TCP_ESTABLISHED, 80],
  ]);

  test('what only the second has is added, behind', () => {
    const second = socketsOf([
      [1n, TCP_LISTEN, 80],
      [3n, TCP_ESTABLISHED, 81],
      [2n, TCP_CLOSE_WAIT, 80],
    ]);
    const joined = joinReadings(first, second);
    expect([...joined.column('cookie')]).toEqual([1n, 2n, 3n]);
    expect([...joined.column('state')]).toEqual([TCP_LISTEN, TCP_ESTABLISHED, TCP_ESTABLISHED]);
  });

  test('what is gone in the second stays; nothing new gives the first table', () => {
    expect(joinReadings(first, socketsOf([[1n, TCP_LISTEN, 80]]))).toBe(first);
  });

  test('the rest of a connection is not a connection missed', () => {
    const second = socketsOf([
      [7n, TCP_TIME_WAIT, 80],
      [8n, TCP_SYN_RECV, 80],
      [null, TCP_ESTABLISHED, 82],
    ]);
    expect(joinReadings(first, second).length).toBe(2);
  });
});

describe('rows and columns taken out of a table', () => {
  const table = socketsOf([
    [1n, TCP_LISTEN, 80],
    [null, TCP_ESTABLISHED, 81],
    [3n, TCP_ESTABLISHED, 82],
  ]);

  test('in the order asked for, with their nulls', () => {
    expect(takeRows(table, Uint32Array.of(2, 1)).toObjects()).toEqual([
      { state: 'ESTABLISHED', localPort: 82, cookie: 3n },
      { state: 'ESTABLISHED', localPort: 81, cookie: null },
    ]);
  });

  test('everything is the table itself', () => {
    expect(takeRows(table, Uint32Array.of(0, 1, 2))).toBe(table);
    expect(takeColumns(table, table.columnNames)).toBe(table);
    expect(takeColumns(table, ['localPort']).columnNames).toEqual(['localPort']);
  });

  test('texts of any length', () => {
    const builder = new TableBuilder<CountersSchema>(counters);
    for (const name of ['', 'a', 'bcd']) {
      builder.addRow();
      builder.bytes('name').set(Buffer.from(name));
      builder.word('section').set(`S${name}`);
    }
    const taken = takeRows(builder.finish({ source: 'procfs' }), Uint32Array.of(2, 0, 2));
    expect(Array.from(taken, (row) => [row.section, row.name])).toEqual([
      ['Sbcd', 'bcd'],
      ['S', ''],
      ['Sbcd', 'bcd'],
    ]);
  });
});

describe('counts', () => {
  test('most first, equal ones in order of appearance', () => {
    const table = socketsOf([
      [1n, TCP_LISTEN, 1],
      [2n, TCP_ESTABLISHED, 2],
      [3n, TCP_ESTABLISHED, 2],
      [4n, TCP_CLOSE_WAIT, 3],
    ]);
    const read = (name: keyof SocketsSchema & string) => (row: number) => String(table.value(name, row));
    const counts = countBy(table as unknown as Table<Schema>, { state: read('state'), port: read('localPort') });
    expect(counts.toObjects()).toEqual([
      { count: 2, state: 'ESTABLISHED', port: '2' },
      { count: 1, state: 'LISTEN', port: '1' },
      { count: 1, state: 'CLOSE_WAIT', port: '3' },
    ]);
  });

  test('null is a key of its own, and no text is mistaken for two', () => {
    const table = socketsOf([
      [1n, TCP_LISTEN, 1],
      [2n, TCP_LISTEN, 2],
      [3n, TCP_LISTEN, 3],
    ]);
    const a = [null, 'x","y', 'x'];
    const b = ['', 'z', 'y","z'];
    const counts = countBy(table as unknown as Table<Schema>, { a: (row) => a[row]!, b: (row) => b[row]! });
    expect(counts.length).toBe(3);
    expect(counts.value('a', 0)).toBeNull();
  });
});

test('deltas wrap, and leave out what was not there before', () => {
  const read = (values: Record<string, bigint>): Table<CountersSchema> => {
    const builder = new TableBuilder(counters);
    for (const [name, value] of Object.entries(values)) {
      builder.addRow();
      builder.word('file').set('snmp');
      builder.word('section').set('Tcp');
      builder.bytes('name').set(Buffer.from(name));
      builder.bigint('value').set(value);
    }
    return builder.finish({ source: 'procfs' });
  };
  const deltas = counterDeltas(read({ InSegs: 5n, CurrEstab: 9n }), read({ New: 1n, InSegs: 7n, CurrEstab: 6n }));
  expect(deltas.toObjects()).toEqual([
    { file: 'snmp', section: 'Tcp', name: 'InSegs', value: 2n },
    { file: 'snmp', section: 'Tcp', name: 'CurrEstab', value: 2n ** 64n - 3n },
  ]);
});

describe('options', () => {
  test.each([
    ['LISTEN', 1 << TCP_LISTEN],
    ['listening', 1 << TCP_LISTEN],
    [['estab', 'close-wait'], (1 << TCP_ESTABLISHED) | (1 << TCP_CLOSE_WAIT)],
    ['syn-rcv', 1 << TCP_SYN_RECV],
  ])('state %j', (state, mask) => {
    expect(stateMask(state)).toBe(mask);
  });

  test.each(['', 'UNKNOWN', 'established '])('state %j is refused', (state) => {
    expect(() => stateMask(state)).toThrow('is not one of established, syn_sent');
  });

  test('netids are checked, and come once', () => {
    expect(planSockets({ netid: ['udp', 'tcp', 'udp'] }).netids).toEqual(['udp', 'tcp']);
    expect(() => planSockets({ netid: 'dccp' })).toThrow("netid: 'dccp' is not one of tcp, tcp6");
  });

  test.each<[number | 'main' | 'local' | undefined, number]>([
    [undefined, 0],
    ['main', 254],
    ['local', 255],
    [100, 100],
  ])('table %s is %i', (table, number) => {
    expect(routeTable(table)).toBe(number);
  });

  test.each([0, -1, 1.5, 2 ** 32, 'constructor'])('table %s is refused', (table) => {
    expect(() => routeTable(table as number)).toThrow('table:');
  });
});

describe('recordings', () => {
  const request = { kind: 'inet', protocol: 6, bytecode: Uint8Array.of(1, 2) } as const;
  const dump = {
    table: 'sockets',
    part: 'tcp',
    requests: [request],
    datagrams: [Buffer.from('abc\n'), Buffer.from('')],
  };

  test('come back as they were, filter programs aside', () => {
    const bytes = Buffer.concat([recordingTitle(), encodeDump(dump), encodeDump({ ...dump, part: 'udp' })]);
    const { dumps } = parseRecording(bytes);
    expect(dumps.map(({ part }) => part)).toEqual(['tcp', 'udp']);
    expect(dumps[0]!.requests).toEqual([{ kind: 'inet', protocol: 6 }]);
    expect(dumps[0]!.datagrams.map(String)).toEqual(['abc\n', '']);
  });

  test('every truncation but the ends of dumps is an error', () => {
    const whole = Buffer.concat([recordingTitle(), encodeDump(dump)]);
    for (let length = 1; length < whole.length; length += 1) {
      if (length === recordingTitle().length) continue;
      expect(() => parseRecording(whole.subarray(0, length)), `${length} bytes`).toThrow(/expected/);
    }
    expect(parseRecording(recordingTitle()).dumps).toEqual([]);
  });
});

describe('control groups', () => {
  const id = 'a1'.repeat(32);
  test.each<[string, string | null, string | null]>([
    ['/', null, null],
    ['/system.slice/nginx.service', 'nginx.service', null],
    ['/user.slice/user-1000.slice/user@1000.service/app.slice/app-x.scope', 'app-x.scope', null],
    [`/system.slice/docker-${id}.scope`, `docker-${id}.scope`, id],
    [`/docker/${id}`, null, id],
    [`/kubepods.slice/kubepods-pod1.slice/cri-containerd-${id}.scope`, `cri-containerd-${id}.scope`, id],
    [`/machine.slice/libpod-${id}.scope/container`, `libpod-${id}.scope`, id],
    ['/lxc.payload.web/init.scope', 'init.scope', 'web'],
    ['/user.slice', 'user.slice', null],
  ])('%s', (path, unit, container) => {
    expect(groupOf(path)).toEqual({ unit, container, pod: null });
  });

  const uid = '3c6b1f0a-9d1e-4c57-8a55-0123456789ab';
  test.each<[string, string | null]>([
    [`/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${uid.replaceAll('-', '_')}.slice/x.scope`, uid],
    [`/kubepods.slice/kubepods-pod${uid.replaceAll('-', '_')}.slice/cri-containerd-${id}.scope`, uid],
    [`/kubepods/besteffort/pod${uid}/${id}`, uid],
    [`/kubepods/pod${'0f'.repeat(16)}/${id}`, '0f'.repeat(16)],
    [`/kubepods/pod${uid}0/${id}`, null],
    ['/system.slice/podman.service', null],
  ])('pod of %s', (path, pod) => {
    expect(groupOf(path).pod).toBe(pod);
  });

  test('a unified hierarchy nobody was moved in says nothing', () => {
    expect(cgroupPath('1:name=systemd:/system.slice/a.service\n0::/\n')).toBe('/system.slice/a.service');
    expect(cgroupPath('0::/\n')).toBe('/');
  });

  test('the unified hierarchy first, else that of systemd', () => {
    expect(cgroupPath('4:memory:/m\n1:name=systemd:/s\n0::/u\n')).toBe('/u');
    expect(cgroupPath('4:memory:/m\n1:name=systemd:/s:with:colons\n')).toBe('/s:with:colons');
    expect(cgroupPath('4:memory:/m\n')).toBeUndefined();
  });
});
