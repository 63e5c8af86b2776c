import { describe, expect, test } from 'vitest';
import { selectRows } from '../../src/columns/selection.ts';
import { SockdiagError } from '../../src/errors.ts';
import { NETIDS } from '../../src/families.ts';
import type { Ast } from '../../src/filters/ast.ts';
import { formatFilter } from '../../src/filters/format.ts';
import { compilePredicate, explainFilterError, type PushOptions, parseFilter, push } from '../../src/filters/index.ts';
import { Random } from '../support/random.ts';
import { audit, run } from './filter-interpreter.ts';
import { randomFilter, randomSocket, type Socket, tableOf } from './filter-random.ts';

const ROWS = 150;
const FILTERS = 1500;

function population(random: Random): { sockets: Socket[]; table: ReturnType<typeof tableOf> } {
  const sockets = Array.from({ length: ROWS }, () => randomSocket(random));
  return { sockets, table: tableOf(sockets) };
}

const KERNELS: readonly PushOptions[] = [
  {},
  { equality: false },
  { mark: false },
  { device: false, cgroup: false, equality: false },
];

describe('pushing a filter', () => {
  test('the kernel program passes the audit and, with states and rest, keeps what the predicate keeps', () => {
    const random = new Random(20240);
    let [programs, removed, kept] = [0, 0, 0];
    const wrong: string[] = [];
    for (let round = 0; round < FILTERS; round += 1) {
      const { sockets, table } = round % 50 === 0 ? population(random) : fixed(random);
      const text = randomFilter(random, 1 + random.below(4));
      const ast = parseFilter(text);
      const pushed = push(ast, random.pick(KERNELS));
      const { program, states, rest, sourcePort, destPort } = pushed;
      if (program !== undefined) expect(audit(program), text).toBeUndefined();
      programs += Number(program !== undefined);
      const keep = compilePredicate(ast, table);
      const keepRest = rest === undefined ? () => true : compilePredicate(rest, table);
      sockets.forEach(({ entry, bit, netid }, row) => {
        const passes =
          ((states >> bit) & 1) === 1 &&
          pushed.netids.includes(NETIDS[netid]!) &&
          (sourcePort === undefined || bit === 13 || sourcePort === entry.sport) &&
          (destPort === undefined || bit === 13 || destPort === entry.dport) &&
          (program === undefined || run(program, entry));
        removed += Number(!passes);
        kept += Number(keep(row));
        // A bound-inactive socket is listed only when the filter names that state.
        const listed = bit !== 13 || ((states >> 13) & 1) === 1;
        if ((passes && keepRest(row)) !== (listed && keep(row))) wrong.push(`${text}: row ${row}`);
      });
    }
    expect(wrong).toEqual([]);
    expect(programs).toBeGreaterThan(FILTERS / 4);
    expect(removed).toBeGreaterThan((FILTERS * ROWS) / 4);
    expect(kept).toBeGreaterThan((FILTERS * ROWS) / 20);
  });

  test('a filter of pushable terms that are never null leaves no rest', () => {
    const random = new Random(7);
    let programs = 0;
    for (let round = 0; round < FILTERS; round += 1) {
      const text = randomFilter(random, 1 + random.below(3), true);
      const nullable = /dev|fwmark|cgroup/.test(text);
      const { program, rest } = push(parseFilter(text));
      if (!nullable) expect(rest, text).toBeUndefined();
      programs += Number(program !== undefined);
    }
    expect(programs).toBeGreaterThan(FILTERS / 2);
  });

  test('an OR of thousands of ports is one program or none, never a wrong one', () => {
    for (const count of [3000, 5000, 7000]) {
      const ports = Array.from({ length: count }, (_, at) => 2 * at);
      const { program, rest, sourcePort } = push(
        parseFilter(`dport = 9 and ( ${ports.map((p) => `sport = ${p}`).join(' or ')} )`),
      );
      expect(sourcePort).toBeUndefined();
      expect(audit(program!)).toBeUndefined();
      const entry = randomSocket(new Random(1)).entry;
      const fits = rest === undefined;
      expect(fits).toBe(count < 5400);
      for (const sport of [0, 1, 2 * count - 2, 2 * count - 1]) {
        expect(run(program!, { ...entry, sport, dport: 9 })).toBe(!fits || (sport % 2 === 0 && sport < 2 * count));
        expect(run(program!, { ...entry, sport, dport: 8 })).toBe(false);
      }
    }
  });
});

let last: ReturnType<typeof population> | undefined;

function fixed(random: Random): ReturnType<typeof population> {
  last ??= population(random);
  return last;
}

