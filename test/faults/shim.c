/* Loaded before the C library: makes netlink sockets misbehave. What to do is said in the environment:
 *
 *   FAULT      what happens, as WORD or WORD:NUMBER (the table kFaults at the end)
 *   FAULT_ON   to which dump: tcp, udp, raw, unix, packet, netlink, link, address, route, neighbour, rule, any (default);
 *              inet6 = an IPv6-only dump; program = one with INET_DIAG_REQ_BYTECODE
 *   FAULT_AT   to which datagram of the dump, 0 = the first (default), last = the one with NLMSG_DONE
 *
 * Only descriptors that socket(AF_NETLINK) returned are touched, and of those only the dumps asked for. The environment is
 * read again for each socket and each request, so that a process may change it.
 *
 * FAULT=mask breaks nothing: stderr is told the IFLA_EXT_MASK of link dumps.
 *
 * FAULT=memory:N is about something else: the Nth piece of memory that code in sockdiag.node asks for cannot be had, nor the
 * two behind it. Only pieces of FAULT_AT bytes and more count (LARGE when it is not given): a process that has no memory for
 * less is ended by Node itself. Such a piece must not be asked of the operator new that cannot fail: it ends the process.
 * FAULT=thread:N: code in sockdiag.node can start no thread the first N times.
 * Both are watched only in a process that starts with such a fault. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define DESCRIPTORS 4096
#define LARGEST 65536
#define LARGE 16384
#define SMALLEST 64
#define LAST (-1)
#define TCPDIAG_GETSOCK 18
#define SOCK_DIAG_BY_FAMILY 20

struct dump {
  int is_netlink;
  int protocol;
  int matches;
  int datagrams;
  int interruptions;
  uint32_t sequence;
  size_t kept;
  int foreign;
};

static struct dump dumps[DESCRIPTORS];
static unsigned char kept_bytes[LARGEST];
static const char *word = "";
static int number;
static int watched;
/* Pieces of memory asked for since FAULT changed. */
static int pieces;
static const char *on = "any";
static int at;

static int is(const char *name) { return strcmp(word, name) == 0; }

static void read_environment(void) {
  static char seen[64], buffer[64];
  const char *fault = getenv("FAULT") != NULL ? getenv("FAULT") : "";
  /* NB: other threads may be reading `word`. */
  if (strcmp(fault, seen) != 0) {
    snprintf(seen, sizeof(seen), "%s", fault);
    snprintf(buffer, sizeof(buffer), "%s", fault);
    char *colon = strchr(buffer, ':');
    if (colon != NULL) *colon = 0;
    number = colon != NULL ? atoi(colon + 1) : 0;
    word = buffer;
    pieces = 0;
  }
  on = getenv("FAULT_ON") != NULL ? getenv("FAULT_ON") : "any";
  const char *place = getenv("FAULT_AT");
  at = place == NULL ? 0 : strcmp(place, "last") == 0 ? LAST : atoi(place);
}

__attribute__((constructor)) static void start(void) {
  read_environment();
  watched = is("memory") || is("thread");
}

static struct dump *dump_of(int fd) {
  return fd >= 0 && fd < DESCRIPTORS && dumps[fd].is_netlink ? &dumps[fd] : NULL;
}

static const char *protocol_name(int protocol) {
  switch (protocol) {
    case 6: return "tcp";
    case 17: return "udp";
    case 255: return "raw";
    default: return "other";
  }
}

/* The first word of an attribute behind a fixed part of that size. */
static int attribute_word(const unsigned char *message, size_t size, size_t fixed, int type, int otherwise) {
  size_t position = sizeof(struct nlmsghdr) + fixed;
  while (position + sizeof(struct nlattr) <= size) {
    struct nlattr attribute;
    memcpy(&attribute, message + position, sizeof(attribute));
    if (attribute.nla_len < sizeof(attribute)) break;
    if (attribute.nla_type == type) return *(const int *)(message + position + sizeof(attribute));
    position += NLA_ALIGN(attribute.nla_len);
  }
  return otherwise;
}

static const char *route_name(int type) {
  switch (type) {
    case RTM_GETLINK: return "link";
    case RTM_GETADDR: return "address";
    case RTM_GETROUTE: return "route";
    case RTM_GETNEIGH: return "neighbour";
    case RTM_GETRULE: return "rule";
    default: return "other";
  }
}

