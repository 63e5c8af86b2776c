/** Columns in which netlink and procfs rightly differ. What is not listed here must be equal wherever both sources have it. */

export interface Exception {
  readonly table: string;
  readonly column: string;
  readonly reason: string;
  /** Rows it is true of, as each source shows them; absent = all. */
  readonly rows?: (netlink: Row, procfs: Row) => boolean;
}

type Row = Readonly<Record<string, unknown>>;

export const EXCEPTIONS: readonly Exception[] = [
  {
    table: 'sockets',
    column: 'uid',
    reason: 'inet_diag reports uid 0 for request sockets, /proc/net/tcp the uid of the listener',
    rows: ({ state }) => state === 'SYN_RECV',
  },
  {
    table: 'sockets',
    column: 'retransmits',
    reason: 'inet_diag counts the SYN-ACKs sent again, /proc/net/tcp how often the timer fired',
    rows: ({ state }) => state === 'SYN_RECV',
  },
  {
    table: 'sockets',
    column: 'probes',
    reason: 'of sockets without tcp_info inet_diag has one number for retransmissions and probes',
    rows: ({ state }) => state === 'SYN_RECV',
  },
  {
    table: 'sockets',
    column: 'drops',
    reason: '/proc/net/tcp and tcp6 have no such column',
    rows: ({ netid }) => netid === 'tcp' || netid === 'tcp6',
  },
  {
    table: 'unix',
    column: 'path',
    reason: '/proc/net/unix shows every NUL of an abstract name as @, and what follows a line feed is lost',
    rows: ({ path }) => /^\0|\n/.test(String(path)),
  },
  {
    table: 'routes',
    column: 'refCount',
    reason: 'rtnetlink does not tell',
  },
  {
    table: 'routes',
    column: 'flags',
    reason:
      '/proc/net/ipv6_route marks routes the kernel made and default routes it learned; rtnetlink only nearly tells',
    rows: ({ family }) => family === 'IPv6',
  },
  {
    table: 'routes',
    column: 'device',
    reason: 'IPv6 routes that reject have device lo in /proc/net/ipv6_route',
    rows: ({ family, type }) => family === 'IPv6' && type !== 'unicast',
  },
  { table: 'addresses', column: 'flags', reason: '/proc/net/if_inet6 prints the low 8 bits only' },
  { table: 'neighbours', column: 'flags', reason: '/proc/net/arp prints ATF_* flags, rtnetlink NTF_* bits' },
  {
    table: 'links',
    column: 'flags',
    reason: 'sysfs shows IFF_PROMISC and IFF_ALLMULTI that the kernel set for itself, as on the ports of a bridge',
    rows: (a, b) => (Number(a.flags) & ~0x300) === (Number(b.flags) & ~0x300),
  },
  {
    table: 'netlink',
    column: 'groups',
    reason: 'a socket without memberships has no NETLINK_DIAG_GROUPS',
    rows: (a, b) => a.groups === null && b.groups === 0,
  },
  {
    table: 'netlink',
    column: 'recvQ',
    reason: 'the request of the dump itself lies in the kernel socket of NETLINK_SOCK_DIAG',
    rows: ({ protocol, portid }) => protocol === 4 && portid === 0,
  },
];

export function isExcepted(table: string, column: string, netlink: Row, procfs: Row): boolean {
  return EXCEPTIONS.some(
    (one) => one.table === table && one.column === column && (one.rows?.(netlink, procfs) ?? true),
  );
}
