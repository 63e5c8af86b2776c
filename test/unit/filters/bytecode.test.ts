import { endianness } from 'node:os';
import { describe, expect, test } from 'vitest';
import { formatFilter, parseFilter, push } from '../../../src/filters/index.ts';

function bytes(filter: string, options = {}): string {
  const { program } = push(parseFilter(filter), options);
  return program === undefined ? '' : Buffer.from(program).toString('hex').replace(/.{8}/g, '$& ').trim();
}

// Kernel: numbers are in host byte order; the bytes below are those of a little-endian machine.
describe.skipIf(endianness() === 'BE')('programs, byte by byte', () => {
  test.for<[string, string]>([
    ['sport = 22', '0b080c00 00001600'],
    ['dport >= 1024', '04080c00 00000004'],
    ['dport > 1023', '04080c00 00000004'],
    ['sport <= 0x1234', '03080c00 00003412'],
    ['sport != 22', '0b080c00 00001600 01040800'],
    ['sport = 22 and dport = 1', '0b081400 00001600 0c080c00 00000100'],
    ['sport = 22 or dport = 1', '0b080c00 00001600 01040c00 0c080c00 00000100'],
    ['sport = 1-2', '02081400 00000100 03080c00 00000200'],
    ['src 10.0.0.0/8', '07101400 02080000 ffffffff 0a000000'],
    ['dst 10.1.2.3:80', '08101400 02200000 50000000 0a010203'],
    ['dev = 5', '09080c00 05000000'],
    ['fwmark = 1/255', '0a0c1000 01000000 ff000000'],
    ['cgroup = 0x100000002', '0d0c1000 02000000 01000000'],
    ['src *:22', '0b080c00 00001600'],
  ])('%s', ([filter, expected]) => {
    expect(bytes(filter)).toBe(expected);
  });

  test('older kernels have no equality', () => {
    expect(bytes('sport = 22', { equality: false })).toBe('02081400 00001600 03080c00 00001600');
    expect(bytes('sport = 0', { equality: false })).toBe('03080c00 00000000');
  });
});

describe('what is pushed', () => {
  test.for<[filter: string, pushedLike: string, rest: string | undefined]>([
    ['sport = 22 and uid = 1', 'sport = 22', 'uid = 1'],
    ['uid = 1 and ( sport = 22 and comm = x )', 'sport = 22', 'uid = 1 and comm = x'],
    ['sport = 22 or uid = 1', '', 'sport = 22 or uid = 1'],
    ['( sport = 22 and uid = 1 ) or sport = 5', 'sport = 22 or sport = 5', '( sport = 22 and uid = 1 ) or sport = 5'],
    ['! ( sport = 22 and uid = 1 )', '', '! ( sport = 22 and uid = 1 )'],
    ['! ( sport = 22 or uid = 1 )', 'sport != 22', '! ( sport = 22 or uid = 1 )'],
    ['! ( ! sport = 22 or ! dport = 5 )', 'sport = 22 and dport = 5', undefined],
    ['state = listening and sport = 22', 'sport = 22', undefined],
    ['state = listening or sport = 22', '', 'state = listening or sport = 22'],
    ['sport >= 0', '', undefined],
    ['dev = 1 and sport = 2', 'dev = 1 and sport = 2', 'dev = 1'],
    ['src *', '', undefined],
  ])('%s', ([filter, like, rest]) => {
    const pushed = push(parseFilter(filter));
    expect(bytes(filter)).toBe(bytes(like));
    expect(pushed.rest === undefined ? undefined : formatFilter(pushed.rest)).toBe(rest);
  });

  test('a filter nothing can pass asks for no state', () => {
    for (const filter of ['false', 'sport < 0', 'sport = 1 and src unix:x', 'state = listen and state = closed']) {
      expect(push(parseFilter(filter)), filter).toMatchObject({ states: 0, program: undefined });
    }
  });

  test('autobound, and what an option forbids, stays behind', () => {
    const filter = 'fwmark = 1 and dev = 2 and cgroup = 3 and sport = 4';
    const all = push(parseFilter(filter));
    expect(all.needsNetAdmin).toBe(true);
    const none = push(parseFilter(filter), { mark: false, device: false, cgroup: false });
    expect(none.needsNetAdmin).toBe(false);
    expect(Buffer.from(none.program!).toString('hex')).toBe(bytes('sport = 4').replaceAll(' ', ''));
    expect(formatFilter(none.rest!)).toBe('fwmark = 1 and dev = 2 and cgroup = 3');
  });

  test('ports for the header of the request', () => {
    const hints = (filter: string) => {
      const { sourcePort, destPort } = push(parseFilter(filter));
      return [sourcePort, destPort];
    };
    expect(hints('sport = 22 and dport = 80')).toEqual([22, 80]);
    expect(hints('src 1.2.3.4:22')).toEqual([22, undefined]);
    expect(hints('dst *:80 and uid = 1')).toEqual([undefined, 80]);
    expect(hints('sport = 0')).toEqual([undefined, undefined]);
    expect(hints('sport = 22 or dport = 80')).toEqual([undefined, undefined]);
    expect(hints('! sport = 22')).toEqual([undefined, undefined]);
    expect(hints('sport >= 22')).toEqual([undefined, undefined]);
    expect(hints('sport = 22-23')).toEqual([undefined, undefined]);
  });
});
