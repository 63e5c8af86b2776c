"""Makes sockets on request: one JSON object per line on standard input, one per line on standard output.

{"id": 1, "process": {...}, "sockets": [{"kind": "tcp-listen", "count": 1, ...}, ...]}
                                   -> {"id": 1, "pid": 123, "holders": [], "sockets": [[row, ...], ...]}
{"id": 2, "close": 123}            -> {"id": 2}

Each request becomes a process of its own, forked from this one, that holds its sockets until it is closed. All end when
standard input closes."""
import json
import os
import selectors
import sys
import traceback

import inet
import process
import tcp_state
import unix

FACTORIES = {**inet.FACTORIES, **tcp_state.FACTORIES, **unix.FACTORIES}
# Half-open and half-closed sockets shall outlive the test, not the default minute or two.
LONG_LIVED = {
    'tcp_syn_linear_timeouts': 0,  # since Linux 6.5
    'tcp_syn_retries': 127,
    'tcp_synack_retries': 127,
    'tcp_orphan_retries': 127,
    'tcp_retries2': 127,
}
control = {}
selector = selectors.DefaultSelector()


def make(sockets):
    made = []
    for wanted in sockets:
        options = dict(wanted)
        kind, count = options.pop('kind'), options.pop('times', 1)
        for _ in range(count):
            made.append(FACTORIES[kind](**options))
    return made


def hold(request, answer, wait):
    """The life of a holder process: make, report, wait for the end of `wait`."""
    for fd in range(3, 256):
        if fd not in (answer, wait):
            try:
                os.close(fd)
            except OSError:
                pass
    try:
        about = process.About(request.get('process', {}))
        about.before()
        made = about.run(lambda: make(request['sockets']), answer)
        report = {'id': request['id'], 'pid': os.getpid(), 'holders': about.after(wait, answer), 'sockets': made}
    except Exception as error:  # the other side shall know, whatever it was
        report = {'id': request['id'], 'error': ''.join(traceback.format_exception(error))}
    with os.fdopen(answer, 'w') as stream:
        stream.write(json.dumps(report) + '\n')
    if 'error' not in report:
        about.wait(wait)
    os._exit(0)


def start(request):
    wait, closer = os.pipe()
    report, answer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(closer)
        os.close(report)
        hold(request, answer, wait)
    os.close(wait)
    os.close(answer)
    control[pid] = closer
    selector.register(report, selectors.EVENT_READ, forward)


def forward(fd):
    data = b''
    while not data.endswith(b'\n') and (chunk := os.read(fd, 65536)):
        data += chunk
    selector.unregister(fd)
    os.close(fd)
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def stop(pid):
    os.close(control.pop(pid))
    os.waitpid(pid, 0)


pending = b''


def receive(fd):
    global pending
    data = os.read(fd, 1 << 16)
    if not data:
        for pid in list(control):
            os.close(control.pop(pid))
        sys.exit(0)
    pending += data
    *lines, pending = pending.split(b'\n')
    for line in lines:
        request = json.loads(line)
        if 'close' in request:
            stop(request['close'])
            print(json.dumps({'id': request['id']}), flush=True)
        else:
            start(request)


def main():
    for name, value in LONG_LIVED.items():
        path = f'/proc/sys/net/ipv4/{name}'
        if os.path.exists(path):
            with open(path, 'w') as stream:
                stream.write(str(value))
    selector.register(0, selectors.EVENT_READ, receive)
    while True:
        for key, _ in selector.select():
            key.data(key.fd)


main()
