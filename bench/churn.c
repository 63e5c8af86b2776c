/* churn LASTING: opens that many lasting sockets of each kind (TCP connections, TCP listeners, UDP, unix streams), prints
 * their inodes as "KIND INODE" lines and "ready", then opens and closes others of each kind as fast as one core can, until
 * standard input ends. On the last line: how many were opened and closed. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void check(int result, const char *what) {
  if (result >= 0) return;
  perror(what);
  exit(1);
}

static void tell(const char *kind, int fd) {
  struct stat st;
  check(fstat(fd, &st), "fstat");
  printf("%s %lu\n", kind, (unsigned long)st.st_ino);
}

static int listening(struct sockaddr_in *address) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  socklen_t length = sizeof(*address);
  *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  check(bind(fd, (struct sockaddr *)address, length), "bind");
  check(listen(fd, 4096), "listen");
  check(getsockname(fd, (struct sockaddr *)address, &length), "getsockname");
  return fd;
}

/* One connection; its client is reset, so that no port is used up by time-wait entries. */
static void connection(int listener, const struct sockaddr_in *address, int *ends) {
  ends[0] = socket(AF_INET, SOCK_STREAM, 0);
  check(connect(ends[0], (const struct sockaddr *)address, sizeof(*address)), "connect");
  check(ends[1] = accept(listener, NULL, NULL), "accept");
  const struct linger reset = {1, 0};
  for (int at = 0; at < 2; at++) setsockopt(ends[at], SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
}

static int datagram(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  check(bind(fd, (struct sockaddr *)&address, sizeof(address)), "bind");
  return fd;
}

int main(int argc, char **argv) {
  const int lasting = argc > 1 ? atoi(argv[1]) : 500;
  struct rlimit limit = {1 << 20, 1 << 20};
  setrlimit(RLIMIT_NOFILE, &limit);
  struct sockaddr_in address, other;
  const int listener = listening(&address);
  tell("listener", listener);
  int ends[2];
  for (int at = 0; at < lasting; at++) {
    connection(listener, &address, ends);
    tell("tcp", ends[0]);
    tell("tcp", ends[1]);
    tell("listener", listening(&other));
    tell("udp", datagram());
    check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
    tell("unix", ends[0]);
    tell("unix", ends[1]);
  }
  printf("ready\n");
  fflush(stdout);
  unsigned long opened = 0;
  struct pollfd input = {.fd = 0, .events = POLLIN};
  int open[64][6];
  memset(open, -1, sizeof(open));
  for (unsigned long round = 0; round % 64 != 0 || poll(&input, 1, 0) == 0; round++) {
    int *const kept = open[round % 64];
    for (int at = 0; at < 6; at++) {
      if (kept[at] >= 0) close(kept[at]);
    }
    connection(listener, &address, kept);
    kept[2] = listening(&other);
    kept[3] = datagram();
    check(socketpair(AF_UNIX, SOCK_STREAM, 0, kept + 4), "socketpair");
    opened += 6;
  }
  printf("%lu\n", opened);
  return 0;
}
