#include "route/link.h"

#include "uapi.h"

namespace sockdiag {
namespace {

// struct rtnl_link_stats64 up to tx_compressed, its last member in the first kernel that sent it (2.6.35).
constexpr uint16_t kStatsMinimum = 23 * sizeof(uint64_t);
constexpr uint16_t kMapMinimum = 28;

using C = LinksColumn;

constexpr AttributeRule Counter(uint16_t column, uint16_t index) {
  return {IFLA_STATS64, Read::kU64, column, static_cast<uint16_t>(index * sizeof(uint64_t)), kStatsMinimum};
}

// Indexes are places in struct rtnl_link_stats64.
constexpr AttributeRule kRules[] = {
    {IFLA_IFNAME, Read::kText, C::kName},
    {IFLA_MTU, Read::kU32, C::kMtu},
    {IFLA_TXQLEN, Read::kU32, C::kTxqlen},
    {IFLA_OPERSTATE, Read::kU8, C::kOperstate},
    {IFLA_MASTER, Read::kU32, C::kMaster},
    {IFLA_ADDRESS, Read::kBytes, C::kAddress},
    {IFLA_IFALIAS, Read::kText, C::kAlias},
    {IFLA_MAP, Read::kU64, C::kMemStart, 0, kMapMinimum},
    {IFLA_MAP, Read::kU64, C::kMemEnd, 8, kMapMinimum},
    {IFLA_MAP, Read::kU64, C::kBaseAddr, 16, kMapMinimum},
    {IFLA_MAP, Read::kU16, C::kIrq, 24, kMapMinimum},
    {IFLA_MAP, Read::kU8, C::kDma, 26, kMapMinimum},
    {IFLA_MAP, Read::kU8, C::kPort, 27, kMapMinimum},
    Counter(C::kRxPackets, 0),
    Counter(C::kTxPackets, 1),
    Counter(C::kRxBytes, 2),
    Counter(C::kTxBytes, 3),
    Counter(C::kRxErrors, 4),
    Counter(C::kTxErrors, 5),
    Counter(C::kTxDropped, 7),
    Counter(C::kMulticast, 8),
    Counter(C::kCollisions, 9),
    Counter(C::kRxFifo, 14),
    Counter(C::kTxFifo, 18),
    Counter(C::kRxCompressed, 21),
    Counter(C::kTxCompressed, 22),
};

// Columns of /proc/net/dev that are sums of counters.
struct CounterSum {
  uint16_t column;
  uint8_t counters;
  uint8_t indexes[4];
};

constexpr CounterSum kSums[] = {
    {C::kRxDropped, 2, {6, 15}},
    {C::kRxFrame, 4, {10, 11, 12, 13}},
    {C::kTxCarrier, 4, {16, 17, 19, 20}},
};

void FillSums(std::span<const uint8_t> stats, TableBuilder* row) {
  for (const CounterSum& sum : kSums) {
    uint64_t total = 0;
    for (size_t i = 0; i < sum.counters; i++) total += Load<uint64_t>(stats, sum.indexes[i] * sizeof(uint64_t));
    row->SetU64(sum.column, total);
  }
}

void FillKind(AttributeCursor* cursor, const Attribute& info, TableBuilder* row) {
  AttributeCursor nested = cursor->Nested(info);
  Attribute attribute;
  while (nested.Next(&attribute)) {
    if (attribute.type == IFLA_INFO_KIND) row->SetDict(C::kKind, nested.String(attribute));
  }
  cursor->Join(nested);
}

}  // namespace

// Kernel: without IFLA_EXT_MASK the answer is complete as well; bit 0 of it, virtual functions, can make one message
// larger than any buffer and is never set. SKIP_STATS leaves out the IPv6 counters of each device, not IFLA_STATS64.
std::vector<uint8_t> EncodeLinkDump(const DumpRequest&) {
  RequestWriter writer = RequestWriter::Of(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, ifinfomsg{});
  writer.PutU32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  return writer.Take();
}

LinkDecoder::LinkDecoder(const DumpRequest&, TableBuilder* rows, TableBuilder* held)
    : Decoder(RTM_NEWLINK, rows, held), rules_(kRules, *rows) {}

RowResult LinkDecoder::Fill(const Message& message, TableBuilder* row) {
  if (message.payload.size() < sizeof(ifinfomsg)) return RowResult::kMalformed;
  const ifinfomsg fixed = Load<ifinfomsg>(message.payload);
  row->SetU32(C::kIndex, static_cast<uint32_t>(fixed.ifi_index));
  row->SetU16(C::kType, fixed.ifi_type);
  row->SetU32(C::kFlags, fixed.ifi_flags);
  AttributeCursor cursor(message.payload.subspan(sizeof(fixed)));
  Attribute attribute;
  while (cursor.Next(&attribute)) {
    rules_.Apply(&cursor, attribute, row);
    if (attribute.type == IFLA_LINKINFO) FillKind(&cursor, attribute, row);
    if (attribute.type != IFLA_STATS64) continue;
    const std::span<const uint8_t> stats = cursor.Bytes(attribute, kStatsMinimum);
    if (!cursor.failed()) FillSums(stats, row);
  }
  return cursor.failed() ? RowResult::kMalformed : RowResult::kKept;
}

}  // namespace sockdiag
