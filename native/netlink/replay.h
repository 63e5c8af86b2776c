#ifndef SOCKDIAG_NETLINK_REPLAY_H_
#define SOCKDIAG_NETLINK_REPLAY_H_

#include <vector>

#include "netlink/transport.h"

namespace sockdiag {

// Recorded datagrams, handed out one by one; requests are accepted and ignored. The end of the recording is a failure
// (ENODATA): a whole dump ends with its own NLMSG_DONE.
class Replay : public Transport {
 public:
  explicit Replay(std::vector<Datagram> datagrams) : datagrams_(std::move(datagrams)) {}

  Status Send(std::span<const uint8_t> request) override;
  Status Receive(Datagram* out) override;

 private:
  std::vector<Datagram> datagrams_;
  size_t next_ = 0;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_NETLINK_REPLAY_H_
