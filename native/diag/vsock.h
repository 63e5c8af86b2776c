#ifndef SOCKDIAG_DIAG_VSOCK_H_
#define SOCKDIAG_DIAG_VSOCK_H_

#include <vector>

#include "netlink/dump.h"
#include "netlink/request.h"

namespace sockdiag {

// AF_VSOCK sockets: struct vsock_diag_req. Kernel: 4.15, a module of its own.
std::vector<uint8_t> EncodeVsockDump(const DumpRequest& request);

// struct vsock_diag_msg → table vsock. It has no attributes.
class VsockDecoder : public Decoder {
 public:
  VsockDecoder(const DumpRequest& request, TableBuilder* rows, TableBuilder* held);

 protected:
  RowResult Fill(const Message& message, TableBuilder* row) override;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_DIAG_VSOCK_H_
