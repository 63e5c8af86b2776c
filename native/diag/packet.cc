#include "diag/packet.h"

#include "uapi.h"

namespace sockdiag {
namespace {

constexpr uint16_t kInfoSize = sizeof(packet_diag_info);
constexpr uint16_t kFlagsOffset = offsetof(packet_diag_info, pdi_flags);
constexpr uint16_t kMeminfoMinimum = 28;

using C = PacketColumn;

constexpr AttributeRule kRules[] = {
    {PACKET_DIAG_INFO, Read::kU32, C::kInterface, 0, kInfoSize},
    {PACKET_DIAG_INFO, Read::kU32, C::kVersion, 4, kInfoSize},
    {PACKET_DIAG_INFO, Read::kU32, C::kFlags, kFlagsOffset, kInfoSize},
    {PACKET_DIAG_FANOUT, Read::kU32, C::kFanout},
    {PACKET_DIAG_UID, Read::kU32, C::kUid},
    {PACKET_DIAG_MEMINFO, Read::kU32, C::kRecvQ, 0, kMeminfoMinimum},
    {PACKET_DIAG_MEMINFO, Read::kU32, C::kDrops, 32, kMeminfoMinimum},
};

}  // namespace

std::vector<uint8_t> EncodePacketDump(const DumpRequest& request) {
  packet_diag_req fixed = {};
  fixed.sdiag_family = AF_PACKET;
  fixed.pdiag_show = request.show;
  fixed.pdiag_cookie[0] = fixed.pdiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return RequestWriter::Of(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, fixed).Take();
}

PacketDecoder::PacketDecoder(const DumpRequest&, TableBuilder* rows, TableBuilder* held)
    : Decoder(SOCK_DIAG_BY_FAMILY, rows, held), rules_(kRules, *rows) {}

RowResult PacketDecoder::Fill(const Message& message, TableBuilder* row) {
  if (message.payload.size() < sizeof(packet_diag_msg)) return RowResult::kMalformed;
  const packet_diag_msg fixed = Load<packet_diag_msg>(message.payload);
  const uint64_t cookie = fixed.pdiag_cookie[0] | uint64_t{fixed.pdiag_cookie[1]} << 32;
  if (!IsNew(cookie)) return RowResult::kDuplicate;
  row->SetU8(C::kType, fixed.pdiag_type);
  row->SetU16(C::kProtocol, fixed.pdiag_num);
  row->SetU32(C::kInode, fixed.pdiag_ino);
  row->SetU64(C::kCookie, cookie);
  AttributeCursor cursor(message.payload.subspan(sizeof(fixed)));
  Attribute attribute;
  while (cursor.Next(&attribute)) {
    rules_.Apply(&cursor, attribute, row);
    if (attribute.type != PACKET_DIAG_INFO) continue;
    const std::span<const uint8_t> info = cursor.Bytes(attribute, kInfoSize);
    if (!cursor.failed()) row->SetU8(C::kRunning, Load<uint32_t>(info, kFlagsOffset) & PDI_RUNNING);
  }
  return cursor.failed() ? RowResult::kMalformed : RowResult::kKept;
}

}  // namespace sockdiag
