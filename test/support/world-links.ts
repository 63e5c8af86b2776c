import { hasFeature } from './require.ts';

/** Commands for `ip -batch`, in order. Link-local addresses are set by hand: nothing is sent when a link comes up. */
export function linkCommands(): string[] {
  const links = [...VETHS.map(([a, b]) => `link add ${a} type veth peer name ${b}`), ...BRIDGES];
  const names = [...VETHS.flat(), 'br1', 'br2', 'br10'];
  const tun = hasFeature('tun') ? TUNNELS : [];
  const macvlan = hasFeature('macvlan') ? MACVLAN : [];
  const quiet = names.map((name) => `link set ${name} addrgenmode none`);
  const up = names.filter((name) => !DOWN.includes(name)).map((name) => `link set ${name} up`);
  return [...links, ...macvlan, ...tun, ...quiet, ...up, ...ADDRESSES, ...FLAGS];
}

/** Names of 10 and 14 bytes, names whose order is not that of their bytes, names that are prefixes of others. */
const VETHS: readonly (readonly [string, string])[] = [
  ['sp-a', 'sp-b'],
  ['aa1b12', 'aa1b2'],
  ['abcdefghij', 'abcdefghijklmn'],
  ['abcdefghijk', 'b1234567890123'],
  ['noarp0', 'down0'],
  ['brx', 'zz'],
];

const DOWN: readonly string[] = ['down0', 'br10'];

const BRIDGES: readonly string[] = ['br1', 'br2', 'br10'].map((name) => `link add ${name} type bridge`);

const MACVLAN: readonly string[] = [
  'link add link sp-a name macv0 type macvlan mode bridge',
  'link set macv0 addrgenmode none',
  'link set macv0 up',
];

const TUNNELS: readonly string[] = [
  'tuntap add mode tun name tun7',
  'tuntap add mode tap name tap7',
  'link set tun7 addrgenmode none',
  'link set tap7 addrgenmode none',
  'addr add 10.70.0.1 peer 10.70.0.2/32 dev tun7',
  'link set tun7 up',
  'link set tap7 up',
];

const ADDRESSES: readonly string[] = [
  'addr add 10.99.0.1/24 brd 10.99.0.255 dev sp-a',
  'addr add 10.99.1.1/24 dev sp-a label sp-a:1',
  'addr add 10.99.2.1/24 brd + dev sp-a label sp-a:2',
  'addr add 10.99.10.1/24 dev sp-a label sp-a:10',
  'addr add 10.99.11.1/32 dev sp-a label sp-a:foo',
  'addr add 10.99.0.3/24 dev sp-a',
  'addr add 10.99.0.2/24 dev sp-b',
  'addr add 10.71.0.1/16 dev br1',
  'addr add 10.72.0.1 peer 10.72.0.2/32 dev br2',
  'addr add 2001:db8:1::1/64 dev sp-a nodad',
  'addr add 2001:db8:1::2/128 dev sp-a nodad',
  'addr add fe80::6885:74ff:fe83:6b5d/64 dev sp-a nodad',
  'addr add fe80::2/64 dev sp-b nodad',
  'addr add fec0::1/64 dev br1 nodad',
  'addr add ::10.10.0.1/128 dev br1 nodad',
  'addr add 2001:db8:2::1/64 dev abcdefghijklmn nodad',
];

const FLAGS: readonly string[] = [
  'link set sp-a promisc on',
  'link set sp-b allmulticast on',
  'link set noarp0 arp off',
  'link set abcdefghij multicast off',
  'link set abcdefghijk txqueuelen 7',
  'link set abcdefghijklmn mtu 9000',
  'link set brx master br2',
];

