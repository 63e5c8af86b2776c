#ifndef SOCKDIAG_NETLINK_TRANSPORT_H_
#define SOCKDIAG_NETLINK_TRANSPORT_H_

#include <cstdint>
#include <span>

#include "status.h"

namespace sockdiag {

// One datagram: several whole messages. Valid until the next Receive().
using Datagram = std::span<const uint8_t>;

// A connection to the kernel, or to a recording of what a kernel said.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Status Send(std::span<const uint8_t> request) = 0;
  virtual Status Receive(Datagram* out) = 0;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_NETLINK_TRANSPORT_H_
