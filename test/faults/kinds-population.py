"""Sockets of the kinds that population.py does not make: kinds-population.py COUNT. Opens that many packet sockets and
netlink sockets, prints "ready", waits for the end of standard input."""

import resource
import socket
import sys

count = int(sys.argv[1])
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
kept = []
for _ in range(count):
    # Protocol 0: nothing is received.
    kept.append(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0))
    route = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    route.bind((0, 0))
    kept.append(route)

print("ready", flush=True)
sys.stdin.read()
