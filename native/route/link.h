#ifndef SOCKDIAG_ROUTE_LINK_H_
#define SOCKDIAG_ROUTE_LINK_H_

#include <vector>

#include "netlink/dump.h"
#include "netlink/request.h"
#include "netlink/rules.h"

namespace sockdiag {

// Network devices: RTM_GETLINK.
std::vector<uint8_t> EncodeLinkDump(const DumpRequest& request);

// struct ifinfomsg and IFLA_* → table links.
class LinkDecoder : public Decoder {
 public:
  LinkDecoder(const DumpRequest& request, TableBuilder* rows, TableBuilder* held);

 protected:
  RowResult Fill(const Message& message, TableBuilder* row) override;

 private:
  RuleSet rules_;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_ROUTE_LINK_H_
