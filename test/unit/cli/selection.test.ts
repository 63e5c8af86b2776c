import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../../src/cli/parse.ts';
import { type Section, selectRoutes, selectSockets, selectStatistics } from '../../../src/cli/selection.ts';

function line(words: string) {
  const list = words === '' ? [] : words.split(' ');
  const parsed = parseCommandLine(list, { program: 'netstat', posixlyCorrect: false, selinuxEnabled: () => false });
  if (parsed.kind === 'exit') throw new Error(Buffer.from(parsed.stderr).toString());
  return parsed.commandLine;
}

const SHORT = { fail: '!', mention: '?', silent: '' };

/** `tcp/46!`: tcp over IPv4 and IPv6, whose absence ends the run (`?`: is mentioned). */
function sectionText(section: Section): string {
  const versions = ({ inet, inet6 }: { inet: boolean; inet6: boolean }) => `${inet ? '4' : ''}${inet6 ? '6' : ''}`;
  if (section.kind === 'internet') {
    return section.protocols.map((one) => `${one.protocol}/${versions(one)}${SHORT[one.missing]}`).join(',');
  }
  if (section.kind === 'groups') return `groups/${versions(section)}${SHORT[section.missing]}`;
  return section.kind === 'bluetooth' ? 'bluetooth' : `${section.kind}${SHORT[section.missing]}`;
}

const sections = (words: string) => selectSockets(line(words)).sections.map(sectionText).join(' ');

const everything = (mark: string) =>
  `${['tcp', 'sctp', 'udp', 'udplite', 'raw'].map((name) => `${name}/46${mark}`).join(',')} ` +
  ['unix', 'ipx', 'ax25', 'x25', 'netrom', 'rose'].map((name) => `${name}${mark}`).join(' ');
const inet = (versions: string) =>
  ['tcp', 'sctp', 'udp', 'udplite', 'raw'].map((name) => `${name}/${versions}`).join(',');

describe('sections', () => {
  test.each([
    ['', everything('')],
    ['-a -n -e -o -W', everything('')],
    ['-v', everything('?')],
    ['--ddp', everything('')],
    ['-A econet,ash', everything('')],
    ['--ddp -v', everything('?')],
    ['-t', 'tcp/46!'],
    ['-t -v', 'tcp/46!'],
    ['-u -t', 'tcp/46!,udp/46!'],
    ['-tSu', 'tcp/46!,sctp/46!,udp/46!'],
    ['-w -U', 'udplite/46!,raw/46!'],
    ['-4', inet('4')],
    ['-4 -v', inet('4')],
    ['-6', inet('6')],
    ['-46', inet('46')],
    ['-4 -t', 'tcp/4!'],
    ['-6 -t -x', 'tcp/6 unix!'],
    ['-6 -S', 'sctp/6'],
    ['-6 -t -g', 'tcp/6 groups/6'],
    ['-46 -S', 'sctp/46!'],
    ['-t -x', 'tcp/46! unix!'],
    ['-x', 'unix!'],
    ['-4 -x', `${inet('4')} unix`],
    ['-g', 'groups/46!'],
    ['-g -4', `${inet('4')} groups/4`],
    ['-g -6', `${inet('6')} groups/6`],
    ['-g -t', 'tcp/46! groups/46!'],
    ['-g -t -4', 'tcp/4! groups/4!'],
    ['-g -x', 'groups/46! unix!'],
    ['--ipx', 'ipx!'],
    ['-4 --ipx', `${inet('4')} ipx!`],
    ['-A rose,netrom,x25,ax25,ipx', 'ipx! ax25! x25! netrom! rose!'],
    ['-x --ipx -v', 'unix! ipx!'],
    ['-2', 'bluetooth'],
    ['-f', 'bluetooth'],
    ['-tn --bluetooth', 'tcp/46! bluetooth'],
    ['-2 -x', 'unix! bluetooth'],
  ])('%s', (words, expected) => {
    expect(sections(words)).toBe(expected);
  });

  test.each([
    ['', 'connected', '(w/o servers)'],
    ['-l', 'listening', '(only servers)'],
    ['-a', 'all', '(servers and established)'],
    ['-l -a', 'all', '(servers and established)'],
    ['-al -t', 'all', '(servers and established)'],
  ])('rows and title of %s', (words, rows, adjective) => {
    expect(selectSockets(line(words))).toMatchObject({ rows, adjective });
  });

  test.each([
    ['-p', true],
    ['-p -x', true],
    ['-p -t -g', true],
    ['-p -4', true],
    ['-t', false],
    ['-p -g', false],
    ['-p --ipx', false],
    ['-p -2', false],
  ])('%s scans processes: %s', (words, owners) => {
    expect(selectSockets(line(words)).owners).toBe(owners);
  });

  test.each([
    ['', false, false],
    ['-4', true, true],
    ['-4 -x', true, true],
    ['-4 -t', true, false],
    ['-x', true, false],
    ['-g', true, false],
    ['--ddp', false, false],
  ])('%s: explicit %s, implicit %s', (words, explicit, implicit) => {
    expect(selectSockets(line(words))).toMatchObject({ explicit, implicit });
  });
});

describe('routes', () => {
  const steps = (words: string) => selectRoutes(line(words)).steps.map((step) => `${step.family}:${step.kind}`);

  test('one step for each family, duplicates again', () => {
    expect(steps('-r')).toEqual(['inet:table']);
    expect(steps('-r -4 -6 -A inet,inet')).toEqual(['inet:table', 'inet6:table', 'inet:table', 'inet:table']);
    expect(steps('-r -4 -x')).toEqual(['inet:table', 'unix:stop']);
    expect(steps('-r --rose --ddp')).toEqual(['rose:stop', 'ddp:stop']);
  });

  test.each([
    ['-r', true, false],
    ['-rF', true, false],
    ['-rC', false, true],
    ['-rFC', true, true],
  ])('%s: table %s, cache %s', (words, fib, cache) => {
    expect(selectRoutes(line(words))).toMatchObject({ fib, cache });
  });
});

describe('statistics', () => {
  const on = (words: string) => {
    const list = selectStatistics(line(words));
    if (list.kind === 'stop') return list.stop.stdout;
    const switched = Object.entries(list.switches).filter(([, value]) => value);
    return [list.family, ...switched.map(([name]) => name)].join(' ');
  };

  test.each([
    ['-s', 'inet raw tcp udp sctp'],
    ['-s -4', 'inet raw tcp udp sctp'],
    ['-s6', 'inet6 raw tcp udp sctp'],
    ['-st', 'inet tcp'],
    ['-s6uw', 'inet6 raw udp'],
    ['-sS', 'inet sctp'],
    ['-sU', 'inet'],
    ['-s2', 'inet raw tcp udp sctp'],
    ['-s46', 'netstat: No statistics support for specified address family: inet,inet6\n'],
    ['-s44', 'netstat: No statistics support for specified address family: inet,inet\n'],
    ['-sx', 'netstat: No statistics support for specified address family: unix\n'],
    ['-s -A econet', 'netstat: No statistics support for specified address family: ec\n'],
  ])('%s', (words, expected) => {
    expect(on(words)).toBe(expected);
  });
});
