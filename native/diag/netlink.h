#ifndef SOCKDIAG_DIAG_NETLINK_H_
#define SOCKDIAG_DIAG_NETLINK_H_

#include <vector>

#include "netlink/dump.h"
#include "netlink/request.h"
#include "netlink/rules.h"

namespace sockdiag {

// AF_NETLINK sockets: struct netlink_diag_req; `protocol` NDIAG_PROTO_ALL = all. Kernel: 3.10.
std::vector<uint8_t> EncodeNetlinkDump(const DumpRequest& request);

// struct netlink_diag_msg and NETLINK_DIAG_* → table netlink.
// Kernel: sockets with group memberships are listed twice, which the cookie shows; one socket is lost at every batch
// boundary, which nothing shows (6.18).
class NetlinkDecoder : public Decoder {
 public:
  NetlinkDecoder(const DumpRequest& request, TableBuilder* rows, TableBuilder* held);

 protected:
  RowResult Fill(const Message& message, TableBuilder* row) override;

 private:
  RuleSet rules_;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_DIAG_NETLINK_H_
