/* Fills the network namespace it runs in: population PER_PROCESS KIND=COUNT...
 *
 * Kinds: tcp, tcp6 (pairs over loopback and one listener per process, COUNT sockets in all), udp, unix (half of them
 * socket pairs, half listeners with abstract names), processes (COUNT idle ones, eight descriptors each).
 * Sockets are spread over children that hold at most PER_PROCESS descriptors each. Prints "ready" when all is made, then
 * waits; everything ends when standard input closes. A child that fails prints why, and the program ends with status 1. */
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { kBatch = 512, kPort = 9000, kFirstUdpPort = 1024, kIdleDescriptors = 8 };

/* Every child writes one byte when it is ready, and closes its end: end of file means that one failed. */
static int done[2];

typedef void Maker(unsigned index, unsigned count);

static void Fail(const char* what) {
  perror(what);
  _exit(1);
}

static int NewSocket(int family, int type) {
  int fd = socket(family, type, 0);
  if (fd < 0) Fail("socket");
  return fd;
}

/* An address of its own for every child, so that ports never run out: 127.B.C.1. */
static struct sockaddr_in OwnAddress(unsigned index, unsigned port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  address.sin_addr.s_addr = htonl(0x7f000001u | (1 + index / 250) << 16 | (1 + index % 250) << 8);
  return address;
}

static void Connect(int listener, int family, const struct sockaddr* to, socklen_t length, unsigned pairs) {
  for (unsigned done = 0; done < pairs;) {
    unsigned batch = pairs - done < kBatch ? pairs - done : kBatch;
    for (unsigned i = 0; i < batch; i++) {
      if (connect(NewSocket(family, SOCK_STREAM), to, length) != 0) Fail("connect");
    }
    for (unsigned i = 0; i < batch; i++) {
      if (accept(listener, NULL, NULL) < 0) Fail("accept");
    }
    done += batch;
  }
}

static void MakeTcpPairs(int family, const struct sockaddr* address, socklen_t length, unsigned count) {
  int listener = NewSocket(family, SOCK_STREAM);
  if (bind(listener, address, length) != 0) Fail("bind");
  if (listen(listener, 2 * kBatch) != 0) Fail("listen");
  Connect(listener, family, address, length, (count - 1) / 2);
  if (count % 2 == 0 && listen(NewSocket(family, SOCK_STREAM), 1) != 0) Fail("listen");
}

static void MakeTcp(unsigned index, unsigned count) {
  struct sockaddr_in address = OwnAddress(index, kPort);
  MakeTcpPairs(AF_INET, (const struct sockaddr*)&address, sizeof address, count);
}

/* IPv6 has one loopback address: every child gets a port of its own instead. */
static void MakeTcp6(unsigned index, unsigned count) {
  struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  address.sin6_port = htons((unsigned short)(kPort + index));
  MakeTcpPairs(AF_INET6, (const struct sockaddr*)&address, sizeof address, count);
}

static void MakeUdp(unsigned index, unsigned count) {
  for (unsigned i = 0; i < count; i++) {
    struct sockaddr_in address = OwnAddress(index, kFirstUdpPort + i);
    if (bind(NewSocket(AF_INET, SOCK_DGRAM), (const struct sockaddr*)&address, sizeof address) != 0) Fail("bind");
  }
}

static void ListenUnix(unsigned index, unsigned number) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int length = snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "population/%u/%u", index, number);
  int fd = NewSocket(AF_UNIX, SOCK_STREAM);
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (unsigned)length);
  if (bind(fd, (const struct sockaddr*)&address, size) != 0 || listen(fd, 1) != 0) Fail("unix listener");
}

static void MakeUnix(unsigned index, unsigned count) {
  unsigned pairs = count / 4;
  for (unsigned i = 0; i < pairs; i++) {
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0) Fail("socketpair");
  }
  for (unsigned i = 2 * pairs; i < count; i++) ListenUnix(index, i);
}

static void MakeIdle(unsigned index, unsigned count) {
  (void)index;
  for (unsigned i = 0; i < count; i++) {
    pid_t pid = fork();
    if (pid < 0) Fail("fork");
    if (pid > 0) continue;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(done[1]);
    for (int fd = 3; fd < kIdleDescriptors; fd++) dup(0);
    for (;;) pause();
  }
}

static const struct Kind {
  const char* name;
  Maker* make;
  int one_child; /* not spread over children by descriptors */
} kKinds[] = {
    {"tcp", MakeTcp, 0}, {"tcp6", MakeTcp6, 0}, {"udp", MakeUdp, 0}, {"unix", MakeUnix, 0}, {"processes", MakeIdle, 1},
};

static const struct Kind* FindKind(const char* name, size_t length) {
  for (size_t i = 0; i < sizeof kKinds / sizeof kKinds[0]; i++) {
    if (strlen(kKinds[i].name) == length && strncmp(kKinds[i].name, name, length) == 0) return &kKinds[i];
  }
  fprintf(stderr, "unknown kind %.*s\n", (int)length, name);
  exit(1);
}

/* A child lives as long as standard input is open elsewhere. */
static void StartChild(const struct Kind* kind, unsigned index, unsigned count) {
  pid_t pid = fork();
  if (pid < 0) Fail("fork");
  if (pid > 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  kind->make(index, count);
  char byte = 1;
  if (write(done[1], &byte, 1) != 1) Fail("write");
  close(done[1]);
  while (read(0, &byte, 1) > 0) continue;
  _exit(0);
}

static unsigned StartKind(const char* argument, unsigned per_process) {
  const char* equals = strchr(argument, '=');
  if (equals == NULL) exit(2);
  const struct Kind* kind = FindKind(argument, (size_t)(equals - argument));
  unsigned left = (unsigned)strtoul(equals + 1, NULL, 10);
  unsigned children = 0;
  while (left > 0) {
    unsigned count = kind->one_child || left < per_process ? left : per_process;
    StartChild(kind, children++, count);
    left -= count;
  }
  return children;
}

static void RaiseDescriptorLimit(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  RaiseDescriptorLimit();
  if (pipe(done) != 0) Fail("pipe");
  unsigned children = 0;
  for (int i = 2; i < argc; i++) children += StartKind(argv[i], (unsigned)strtoul(argv[1], NULL, 10));
  close(done[1]);
  char byte;
  for (; children > 0; children--) {
    if (read(done[0], &byte, 1) != 1) return 1;
  }
  puts("ready");
  fflush(stdout);
  while (read(0, &byte, 1) > 0) continue;
  return 0;
}
