#ifndef SOCKDIAG_NETLINK_MESSAGE_H_
#define SOCKDIAG_NETLINK_MESSAGE_H_

#include <cstdint>
#include <span>

#include "netlink/transport.h"
#include "status.h"
#include "uapi.h"

namespace sockdiag {

// One message of a datagram. `payload` starts behind the nlmsghdr.
struct Message {
  nlmsghdr header = {};
  std::span<const uint8_t> payload;
  // Place of the header in the datagram.
  uint32_t offset = 0;
};

// Walks the messages of a datagram.
class MessageCursor {
 public:
  explicit MessageCursor(Datagram datagram) : datagram_(datagram) {}

  // False at the end, and when a header does not fit; status() tells them apart.
  bool Next(Message* out);
  const Status& status() const { return status_; }

 private:
  Datagram datagram_;
  size_t position_ = 0;
  Status status_;
};

// The error an NLMSG_ERROR or NLMSG_DONE message carries, with the kernel's words where it sent an extended
// acknowledgement (4.12). ok() for an acknowledgement and for a dump that went well. A payload too short to hold an
// error number is a "decode" failure.
Status ReadOutcome(const Message& message);

}  // namespace sockdiag

#endif  // SOCKDIAG_NETLINK_MESSAGE_H_