/** Each type and metric that makes a difference in a row of `netstat -r`. */
export const IPV4_ROUTES: readonly string[] = [
  'nexthop add id 1 via 10.99.0.253 dev sp-a',
  'nexthop add id 2 via 10.99.0.252 dev sp-a',
  'nexthop add id 3 group 1/2',
  'nexthop add id 9 blackhole',
  'route add default via 10.99.0.254 dev sp-a',
  'route add default via 10.99.0.253 dev sp-a metric 50',
  'route add unreachable 203.0.113.1 metric 9',
  'route add prohibit 203.0.113.2',
  'route add unreachable 203.0.113.128/25',
  'route add blackhole 10.60.0.0/16',
  'route add blackhole 10.60.0.7',
  'route add throw 10.60.1.0/24',
  'route add 10.61.0.0/16 nexthop via 10.99.0.253 dev sp-a nexthop via 10.99.0.252 dev sp-a',
  'route add 10.61.3.5 via 10.99.0.254 dev sp-a',
  'route add 10.62.0.0/16 dev sp-a',
  'route add 10.62.0.0/20 via 10.99.0.254 dev sp-a',
  'route add 10.62.0.0/24 dev sp-a metric 5',
  'route add 10.62.0.0/24 dev sp-a metric 7',
  'route add 10.62.9.9 dev sp-a',
  'route add 10.63.0.0/16 via inet6 fe80::2 dev sp-a',
  'route add 10.63.1.0/24 via inet6 2001:db8:1::9 dev sp-a',
  'route add 10.64.0.0/16 tos 0x10 dev sp-a',
  'route add local 10.65.0.1 dev lo table main',
  'route add 10.66.0.0/16 dev sp-a table 100',
  'route add multicast 225.0.0.0/8 dev sp-a',
  'route add broadcast 10.67.0.255 dev sp-a table main',
  'route add 10.68.0.0/24 nhid 3',
  'route add 10.68.1.0/24 nhid 9',
  'route add 10.68.2.0/24 nhid 1',
  'route add 10.69.0.0/24 dev sp-a mtu 1400 advmss 1360',
  'route add 10.69.1.0/24 dev sp-a mtu lock 900',
  'route add 10.69.2.0/24 dev sp-a mtu 1200 advmss 900 window 4096 rtt 100ms',
  'route add 10.69.3.0/24 dev sp-a rtt 300ms',
  'route add 10.69.4.0/24 dev sp-a metric 4278198272',
  'route add 10.69.5.0/24 via 10.99.9.9 dev abcdefghijklmn onlink',
  'route add 0.0.0.0/1 via 10.99.0.254 dev sp-a',
  'route add 169.254.0.0/16 dev sp-a',
];

export const IPV6_ROUTES: readonly string[] = [
  'nexthop add id 11 via 2001:db8:1::9 dev sp-a',
  'nexthop add id 19 dev lo',
  'route add default via 2001:db8:2::fe dev abcdefghijklmn',
  'route add 2001:db8:50::/48 via 2001:db8:1::9 dev sp-a',
  'route add 2001:db8:51::/48 dev sp-a metric 5 expires 30000',
  'route add unreachable 2001:db8:52::/48',
  'route add prohibit 2001:db8:53::/48',
  'route add blackhole 2001:db8:54::/48',
  'route add throw 2001:db8:55::/48',
  'route add 2001:db8:56::/48 nexthop via 2001:db8:1::9 dev sp-a nexthop via 2001:db8:1::a dev sp-a',
  'route add 2001:db8:57::1 dev sp-a metric 4278198272',
  'route add ::ffff:10.0.0.0/104 dev sp-a',
  'route add 2001:db8:1234:5678:9abc:def0:1234:0/112 via fe80::2 dev sp-a',
  'route add 2001:db8:58::/48 dev sp-a table 100',
  'route add 2001:db8:59::/48 nhid 11',
  'route add 2001:db8:5a::/48 dev sp-a mtu 1300 advmss 1200',
  'route add local 2001:db8:5b::/48 dev lo',
  'route add anycast 2001:db8:5c::1 dev sp-a',
  'route add multicast ff05::/16 dev sp-a',
];
