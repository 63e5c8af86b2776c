"""Records netlink dumps of objects made in a private network namespace.

Usage: unshare -n python3 test/replay/record.py DIRECTORY      (unshare -rn when not root)

Writes DIRECTORY/NAME.json: how it was made (command, kernel, date), the request, what was made, the /proc file that
shows the same objects, and the datagrams as they came, in hexadecimal. Talks to the kernel itself: nothing of the
package is used.
"""

import datetime
import json
import os
import platform
import socket
import struct
import subprocess
import sys

SOCK_DIAG, ROUTE = 4, 0
REQUEST, DUMP = 0x1, 0x300
SEQUENCE = 77
NO_COOKIE = b'\xff' * 8


def dump(protocol, kind, payload):
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
    if protocol == ROUTE:
        s.setsockopt(270, 12, 1)  # NETLINK_GET_STRICT_CHK
    s.send(struct.pack('=IHHII', 16 + len(payload), kind, REQUEST | DUMP, SEQUENCE, 0) + payload)
    datagrams = []
    while True:
        data = s.recv(65536)
        datagrams.append(data.hex())
        at = 0
        while at < len(data):
            size, kind = struct.unpack_from('=IH', data, at)
            if kind in (2, 3):  # NLMSG_ERROR, NLMSG_DONE
                s.close()
                return datagrams
            at += (size + 3) & ~3


def attribute(kind, payload):
    return struct.pack('=HH', 4 + len(payload), kind) + payload + b'\0' * (-len(payload) % 4)


def inet_legacy(protocol, ext, states):
    body = struct.pack('=BBBB', socket.AF_INET, 0, 0, ext) + b'\0' * 40 + NO_COOKIE + struct.pack('=II', states, 0)
    return body if protocol == 6 else body + attribute(3, struct.pack('=I', protocol))


def inet_v2(family, protocol, ext, states):
    return struct.pack('=BBBBI', family, protocol, ext, 0, states) + b'\0' * 40 + NO_COOKIE


def proc(name):
    with open(f'/proc/self/net/{name}', encoding='latin1') as file:
        return file.read()


class Recorder:
    def __init__(self, directory):
        self.directory = directory

    def write(self, name, request, protocol, kind, payload, made=None, files=()):
        fixture = {
            'command': 'unshare -n python3 test/replay/record.py test/fixtures/dumps',
            'kernel': platform.release().split('-')[0] + ' ' + platform.machine(),
            'date': datetime.date.today().isoformat(),
            'request': request,
            'made': made or {},
            'proc': {file: proc(file) for file in files},
            'datagrams': dump(protocol, kind, payload),
        }
        with open(os.path.join(self.directory, name + '.json'), 'w') as out:
            json.dump(fixture, out, indent=1)
            out.write('\n')


def inode(s):
    return os.fstat(s.fileno()).st_ino


def record_tcp(recorder):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, 0x1234)
    listener.bind(('127.0.0.1', 8001))
    listener.listen(7)
    waiting = socket.create_connection(('127.0.0.1', 8001))
    second = socket.socket()
    second.bind(('127.0.0.1', 8002))
    second.listen(1)
    client = socket.socket()
    client.bind(('127.0.0.1', 9002))
    client.connect(('127.0.0.1', 8002))
    accepted = second.accept()[0]
    client.sendall(b'hello')
    gone = socket.socket()
    gone.bind(('127.0.0.1', 9003))
    gone.connect(('127.0.0.1', 8002))
    gone_peer = second.accept()[0]
    gone.close()
    gone_peer.close()
    six = socket.socket(socket.AF_INET6)
    six.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    six.bind(('::1', 8003))
    six.listen(9)
    both = socket.socket(socket.AF_INET6)
    both.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    both.bind(('::', 8004))
    both.listen(3)
    made = {
        'listener': inode(listener), 'waiting': inode(waiting), 'second': inode(second), 'client': inode(client),
        'accepted': inode(accepted), 'six': inode(six), 'both': inode(both), 'waitingPort': waiting.getsockname()[1],
    }
    request = {'kind': 'inet', 'protocol': 6, 'states': 0x1FFE, 'ext': 0xFF, 'legacy': True, 'netid4': 0, 'netid6': 1}
    recorder.write('tcp', request, SOCK_DIAG, 18, inet_legacy(6, 0xFF, 0x1FFE), made, ('tcp', 'tcp6'))


def record_udp(recorder):
    bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    bound.bind(('0.0.0.0', 5001))
    connected = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    connected.bind(('127.0.0.1', 5002))
    connected.connect(('127.0.0.1', 5001))
    connected.send(b'x' * 60)
    six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    six.bind(('::1', 5003))
    made = {'bound': inode(bound), 'connected': inode(connected), 'six': inode(six)}
    request = {'kind': 'inet', 'protocol': 17, 'states': 0x1FFE, 'ext': 0x40, 'legacy': True, 'netid4': 2, 'netid6': 3}
    recorder.write('udp', request, SOCK_DIAG, 18, inet_legacy(17, 0x40, 0x1FFE), made, ('udp', 'udp6'))


def record_missing(recorder):
    request = {'kind': 'inet', 'family': 2, 'protocol': 254, 'states': 0x1FFE}
    recorder.write('no-protocol', request, SOCK_DIAG, 20, inet_v2(2, 254, 0, 0x1FFE))
    request = {'kind': 'inet', 'family': 21, 'protocol': 6, 'states': 0x1FFE}
    recorder.write('no-family', request, SOCK_DIAG, 20, inet_v2(21, 6, 0, 0x1FFE))


