"""Factories for TCP, UDP, UDP-Lite, MPTCP, raw, packet and netlink sockets. Each returns rows; the first one is the socket
that the factory is named after."""
import os
import socket
import struct

IPPROTO_UDPLITE, IPPROTO_MPTCP = 136, 262
IP_BIND_ADDRESS_NO_PORT = 24
SOL_NETLINK, NETLINK_ADD_MEMBERSHIP = 270, 1
KEEP = []


def row(sock, **more):
    """What is known of a socket: inode, and addresses where it has them. It stays open until the process ends."""
    KEEP.append(sock)
    made = {'inode': os.fstat(sock.fileno()).st_ino}
    if sock.family in (socket.AF_INET, socket.AF_INET6):
        made['localAddress'], made['localPort'] = sock.getsockname()[:2]
        try:
            made['remoteAddress'], made['remotePort'] = sock.getpeername()[:2]
        except OSError:
            pass
    return {**made, **more}


def family_of(host):
    return socket.AF_INET6 if ':' in host else socket.AF_INET


def endpoint(host, port, scope=None):
    if family_of(host) == socket.AF_INET:
        return (host, port)
    return (host, port, 0, socket.if_nametoindex(scope) if scope else 0)


def new_socket(host, kind, protocol=0, owner=None, device=None, reuse=False):
    sock = socket.socket(family_of(host), kind, protocol)
    if reuse:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if device:
        sock.setsockopt(socket.SOL_SOCKET, 25, device.encode())  # SO_BINDTODEVICE
    if owner is not None:
        os.fchown(sock.fileno(), owner, -1)
    return sock


def listener(host='127.0.0.1', port=0, backlog=16, v6only=None, scope=None, protocol=0, **options):
    sock = new_socket(host, socket.SOCK_STREAM, protocol, **options)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if v6only is not None:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(v6only))
    sock.bind(endpoint(host, port, scope))
    sock.listen(backlog)
    return sock


def reachable(sock, to=None, scope=None):
    """Where a client finds a listener; `to` for one that is bound to a wildcard."""
    host, port = sock.getsockname()[:2]
    host = to or {'0.0.0.0': '127.0.0.1', '::': '::1'}.get(host, host)
    return endpoint(host, port, scope)


def tcp_listen(**options):
    return [row(listener(**options))]


def client_of(sock, to=None, scope=None, protocol=0, source_port=0):
    where = reachable(sock, to, scope)
    client = new_socket(where[0], socket.SOCK_STREAM, protocol)
    if source_port:
        client.bind(('', source_port))
    client.connect(where)
    return client


def tcp_connected(keepalive=False, to=None, send=0, **options):
    """A pair over loopback: accepted end, client, listener. `send` bytes wait in the accepted end's receive queue."""
    base = listener(**options)
    client = client_of(base, to, options.get('scope'), options.get('protocol', 0))
    accepted = base.accept()[0]
    if options.get('owner') is not None:
        os.fchown(accepted.fileno(), options['owner'], -1)
    if keepalive:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if send:
        client.sendall(b'x' * send)
    return [row(accepted), row(client, role='client'), row(base, role='listener')]


def tcp_unaccepted(to=None, count=1, **options):
    base = listener(**options)
    clients = [client_of(base, to, options.get('scope'), options.get('protocol', 0)) for _ in range(count)]
    return [row(base), *(row(client, role='client') for client in clients)]


def tcp_full_backlog(backlog=1, more=2, **options):
    """backlog + 1 connections wait to be accepted; `more` clients stay in SYN_SENT because their SYN is dropped."""
    base = listener(backlog=backlog, **options)
    clients = []
    for index in range(backlog + 1 + more):
        client = new_socket(options.get('host', '127.0.0.1'), socket.SOCK_STREAM)
        client.setblocking(index <= backlog)
        client.connect_ex(reachable(base))
        clients.append(client)
    return [row(base), *(row(client, role='client') for client in clients)]


def tcp_bound(host='127.0.0.1', port=0, **options):
    sock = new_socket(host, socket.SOCK_STREAM, **options)
    sock.bind(endpoint(host, port))
    return [row(sock)]


def tcp_half_closed(**options):
    """FIN_WAIT2 (the client, after shutdown) and CLOSE_WAIT (the accepted end), both with an owner."""
    accepted, client, base = tcp_connected(**options)
    KEEP[-2].shutdown(socket.SHUT_WR)
    return [client, accepted, base]


