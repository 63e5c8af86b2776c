#ifndef SOCKDIAG_DIAG_UNIX_H_
#define SOCKDIAG_DIAG_UNIX_H_

#include <vector>

#include "netlink/dump.h"
#include "netlink/request.h"
#include "netlink/rules.h"

namespace sockdiag {

// Unix domain sockets: struct unix_diag_req. Kernel: 3.3.
std::vector<uint8_t> EncodeUnixDump(const DumpRequest& request);

// struct unix_diag_msg and UNIX_DIAG_* → table unix.
class UnixDecoder : public Decoder {
 public:
  UnixDecoder(const DumpRequest& request, TableBuilder* rows, TableBuilder* held);

 protected:
  RowResult Fill(const Message& message, TableBuilder* row) override;

 private:
  RuleSet rules_;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_DIAG_UNIX_H_
