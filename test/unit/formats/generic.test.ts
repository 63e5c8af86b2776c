import { describe, expect, test } from 'vitest';
import { TableBuilder } from '../../../src/columns/builder.ts';
import { encodeText } from '../../../src/columns/bytes.ts';
import type { Table } from '../../../src/columns/table.ts';
import { addr, defineTable, dict, enum8, flag8, str, u16, u32, u64 } from '../../../src/columns/type.ts';
import { visible } from '../../../src/formats/cell.ts';
import { FORMATS, type FormatName, format } from '../../../src/formats/format.ts';

const schema = defineTable('things', {
  family: enum8(['', '', 'IPv4', '', '', '', '', '', '', '', 'IPv6'], { doc: 'Family' }),
  address: addr({ doc: 'Address' }),
  port: u16({ doc: 'Port' }),
  bytes: u64({ doc: 'Bytes', unit: 'bytes', nullable: true }),
  up: flag8({ doc: 'Is it up', nullable: true }),
  queue: u32({ doc: 'Queue', nullable: true }),
  device: dict({ doc: 'Device' }),
  path: str({ doc: 'Path', nullable: true }),
});
type Things = typeof schema.columns;

interface Thing {
  family: 2 | 10;
  address: number[];
  port: number;
  bytes?: bigint;
  up?: number;
  queue?: number;
  device?: string;
  path?: Uint8Array;
}

const ONE: Thing = { family: 2, address: [127, 0, 0, 1], port: 80 };

function tableOf(things: readonly Thing[]): Table<Things> {
  const builder = new TableBuilder<Things>(schema);
  for (const { family, address, port, bytes, up, queue, device, path } of things) {
    builder.addRow();
    builder.number('family').set(family);
    builder.address('address').set(Uint8Array.from(address));
    builder.number('port').set(port);
    if (bytes !== undefined) builder.bigint('bytes').set(bytes);
    if (up !== undefined) builder.number('up').set(up);
    if (queue !== undefined) builder.number('queue').set(queue);
    if (device !== undefined) builder.word('device').set(device);
    if (path !== undefined) builder.bytes('path').set(path);
  }
  return builder.finish({ source: 'procfs', warnings: [{ code: 'fallback', message: 'no "netlink"' }] });
}

const FULL: Thing = {
  family: 10,
  address: [32, 1, 13, 184, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  port: 65535,
  bytes: 2n ** 64n - 1n,
  up: 0,
  queue: 4294967295,
  device: 'eth0',
  path: Buffer.from('/run/a b'),
};

/** Everything a path may hold: newline, ESC, quotes, invalid UTF-8, a C1 control, a bidirectional override, an emoji. */
const HOSTILE = Buffer.concat([
  Buffer.from('a\n\x1b[31m"\\,'),
  Buffer.from([0xff, 0x80, 0xc3]),
  Buffer.from('\u0085\u202e💀é'),
]);

/** Controls except the line feed, formatting characters, lone surrogates. */
const UNSAFE = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

const text = (name: FormatName, table: Table<Things>, options = {}): string =>
  [...format(name, table, options)].join('');

describe('json', () => {
  test('one document with a version, exact numbers, null for what is not known', () => {
    const document = JSON.parse(text('json', tableOf([ONE, FULL])));
    expect(document).toEqual({
      schema: 'sockdiag/1',
      table: 'things',
      source: 'procfs',
      interrupted: false,
      parts: [],
      warnings: [{ code: 'fallback', message: 'no "netlink"' }],
      rows: [
        {
          family: 'IPv4',
          address: '127.0.0.1',
          port: 80,
          bytes: null,
          up: null,
          queue: null,
          device: null,
          path: null,
        },
        {
          family: 'IPv6',
          address: '2001:db8::1',
          port: 65535,
          bytes: '18446744073709551615',
          up: false,
          queue: 4294967295,
          device: 'eth0',
          path: '/run/a b',
        },
      ],
    });
  });

  test('an empty table is a document too', () => {
    expect(JSON.parse(text('json', tableOf([]))).rows).toEqual([]);
  });

  test('hostile bytes come back as they were', () => {
    const written = text('json', tableOf([{ ...ONE, path: HOSTILE }]));
    expect(written).not.toMatch(UNSAFE);
    expect(Buffer.from(written, 'utf8').toString('utf8')).toBe(written);
    const { rows } = JSON.parse(written);
    const bytes = rows[0].path.replace(/\\(\\|x(..))/g, (_: string, __: string, hex?: string) =>
      hex === undefined ? '\\' : String.fromCharCode(0xdc00 + Number.parseInt(hex, 16)),
    );
    expect(Buffer.from(encodeText(bytes))).toEqual(HOSTILE);
  });

  test('names that are UTF-8 are never changed, others are texts that every reader takes', () => {
    const paths = ['dev-disk-by\\x2duuid', '💀\u0000é', 'a\udcff\\b'];
    const things = paths.map((path) => ({ ...ONE, path: encodeText(path) }));
    const { rows } = JSON.parse(text('json', tableOf(things)));
    expect(rows.map(({ path }: { path: string }) => path)).toEqual([paths[0], paths[1], 'a\\xff\\\\b']);
    expect(text('json', tableOf(things))).not.toMatch(/\\ud[89a-f]/i);
  });

  test('columns in the order asked for, rows in the order of the selection, details behind them', () => {
    const table = tableOf([ONE, FULL, ONE]);
    const options = {
      columns: ['port', 'family'],
      selection: Uint32Array.of(1, 0),
      details: (row: number) => ({ owners: [row] }),
    };
    expect(text('ndjson', table, options)).toBe(
      '{"port":65535,"family":"IPv6","owners":[1]}\n{"port":80,"family":"IPv4","owners":[0]}\n',
    );
  });
});

test('details may hold 64-bit numbers, exactly', () => {
  const details = () => ({ owners: [{ startTime: 2n ** 64n - 1n }] });
  expect(text('ndjson', tableOf([ONE]), { columns: [], details })).toBe(
    '{"owners":[{"startTime":"18446744073709551615"}]}\n',
  );
});

describe('ndjson', () => {
  test('a line for each row, each the row of the document', () => {
    const table = tableOf([ONE, FULL, { ...ONE, path: HOSTILE }]);
    const lines = text('ndjson', table).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(text('json', table)).rows);
  });

  test('comes in chunks, whatever the number of rows', () => {
    const chunks = [...format('ndjson', tableOf(Array.from({ length: 5000 }, () => FULL)))];
    expect(chunks.length).toBeGreaterThan(5);
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan(70_000);
  });
});

