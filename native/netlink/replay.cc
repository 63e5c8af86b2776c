#include "netlink/replay.h"

#include <cerrno>

namespace sockdiag {

Status Replay::Send(std::span<const uint8_t>) { return {}; }

Status Replay::Receive(Datagram* out) {
  if (next_ == datagrams_.size()) return Failure("recv", ENODATA, "the recording ends before NLMSG_DONE");
  *out = datagrams_[next_++];
  return {};
}

}  // namespace sockdiag