describe('the text of a filter', () => {
  test('formatting and parsing again gives the same text and the same meaning, under either precedence', () => {
    const random = new Random(99);
    const { table } = population(random);
    for (let round = 0; round < FILTERS; round += 1) {
      const text = randomFilter(random, 1 + random.below(4)).replace(/^\( (.*) \)$/, '$1');
      const precedence = random.pick(['conventional', 'ss'] as const);
      const ast = tryParse(text, precedence);
      if (ast === undefined) continue;
      const formatted = formatFilter(ast);
      for (const again of ['conventional', 'ss'] as const) {
        const parsed = parseFilter(formatted, { precedence: again });
        expect(formatFilter(parsed)).toBe(formatted);
        const [before, after] = [compilePredicate(ast, table), compilePredicate(parsed, table)];
        expect(selectRows(table.length, after)).toEqual(selectRows(table.length, before));
      }
    }
  });

  test('patterns and names with any characters survive formatting', () => {
    const random = new Random(5);
    for (let round = 0; round < 3000; round += 1) {
      const word = garbage(random, 12).replace(/[\n\r]/g, '');
      const text = `comm = '${word.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
      const ast = parseFilter(text);
      expect(ast).toMatchObject({ kind: 'term', term: 'comm' });
      const formatted = formatFilter(ast);
      expect(parseFilter(formatted), formatted).toMatchObject({ operand: { text: textOf(ast) } });
      expect(formatFilter(parseFilter(formatted))).toBe(formatted);
    }
  });

  test('garbage gives a FilterError with a place in the text, or a filter, and quickly', { timeout: 60_000 }, () => {
    const random = new Random(1234);
    const before = process.cpuUsage();
    let errors = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const text = random.chance(50) ? garbage(random, 40) : words(random);
      try {
        const ast = parseFilter(text, { precedence: random.pick(['conventional', 'ss']) });
        expect(formatFilter(parseFilter(formatFilter(ast)))).toBe(formatFilter(ast));
      } catch (error) {
        errors += 1;
        expect(error, text).toBeInstanceOf(SockdiagError);
        const { code, position } = error as { code: string; position: number };
        expect(code).toBe('ERR_SOCKDIAG_FILTER');
        expect(position).toBeGreaterThanOrEqual(0);
        expect(position).toBeLessThanOrEqual(text.length);
        expect(explainFilterError(error as never, text).split('\n')).toHaveLength(3);
      }
    }
    expect(errors).toBeGreaterThan(5000);
    expect(process.cpuUsage(before).user).toBeLessThan(15_000_000);
  });

  test('deep nesting is refused, not a crash', () => {
    for (const piece of ['( ', '! ', '! ( ']) {
      expect(() => parseFilter(`${piece.repeat(100_000)}sport = 1`)).toThrow(/nested too deeply/);
    }
    const alternating = Array.from({ length: 50_000 }, (_, at) => (at % 2 === 0 ? 'sport = 1 and' : 'sport = 2 or'));
    expect(() => parseFilter(`${alternating.join(' ')} sport = 3`, { precedence: 'ss' })).toThrow(/nested too deeply/);
    expect(parseFilter(`${alternating.join(' ')} sport = 3`).kind).toBe('or');
  });
});

function textOf(ast: Ast): string {
  return ast.kind === 'term' ? ast.operand.text : '';
}

function tryParse(text: string, precedence: 'conventional' | 'ss') {
  try {
    return parseFilter(text, { precedence });
  } catch {
    return undefined;
  }
}

const ALPHABET = [...'abz09.:/[]*?\\\'"()!=<>&|-_, \t\u0000\u001b\u00e9\u{1f600}'];

function garbage(random: Random, length: number): string {
  return Array.from({ length: random.below(length) }, () => random.pick(ALPHABET)).join('');
}

const WORDS = [
  ...[
    'src',
    'dst',
    'sport',
    'dport',
    'dev',
    'fwmark',
    'cgroup',
    'autobound',
    'state',
    'exclude',
    'netid',
    'comm',
    'rtt',
  ],
  ...['=', '!=', '<', '>=', 'and', 'or', 'not', '!', '(', ')', '&', '||', 'eq', 'neq', '\\and', 'true', 'false'],
  ...['22', ':22', '1-2', '2-1', '*', '127.0.0.1', '127.0.0.1/8:22', '[::1]:5', '[::1', '::1', 'inet:*', 'unix:/tmp/*'],
  ...[
    'link:ip:eth0',
    'netlink:rtnl:kernel',
    'vsock:1:2',
    'listening',
    'all',
    '0x10/0xff',
    '50ms',
    'http',
    'tcp*',
    "'a b'",
  ],
];

function words(random: Random): string {
  return Array.from({ length: random.below(14) }, () => random.pick(WORDS)).join(random.chance(80) ? ' ' : '');
}
