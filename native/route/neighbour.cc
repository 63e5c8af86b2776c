#include "route/neighbour.h"

#include "uapi.h"

namespace sockdiag {
namespace {

// Kernel: times in an answer are in units of USER_HZ, which is 100 on every architecture of today.
constexpr uint64_t kMsPerTick = 10;

using C = NeighboursColumn;

constexpr AttributeRule kRules[] = {
    {NDA_DST, Read::kAddr, C::kAddress},
    {NDA_LLADDR, Read::kBytes, C::kLladdr},
    {NDA_PROBES, Read::kU32, C::kProbes},
};

uint32_t Milliseconds(uint32_t ticks) {
  const uint64_t ms = ticks * kMsPerTick;
  return ms > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(ms);
}

void FillTimes(std::span<const uint8_t> bytes, TableBuilder* row) {
  const nda_cacheinfo times = Load<nda_cacheinfo>(bytes);
  row->SetU32(C::kConfirmed, Milliseconds(times.ndm_confirmed));
  row->SetU32(C::kUsed, Milliseconds(times.ndm_used));
  row->SetU32(C::kUpdated, Milliseconds(times.ndm_updated));
}

}  // namespace

std::vector<uint8_t> EncodeNeighbourDump(const DumpRequest& request) {
  ndmsg fixed = {};
  fixed.ndm_family = request.family;
  return RequestWriter::Of(RTM_GETNEIGH, NLM_F_REQUEST | NLM_F_DUMP, fixed).Take();
}

NeighbourDecoder::NeighbourDecoder(const DumpRequest& request, TableBuilder* rows, TableBuilder* held)
    : Decoder(RTM_NEWNEIGH, rows, held), family_(request.family), rules_(kRules, *rows) {}

RowResult NeighbourDecoder::Fill(const Message& message, TableBuilder* row) {
  if (message.payload.size() < sizeof(ndmsg)) return RowResult::kMalformed;
  const ndmsg fixed = Load<ndmsg>(message.payload);
  if (family_ != AF_UNSPEC && fixed.ndm_family != family_) return RowResult::kSkipped;
  row->SetU8(C::kFamily, fixed.ndm_family);
  row->SetU32(C::kInterface, static_cast<uint32_t>(fixed.ndm_ifindex));
  row->SetU16(C::kState, fixed.ndm_state);
  row->SetU8(C::kFlags, fixed.ndm_flags);
  row->SetU8(C::kType, fixed.ndm_type);
  AttributeCursor cursor(message.payload.subspan(sizeof(fixed)));
  Attribute attribute;
  while (cursor.Next(&attribute)) {
    rules_.Apply(&cursor, attribute, row);
    if (attribute.type != NDA_CACHEINFO) continue;
    const std::span<const uint8_t> times = cursor.Bytes(attribute, sizeof(nda_cacheinfo));
    if (!cursor.failed()) FillTimes(times, row);
  }
  return cursor.failed() ? RowResult::kMalformed : RowResult::kKept;
}

}  // namespace sockdiag