static const char *family_name(const unsigned char *body) {
  switch (body[0]) {
    case AF_UNIX: return "unix";
    case AF_PACKET: return "packet";
    case AF_NETLINK: return "netlink";
    case AF_INET6:
      if (strcmp(on, "inet6") == 0) return "inet6";
      return protocol_name(body[1]);
    default: return protocol_name(body[1]);
  }
}

/* NB: RTM_GETLINK and TCPDIAG_GETSOCK are the same number. */
static int request_matches(int protocol, const unsigned char *message, size_t size) {
  struct nlmsghdr header;
  memcpy(&header, message, sizeof(header));
  if (header.nlmsg_type == NLMSG_NOOP) return 0;
  if (strcmp(on, "any") == 0) return 1;
  if (protocol == NETLINK_ROUTE) return strcmp(route_name(header.nlmsg_type), on) == 0;
  const size_t fixed = header.nlmsg_type == TCPDIAG_GETSOCK ? 60 : 56;
  if (strcmp(on, "program") == 0) return attribute_word(message, size, fixed, INET_DIAG_REQ_BYTECODE, -1) != -1;
  if (header.nlmsg_type == SOCK_DIAG_BY_FAMILY) return strcmp(family_name(message + sizeof(header)), on) == 0;
  return strcmp(protocol_name(attribute_word(message, size, fixed, INET_DIAG_REQ_PROTOCOL, 6)), on) == 0;
}

/* Where the code of sockdiag.node lies, once it is loaded. */
static const char *addon;
static size_t addon_size;

static int measure(struct dl_phdr_info *object, size_t size, void *wanted) {
  (void)size;
  if ((const char *)object->dlpi_addr != (const char *)wanted) return 0;
  for (int at = 0; at < object->dlpi_phnum; at++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[at];
    const size_t end = segment->p_vaddr + segment->p_memsz;
    if (segment->p_type == PT_LOAD && end > addon_size) addon_size = end;
  }
  return 1;
}

void *dlopen(const char *path, int mode) {
  static void *(*real)(const char *, int);
  if (real == NULL) real = dlsym(RTLD_NEXT, "dlopen");
  void *library = real(path, mode);
  struct link_map *map;
  if (watched && library != NULL && path != NULL && strstr(path, "sockdiag.node") != NULL &&
      dlinfo(library, RTLD_DI_LINKMAP, &map) == 0) {
    dl_iterate_phdr(measure, (void *)map->l_addr);
    addon = (const char *)map->l_addr;
  }
  return library;
}

static int in_addon(const void *caller) {
  return addon != NULL && (const char *)caller >= addon && (const char *)caller < addon + addon_size;
}

/* Is it this allocation, made at that place, that fails? */
static int no_memory(void *caller, size_t size) {
  if (size < SMALLEST || !in_addon(caller)) return 0;
  /* NB: only now, when no other thread can be changing the environment. */
  read_environment();
  if (!is("memory") || size < (at == 0 ? LARGE : (size_t)at)) return 0;
  const int now = __atomic_fetch_add(&pieces, 1, __ATOMIC_RELAXED);
  return now >= number && now <= number + 2;
}

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

void *malloc(size_t size) { return no_memory(__builtin_return_address(0), size) ? NULL : __libc_malloc(size); }

void *calloc(size_t count, size_t size) {
  return no_memory(__builtin_return_address(0), count * size) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
  return no_memory(__builtin_return_address(0), size) ? NULL : __libc_realloc(memory, size);
}

/* operator new(size_t, std::nothrow_t const&) and its array form. */
void *_ZnwmRKSt9nothrow_t(size_t size) { return no_memory(__builtin_return_address(0), size) ? NULL : __libc_malloc(size); }
void *_ZnamRKSt9nothrow_t(size_t size) { return no_memory(__builtin_return_address(0), size) ? NULL : __libc_malloc(size); }

/* operator new(size_t) and its array form. */
static void *unfailing(void *caller, size_t size) {
  if (no_memory(caller, size)) {
    fprintf(stderr, "operator new of %zu bytes\n", size);
    abort();
  }
  return __libc_malloc(size);
}
void *_Znwm(size_t size) { return unfailing(__builtin_return_address(0), size); }
void *_Znam(size_t size) { return unfailing(__builtin_return_address(0), size); }

