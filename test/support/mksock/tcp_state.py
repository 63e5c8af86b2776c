"""Factories for TCP states that need a peer which answers only what it should, or never."""
import errno
import os
import socket
import threading
import time

from inet import KEEP, family_of, listener, row
from peer import ACK, FIN, PSH, SYN, Peer, route

TCP_LINGER2 = 8
REFRESH_SECONDS = 20
_ports = []


def next_port():
    """Of the peer; another range in every process, because the kernel's end may have the same port twice in a row."""
    if not _ports:
        first = 10000 + os.getpid() * 128 % 50000
        _ports.extend(range(first, first + 5000))
    return _ports.pop(0)


def mapped_address(host):
    return f'::ffff:{host}'


def connecting(host='127.0.0.1', peer_port=None, mapped=False, port=0, owner=None):
    """A client whose SYN has been sent, and its peer."""
    peer = Peer(host, peer_port or next_port())
    family = socket.AF_INET6 if mapped else peer.family
    spell = mapped_address if mapped else str
    sock = socket.socket(family, socket.SOCK_STREAM)
    if owner is not None:
        os.fchown(sock.fileno(), owner, -1)
    sock.setblocking(False)
    sock.bind((spell(host), port))
    peer.local_port = sock.getsockname()[1]
    if sock.connect_ex((spell(peer.address), peer.port)) != errno.EINPROGRESS:
        raise OSError(errno.EIO, 'the connection did not stay in progress')
    peer.expect(SYN)
    return sock, peer


def established(window=65535, **options):
    sock, peer = connecting(**options)
    peer.acknowledge()
    peer.send(SYN | ACK, window)
    peer.expect(ACK)
    sock.setblocking(True)
    return sock, peer


def kernel_row(sock, peer, **more):
    """The row of a socket that is closed by the process and lives on in the kernel: it has no inode."""
    local, remote = sock.getsockname(), sock.getpeername()
    return {'inode': 0, 'localAddress': local[0], 'localPort': local[1], 'remoteAddress': remote[0], 'remotePort': remote[1], **more}


def close_write(sock, peer, orphan):
    """Sends FIN: by shutdown, or by close, after which the socket is the kernel's alone."""
    made = kernel_row(sock, peer) if orphan else row(sock)
    if orphan:
        sock.close()
    else:
        sock.shutdown(socket.SHUT_WR)
    peer.expect(FIN)
    return made


def syn_sent(count=1, **options):
    rows = []
    for _ in range(count):
        sock, peer = connecting(**options)
        peer.close()
        KEEP.append(sock)
        local, remote = sock.getsockname(), (peer.address, peer.port)
        rows.append({
            'inode': os.fstat(sock.fileno()).st_ino,
            'localAddress': local[0], 'localPort': local[1], 'remoteAddress': remote[0], 'remotePort': remote[1],
        })
    return rows


def syn_recv(host='127.0.0.1', count=1, dual=False, owner=None, **options):
    """Listener first; `count` half-open connections from a peer that never completes the handshake."""
    route(family_of(host))
    base = listener(host='::' if dual else host, owner=owner, **options)
    rows = [row(base)]
    for _ in range(count):
        peer = Peer(host, next_port(), base.getsockname()[1])
        peer.send(SYN)
        peer.expect(SYN | ACK)
        peer.close()
        rows.append({
            'inode': 0, 'role': 'half-open',
            'localAddress': host, 'localPort': peer.local_port, 'remoteAddress': peer.address, 'remotePort': peer.port,
        })
    return rows[1:] + rows[:1]


def fin_wait1(orphan=False, **options):
    sock, peer = established(**options)
    made = close_write(sock, peer, orphan)
    peer.close()
    return [made]


def half_closed(orphan, linger, **options):
    sock, peer = established(**options)
    if linger:
        sock.setsockopt(socket.IPPROTO_TCP, TCP_LINGER2, linger)
    made = close_write(sock, peer, orphan)
    peer.acknowledge()
    peer.send(ACK)
    peer.close()
    return made


def fin_wait2(orphan=False, refresh=True, **options):
    """With an owner, or (`orphan`) kept by the kernel with a keepalive timer: for 60 seconds, then another one follows."""
    made = half_closed(orphan, 120 if orphan else 0, **options)
    if orphan and refresh:
        repeat(2 * REFRESH_SECONDS, lambda: half_closed(True, 120, **options))
    return [made]


def fin_wait2_timewait(refresh=True, **options):
    """FIN_WAIT2 as a time-wait entry. The kernel drops it after 60 seconds: another one follows before."""
    made = half_closed(True, 0, **options)
    if refresh:
        repeat(2 * REFRESH_SECONDS, lambda: half_closed(True, 0, **options))
    return [made]


def time_wait(refresh=True, **options):
    """TIME_WAIT; a repeated ACK of the peer starts its 60 seconds again."""
    sock, peer = established(**options)
    made = close_write(sock, peer, orphan=True)
    peer.acknowledge()
    peer.send(FIN | ACK)
    peer.expect(ACK)
    peer.close()
    if refresh:
        repeat(REFRESH_SECONDS, lambda: peer.send(ACK))
    return [made]


def repeat(seconds, action):
    def loop():
        while True:
            time.sleep(seconds)
            action()

    threading.Thread(target=loop, daemon=True).start()


def close_wait(queue=0, **options):
    sock, peer = established(**options)
    if queue:
        peer.send(ACK | PSH, data=b'x' * queue)
    peer.send(FIN | ACK)
    peer.expect(ACK)
    peer.close()
    return [row(sock)]


def last_ack(**options):
    sock, peer = established(**options)
    peer.send(FIN | ACK)
    peer.expect(ACK)
    made = close_write(sock, peer, orphan=True)
    peer.close()
    return [made]


def closing(orphan=False, **options):
    sock, peer = established(**options)
    made = close_write(sock, peer, orphan)
    peer.send(FIN | ACK)
    peer.expect(ACK)
    peer.close()
    return [made]


def retransmitting(send=1000, receive=0, **options):
    """ESTABLISHED with `send` bytes never acknowledged (timer "on") and `receive` bytes never read."""
    sock, peer = established(**options)
    if receive:
        peer.send(ACK | PSH, data=b'x' * receive)
        peer.expect(ACK)
    if send:
        sock.sendall(b'x' * send)
        peer.expect(ACK | PSH)
    peer.close()
    return [row(sock)]


def probing(send=1000, **options):
    """ESTABLISHED with a peer whose window is closed: the persist timer ("probe")."""
    sock, peer = established(window=0, **options)
    sock.sendall(b'x' * send)
    peer.close()
    return [row(sock)]


FACTORIES = {
    'tcp-syn-sent': syn_sent,
    'tcp-syn-recv': syn_recv,
    'tcp-fin-wait1': fin_wait1,
    'tcp-fin-wait2': fin_wait2,
    'tcp-fin-wait2-timewait': fin_wait2_timewait,
    'tcp-time-wait': time_wait,
    'tcp-close-wait': close_wait,
    'tcp-last-ack': last_ack,
    'tcp-closing': closing,
    'tcp-retransmit': retransmitting,
    'tcp-probe': probing,
}
