#ifndef SOCKDIAG_ROUTE_NEIGHBOUR_H_
#define SOCKDIAG_ROUTE_NEIGHBOUR_H_

#include <vector>

#include "netlink/dump.h"
#include "netlink/request.h"
#include "netlink/rules.h"

namespace sockdiag {

// Neighbours: RTM_GETNEIGH; `family` AF_UNSPEC = all.
std::vector<uint8_t> EncodeNeighbourDump(const DumpRequest& request);

// struct ndmsg and NDA_* → table neighbours.
class NeighbourDecoder : public Decoder {
 public:
  NeighbourDecoder(const DumpRequest& request, TableBuilder* rows, TableBuilder* held);

 protected:
  RowResult Fill(const Message& message, TableBuilder* row) override;

 private:
  uint8_t family_;
  RuleSet rules_;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_ROUTE_NEIGHBOUR_H_
