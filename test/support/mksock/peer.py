"""The other end of a TCP connection, played by hand.

Its address is routed to where nobody owns it: what the kernel sends there is dropped, so nothing answers unless a factory
says so. For IPv4 that is `lo`; IPv6 turns routes through `lo` into unreachable ones, so there it is one end of a veth pair
whose other end ignores the packets because of their hardware address. Segments are read through AF_PACKET and sent through
a raw socket. Needs CAP_NET_RAW and CAP_NET_ADMIN in the namespace.

The kernel's end may have any local address of the namespace, but not ::1; fd97::1 always exists."""
import fcntl
import os
import select
import socket
import struct
import subprocess
import time

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
ETH_P_ALL, PACKET_OUTGOING = 3, 4
ETH_P = {socket.AF_INET: 0x0800, socket.AF_INET6: 0x86DD}
PEERS = {socket.AF_INET: '10.98.0.5', socket.AF_INET6: 'fd98::5'}
DEVICES = {socket.AF_INET: 'lo', socket.AF_INET6: 'peer6'}
ROUTES = {
    socket.AF_INET: ['route replace 10.98.0.0/16 dev lo'],
    socket.AF_INET6: [
        'link add peer6 type veth peer name peer6-far',
        'link set peer6 addrgenmode none',
        'link set peer6-far addrgenmode none',
        'link set peer6 up',
        'link set peer6-far up',
        'addr add fd97::1/128 dev lo nodad',
        'route add fd98::/16 dev peer6',
        'neigh add fd98::5 lladdr 02:00:00:00:00:05 dev peer6 nud permanent',
    ],
}


def route(family):
    """The way to all peers of one family, shared with other processes of the namespace."""
    lock = os.open(os.path.dirname(os.path.abspath(__file__)), os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        if family == socket.AF_INET or not os.path.exists('/proc/sys/net/ipv6/conf/peer6'):
            subprocess.run(['ip', '-batch', '-'], input='\n'.join(ROUTES[family]), text=True, check=True)
    finally:
        os.close(lock)


def checksum(data):
    data += b'\0' * (len(data) & 1)
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Segment:
    def __init__(self, tcp):
        self.sport, self.dport, self.seq, self.ack, offset, self.flags, self.window = struct.unpack_from('!HHIIBBH', tcp)
        self.length = len(tcp) - (offset >> 4) * 4


class Peer:
    """`local` is the address of the kernel's end; its port is set as soon as it is known."""

    def __init__(self, local, port, local_port=0, address=None):
        self.family = socket.AF_INET6 if ':' in local else socket.AF_INET
        self.local, self.local_port, self.port = local, local_port, port
        self.address = address or PEERS[self.family]
        self.sequence, self.next, self.last = 1000, 0, b''
        route(self.family)
        self.sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        self.sniffer.bind((DEVICES[self.family], ETH_P_ALL))  # only such a socket sees what goes out

    def close(self):
        """Stops reading; `send` still works."""
        self.sniffer.close()

    def _segment(self, packet):
        """The TCP segment of a packet that goes from the kernel's end to this one, else None."""
        if self.family == socket.AF_INET:
            header, protocol, source, target = (packet[0] & 15) * 4, packet[9], packet[12:16], packet[16:20]
        else:
            header, protocol, source, target = 40, packet[6], packet[8:24], packet[24:40]
        if protocol != socket.IPPROTO_TCP or source != self._packed(self.local) or target != self._packed(self.address):
            return None
        total = struct.unpack_from('!H', packet, 2 if header < 40 else 4)[0] + (0 if header < 40 else 40)
        return Segment(packet[header:total])

    def _packed(self, address):
        return socket.inet_pton(self.family, address)

    def expect(self, flags, timeout=5.0):
        """The next segment with all of `flags`; what it occupies counts as received once `acknowledge` is called.
        After a silence what was sent last is sent again."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if not select.select([self.sniffer], [], [], 0.5)[0]:
                self._transmit()
                continue
            packet, (_, protocol, direction, *_) = self.sniffer.recvfrom(65536)
            if protocol != ETH_P[self.family] or direction != PACKET_OUTGOING:
                continue
            segment = self._segment(packet)
            if segment is None or segment.dport != self.port or segment.flags & flags != flags:
                continue
            if self.local_port in (0, segment.sport):
                self.local_port = segment.sport
                taken = segment.length + bool(segment.flags & SYN) + bool(segment.flags & FIN)
                self.seen = (segment.seq + taken) & 0xFFFFFFFF
                return segment
        raise TimeoutError(f'no segment with flags {flags:#x} for port {self.port}')

    def acknowledge(self):
        self.next = self.seen

    def send(self, flags, window=65535, data=b''):
        header = struct.pack('!HHIIBBHHH', self.port, self.local_port, self.sequence, self.next, 5 << 4, flags, window, 0, 0)
        pseudo = self._packed(self.address) + self._packed(self.local)
        pseudo += struct.pack('!II', len(header) + len(data), socket.IPPROTO_TCP)
        tcp = header[:16] + struct.pack('!H', checksum(pseudo + header + data)) + header[18:] + data
        self.last = self._header(len(tcp)) + tcp
        self._transmit()
        self.sequence += len(data) + bool(flags & SYN) + bool(flags & FIN)

    def _transmit(self):
        if self.last:
            with socket.socket(self.family, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
                raw.sendto(self.last, (self.local, 0))

    def _header(self, length):
        source, target = self._packed(self.address), self._packed(self.local)
        if self.family == socket.AF_INET6:
            return struct.pack('!IHBB', 6 << 28, length, socket.IPPROTO_TCP, 64) + source + target
        return struct.pack('!BBHHHBBH', 0x45, 0, 20 + length, 0, 0, 64, socket.IPPROTO_TCP, 0) + source + target