/* FAULT=thread:N: the addon can start no thread, for the first N times. */
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument) {
  static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
  if (real == NULL) real = dlsym(RTLD_NEXT, "pthread_create");
  if (!in_addon(__builtin_return_address(0))) return real(thread, attributes, run, argument);
  read_environment();
  const int refused = is("thread") && __atomic_fetch_add(&pieces, 1, __ATOMIC_RELAXED) < number;
  return refused ? EAGAIN : real(thread, attributes, run, argument);
}

void *mmap64(void *address, size_t size, int protection, int flags, int fd, off64_t offset) {
  static void *(*real)(void *, size_t, int, int, int, off64_t);
  if (real == NULL) real = dlsym(RTLD_NEXT, "mmap64");
  if (!no_memory(__builtin_return_address(0), size)) return real(address, size, protection, flags, fd, offset);
  errno = ENOMEM;
  return MAP_FAILED;
}

int socket(int domain, int type, int protocol) {
  static int (*real)(int, int, int);
  if (real == NULL) real = dlsym(RTLD_NEXT, "socket");
  if (domain == AF_NETLINK) read_environment();
  if (domain == AF_NETLINK && is("socket")) {
    errno = number;
    return -1;
  }
  const int fd = real(domain, type, protocol);
  if (fd >= 0 && fd < DESCRIPTORS) dumps[fd] = (struct dump){.is_netlink = domain == AF_NETLINK, .protocol = protocol};
  return fd;
}

ssize_t sendto(int fd, const void *bytes, size_t size, int flags, const struct sockaddr *address, socklen_t length) {
  static ssize_t (*real)(int, const void *, size_t, int, const struct sockaddr *, socklen_t);
  if (real == NULL) real = dlsym(RTLD_NEXT, "sendto");
  struct dump *dump = dump_of(fd);
  if (dump == NULL) return real(fd, bytes, size, flags, address, length);
  read_environment();
  dump->matches = request_matches(dump->protocol, bytes, size);
  dump->sequence = ((const struct nlmsghdr *)bytes)->nlmsg_seq;
  dump->datagrams = 0;
  dump->kept = 0;
  dump->foreign = 0;
  if (is("mask") && dump->protocol == NETLINK_ROUTE && ((const struct nlmsghdr *)bytes)->nlmsg_type == RTM_GETLINK) {
    fprintf(stderr, "IFLA_EXT_MASK %d\n", attribute_word(bytes, size, sizeof(struct ifinfomsg), IFLA_EXT_MASK, 0));
  }
  if (dump->matches && is("send")) {
    errno = number;
    return -1;
  }
  return real(fd, bytes, size, flags, address, length);
}

/* The datagram in place of what the kernel said. */
static ssize_t replace(struct dump *dump, unsigned char *bytes, int type, int error) {
  struct nlmsghdr header = {sizeof(header) + sizeof(error), type, NLM_F_MULTI, dump->sequence, 0};
  memcpy(bytes, &header, sizeof(header));
  memcpy(bytes + sizeof(header), &error, sizeof(error));
  return header.nlmsg_len;
}

static void each_header(unsigned char *bytes, size_t size, void (*change)(struct nlmsghdr *, unsigned char *)) {
  for (size_t position = 0; position + sizeof(struct nlmsghdr) <= size;) {
    struct nlmsghdr header;
    memcpy(&header, bytes + position, sizeof(header));
    const size_t length = header.nlmsg_len;
    change(&header, bytes + position + sizeof(header));
    memcpy(bytes + position, &header, sizeof(header));
    position += NLMSG_ALIGN(length);
  }
}

static void other_sequence(struct nlmsghdr *header, unsigned char *body) {
  (void)body;
  header->nlmsg_seq += 1;
}

static void interrupted(struct nlmsghdr *header, unsigned char *body) {
  (void)body;
  header->nlmsg_flags |= NLM_F_DUMP_INTR;
}

/* The first message keeps its type and has a body of one byte; the others stay. */
static ssize_t one_byte_body(unsigned char *bytes, size_t size) {
  struct nlmsghdr header;
  memcpy(&header, bytes, sizeof(header));
  const size_t whole = NLMSG_ALIGN(header.nlmsg_len), kept = NLMSG_ALIGN(sizeof(header) + 1);
  header.nlmsg_len = sizeof(header) + 1;
  memcpy(bytes, &header, sizeof(header));
  memmove(bytes + kept, bytes + whole, size - whole);
  return (ssize_t)(size - whole + kept);
}

