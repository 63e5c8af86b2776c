import { expect, test } from 'vitest';
import type { DumpRequest } from '../../src/addon.ts';
import { compilePredicate, parseFilter } from '../../src/filters/index.ts';
import { blockTable } from '../../src/sources/block.ts';
import { vsock } from '../../src/tables/vsock.ts';
import { done, join, message, u8, u32, u64 } from './datagram.ts';
import { decode } from './fixture.ts';

/** Written by hand after linux/vm_sockets_diag.h: the kernels these tests were recorded on have no vsock_diag. */

const SOCK_DIAG_BY_FAMILY = 20;
const VSOCK: DumpRequest = { kind: 'vsock', states: 0xffe };
const ANY = 0xffffffff;

/** struct vsock_diag_msg. */
function vsockMessage(
  type: number,
  state: number,
  shutdown: number,
  ends: readonly number[],
  cookie: number,
): Uint8Array {
  const fixed = join(u8(40), u8(type), u8(state), u8(shutdown), ...ends.map(u32), u32(1000 + cookie), u64(cookie));
  return message(SOCK_DIAG_BY_FAMILY, fixed);
}

const LISTENER = vsockMessage(1, 10, 0, [ANY, 1024, ANY, ANY], 1);
const CONNECTED = vsockMessage(1, 1, 2, [3, 4_000_000_000, 2, 1024], 2);

test('every field of a socket', () => {
  const { rows, outcome } = decode(vsock, VSOCK, [join(LISTENER, CONNECTED), done()]);
  expect(rows).toEqual([
    {
      type: 'STREAM',
      state: 'LISTEN',
      localCid: ANY,
      localPort: 1024,
      remoteCid: ANY,
      remotePort: ANY,
      shutdown: 0,
      inode: 1001,
      cookie: 1n,
    },
    {
      type: 'STREAM',
      state: 'ESTABLISHED',
      localCid: 3,
      localPort: 4_000_000_000,
      remoteCid: 2,
      remotePort: 1024,
      shutdown: 2,
      inode: 1002,
      cookie: 2n,
    },
  ]);
  expect(outcome).toMatchObject({ malformed: 0, duplicates: 0 });
});

test('a cut message costs that row, a socket listed twice counts once', () => {
  const cut = message(SOCK_DIAG_BY_FAMILY, new Uint8Array(31));
  const { rows, outcome } = decode(vsock, VSOCK, [join(cut, LISTENER, LISTENER), done()]);
  expect([rows.length, outcome.malformed, outcome.duplicates]).toEqual([1, 1, 1]);
});

test.each([
  ['state listening', [0]],
  ['src = vsock:3:*', [1]],
  ['dst = vsock:2:1024', [1]],
  ['src = vsock:*:1024', [0]],
  ['dport = :1024 and state connected', [1]],
  ['localcid = 3', [1]],
  ['src = 127.0.0.1', []],
  ['not src = vsock:3:*', [0]],
])('filter %s', (filter, expected) => {
  const { result } = decode(vsock, VSOCK, [join(LISTENER, CONNECTED), done()]);
  const table = blockTable(vsock, result.block, { source: 'netlink' });
  const keep = compilePredicate(parseFilter(filter), table);
  expect([0, 1].filter(keep)).toEqual(expected);
});
