#include "route/address.h"

#include <algorithm>

#include "uapi.h"

namespace sockdiag {
namespace {

// Kernel: 5.18; linux/if_addr.h of older kernels ends before it.
constexpr uint16_t kIfaProto = 11;

using C = AddressesColumn;

constexpr AttributeRule kRules[] = {
    {IFA_LABEL, Read::kText, C::kLabel},
    {IFA_BROADCAST, Read::kAddr, C::kBroadcast},
    {IFA_FLAGS, Read::kU32, C::kFlags},
    {IFA_CACHEINFO, Read::kU32, C::kPreferredLifetime, 0, sizeof(ifa_cacheinfo)},
    {IFA_CACHEINFO, Read::kU32, C::kValidLifetime, 4, sizeof(ifa_cacheinfo)},
    {kIfaProto, Read::kU8, C::kProtocol},
};

void SetAddress(uint16_t column, std::span<const uint8_t> bytes, TableBuilder* row) {
  row->SetAddr(column, bytes.data(), std::min(bytes.size(), KindWidth(Kind::kAddr)));
}

// IFA_LOCAL is this end. IFA_ADDRESS is the same, or the other end of a point-to-point link; IPv6 sends it alone when
// there is no other end.
void FillEnds(const Attribute& local, const Attribute& address, TableBuilder* row) {
  const bool has_local = !local.payload.empty();
  SetAddress(C::kAddress, has_local ? local.payload : address.payload, row);
  if (!has_local || address.payload.empty()) return;
  if (std::ranges::equal(local.payload, address.payload)) return;
  SetAddress(C::kPeer, address.payload, row);
}

}  // namespace

std::vector<uint8_t> EncodeAddressDump(const DumpRequest& request) {
  ifaddrmsg fixed = {};
  fixed.ifa_family = request.family;
  return RequestWriter::Of(RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP, fixed).Take();
}

AddressDecoder::AddressDecoder(const DumpRequest& request, TableBuilder* rows, TableBuilder* held)
    : Decoder(RTM_NEWADDR, rows, held), family_(request.family), rules_(kRules, *rows) {}

RowResult AddressDecoder::Fill(const Message& message, TableBuilder* row) {
  if (message.payload.size() < sizeof(ifaddrmsg)) return RowResult::kMalformed;
  const ifaddrmsg fixed = Load<ifaddrmsg>(message.payload);
  if (family_ != AF_UNSPEC && fixed.ifa_family != family_) return RowResult::kSkipped;
  row->SetU8(C::kFamily, fixed.ifa_family);
  row->SetU32(C::kInterface, fixed.ifa_index);
  row->SetU8(C::kPrefixLength, fixed.ifa_prefixlen);
  row->SetU8(C::kScope, fixed.ifa_scope);
  // IFA_FLAGS (3.14), which is wider, overwrites it.
  row->SetU32(C::kFlags, fixed.ifa_flags);
  AttributeCursor cursor(message.payload.subspan(sizeof(fixed)));
  Attribute attribute;
  Attribute local;
  Attribute address;
  while (cursor.Next(&attribute)) {
    rules_.Apply(&cursor, attribute, row);
    if (attribute.type == IFA_LOCAL) local = attribute;
    if (attribute.type == IFA_ADDRESS) address = attribute;
  }
  FillEnds(local, address, row);
  return cursor.failed() ? RowResult::kMalformed : RowResult::kKept;
}

}  // namespace sockdiag
