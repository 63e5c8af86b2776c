#ifndef SOCKDIAG_ROUTE_RULE_H_
#define SOCKDIAG_ROUTE_RULE_H_

#include <vector>

#include "netlink/dump.h"
#include "netlink/request.h"
#include "netlink/rules.h"

namespace sockdiag {

// Routing policy rules: RTM_GETRULE; `family` AF_UNSPEC = all.
std::vector<uint8_t> EncodeRuleDump(const DumpRequest& request);

// struct fib_rule_hdr and FRA_* → table rules.
class RuleDecoder : public Decoder {
 public:
  RuleDecoder(const DumpRequest& request, TableBuilder* rows, TableBuilder* held);

 protected:
  RowResult Fill(const Message& message, TableBuilder* row) override;

 private:
  uint8_t family_;
  RuleSet rules_;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_ROUTE_RULE_H_
