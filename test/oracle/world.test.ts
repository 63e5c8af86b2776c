import { beforeAll, describe, expect, test } from 'vitest';
import { hasFeature } from '../support/require.ts';
import { suiteScope } from '../support/suite-scope.ts';
import { type World, world } from '../support/world.ts';
import { missing } from './suite.ts';

/** The other tests prove nothing about what is not there: everything the fixture promises must really appear in netstat's output. */
describe.skipIf(missing !== undefined)('the world holds one of everything', () => {
  const scope = suiteScope();
  let w: World;
  const outputs = new Map<string, string>();
  const outputOf = async (...args: string[]): Promise<string> => {
    const key = args.join(' ');
    const text = outputs.get(key) ?? (await w.exec(['netstat', ...args])).stdout.toString('latin1');
    outputs.set(key, text);
    return text;
  };
  beforeAll(async () => {
    w = await world(scope);
  });

  const TCP_STATES = [
    'LISTEN',
    'ESTABLISHED',
    'SYN_SENT',
    'SYN_RECV',
    'FIN_WAIT1',
    'FIN_WAIT2',
    'TIME_WAIT',
    'CLOSE_WAIT',
  ];
  for (const netid of ['tcp', 'tcp6']) {
    for (const state of [...TCP_STATES, 'LAST_ACK', 'CLOSING']) {
      test(`${netid} ${state}`, async () => {
        expect(await outputOf('-tan')).toMatch(new RegExp(`^${netid} .* ${state} *$`, 'm'));
      });
    }
    for (const timer of ['off', 'on', 'keepalive', 'timewait', 'probe']) {
      test(`${netid} timer ${timer}`, async () => {
        expect(await outputOf('-tano')).toMatch(
          new RegExp(`^${netid} .* ${timer} \\(\\d+\\.\\d\\d/\\d+/\\d+\\)$`, 'm'),
        );
      });
    }
  }

  /** What one line of an output must look like. */
  const LINES: readonly (readonly [what: string, args: string, line: RegExp])[] = [
    ['v4-mapped connection', '-tan', /^tcp6 .* 10\.99\.0\.1:9000 +10\.99\.0\.1:\d+ +ESTABLISHED/m],
    ['link-local connection', '-tanW', /^tcp6 .* fe80::6885:74ff:fe83:6b5d:5000 +fe80::\S+ +ESTABLISHED/m],
    ['queues both ways', '-tan', /^tcp +777 +\d{4,} .*ESTABLISHED/m],
    ['full accept queue', '-tln', /^tcp +4 +0 127\.0\.0\.1:8081 /m],
    ['connection without owner', '-tane', /^tcp .* ESTABLISHED 0 +0 *$/m],
    ['owned FIN_WAIT2', '-tane', /^tcp .* FIN_WAIT2 +0 +[1-9]\d* *$/m],
    ['orphaned FIN_WAIT2', '-taneo', /^tcp .* FIN_WAIT2 +0 +0 +keepalive/m],
    ['FIN_WAIT2 in time-wait', '-taneo', /^tcp .* FIN_WAIT2 +0 +0 +timewait/m],
    ['orphaned CLOSING', '-tane', /^tcp .* CLOSING +0 +0 *$/m],
    ['connected UDP', '-uan', /^udp .* ESTABLISHED/m],
    ['UDP queue', '-uan', /^udp +[1-9]\d+ /m],
    ['mapped UDP', '-uan', /^udp6 .* 10\.99\.0\.1:\d+ +10\.99\.0\.2:9 /m],
    ['raw', '-wan', /^raw .* 0\.0\.0\.0:1 /m],
    ['connected raw', '-wan', /^raw .* 10\.99\.0\.1:1 +10\.99\.0\.2:\* +1 /m],
    ['raw6', '-wan', /^raw6 .* :::58 /m],
    ['unix not accepted', '-xan', /^unix .* STREAM +CONNECTING +0 /m],
    ['unix seqpacket listener', '-xan', /^unix .*ACC.* SEQPACKET +LISTENING /m],
    ['unix blank', '-xan', /^unix .*\/u$/m],
    ['unix NUL', '-xan', /@abs@null@$/m],
    ['unix 100 bytes', '-xan', /\/l{60,}$/m],
    ['unix relative', '-xan', / relative\.sock$/m],
    ['unix in flight', '-xanp', /^unix .* DGRAM +\d+ +- +@/m],
    ['listener of another user', '-tale', /^tcp .* LISTEN {6}verylongusername-indeed \d/m],
    ['user without a name', '-tlne', /^tcp .* LISTEN {6}12400 /m],
    ['connection not accepted', '-tln', /^tcp +1 +0 127\.0\.0\.1:8080 /m],
    ['dual-stack listener', '-tln', /^tcp6 .* :::9000 +:::\* /m],
    ['mapped wildcard', '-tln', /^tcp6 .* 0\.0\.0\.0:9002 +:::\* /m],
    ['IPv4-compatible listener', '-tln', /^tcp6 .* ::10\.10\.0\.1:8080 /m],
    ['address that is cut', '-tan', /^tcp6 .* fe80::6885:74ff:fe:5000 /m],
    ['UDP without a connection', '-uln', /^udp6 .* :::55 +:::\* /m],
    ['raw of any protocol', '-wln', /^raw .* 0\.0\.0\.0:255 /m],
    ...(hasFeature('udplite')
      ? ([
          ['UDP-Lite', '-Uln', /^udpl +0 +0 0\.0\.0\.0:60001 /m],
          ['UDP-Lite over IPv6', '-Uan', /^udpl6 .* ::1:\d+ +::1:5353 +ESTABLISHED/m],
        ] as const)
      : []),
    ['unix datagram', '-xan', /^unix .* DGRAM .* @dgram$/m],
    ['unix autobind', '-xan', / @[0-9a-f]{5}$/m],
    ['unix socket pair', '-x', /^unix +3 +\[ \] +STREAM +CONNECTED +\d+ +$/m],
    ['unix full backlog', '-xan', /^unix .* CONNECTING +0 .*\/full$/m],
    ['group counted three times', '-gn', /^sp-a +3 +239\.1\.2\.3$/m],
    ['IPv6 group counted three times', '-gn', /^sp-a +3 +ff02::1234$/m],
    ['promiscuous', '-i', /^sp-a +1500 .* BMPRU$/m],
    ['all multicast', '-i', /^sp-b +1500 .* ABMRU$/m],
    ['no ARP', '-i', /^noarp0 +1500 .* BMOU$/m],
    ['several labels', '-i', /^sp-a:2 .*\nsp-a:10 /m],
    ['peer of a tunnel', '-ie', /inet 10\.72\.0\.1 {2}netmask 255\.255\.255\.255 {2}broadcast 0\.0\.0\.0$/m],
    ['site-local address', '-ie', /inet6 fec0::1 {2}prefixlen 64 {2}scopeid 0x40<site>$/m],
    ['alias', '-i', /^sp-a:foo +1500 +- no statistics available -/m],
    ['reject route', '-rn', /^203\.0\.113\.1 +- .*!H/m],
    ['blackhole route', '-rn', /^10\.60\.0\.0 .* U .* \*$/m],
    ['IPv6 null route', '-r6n', /!n +1024 /m],
    ['expiring route', '-r6n', / Ue +5 /m],
    ['negative metric', '-rne', / -16769024 /m],
    ['prohibited route', '-rn', /^203\.0\.113\.2 +- .*!H/m],
    ['route to a host by blackhole', '-rn', /^10\.60\.0\.7 .* UH .* \*$/m],
    ['thrown route', '-rn', /^10\.60\.1\.0 .* U .* \*$/m],
    ['gateway of IPv6', '-rn', /^10\.63\.0\.0 +0\.0\.0\.0 .* UG .* sp-a$/m],
    ['first of several hops', '-rn', /^10\.61\.0\.0 +10\.99\.0\.253 .* UG /m],
    ['nexthop that is a blackhole', '-rn', /^10\.68\.1\.0 .* U .* lo$/m],
    ['local route of table main', '-rn', /^10\.65\.0\.1 .* UH .* lo$/m],
    ['metrics of a route', '-rnee', /^10\.69\.2\.0 .* sp-a +940 +4096 +100$/m],
    ['each IPv6 hop', '-r6n', /^2001:db8:56::\/48 .*::9 .*\n2001:db8:56::\/48 .*::a /m],
    ['mapped route', '-r6n', /^10\.0\.0\.0\/104 /m],
    ['network name', '-r', /^verylongnetwork /m],
    ['service name', '-tal', /:this-is-a-very-lon /m],
    ['title with blanks', '-tlnp', / \d+\/spaces {3}insi/m],
    ['no name', '-tlnp', / \d+\/ +$/m],
    ['leader ended', '-tlnp', /:61101 .*LISTEN +- +$/m],
  ];
  for (const [what, args, line] of LINES) {
    test(what, async () => {
      expect(await outputOf(...args.split(' '))).toMatch(line);
    });
  }

  for (const link of ['tun7', 'tap7', 'macv0', 'br2', 'noarp0', 'abcdefghij', 'abcdefghijklmn', 'down0'] as const) {
    test(`link ${link}`, async (t) => {
      const needs = { tun7: 'tun', tap7: 'tun', macv0: 'macvlan' } as const;
      if (link in needs && !hasFeature(needs[link as keyof typeof needs])) t.skip(`${link} is missing`);
      expect(await outputOf('-ia')).toMatch(new RegExp(`^${link} `, 'm'));
    });
  }

  test('more than 300 sockets', async () => {
    const rows = (await outputOf('-an')).split('\n').filter((line) => /^(tcp|udp|raw|unix)/.test(line));
    expect(rows.length).toBeGreaterThan(300);
  });
});
