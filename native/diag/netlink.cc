#include "diag/netlink.h"

#include "uapi.h"

namespace sockdiag {
namespace {

constexpr uint16_t kMeminfoMinimum = 28;

using C = NetlinkColumn;

constexpr AttributeRule kRules[] = {
    {NETLINK_DIAG_MEMINFO, Read::kU32, C::kRecvQ, 0, kMeminfoMinimum},
    {NETLINK_DIAG_MEMINFO, Read::kU32, C::kSendQ, 8, kMeminfoMinimum},
    {NETLINK_DIAG_MEMINFO, Read::kU32, C::kDrops, 32, kMeminfoMinimum},
    // A bit map in units of 8 bytes; the column keeps groups 1 to 32.
    {NETLINK_DIAG_GROUPS, Read::kU64, C::kGroups},
};

}  // namespace

std::vector<uint8_t> EncodeNetlinkDump(const DumpRequest& request) {
  netlink_diag_req fixed = {};
  fixed.sdiag_family = AF_NETLINK;
  fixed.sdiag_protocol = static_cast<uint8_t>(request.protocol);
  fixed.ndiag_show = request.show;
  fixed.ndiag_cookie[0] = fixed.ndiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return RequestWriter::Of(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, fixed).Take();
}

NetlinkDecoder::NetlinkDecoder(const DumpRequest&, TableBuilder* rows, TableBuilder* held)
    : Decoder(SOCK_DIAG_BY_FAMILY, rows, held), rules_(kRules, *rows) {}

RowResult NetlinkDecoder::Fill(const Message& message, TableBuilder* row) {
  if (message.payload.size() < sizeof(netlink_diag_msg)) return RowResult::kMalformed;
  const netlink_diag_msg fixed = Load<netlink_diag_msg>(message.payload);
  const uint64_t cookie = fixed.ndiag_cookie[0] | uint64_t{fixed.ndiag_cookie[1]} << 32;
  if (!IsNew(cookie)) return RowResult::kDuplicate;
  row->SetU8(C::kType, fixed.ndiag_type);
  row->SetU8(C::kProtocol, fixed.ndiag_protocol);
  row->SetU8(C::kState, fixed.ndiag_state);
  row->SetI32(C::kPortid, static_cast<int32_t>(fixed.ndiag_portid));
  row->SetU32(C::kInode, fixed.ndiag_ino);
  row->SetU64(C::kCookie, cookie);
  AttributeCursor cursor(message.payload.subspan(sizeof(fixed)));
  rules_.ApplyAll(&cursor, row);
  return cursor.failed() ? RowResult::kMalformed : RowResult::kKept;
}

}  // namespace sockdiag
