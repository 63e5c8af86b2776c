/** Name databases of the world: everything symbolic output can meet. Long names test truncation, repeated entries test which one wins. */

const HOSTS = `127.0.0.1 localhost
::1 localhost ip6-localhost ip6-loopback
ff02::1 ip6-allnodes
10.99.0.1 alpha.example.com alpha
10.99.0.2 beta.example.com
10.98.0.5 a-very-long-host-name.subdomain.example.org
10.99.0.254 gateway.example.com
10.61.3.5 hostbits.example.com
10.62.9.9 host-route.example.com
203.0.113.1 reject.example.net
2001:db8:1::1 six-alpha.example.com
2001:db8:1::2 six-beta.example.com
2001:db8:2::fe six-gateway.example.com
2001:db8:50:: six-network.example.com
fd98::5 six-peer-with-a-long-name.example.com
fe80::6885:74ff:fe83:6b5d six-link.example.com
224.0.0.1 all-systems.mcast.net
239.1.2.3 group.example.com
`;

const NETWORKS = `default 0.0.0.0
loopback 127.0.0.0
link-local 169.254.0.0
verylongnetworkname-indeed 10.62.0.0
lab-net 10.68.0.0
`;

const SERVICES = `ftp 21/tcp
ssh 22/tcp
domain 53/tcp
domain 53/udp
http 80/tcp www
ntp 123/udp
https 443/tcp
https 443/udp
ipp 631/tcp
http-alt 8080/tcp webcache
discard 9/udp
first-name 60000/tcp
this-is-a-very-long-service-name-indeed 60001/tcp
this-is-a-very-long-service-name-indeed 60001/udp
last-name 60000/tcp
`;

const PROTOCOLS = `ip 0 IP
icmp 1 ICMP
tcp 6 TCP
udp 17 UDP
ipv6-icmp 58 IPv6-ICMP
udplite 136 UDPLite
`;

/** Uids that own sockets in the world, and one that owns nothing. */
export const UIDS = { owner: 12345, other: 12346, nobody: 12399, unnamed: 12400 } as const;

const PASSWD = `root:x:0:0:root:/root:/bin/sh
verylongusername-indeed:x:${UIDS.owner}:${UIDS.owner}::/:/bin/sh
shorty:x:${UIDS.other}:${UIDS.other}::/:/bin/sh
idle:x:${UIDS.nobody}:${UIDS.nobody}::/:/bin/sh
`;

const NSSWITCH = `passwd: files
group: files
hosts: files
networks: files
services: files
protocols: files
`;

export const ETC: Readonly<Record<string, string>> = {
  hosts: HOSTS,
  networks: NETWORKS,
  services: SERVICES,
  protocols: PROTOCOLS,
  passwd: PASSWD,
  'nsswitch.conf': NSSWITCH,
  'resolv.conf': '',
};
