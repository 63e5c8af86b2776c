import { describe, expect, test } from 'vitest';
import { TableBuilder } from '../../../src/columns/builder.ts';
import { selectAll } from '../../../src/columns/selection.ts';
import type { SourceName } from '../../../src/columns/table.ts';
import { FAMILIES, netidCode } from '../../../src/families.ts';
import { formatInet, inetHeader, selectListed } from '../../../src/formats/netstat/inet.ts';
import type { InetNames, InetOptions } from '../../../src/formats/netstat/inet-row.ts';
import { noOwners, programCell } from '../../../src/formats/netstat/program.ts';
import { type SocketsSchema, sockets } from '../../../src/tables/sockets.ts';

type Cells = Partial<Record<keyof SocketsSchema, number | Uint8Array>>;

function table(netid: string, rows: readonly Cells[], source: SourceName = 'procfs') {
  const builder = new TableBuilder(sockets);
  for (const row of rows) {
    builder.addRow();
    const { family, protocol } = FAMILIES[netidCode(netid)]!;
    const cells: Cells = { netid: netidCode(netid), family, protocol, ...row };
    for (const [name, value] of Object.entries(cells) as [keyof SocketsSchema, number | Uint8Array][]) {
      if (typeof value === 'number') builder.number(name).set(value);
      else builder.address(name).set(value);
    }
  }
  return builder.finish({ source });
}

const NUMERIC: InetOptions = { numericHosts: true, extend: false, timers: false, wide: false };

/** Chunks are lent: each is gone when the next one is asked for. */
function copies(chunks: Iterable<Uint8Array>): Uint8Array[] {
  return Array.from(chunks, (chunk) => chunk.slice());
}

function lines(netid: string, rows: readonly Cells[], options: Partial<InetOptions> = {}, source?: SourceName) {
  const made = table(netid, rows, source);
  const chunks = copies(formatInet(made, selectAll(made), netid, { ...NUMERIC, ...options }));
  return Buffer.concat(chunks).toString().split('\n').slice(0, -1);
}

const v4 = (...bytes: number[]) => Uint8Array.from(bytes);
const v6 = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const names = (given: Partial<InetNames>): { names: InetNames; numericHosts: boolean } => ({
  names: { host: () => undefined, service: () => undefined, user: () => undefined, ...given },
  numericHosts: false,
});

describe('rows', () => {
  test('tcp, all options', () => {
    const row = {
      recvQ: 100,
      localAddress: v4(10, 99, 0, 1),
      localPort: 36042,
      remoteAddress: v4(10, 99, 0, 1),
      remotePort: 9000,
      state: 1,
      inode: 248966,
      timer: 2,
      timerMs: 7198550,
    };
    expect(lines('tcp', [row], { extend: true, timers: true })).toEqual([
      'tcp      100      0 10.99.0.1:36042         10.99.0.1:9000          ESTABLISHED 0          248966     keepalive (7198.55/0/0)',
    ]);
  });

  test('a row ends in blanks up to column 79', () => {
    const row = { localAddress: v4(127, 0, 0, 1), localPort: 80, state: 10 };
    expect(lines('tcp', [row])).toEqual([
      'tcp        0      0 127.0.0.1:80            0.0.0.0:*               LISTEN     ',
    ]);
    expect(lines('udplite6', [{ state: 7, localPort: 53 }])).toEqual([
      'udpl6      0      0 :::53                   :::*                               ',
    ]);
  });

  test('wide numbers shift the row', () => {
    const row = { recvQ: 4294967295, sendQ: 1234567, state: 1 };
    expect(lines('tcp', [row])[0]).toMatch(/^tcp {3}4294967295 1234567 0\.0\.0\.0:\* {14} 0\.0\.0\.0/);
  });

  test.each([
    ['fe80000000000000688574fffe836b5d', 5000, 'fe80::6885:74ff:fe:5000 '],
    ['20010db8000100000000000000000001', 65000, '2001:db8:1::1:65000     '],
    ['00000000000000000000ffff0a630001', 9000, '10.99.0.1:9000          '],
    ['00000000000000000000ffff00000000', 9000, '0.0.0.0:9000            '],
    ['0000000000000000000000000a0a0001', 8080, '::10.10.0.1:8080        '],
  ])('%s is cut at 22 bytes', (address, localPort, text) => {
    const [line] = lines('tcp6', [{ localAddress: v6(address), localPort, state: 10 }]);
    expect(line!.slice(20, 44)).toBe(text);
  });

  test('names are cut, port names at 18 bytes', () => {
    const host = (name: string, service?: string) =>
      lines('tcp', [{ localAddress: v4(1, 2, 3, 4), localPort: service === undefined ? 0 : 9, state: 10 }], {
        ...names({ host: () => name, service: () => service }),
      })[0]!.slice(20, 44);
    expect(host('six-alpha.example.com', 'ipv6-icmp')).toBe('six-alpha.exa:ipv6-icmp ');
    expect(host('a-very-long-host-name.sub')).toBe('a-very-long-host-name:* ');
    expect(host('alpha.example.com', 'this-is-a-very-long-service-name-indeed')).toBe('alph:this-is-a-very-lon ');
    expect(host('ab', 'this-is-a-very-long-service-name-indeed')).toBe('ab:this-is-a-very-lon   ');
  });

  test('-W cuts nothing', () => {
    const row = { localAddress: v6('fe80000000000000688574fffe836b5d'), localPort: 5000, state: 10 };
    expect(lines('tcp6', [row], { wide: true })).toEqual([
      'tcp6       0      0 fe80::6885:74ff:fe83:6b5d:5000 :::*                    LISTEN     ',
    ]);
  });

  test('wildcards: symbolic [::], numeric ::, IPv4 the same in both', () => {
    expect(lines('tcp6', [{ state: 10 }], names({}))[0]).toContain(' [::]:*  ');
    expect(lines('tcp6', [{ state: 10 }])[0]).toContain(' :::*  ');
    expect(lines('tcp', [{ state: 10 }], names({ host: () => 'never' }))[0]).toContain(' 0.0.0.0:*  ');
  });

  test('uid is signed', () => {
    expect(lines('udp', [{ uid: 4294967294, inode: 7, state: 7 }], { extend: true })[0]).toContain(
      ' -2         7         ',
    );
  });

  test.each([
    ['tcp', 12, 'UNKNOWN    '],
    ['tcp', 0, '           '],
    ['udp', 1, 'ESTABLISHED'],
    ['udp', 2, 'UNKNOWN    '],
    ['raw', 7, '7          '],
    ['raw', 255, '255        '],
  ])('%s state %d', (netid, state, text) => {
    expect(lines(netid, [{ state }])[0]!.slice(68)).toBe(text);
  });
});

