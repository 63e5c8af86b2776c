#include "netlink/socket.h"

#include <pthread.h>
#include <sched.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <new>

#include "uapi.h"

namespace sockdiag {
namespace {

// Kernel: a batch of a dump is at most 32 KiB less overhead, a single larger message comes alone.
constexpr size_t kBufferSize = 64 * 1024;
// A dump never waits, so a silent kernel is a broken one.
constexpr timeval kReceiveTimeout = {10, 0};
// Datagrams of other processes that are skipped before giving up.
constexpr int kForeignLimit = 1024;

struct NamespaceOpen {
  int protocol;
  int netns_fd;
  int fd;
  Status status;
};

Status OpenHere(int protocol, int* fd) {
  *fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
  return *fd < 0 ? Failure("socket", errno) : Status{};
}

// Kernel: a socket keeps the namespace of the thread that made it, so a thread of its own changes over and ends; no
// thread that lives on is ever in a foreign namespace.
void* OpenThere(void* argument) {
  NamespaceOpen* open = static_cast<NamespaceOpen*>(argument);
  if (setns(open->netns_fd, CLONE_NEWNET) != 0) {
    open->status = Failure("setns", errno);
  } else {
    open->status = OpenHere(open->protocol, &open->fd);
  }
  return nullptr;
}

Status OpenIn(int protocol, int netns_fd, int* fd) {
  if (netns_fd < 0) return OpenHere(protocol, fd);
  NamespaceOpen open{protocol, netns_fd, -1, {}};
  pthread_t thread;
  const int err = pthread_create(&thread, nullptr, OpenThere, &open);
  if (err != 0) return Failure("pthread_create", err);
  pthread_join(thread, nullptr);
  *fd = open.fd;
  return open.status;
}

}  // namespace

Socket::~Socket() {
  if (fd_ >= 0) close(fd_);
}

Status Socket::Open(int protocol, int netns_fd) {
  Status status = OpenIn(protocol, netns_fd, &fd_);
  if (!status.ok()) return status;
  buffer_.reset(new (std::nothrow) uint8_t[kBufferSize]);
  if (buffer_ == nullptr) return Failure("recv", ENOMEM);
  if (setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kReceiveTimeout, sizeof(kReceiveTimeout)) != 0) {
    return Failure("setsockopt", errno, "SO_RCVTIMEO");
  }
  // Kernel: these are refinements; what lacks them (4.20, 4.3, 4.12) answers without.
  const int on = 1;
  setsockopt(fd_, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
  if (protocol == NETLINK_ROUTE) {
    setsockopt(fd_, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
    setsockopt(fd_, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
  }
  return {};
}

// Kernel: the first batch of a dump is small unless a large buffer was received into before, and unix and packet dumps
// end early, with success, when one row does not fit the batch. An acknowledged no-op is such a reception.
Status Socket::Prime() {
  nlmsghdr noop = {};
  noop.nlmsg_len = sizeof(noop);
  noop.nlmsg_type = NLMSG_NOOP;
  noop.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  Status status = Send({reinterpret_cast<const uint8_t*>(&noop), sizeof(noop)});
  if (!status.ok()) return status;
  // NB: the acknowledgement is queued within send; an emulated kernel that sends none must not be waited for.
  Datagram acknowledgement;
  status = ReceiveWith(MSG_DONTWAIT, {buffer_.get(), kBufferSize}, &acknowledgement);
  return status.err == ETIMEDOUT ? Status{} : status;
}

Status Socket::Send(std::span<const uint8_t> request) {
  sockaddr_nl kernel = {};
  kernel.nl_family = AF_NETLINK;
  ssize_t sent;
  do {
    sent = sendto(fd_, request.data(), request.size(), 0, reinterpret_cast<sockaddr*>(&kernel), sizeof(kernel));
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return Failure("send", errno);
  if (static_cast<size_t>(sent) != request.size()) return Failure("send", EIO, "request was cut");
  return {};
}

Status Socket::Receive(Datagram* out) { return ReceiveWith(0, {buffer_.get(), kBufferSize}, out); }

Status Socket::ReceiveInto(std::span<uint8_t> buffer, Datagram* out) { return ReceiveWith(0, buffer, out); }

Status Socket::ReceiveWith(int flags, std::span<uint8_t> buffer, Datagram* out) {
  for (int foreign = 0; foreign < kForeignLimit; foreign++) {
    sockaddr_nl sender = {};
    iovec piece = {buffer.data(), buffer.size()};
    msghdr message = {};
    message.msg_name = &sender;
    message.msg_namelen = sizeof(sender);
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    ssize_t received;
    do {
      received = recvmsg(fd_, &message, flags);
    } while (received < 0 && errno == EINTR);
    if (received < 0) return Failure("recv", errno == EAGAIN ? ETIMEDOUT : errno);
    if (message.msg_namelen != sizeof(sender) || sender.nl_pid != 0) continue;
    if ((message.msg_flags & MSG_TRUNC) != 0) return Failure("recv", EMSGSIZE, "datagram does not fit the buffer");
    *out = Datagram(buffer.data(), static_cast<size_t>(received));
    return {};
  }
  return Failure("recv", EPROTO, "datagrams of other processes");
}

}  // namespace sockdiag