def tcp_defer_accept(**options):
    """SYN_RECV by TCP_DEFER_ACCEPT: the client is ESTABLISHED, the server waits for data."""
    base = listener(**options)
    base.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 3600)
    return [row(base), row(client_of(base), role='client')]


def datagram(kind=socket.SOCK_DGRAM, protocol=0, host='127.0.0.1', port=0, connect=None, queue=0, v6only=None, scope=None, **options):
    """Bound to host:port; `connect` is [host, port]; `queue` datagrams of one byte wait to be read."""
    sock = new_socket(host, kind, protocol, **options)
    if v6only is not None:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(v6only))
    if not (connect and host in ('0.0.0.0', '::') and port == 0):
        sock.bind(endpoint(host, port, scope))
    if connect:
        sock.connect(endpoint(*connect, scope))
    rows = [row(sock)]
    if queue:
        sender = socket.socket(sock.family, kind, protocol)
        for _ in range(queue):
            sender.sendto(b'x', reachable(sock))
        sender.close()
    return rows


def udp_pair(host='127.0.0.1', **options):
    """Two sockets connected to each other."""
    first, second = (new_socket(host, socket.SOCK_DGRAM, **options) for _ in range(2))
    first.bind(endpoint(host, 0))
    second.bind(endpoint(host, 0))
    first.connect(second.getsockname())
    second.connect(first.getsockname())
    return [row(first), row(second)]


def raw(host='0.0.0.0', protocol=1, connect=None, queue=0, **options):
    sock = new_socket(host, socket.SOCK_RAW, protocol, **options)
    if host not in ('0.0.0.0', '::'):
        sock.bind(endpoint(host, 0))
    if connect:
        sock.connect(endpoint(connect, 0))
    if queue:
        sender = socket.socket(sock.family, socket.SOCK_RAW, protocol)
        for _ in range(queue):
            sender.sendto(b'x' * 8, reachable(sock)[:1] + (0,))
        sender.close()
    return [row(sock)]


def packet(type='raw', protocol=0x0003, device=None):
    kind = {'raw': socket.SOCK_RAW, 'dgram': socket.SOCK_DGRAM}[type]
    sock = socket.socket(socket.AF_PACKET, kind, socket.htons(protocol))
    if device:
        sock.bind((device, protocol))
    return [row(sock)]


def netlink(protocol=0, groups=()):
    """`groups` are numbers as for NETLINK_ADD_MEMBERSHIP (1 = first bit)."""
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
    sock.bind((0, 0))
    for group in groups:
        sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)
    return [row(sock, portId=sock.getsockname()[0])]


def multicast(group, device, users=1):
    """`users` sockets that joined `group` on `device`: the group's reference count."""
    index = struct.pack('=i', socket.if_nametoindex(device))
    rows = []
    for _ in range(users):
        sock = socket.socket(family_of(group), socket.SOCK_DGRAM)
        packed = socket.inet_pton(sock.family, group)
        if sock.family == socket.AF_INET:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, packed + b'\0' * 4 + index)
        else:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, packed + index)
        rows.append(row(sock))
    return rows


def vsock(port=-1):
    sock = socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)
    sock.bind((socket.VMADDR_CID_ANY, port & 0xFFFFFFFF))
    sock.listen(1)
    return [row(sock)]


FACTORIES = {
    'tcp-listen': tcp_listen,
    'tcp-connected': tcp_connected,
    'tcp-unaccepted': tcp_unaccepted,
    'tcp-full-backlog': tcp_full_backlog,
    'tcp-bound': tcp_bound,
    'tcp-half-closed': tcp_half_closed,
    'tcp-defer-accept': tcp_defer_accept,
    'tcp-keepalive': lambda **options: tcp_connected(keepalive=True, **options)[1::-1],
    'mptcp-listen': lambda **options: tcp_listen(protocol=IPPROTO_MPTCP, **options),
    'mptcp-connected': lambda **options: tcp_connected(protocol=IPPROTO_MPTCP, **options),
    'udp': datagram,
    'udp-pair': udp_pair,
    'udplite': lambda **options: datagram(protocol=IPPROTO_UDPLITE, **options),
    'raw': raw,
    'packet': packet,
    'netlink': netlink,
    'multicast': multicast,
    'vsock-listen': vsock,
}
