import { describe, expect, test } from 'vitest';
import { FilterError } from '../../../src/errors.ts';
import {
  type Ast,
  and,
  autobound,
  compare,
  eq,
  exclude,
  explainFilterError,
  formatFilter,
  ge,
  gt,
  host,
  ne,
  not,
  oneOf,
  or,
  parseFilter,
  port,
  state,
  TERMS,
} from '../../../src/filters/index.ts';

/** The canonical text of a filter. */
function canonical(text: string, precedence?: 'ss'): string {
  return formatFilter(parseFilter(text, precedence === undefined ? {} : { precedence }));
}

function readable(text: string): Ast | undefined {
  try {
    return parseFilter(text);
  } catch {
    return undefined;
  }
}

function errorOf(text: string): FilterError {
  try {
    parseFilter(text);
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
  throw new Error(`'${text}' was accepted`);
}

describe('precedence', () => {
  const TEXT = 'sport = 1 or sport = 2 and dport = 3';
  test('and binds tighter than or', () => {
    expect(canonical(TEXT)).toBe('sport = 1 or ( sport = 2 and dport = 3 )');
    expect(canonical('sport 1 dport 2 or ! sport 3 dport 4')).toBe(
      '( sport = 1 and dport = 2 ) or ( ! sport = 3 and dport = 4 )',
    );
  });
  test("ss's precedence is strictly left to right", () => {
    expect(canonical(TEXT, 'ss')).toBe('( sport = 1 or sport = 2 ) and dport = 3');
    expect(canonical('sport 1 dport 2 or sport 3 dport 4', 'ss')).toBe(
      '( ( sport = 1 and dport = 2 ) or sport = 3 ) and dport = 4',
    );
  });
  test('not takes the next term only, parentheses more', () => {
    expect(canonical('not sport = 1 or sport = 2')).toBe('! sport = 1 or sport = 2');
    expect(canonical('!(sport = 1 or sport = 2)')).toBe('! ( sport = 1 or sport = 2 )');
    expect(canonical('! ! sport = 1')).toBe('sport = 1');
  });
});

describe('spelling', () => {
  test.for([
    ['sport=22', 'sport = 22'],
    ['sport 22', 'sport = 22'],
    ['SPORT eq 22', 'sport = 22'],
    ['sport == :22', 'sport = :22'],
    ['rtt>50ms', 'rtt > 50ms'],
    ['recvQ >= 64k && uid != 0', 'recvq >= 64k and uid != 0'],
    ['sport neq 1 & sport geq 2 | sport leq 3', '( sport != 1 and sport >= 2 ) or sport <= 3'],
    ['comm = "my prog"', 'comm = my\\ prog'],
    ["comm = 'a*b'", 'comm = a\\*b'],
    ['comm = a*b', 'comm = a*b'],
    ['comm = \\and', 'comm = \\and'],
    ["comm = ''", "comm = ''"],
    ['cgroup != /a\\ b', 'cgroup != /a\\ b'],
    ['state listening state time-wait', 'state = time-wait,listening'],
    ['exclude listening sport = 1', 'state != listening and sport = 1'],
    ['exclude listening exclude closed', 'state != closed,listening'],
    ['state all exclude bucket', 'state = big'],
    ['state established exclude established', 'false'],
    ['state LISTEN or sport = 1'.replace('state LISTEN', '(state LISTEN)'), 'state = LISTEN or sport = 1'],
    ['sport = 1 exclude listen', 'sport = 1 and state != listen'],
    ['state syn_recv and sport = 1', 'state = syn-recv and sport = 1'],
    ['netid = tcp,udp6', 'netid = tcp,udp6'],
    ['true', ''],
    ['false or sport = 1', 'sport = 1'],
    ['! true', 'false'],
    ['  ', ''],
  ])('%s', ([text, expected]) => {
    expect(canonical(text!)).toBe(expected);
    expect(canonical(expected!)).toBe(expected);
  });

  test('nodes know where they stand', () => {
    const text = 'sport = 22 and not  uid >= 1000';
    const ast = parseFilter(text);
    if (ast.kind !== 'and') throw new Error(ast.kind);
    expect(ast.arms.map(({ span }) => text.slice(span.start, span.end))).toEqual(['sport = 22', 'not  uid >= 1000']);
    const [first] = ast.arms;
    if (first?.kind !== 'term') throw new Error('no term');
    expect(text.slice(first.operand.span.start, first.operand.span.end)).toBe('22');
  });
});

describe('hosts', () => {
  test.for([
    ['src 10.1/16', [10, 1, 0, 0], 16, undefined],
    ['src 10.1.2.3:80', [10, 1, 2, 3], 32, 80],
    ['src 10.0.0.0/255.0.0.0:80', [10, 0, 0, 0], 8, 80],
    ['src inet:10.1.2.3', [10, 1, 2, 3], 32, undefined],
    ['src [fe80::1/64]:22', [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 64, 22],
    ['src [fe80::1]/64:22', [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 64, 22],
    ['src fe80::1', [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 128, undefined],
    ['src ::1:22', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 128, 22],
    ['src ::ffff:10.1.2.3', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 1, 2, 3], 128, undefined],
    ['src 1:2:3:4:5:6:7:8', [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8], 128, undefined],
    ['src ::', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 128, undefined],
    ['src 1::', [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 128, undefined],
    ['src inet6:*:443', new Array(16).fill(0), 0, 443],
    ['src *:443', [], 0, 443],
  ] as const)('%s', ([text, bytes, prefix, expectedPort]) => {
    const ast = parseFilter(text);
    if (ast.kind !== 'term' || ast.operand.type !== 'host') throw new Error('no host');
    const [match] = ast.operand.matches!;
    expect([...match!.bytes]).toEqual(bytes);
    expect(match!.prefixLength).toBe(prefix);
    expect(ast.operand.port?.low).toBe(expectedPort);
  });

  test('names are left for later', () => {
    const ast = parseFilter('dst db.example:postgresql');
    expect(ast).toMatchObject({ operand: { name: 'db.example', port: { name: 'postgresql' } } });
  });
});

describe('errors show where and what', () => {
  test.for([
    ['sport = foo/bar', 8, 'a port: number 0 to 65535, LOW-HIGH, service name or *'],
    ['sport = 65536', 8, 'a port: number 0 to 65535, LOW-HIGH, service name or *'],
    ['sport = 20-10', 8, 'a port: number 0 to 65535, LOW-HIGH, service name or *'],
    ['sport = 010', 8, 'a port: number 0 to 65535, LOW-HIGH, service name or *'],
    ['sport < 1-2', 8, 'one port'],
    ['sport =', 7, 'a port'],
    ['sport = and', 8, 'a port'],
    ['src > 1.2.3.4', 4, '= or !='],
    ['src 1.2.3.4/33', 4, '0 to 32'],
    ['src 1.2.3.256', 4, 'HOST: [FAMILY:]ADDRESS[/PREFIX][:PORT]'],
    ['src [::1', 4, 'HOST: [FAMILY:]ADDRESS[/PREFIX][:PORT]'],
    ['src [::1]x', 4, ':PORT'],
    ['src 10.0.0.0/255.0.255.0', 4, '0 to 32'],
    ['src 1.2.3.4:70000', 12, 'a port: number 0 to 65535, LOW-HIGH, service name or *'],
    ['spor = 1', 0, 'one of sport'],
    ['older 5min', 0, 'lastDataSent, lastDataRecv or lastAckRecv: how long a connection has been idle'],
    ['sport = 1 and Younger < 5', 14, expect.stringContaining('how long a connection has been idle')],
    ['( sport = 1', 11, ')'],
    ['sport = 1 )', 10, 'and, or, another term, or the end'],
    ['sport = 1 or', 12, 'a term, !, or ('],
    ['or sport = 1', 0, 'a term, !, or ('],
    ['uid = root', 6, 'a decimal or 0x number'],
    ['rtt > 5h', 6, 'a decimal or 0x number, perhaps with us, µs, ms, s, min'],
    ['fwmark = 1/2/3', 9, 'MARK[/MASK], numbers below 2^32'],
    ['fwmark = 0x100000000', 9, 'MARK[/MASK], numbers below 2^32'],
    ['comm > a', 5, '= or !='],
    ['comm = "a', 7, 'a closing "'],
    ['comm = a\\', 8, 'a character after it'],
    ['autobound = 1', 10, 'and, or, another term, or the end'],
    ['netid = tcp7', 8, expect.stringContaining('one of tcp, tcp6, udp')],
    ['state = foo', 8, expect.stringContaining('established, syn-sent')],
  ] as const)('%s', ([text, position, expected]) => {
    const error = errorOf(text);
    expect(error.position).toBe(position);
    expect(error.expected).toEqual(expected);
    expect(error.code).toBe('ERR_SOCKDIAG_FILTER');
  });

  test('a caret below the place', () => {
    const text = 'sport = 22 and src > 1.2.3.4';
    expect(explainFilterError(errorOf(text), text)).toBe(
      'src cannot be compared with >\n  sport = 22 and src > 1.2.3.4\n                     ^ expected = or !=',
    );
  });

  test('long texts are cut around the place, control characters are blanked', () => {
    const text = `${'sport = 1 or '.repeat(50)}\u001b[31mspor\t= 1 ${'or sport = 1 '.repeat(50)}`;
    const [, shown, caret] = explainFilterError(errorOf(text), text).split('\n');
    expect(shown!.length).toBeLessThanOrEqual(74);
    expect(/\p{Cc}/u.test(shown!)).toBe(false);
    expect(shown![caret!.indexOf('^')]).toBe(' ');
    expect(shown!.slice(caret!.indexOf('^') + 1)).toMatch(/^\[31mspor = 1/);
  });
});

describe('the builder', () => {
  test('makes what the text says', () => {
    const built = and(
      port('sport', 22),
      or(host('src', { address: '10.0.0.0', prefix: 8, port: 443 }), host('dst', { address: '::1', port: 'http' })),
      not(eq('comm', 'ng*')),
      gt('rtt', 50_000),
      ge('bytesAcked', 10n),
      exclude('listening'),
      ne('ipv6only', true),
      autobound(),
    );
    const text =
      'sport = 22 and ( src = 10.0.0.0/8:443 or dst = [::1]:http ) and ! comm = ng* and rtt > 50000 and bytesacked >= 10 and ! state = listening and ipv6only != 1 and autobound';
    expect(formatFilter(built)).toBe(text);
    expect(formatFilter(parseFilter(text))).toBe(text);
  });

  const SAMPLES = ['7', '127.0.0.1/8', '0x10/0xff', 'lo', 'established', 'tcp', 'LISTEN', 'STREAM', 'off', 'IPv4'];
  const OWN_FUNCTIONS: Readonly<Record<string, () => Ast>> = { autobound, true: () => and(), false: () => or() };

  test.each([...TERMS.values()])('builds term $name with each of its operators', ({ name, operators }) => {
    const own = OWN_FUNCTIONS[name];
    expect(own === undefined).toBe(operators !== 'none');
    if (own !== undefined) return expect(formatFilter(own())).toBe(formatFilter(parseFilter(name)));
    for (const operator of operators === 'order'
      ? (['=', '!=', '<', '<=', '>', '>='] as const)
      : (['=', '!='] as const)) {
      const same = SAMPLES.filter((sample) => {
        const parsed = readable(`${name} ${operator} ${sample}`);
        if (parsed === undefined) expect(() => compare(name, operator, sample)).toThrow(FilterError);
        else expect(formatFilter(compare(name, operator, sample))).toBe(formatFilter(parsed));
        return parsed !== undefined;
      });
      expect(same).not.toEqual([]);
    }
  });

  test('empty lists are constants', () => {
    expect(and()).toMatchObject({ kind: 'constant', value: true });
    expect(oneOf('sport', [])).toMatchObject({ kind: 'constant', value: false });
    expect(state()).toMatchObject({ kind: 'constant', value: false });
    expect(formatFilter(oneOf('sport', [1, 'http']))).toBe('sport = 1 or sport = http');
    expect(formatFilter(port('dport', 1, 10))).toBe('dport = 1-10');
  });

  test('refuses what the parser would', () => {
    expect(() => compare('comm', '>', 'a')).toThrow(FilterError);
    expect(() => compare('nothing', '=', 1)).toThrow("unknown term 'nothing'");
    expect(() => port('sport', 70000)).toThrow("'70000' is not a port");
  });
});

test('every column but the addresses is a term', () => {
  for (const name of ['rtt', 'retrans', 'recvq', 'sendq', 'inode', 'congestion', 'timer', 'portid', 'path']) {
    expect(TERMS.get(name)?.name).toBe(name);
  }
  expect(TERMS.has('localaddress')).toBe(false);
  expect(TERMS.get('recvq')?.columns).toEqual({
    sockets: ['recvQ'],
    unix: ['recvQ'],
    sctp: ['recvQ'],
    packet: ['recvQ'],
    netlink: ['recvQ'],
  });
});
