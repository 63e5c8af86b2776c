"""Factories for AF_UNIX sockets. Names travel as hexadecimal bytes, because any byte is allowed in them."""
import os
import socket

from inet import KEEP, row

TYPES = {'stream': socket.SOCK_STREAM, 'dgram': socket.SOCK_DGRAM, 'seqpacket': socket.SOCK_SEQPACKET}


def name_of(path):
    return bytes.fromhex(path)


def unix_row(sock, **more):
    name = sock.getsockname()
    name = name.encode('utf-8', 'surrogateescape') if isinstance(name, str) else name
    return row(sock, path=name.hex(), **more)


def bound(type, path, directory=None):
    """`directory` is entered first, for relative names. No path: not bound; empty path: the kernel chooses (autobind)."""
    sock = socket.socket(socket.AF_UNIX, TYPES[type])
    if directory is not None:
        os.chdir(directory)
    if path is not None:
        sock.bind(name_of(path))
    return sock


def unix_socket(type='dgram', path=None, **options):
    return [unix_row(bound(type, path, **options))]


def unix_listen(type='stream', path='', backlog=16, **options):
    sock = bound(type, path, **options)
    sock.listen(backlog)
    return [unix_row(sock)]


def unix_connected(type='stream', path='', **options):
    base = bound(type, path, **options)
    client = socket.socket(socket.AF_UNIX, TYPES[type])
    if type == 'dgram':
        client.connect(base.getsockname())
        return [unix_row(base), unix_row(client, role='client')]
    base.listen(16)
    client.connect(base.getsockname())
    accepted = base.accept()[0]
    return [unix_row(accepted), unix_row(client, role='client'), unix_row(base, role='listener')]


def unix_unaccepted(type='stream', path='', count=1, **options):
    base = bound(type, path, **options)
    base.listen(count + 1)
    clients = [socket.socket(socket.AF_UNIX, TYPES[type]) for _ in range(count)]
    for client in clients:
        client.connect(base.getsockname())
    return [unix_row(base), *(unix_row(client, role='client') for client in clients)]


def unix_full_backlog(path='', backlog=1, **options):
    """A blocking client waits in connect() because the queue is full: not even an unaccepted row exists for it."""
    base = bound('stream', path, **options)
    base.listen(backlog)
    clients = []
    for _ in range(backlog + 3):
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        client.setblocking(False)
        client.connect_ex(base.getsockname())
        clients.append(client)
    return [unix_row(base), *(unix_row(client, role='client') for client in clients)]


def unix_pair(type='stream', send=0):
    """socketpair(2); `send` bytes wait in the first one."""
    pair = socket.socketpair(socket.AF_UNIX, TYPES[type])
    if send:
        pair[1].send(b'x' * send)
    return [unix_row(sock) for sock in pair]


def unix_in_flight():
    """A bound datagram socket whose only descriptor is a message in another socket's queue."""
    inner = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    inner.bind(b'')
    pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    made = unix_row(inner)
    socket.send_fds(pair[0], [b'x'], [inner.fileno()])
    KEEP.remove(inner)
    inner.close()
    return [made, *(unix_row(sock, role='carrier') for sock in pair)]


FACTORIES = {
    'unix': unix_socket,
    'unix-listen': unix_listen,
    'unix-connected': unix_connected,
    'unix-unaccepted': unix_unaccepted,
    'unix-full-backlog': unix_full_backlog,
    'unix-pair': unix_pair,
    'unix-in-flight': unix_in_flight,
}