describe('timers', () => {
  const timer = (netid: string, cells: Cells, source?: SourceName) =>
    lines(netid, [{ state: 1, ...cells }], { timers: true }, source)[0]!.slice(80);

  test.each([
    ['tcp', { timer: 0, timerMs: 9999, retransmits: 1, probes: 2 }, 'off (0.00/1/2)'],
    ['tcp', { timer: 1, timerMs: 3539, retransmits: 2 }, 'on (3.53/2/0)'],
    ['tcp', { timer: 3, timerMs: 40970 }, 'timewait (40.97/0/0)'],
    ['tcp', { timer: 4, timerMs: 10, probes: 5 }, 'probe (0.01/0/5)'],
    ['tcp', { timer: 9, timerMs: 1000 }, 'unkn-9 (1.00/0/0)'],
    ['udp', { timer: 0, retransmits: 3, probes: 4 }, 'off (0.00/0/4)'],
    ['udp', { timer: 2, timerMs: 1230, retransmits: 3 }, 'on2 (1.23/0/0)'],
    ['raw', { timer: 1, timerMs: 1230, retransmits: 3 }, 'on1 (1.23/3/0)'],
  ])('%s %o', (netid, cells, text) => {
    expect(timer(netid, cells)).toBe(text);
  });

  test('timer 5 is a delayed ACK in a netlink answer only', () => {
    expect(timer('tcp', { timer: 5, timerMs: 40 }, 'netlink')).toBe('off (0.00/0/0)');
    expect(timer('tcp', { timer: 5, timerMs: 40 })).toBe('unkn-5 (0.04/0/0)');
  });
});

test('headers', () => {
  const base = 'Proto Recv-Q Send-Q Local Address           Foreign Address         State      ';
  expect(inetHeader(NUMERIC)).toBe(`${base}\n`);
  const { programs } = noOwners(false);
  expect(inetHeader({ ...NUMERIC, extend: true, programs, timers: true })).toHaveLength(129);
  expect(inetHeader({ ...NUMERIC, contexts: programs })).toBe(
    `${base} PID/Program name     Security Context                                 \n`,
  );
});

test('what a listing shows', () => {
  const rows = table('tcp', [
    { state: 10 },
    { state: 1, remotePort: 5, remoteAddress: v4(1, 1, 1, 1) },
    { state: 6, remotePort: 6 },
  ]);
  expect([...selectListed(rows, 'tcp', 'listening')]).toEqual([0]);
  expect([...selectListed(rows, 'tcp', 'connected')]).toEqual([1, 2]);
  expect([...selectListed(rows, 'tcp', 'all')]).toEqual([0, 1, 2]);
  expect([...selectListed(rows, 'tcp6', 'all')]).toEqual([]);
  const udp = table('udp6', [{ remotePort: 5 }, { remoteAddress: v6('00000000000000000000ffff00000000') }]);
  expect([...selectListed(udp, 'udp6', 'listening')]).toEqual([0]);
  expect([...selectListed(udp, 'udp6', 'connected')]).toEqual([1]);
});

test('many rows come in chunks, each row whole', () => {
  const made = table(
    'tcp',
    Array.from({ length: 3000 }, (_, port) => ({ localPort: port, state: 10 })),
  );
  const chunks = copies(formatInet(made, selectAll(made), 'tcp', NUMERIC));
  expect(chunks.length).toBeGreaterThan(1);
  expect(chunks.every((chunk) => chunk.at(-1) === 0x0a)).toBe(true);
  const text = Buffer.concat(chunks).toString().split('\n');
  expect(text).toHaveLength(3001);
  expect(text.slice(0, -1).every((line) => line.length === 79 && !line.includes('\0'))).toBe(true);
});

describe('program cell', () => {
  test.each([
    ['/usr/sbin/nginx\0-g', '1/nginx'],
    ['./rel/path/program', '1/./rel/path/progra'],
    ['sshd: root@pts/0', '1/sshd: root@pts/0'],
    ['/usr/bin/foo bar/baz qux', '1/baz qux'],
    ['/ends/with/slash/', '1/'],
    ['', '1/'],
    ['\x1b[31mred\n', '1/.[31mred.'],
  ])('%j', (cmdline, cell) => {
    expect(Buffer.from(programCell(1, Buffer.from(cmdline))).toString()).toBe(cell.padEnd(20));
  });
});
