/* The least a program can do to list sockets, routes or links: send one netlink dump request, receive into 64 KiB, count.
 *
 *   floor KIND            one dump; prints the number of rows
 *   floor KIND serve      says "ready"; then for every line of standard input one dump on a new socket: "MILLISECONDS ROWS"
 *
 * Kinds: tcp (both families in one walk: message type 18, states 0x1ffe), udp, unix, routes (main table), links. */
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { kBuffer = 64 * 1024, kStates = 0x1ffe };

struct Request {
  struct nlmsghdr header;
  union {
    struct inet_diag_req tcp;
    struct inet_diag_req_v2 udp;
    struct unix_diag_req unix_;
    struct rtmsg route;
    struct ifinfomsg link;
  };
  char attributes[16];
};

static void Begin(struct Request* request, unsigned short type, size_t size) {
  memset(request, 0, sizeof *request);
  request->header.nlmsg_type = type;
  request->header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request->header.nlmsg_len = (unsigned)NLMSG_LENGTH(size);
}

static void Tcp(struct Request* request, int family) {
  Begin(request, TCPDIAG_GETSOCK, sizeof request->tcp);
  request->tcp.idiag_family = (unsigned char)family;
  request->tcp.idiag_states = kStates;
}

static void Udp(struct Request* request, int family) {
  Begin(request, SOCK_DIAG_BY_FAMILY, sizeof request->udp);
  request->udp.sdiag_family = (unsigned char)family;
  request->udp.sdiag_protocol = IPPROTO_UDP;
  request->udp.idiag_states = kStates;
}

static void Unix(struct Request* request, int family) {
  Begin(request, SOCK_DIAG_BY_FAMILY, sizeof request->unix_);
  request->unix_.sdiag_family = (unsigned char)family;
  request->unix_.udiag_states = ~0u;
  request->unix_.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER;
}

static void Routes(struct Request* request, int family) {
  const unsigned main_table = RT_TABLE_MAIN;
  struct rtattr attribute = {RTA_LENGTH(sizeof main_table), RTA_TABLE};
  Begin(request, RTM_GETROUTE, sizeof request->route);
  request->route.rtm_family = (unsigned char)family;
  char* behind = (char*)request + NLMSG_ALIGN(request->header.nlmsg_len);
  memcpy(behind, &attribute, sizeof attribute);
  memcpy(behind + RTA_LENGTH(0), &main_table, sizeof main_table);
  request->header.nlmsg_len = NLMSG_ALIGN(request->header.nlmsg_len) + attribute.rta_len;
}

static void Links(struct Request* request, int family) {
  Begin(request, RTM_GETLINK, sizeof request->link);
  request->link.ifi_family = (unsigned char)family;
}

static const struct Kind {
  const char* name;
  int protocol;
  void (*fill)(struct Request*, int family);
  int families[2];
  int count;
} kKinds[] = {
    {"tcp", NETLINK_SOCK_DIAG, Tcp, {AF_INET}, 1},        {"udp", NETLINK_SOCK_DIAG, Udp, {AF_INET, AF_INET6}, 2},
    {"unix", NETLINK_SOCK_DIAG, Unix, {AF_UNIX}, 1},      {"routes", NETLINK_ROUTE, Routes, {AF_INET}, 1},
    {"links", NETLINK_ROUTE, Links, {AF_UNSPEC}, 1},
};

static void Fail(const char* what) {
  perror(what);
  exit(1);
}

static long CountRows(int fd) {
  static char buffer[kBuffer] __attribute__((aligned(8)));
  long rows = 0;
  for (;;) {
    ssize_t received = recv(fd, buffer, sizeof buffer, 0);
    if (received <= 0) Fail("recv");
    size_t left = (size_t)received;
    for (struct nlmsghdr* message = (struct nlmsghdr*)buffer; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
      if (message->nlmsg_type == NLMSG_DONE) return rows;
      if (message->nlmsg_type == NLMSG_ERROR) exit(1);
      rows++;
    }
  }
}

static long Dump(const struct Kind* kind) {
  const int on = 1;
  long rows = 0;
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, kind->protocol);
  if (fd < 0) Fail("socket");
  if (kind->protocol == NETLINK_ROUTE) setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on);
  for (int i = 0; i < kind->count; i++) {
    struct Request request;
    kind->fill(&request, kind->families[i]);
    if (send(fd, &request, request.header.nlmsg_len, 0) < 0) Fail("send");
    rows += CountRows(fd);
  }
  close(fd);
  return rows;
}

static void Serve(const struct Kind* kind) {
  char line[16];
  puts("ready");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) {
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    long rows = Dump(kind);
    clock_gettime(CLOCK_MONOTONIC, &to);
    printf("%.6f %ld\n", (double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6, rows);
    fflush(stdout);
  }
}

int main(int argc, char** argv) {
  for (size_t i = 0; argc > 1 && i < sizeof kKinds / sizeof *kKinds; i++) {
    if (strcmp(argv[1], kKinds[i].name) != 0) continue;
    if (argc > 2) Serve(&kKinds[i]);
    else printf("%ld\n", Dump(&kKinds[i]));
    return 0;
  }
  return 2;
}
