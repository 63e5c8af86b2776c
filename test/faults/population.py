"""Sockets that stay as they are: population.py TCP UDP UNIX NAMED. Opens that many of each, prints "ready", waits for the end
of standard input. A TCP connection counts twice, once for each end; three of four are IPv4. NAMED: unix sockets with a long
abstract name."""

import resource
import socket
import sys

tcp, udp, unix, named = (int(word) for word in sys.argv[1:])
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
kept = []

for family, host, share in ((socket.AF_INET, "127.0.0.1", 0.75), (socket.AF_INET6, "::1", 0.25)):
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.bind((host, 0))
    listener.listen(4096)
    kept.append(listener)
    for _ in range(int(tcp * share) // 2):
        client = socket.socket(family, socket.SOCK_STREAM)
        client.connect(listener.getsockname())
        kept += [client, listener.accept()[0]]
    for _ in range(udp // 2):
        datagram = socket.socket(family, socket.SOCK_DGRAM)
        datagram.bind((host, 0))
        kept.append(datagram)
for _ in range(unix):
    kept.append(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))

for number in range(named):
    with_name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    with_name.bind(f"\0{number:->60}")
    kept.append(with_name)

print("ready", flush=True)
sys.stdin.read()
