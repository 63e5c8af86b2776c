import { expect, test } from 'vitest';
import { TableBuilder } from '../../src/columns/builder.ts';
import { type InterfaceTables, listInterfaces } from '../../src/formats/netstat/interface-list.ts';
import { formatInterfaces } from '../../src/formats/netstat/interfaces.ts';
import { addLinks, parseDevLines } from '../../src/sources/procfs/dev.ts';
import type { LinkAttributes } from '../../src/sources/procfs/sysfs.ts';
import { addresses } from '../../src/tables/addresses.ts';
import { links } from '../../src/tables/links.ts';
import { fakeProc } from '../support/fakeproc.ts';
import { netns } from '../support/netns.ts';
import { difference, runProgram } from './oracle.ts';
import { missing } from './suite.ts';

/**
 * Counters that no device of a test reaches: netstat reads them from a hand-made /proc/net/dev, ours go through the parser and
 * the format. The command itself asks netlink, which has those of the kernel only.
 */
const LO: LinkAttributes = {
  index: 1,
  type: 772,
  flags: 0x49,
  mtu: 65536,
  txqlen: 1000,
  operstate: 0,
  address: new Uint8Array(6),
  rxPackets: undefined,
  txPackets: undefined,
};

const HEADER = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;

const MAX = 2n ** 64n - 1n;

/** The 16 columns of lo. */
const COUNTERS: readonly (readonly [what: string, counters: readonly (bigint | number)[]])[] = [
  ['each column another number', Array.from({ length: 16 }, (_, index) => index + 1)],
  ['seven digits', Array.from({ length: 16 }, (_, index) => 1_234_567 + index)],
  ['the largest', Array.from({ length: 16 }, () => MAX)],
  ['more than 63 bits', Array.from({ length: 16 }, () => 2n ** 63n)],
  ...[0, 1, 1023, 1024, 1025, 1048575, 1048576, 1048577, 2 ** 30, 2 ** 30 + 1, 2 ** 40 + 1].map(
    (bytes) => [`${bytes} bytes`, [bytes, 1, 0, 0, 0, 0, 0, 0, bytes, 1, 0, 0, 0, 0, 0, 0]] as const,
  ),
  ...[2n ** 50n, 2n ** 50n + 1n, 2n ** 60n, 2n ** 60n + 1n, 2n ** 63n - 1n, MAX - 1n].map(
    (bytes) => [`${bytes} bytes`, [bytes, 1, 0, 0, 0, 0, 0, 0, bytes, 1, 0, 0, 0, 0, 0, 0]] as const,
  ),
];

function tablesOf(dev: string): InterfaceTables {
  const builder = new TableBuilder(links);
  addLinks(builder, parseDevLines(Buffer.from(dev)).lines, new Map([['lo', LO]]));
  const address = new TableBuilder(addresses);
  address.addRow();
  address.number('family').set(2);
  address.word('label').set('lo');
  address.number('prefixLength').set(8);
  address.address('address').set(Uint8Array.of(127, 0, 0, 1));
  return { links: builder.finish({ source: 'procfs' }), addresses: address.finish({ source: 'procfs' }) };
}

for (const [what, counters] of COUNTERS) {
  test.skipIf(missing !== undefined)(`counters of /proc/net/dev: ${what}`, async (t) => {
    const ns = await netns(t);
    const dev = `${HEADER}    lo: ${counters.join(' ')}\n`;
    const tables = tablesOf(dev);
    for (const extend of [false, true]) {
      const { run } = fakeProc(ns, { dev });
      const netstat = await runProgram(ns, 'netstat', [extend ? '-ie' : '-i'], { run });
      const { rows } = listInterfaces(tables, false);
      const chunks = Array.from(formatInterfaces(tables, rows, { title: true, extend }), (chunk) => Buffer.from(chunk));
      const ours = Buffer.concat(chunks).toString('latin1');
      expect(ours).toContain(String(counters[1]));
      expect(difference('stdout', netstat.stdout.toString('latin1'), ours)).toBe('');
    }
  });
}