def record_unix(recorder):
    stream = socket.socket(socket.AF_UNIX)
    stream.bind(b'\0abstract\0name')
    stream.listen(7)
    waiting = socket.socket(socket.AF_UNIX)
    waiting.connect(b'\0abstract\0name')
    hostile = b'line\nbreak \x1b[31m \xff.sock'
    dgram = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    dgram.bind(hostile)
    left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    left.send(b'queued')
    right.shutdown(socket.SHUT_WR)
    made = {
        'stream': inode(stream), 'waiting': inode(waiting), 'dgram': inode(dgram), 'left': inode(left),
        'right': inode(right), 'dgramFile': os.stat(hostile).st_ino,
    }
    payload = struct.pack('=BBHIII', 1, 0, 0, 0xFFFFFFFF, 0, 0x7F) + NO_COOKIE
    request = {'kind': 'unix', 'states': 0xFFFFFFFF, 'show': 0x7F}
    recorder.write('unix', request, SOCK_DIAG, 20, payload, made, ('unix',))
    os.unlink(hostile)


def record_packet(recorder):
    arp = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
    arp.bind(('fix0', 0x0806))
    every = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
    made = {'arp': inode(arp), 'every': inode(every), 'interface': socket.if_nametoindex('fix0')}
    payload = struct.pack('=BBHII', 17, 0, 0, 0, 0x19) + NO_COOKIE
    recorder.write('packet', {'kind': 'packet', 'show': 0x19}, SOCK_DIAG, 20, payload, made, ('packet',))


def record_netlink(recorder):
    listening = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    listening.bind((4242, 0x5))
    made = {'listening': inode(listening)}
    payload = struct.pack('=BBHII', 16, 255, 0, 0, 0xB) + NO_COOKIE
    request = {'kind': 'netlink', 'protocol': 255, 'show': 0xB}
    recorder.write('netlink', request, SOCK_DIAG, 20, payload, made, ('netlink',))


SETUP = """
link add fix0 type veth peer name fix1
link set lo up
link set fix0 address 02:00:00:00:00:01 mtu 1400 up
link set fix1 address 02:00:00:00:00:02 up
addr add 10.9.0.1/24 brd 10.9.0.255 dev fix0
addr add 10.9.0.9/24 dev fix0 label fix0:5
addr add 10.8.0.1 peer 10.8.0.2/32 dev fix1
addr add 2001:db8::1/64 dev fix0 nodad
route add 10.20.0.0/16 via 10.9.0.2 mtu 1200 advmss 900 rtt 300ms window 4000
route add blackhole 10.30.0.0/16
route add unreachable 10.31.0.0/16
route add 10.1.0.0/16 via inet6 fe80::1 dev fix0
route add 10.40.0.0/16 metric 50 nexthop via 10.9.0.2 weight 3 nexthop via 10.9.0.3
route add 2001:db8:5::/48 via 2001:db8::2
rule add from 10.9.0.0/24 iif fix0 fwmark 5/0xff table 1000
neigh add 10.9.0.2 lladdr 02:00:00:00:00:07 dev fix0
"""


def record_routing(recorder):
    made = {'fix0': socket.if_nametoindex('fix0'), 'fix1': socket.if_nametoindex('fix1')}
    link = b'\0' * 16 + attribute(29, struct.pack('=I', 8))
    recorder.write('link', {'kind': 'link'}, ROUTE, 18, link, made, ('dev',))
    recorder.write('address', {'kind': 'address', 'family': 0}, ROUTE, 22, b'\0' * 8, made, ('if_inet6',))
    main = struct.pack('=BBBBBBBBI', 2, 0, 0, 0, 254, 0, 0, 0, 0) + attribute(15, struct.pack('=I', 254))
    recorder.write('route', {'kind': 'route', 'family': 2, 'table': 254}, ROUTE, 26, main, made, ('route',))
    six = struct.pack('=BBBBBBBBI', 10, 0, 0, 0, 0, 0, 0, 0, 0)
    recorder.write('route6', {'kind': 'route', 'family': 10}, ROUTE, 26, six, made, ('ipv6_route',))
    recorder.write('rule', {'kind': 'rule', 'family': 2}, ROUTE, 34, b'\x02' + b'\0' * 11, made)
    neighbour = b'\x02' + b'\0' * 11
    recorder.write('neighbour', {'kind': 'neighbour', 'family': 2}, ROUTE, 30, neighbour, made, ('arp',))
    missing = struct.pack('=BBBBBBBBI', 2, 0, 0, 0, 99, 0, 0, 0, 0) + attribute(15, struct.pack('=I', 99))
    recorder.write('no-table', {'kind': 'route', 'family': 2, 'table': 99}, ROUTE, 26, missing)


def main():
    directory = os.path.abspath(sys.argv[1])
    subprocess.run(['ip', '-batch', '-'], input=SETUP.encode(), check=True)
    recorder = Recorder(directory)
    os.chdir('/tmp')
    record_routing(recorder)
    for record in (record_tcp, record_udp, record_missing, record_unix, record_packet, record_netlink):
        record(recorder)


main()
