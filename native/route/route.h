#ifndef SOCKDIAG_ROUTE_ROUTE_H_
#define SOCKDIAG_ROUTE_ROUTE_H_

#include <vector>

#include "netlink/dump.h"
#include "netlink/request.h"

namespace sockdiag {

// Routes: RTM_GETROUTE of `family` (AF_UNSPEC = all) and `table` (0 = all).
// Kernel: 4.20 filters by table itself; older ones send everything, which the decoder skips.
std::vector<uint8_t> EncodeRouteDump(const DumpRequest& request);

// struct rtmsg and RTA_* → table routes, one row per next hop.
class RouteDecoder : public Decoder {
 public:
  RouteDecoder(const DumpRequest& request, TableBuilder* rows, TableBuilder* held);

 protected:
  RowResult Fill(const Message& message, TableBuilder* row) override;

 private:
  uint8_t family_;
  uint32_t table_;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_ROUTE_ROUTE_H_
