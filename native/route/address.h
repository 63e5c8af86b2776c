#ifndef SOCKDIAG_ROUTE_ADDRESS_H_
#define SOCKDIAG_ROUTE_ADDRESS_H_

#include <vector>

#include "netlink/dump.h"
#include "netlink/request.h"
#include "netlink/rules.h"

namespace sockdiag {

// Addresses of devices: RTM_GETADDR; `family` AF_UNSPEC = all.
std::vector<uint8_t> EncodeAddressDump(const DumpRequest& request);

// struct ifaddrmsg and IFA_* → table addresses.
class AddressDecoder : public Decoder {
 public:
  AddressDecoder(const DumpRequest& request, TableBuilder* rows, TableBuilder* held);

 protected:
  RowResult Fill(const Message& message, TableBuilder* row) override;

 private:
  uint8_t family_;
  RuleSet rules_;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_ROUTE_ADDRESS_H_