describe('csv', () => {
  test('RFC 4180: CRLF, quotes, empty for null', () => {
    const table = tableOf([ONE, { ...FULL, path: Buffer.from('a "b", c') }]);
    expect(text('csv', table)).toBe(
      'family,address,port,bytes,up,queue,device,path\r\n' +
        'IPv4,127.0.0.1,80,,,,,\r\n' +
        'IPv6,2001:db8::1,65535,18446744073709551615,false,4294967295,eth0,"a ""b"", c"\r\n',
    );
  });

  test('no header when it is not wanted', () => {
    expect(text('csv', tableOf([ONE]), { columns: ['port'], header: false })).toBe('80\r\n');
  });
});

describe('text', () => {
  test('columns as wide as they must be, numbers to the right, a dash for null', () => {
    const columns = ['address', 'port', 'device'];
    expect(text('text', tableOf([ONE, FULL]), { columns })).toBe(
      'address       port  device\n127.0.0.1       80  -\n2001:db8::1  65535  eth0\n',
    );
    expect(text('text', tableOf([ONE, FULL]), { columns, header: false })).toBe(
      '127.0.0.1       80  -\n2001:db8::1  65535  eth0\n',
    );
  });

  test('widths count characters', () => {
    const table = tableOf([
      { ...ONE, path: Buffer.from('💀é') },
      { ...ONE, path: Buffer.from('abc') },
    ]);
    expect(text('text', table, { columns: ['path', 'port'], header: false })).toBe('💀é   80\nabc  80\n');
  });
});

describe('what a terminal acts upon', () => {
  test.each<FormatName>(['csv', 'text', 'prometheus'])('%s has none of it', (name) => {
    const written = text(name, tableOf([{ ...ONE, queue: 1, path: HOSTILE }]));
    expect(written.replaceAll('\r\n', '\n')).not.toMatch(UNSAFE);
    expect(written).toContain('\\x1b');
  });

  test.each([
    ['plain é 💀', 'plain é 💀'],
    ['a\nb', 'a\\x0ab'],
    ['back\\slash', 'back\\\\slash'],
    ['\udcff', '\\xff'],
    ['\u0085\u202e\u2028', '\\u{85}\\u{202e}\\u{2028}'],
    ['\ud800', '\\u{d800}'],
  ])('%j is shown as %s', (foreign, shown) => {
    expect(visible(foreign)).toBe(shown);
  });

  test('different texts are never shown alike', () => {
    const samples = ['\\x1b', '\x1b', '\\\\x1b', '\udc1b', '\u{1b}', '\\u{85}', '\u0085', '\udc85'];
    const shown = new Set(samples.map(visible));
    expect(shown.size).toBe(new Set(samples).size);
  });
});

describe('prometheus', () => {
  test('numbers are samples, the rest are labels, equal label sets are added up', () => {
    const written = text('prometheus', tableOf([FULL, FULL, { ...ONE, queue: 7, path: Buffer.from('"\\') }]), {
      columns: ['family', 'queue', 'path'],
    });
    expect(written).toBe(
      '# HELP sockdiag_things_queue Queue\n# TYPE sockdiag_things_queue untyped\n' +
        'sockdiag_things_queue{family="IPv6",path="/run/a b"} 8589934590\n' +
        'sockdiag_things_queue{family="IPv4",path="\\"\\\\\\\\"} 7\n',
    );
  });
});

test('prometheus: milliseconds become seconds', () => {
  const timers = defineTable('timers', { timerMs: u32({ doc: 'Left', unit: 'ms', nullable: true }) });
  const builder = new TableBuilder(timers);
  for (const milliseconds of [1500, 30, undefined]) {
    builder.addRow();
    if (milliseconds !== undefined) builder.number('timerMs').set(milliseconds);
  }
  expect([...format('prometheus', builder.finish({ source: 'netlink' }))].join('')).toBe(
    '# HELP sockdiag_timers_timer_seconds Left, seconds\n# TYPE sockdiag_timers_timer_seconds untyped\n' +
      'sockdiag_timers_timer_seconds 1.53\n',
  );
});

describe('the registry', () => {
  test.each(['yaml', 'constructor', ''])('%j is no format', (name) => {
    expect(() => format(name as FormatName, tableOf([]))).toThrow('is not one of json, ndjson, csv, text, prometheus');
  });

  test.each(Object.keys(FORMATS) as FormatName[])(
    '%s refuses a column that is not in the table, before it writes',
    (name) => {
      expect(() => format(name, tableOf([]), { columns: ['colour'] })).toThrow(
        "column 'colour' is not in this things table",
      );
    },
  );
});
