#ifndef SOCKDIAG_NETLINK_SOCKET_H_
#define SOCKDIAG_NETLINK_SOCKET_H_

#include <memory>

#include "netlink/transport.h"

namespace sockdiag {

// A netlink descriptor, closed with the object. Belongs for life to the network namespace it was made in.
class Socket : public Transport {
 public:
  Socket() = default;
  ~Socket() override;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  // `protocol`: NETLINK_SOCK_DIAG or NETLINK_ROUTE. `netns_fd`: open descriptor of a network namespace (needs
  // CAP_SYS_ADMIN over it), -1 = that of the calling thread. The caller's thread stays in its own namespace.
  Status Open(int protocol, int netns_fd);

  Status Send(std::span<const uint8_t> request) override;
  // To be called once before dumps; see there.
  Status Prime();
  // Blocks only while the kernel fills the buffer: the next datagram of a dump is queued when the one before is taken.
  Status Receive(Datagram* out) override;
  Status ReceiveInto(std::span<uint8_t> buffer, Datagram* out) override;

 private:
  Status ReceiveWith(int flags, std::span<uint8_t> buffer, Datagram* out);

  int fd_ = -1;
  std::unique_ptr<uint8_t[]> buffer_;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_NETLINK_SOCKET_H_
