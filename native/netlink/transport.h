#ifndef SOCKDIAG_NETLINK_TRANSPORT_H_
#define SOCKDIAG_NETLINK_TRANSPORT_H_

#include <cerrno>
#include <cstdint>
#include <cstring>
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
  // Into memory of the caller, which must hold any datagram (64 KiB).
  virtual Status ReceiveInto(std::span<uint8_t> buffer, Datagram* out) {
    Status status = Receive(out);
    if (!status.ok()) return status;
    if (out->size() > buffer.size()) return Failure("recv", EMSGSIZE, "datagram does not fit the buffer");
    if (!out->empty()) memcpy(buffer.data(), out->data(), out->size());
    *out = Datagram(buffer.data(), out->size());
    return {};
  }
};

}  // namespace sockdiag

#endif  // SOCKDIAG_NETLINK_TRANSPORT_H_