static int is_last(const unsigned char *bytes, size_t size) {
  for (size_t position = 0; position + sizeof(struct nlmsghdr) <= size;) {
    struct nlmsghdr header;
    memcpy(&header, bytes + position, sizeof(header));
    if (header.nlmsg_type == NLMSG_DONE) return 1;
    position += NLMSG_ALIGN(header.nlmsg_len);
  }
  return 0;
}

/* Up to the middle of a message in the middle: what is cut between two messages cannot be told from the whole. */
static ssize_t half(const unsigned char *bytes, size_t size) {
  size_t position = 0;
  for (size_t next = 0; next <= size / 2;) {
    struct nlmsghdr header;
    memcpy(&header, bytes + next, sizeof(header));
    position = next;
    next += NLMSG_ALIGN(header.nlmsg_len);
  }
  return (ssize_t)(position + sizeof(struct nlmsghdr) / 2);
}

static int changed_row;

static void other_type(struct nlmsghdr *header, unsigned char *body) {
  (void)body;
  if (header->nlmsg_type > NLMSG_DONE && changed_row++ == 0) header->nlmsg_type = 0x77;
}

/* idiag_state, idiag_timer: second and third byte of an inet row. */
static void other_state(struct nlmsghdr *header, unsigned char *body) {
  if (header->nlmsg_type <= NLMSG_DONE || changed_row++ != 0) return;
  body[1] = (unsigned char)number;
  body[2] = (unsigned char)number;
}

static void set_sender(struct msghdr *message, uint32_t pid) {
  struct sockaddr_nl sender = {.nl_family = AF_NETLINK, .nl_pid = pid};
  memcpy(message->msg_name, &sender, sizeof(sender));
  message->msg_namelen = sizeof(sender);
}

/* What becomes of one datagram of the dump that is meant. */
static ssize_t fault(struct dump *dump, struct msghdr *message, ssize_t size) {
  unsigned char *const bytes = message->msg_iov[0].iov_base;
  if (is("error")) return replace(dump, bytes, NLMSG_ERROR, -number);
  if (is("done")) return replace(dump, bytes, NLMSG_DONE, -number);
  if (is("byte")) return 1;
  if (is("body")) return one_byte_body(bytes, (size_t)size);
  if (is("empty")) return 0;
  if (is("half")) return half(bytes, (size_t)size);
  if (is("sequence")) each_header(bytes, size, other_sequence);
  if (is("type")) each_header(bytes, size, other_type);
  if (is("state")) each_header(bytes, size, other_state);
  if (is("truncated")) {
    message->msg_flags |= MSG_TRUNC;
    return size / 2;
  }
  if (is("repeat") || is("foreign")) {
    memcpy(kept_bytes, bytes, size);
    dump->kept = size;
    dump->foreign = is("foreign");
    if (dump->foreign) set_sender(message, 77);
  }
  return size;
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
  static ssize_t (*real)(int, struct msghdr *, int);
  static int signals;
  if (real == NULL) real = dlsym(RTLD_NEXT, "recvmsg");
  struct dump *dump = dump_of(fd);
  if (dump == NULL || !dump->matches) return real(fd, message, flags);
  if (is("eintr") && signals++ % 4 != 3) {
    errno = EINTR;
    return -1;
  }
  if (dump->kept > 0) {
    memcpy(message->msg_iov[0].iov_base, kept_bytes, dump->kept);
    set_sender(message, 0);
    message->msg_flags = 0;
    const ssize_t size = (ssize_t)dump->kept;
    dump->kept = 0;
    return size;
  }
  const ssize_t size = real(fd, message, flags);
  if (size <= 0) return size;
  const int turn = dump->datagrams++;
  const int here = at == LAST ? is_last(message->msg_iov[0].iov_base, (size_t)size) : turn == at;
  if (here && is("recv")) {
    errno = number;
    return -1;
  }
  if (is("interrupted") && (dump->interruptions < number * 2)) {
    dump->interruptions += here;
    each_header(message->msg_iov[0].iov_base, size, interrupted);
  }
  return here ? fault(dump, message, size) : size;
}
