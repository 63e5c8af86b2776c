"""Exit status 0 when the running kernel has the thing named by the arguments, 1 when not (see FEATURES in require.ts)."""
import os
import socket
import struct
import subprocess
import sys

NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY = 4, 20
NLM_F_REQUEST, NLM_F_DUMP = 1, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3


def dump(body):
    """The error of a dump request: from NLMSG_ERROR or from the DONE payload; 0 when it works."""
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG)
    s.settimeout(2)
    s.send(struct.pack('=IHHII', 16 + len(body), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, 1, 0) + body)
    while True:
        data = s.recv(65536)
        while len(data) >= 16:
            length, kind = struct.unpack_from('=IH', data)
            if kind in (NLMSG_ERROR, NLMSG_DONE):
                return struct.unpack_from('=i', data, 16)[0] if length >= 20 else 0
            data = data[(length + 3) & ~3:]


def inet_diag(protocol):
    protocol = int(protocol)
    # INET_DIAG_REQ_PROTOCOL, for numbers that do not fit the byte
    extra = struct.pack('=HHI', 8, 3, protocol) if protocol > 255 else b''
    return dump(struct.pack('=BBBBI48s', socket.AF_INET, protocol & 255, 0, 0, 0x1ffe, b'') + extra) == 0


def diag(family):
    size = {1: 24, 16: 20, 17: 20, 40: 24}[int(family)]
    return dump(struct.pack('=BB', int(family), 255 if family == '16' else 0).ljust(size, b'\0')) == 0


def have_socket(*args):
    socket.socket(*map(int, args)).close()
    return True


def link(kind):
    base = subprocess.run(['ip', 'link', 'add', 'pa', 'type', 'veth', 'peer', 'name', 'pb'], stderr=subprocess.DEVNULL)
    under = ['link', 'pa'] if kind == 'macvlan' and base.returncode == 0 else []
    command = ['ip', 'link', 'add', *under, 'name', 'pc', 'type', kind]
    return subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0


def opened(path):
    os.close(os.open(path, os.O_RDWR))
    return True


PROBES = {
    'inet_diag': inet_diag,
    'diag': diag,
    'socket': have_socket,
    'link': link,
    'open': opened,
    'file': os.path.exists,
    'unshare': lambda: True,
}

try:
    sys.exit(0 if PROBES[sys.argv[1]](*sys.argv[2:]) else 1)
except OSError as error:
    print(error, file=sys.stderr)
    sys.exit(1)
