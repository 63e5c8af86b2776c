#ifndef SOCKDIAG_DIAG_PACKET_H_
#define SOCKDIAG_DIAG_PACKET_H_

#include <vector>

#include "netlink/dump.h"
#include "netlink/request.h"
#include "netlink/rules.h"

namespace sockdiag {

// AF_PACKET sockets: struct packet_diag_req. Kernel: 3.7.
std::vector<uint8_t> EncodePacketDump(const DumpRequest& request);

// struct packet_diag_msg and PACKET_DIAG_* → table packet.
class PacketDecoder : public Decoder {
 public:
  PacketDecoder(const DumpRequest& request, TableBuilder* rows, TableBuilder* held);

 protected:
  RowResult Fill(const Message& message, TableBuilder* row) override;

 private:
  RuleSet rules_;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_DIAG_PACKET_H_
