"""What a holder process looks like: user, argv[0], comm, further processes, threads."""
import ctypes
import os
import platform
import threading

libc = ctypes.CDLL(None, use_errno=True)
PR_SET_NAME, PR_SET_DUMPABLE, PR_SET_PDEATHSIG = 15, 4, 1
CLONE_FILES = 0x400
SYS_EXIT = {'x86_64': 60, 'aarch64': 93, 'riscv64': 93, 'i686': 1, 'armv7l': 1, 's390x': 1, 'ppc64le': 1}


def check(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def set_command_line(title):
    """Writes over the argument area, as programs with a changing title do; the server is started with a long argument."""
    with open('/proc/self/stat', 'rb') as stream:
        fields = stream.read().rpartition(b') ')[2].split()
    start, end = int(fields[45]), int(fields[46])
    if len(title) >= end - start:
        raise ValueError(f'a title of {len(title)} bytes does not fit into {end - start}')
    ctypes.memset(start, 0, end - start)
    ctypes.memmove(start, title, len(title))


class About:
    """Options: uid; title (hex, the whole command line up to the first NUL); comm (hex); holders (processes that share the
    descriptors); leaderExits (the first thread ends, another one lives); unsharedFiles (descriptors in a thread's own table)."""

    def __init__(self, options):
        self.uid = options.get('uid')
        self.title = options.get('title')
        self.comm = options.get('comm')
        self.holders = options.get('holders', 0)
        self.leader_exits = options.get('leaderExits', False)
        self.unshared_files = options.get('unsharedFiles', False)

    def before(self):
        if self.uid is not None:
            os.setgroups([])
            os.setgid(self.uid)
            os.setuid(self.uid)
            check(libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))
        if self.title is not None:
            set_command_line(bytes.fromhex(self.title))
        if self.comm is not None:
            with open('/proc/self/comm', 'wb') as stream:
                stream.write(bytes.fromhex(self.comm))

    def run(self, make, answer):
        """Calls `make`, in a thread with a descriptor table of its own if asked for."""
        if not self.unshared_files:
            return make()
        made, done = [], threading.Event()

        def body():
            try:
                check(libc.unshare(CLONE_FILES))
                os.close(answer)
                made.append(make())
            except Exception as error:
                made.append(error)
            done.set()
            threading.Event().wait()

        threading.Thread(target=body, daemon=True).start()
        done.wait()
        if isinstance(made[0], Exception):
            raise made[0]
        return made[0]

    def after(self, wait, answer):
        """Forks the further holders; returns their pids."""
        pids = []
        for _ in range(self.holders):
            pid = os.fork()
            if pid == 0:
                os.close(answer)
                os.read(wait, 1)
                os._exit(0)
            pids.append(pid)
        return pids

    def wait(self, wait):
        if not self.leader_exits:
            os.read(wait, 1)
            for _ in range(self.holders):
                os.wait()
            return

        def body():
            os.read(wait, 1)
            os._exit(0)

        threading.Thread(target=body).start()
        libc.syscall(SYS_EXIT[platform.machine()], 0)
