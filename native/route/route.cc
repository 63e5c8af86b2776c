#include "route/route.h"

#include <linux/ipv6_route.h>
#include <linux/route.h>

#include <algorithm>

#include "netlink/attribute.h"
#include "uapi.h"

namespace sockdiag {
namespace {

// Kernel: 5.3; linux/rtnetlink.h of older kernels ends before it.
constexpr uint16_t kRtaNhId = 30;
// What /proc/net/route adds to an advertised MSS to show it as an MTU.
constexpr uint32_t kMssToMtu = 40;
// RTAX_RTT is in 1/8 ms.
constexpr int kRttShift = 3;
// Kernel: rta_expires is in units of USER_HZ, which is 100 on every architecture of today.
constexpr int32_t kTicksPerSecond = 100;

using C = RoutesColumn;

// One way out of a route.
struct Hop {
  uint32_t interface = 0;
  uint32_t weight = 0;
  std::span<const uint8_t> gateway;
  // RTA_VIA: address of another family.
  std::span<const uint8_t> via;
};

// What a message says, before it becomes rows.
struct Route {
  rtmsg fixed = {};
  size_t hops = 0;
  // NB: most routes have one, which needs no memory of its own.
  Hop first;
  std::vector<Hop> others;
  bool multipath = false;

  void Add(const Hop& hop) {
    if (hops++ == 0) {
      first = hop;
    } else {
      others.push_back(hop);
    }
  }
  const Hop& At(size_t number) const { return number == 0 ? first : others[number - 1]; }
};

void SetAddress(uint16_t column, std::span<const uint8_t> bytes, TableBuilder* row) {
  row->SetAddr(column, bytes.data(), std::min(bytes.size(), KindWidth(Kind::kAddr)));
}

// struct rtvia: a family and an address.
std::span<const uint8_t> ViaAddress(std::span<const uint8_t> payload) {
  return payload.size() < sizeof(uint16_t) ? std::span<const uint8_t>{} : payload.subspan(sizeof(uint16_t));
}

Hop ReadHop(const AttributeTable& attributes, uint32_t interface) {
  return {interface, 0, attributes.Payload(RTA_GATEWAY), ViaAddress(attributes.Payload(RTA_VIA))};
}

// RTA_MULTIPATH: struct rtnexthop, each with attributes of its own.
void ReadHops(AttributeCursor* cursor, std::span<const uint8_t> bytes, Route* route) {
  while (!bytes.empty()) {
    if (bytes.size() < sizeof(rtnexthop)) return cursor->Fail();
    const rtnexthop fixed = Load<rtnexthop>(bytes);
    if (fixed.rtnh_len < sizeof(rtnexthop) || fixed.rtnh_len > bytes.size()) return cursor->Fail();
    AttributeCursor nested(bytes.subspan(sizeof(rtnexthop), fixed.rtnh_len - sizeof(rtnexthop)));
    Hop hop = ReadHop(AttributeTable(&nested), static_cast<uint32_t>(fixed.rtnh_ifindex));
    hop.weight = fixed.rtnh_hops + 1u;
    route->Add(hop);
    cursor->Join(nested);
    bytes = bytes.subspan(std::min<size_t>(RTNH_ALIGN(fixed.rtnh_len), bytes.size()));
  }
}

bool AnySet(std::span<const uint8_t> bytes, size_t length) {
  bytes = bytes.first(std::min(length, bytes.size()));
  return std::any_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte != 0; });
}

// Column flags of /proc/net/route.
uint32_t Ipv4Flags(const Route& route, const Hop& hop) {
  uint32_t flags = RTF_UP;
  // The file looks at the first word of the next hop whatever its family.
  if (AnySet(hop.gateway, sizeof(in_addr)) || AnySet(hop.via, sizeof(in_addr))) flags |= RTF_GATEWAY;
  if (route.fixed.rtm_dst_len == 32) flags |= RTF_HOST;
  if (route.fixed.rtm_type == RTN_UNREACHABLE || route.fixed.rtm_type == RTN_PROHIBIT) flags |= RTF_REJECT;
  return flags;
}

bool Rejects(uint8_t type) {
  return type == RTN_BLACKHOLE || type == RTN_UNREACHABLE || type == RTN_PROHIBIT || type == RTN_THROW;
}

// Column flags of /proc/net/ipv6_route, as far as the answer tells.
uint32_t Ipv6Flags(const Route& route, const Hop& hop, int32_t expires) {
  const rtmsg& fixed = route.fixed;
  uint32_t flags = RTF_UP;
  if (AnySet(hop.gateway, sizeof(in6_addr))) flags |= RTF_GATEWAY;
  if (Rejects(fixed.rtm_type)) flags |= RTF_REJECT | RTF_NONEXTHOP;
  if (fixed.rtm_type == RTN_LOCAL && fixed.rtm_protocol == RTPROT_KERNEL) flags |= RTF_NONEXTHOP;
  if (expires != 0) flags |= RTF_EXPIRES;
  if (fixed.rtm_protocol == RTPROT_RA) flags |= RTF_ADDRCONF | (fixed.rtm_dst_len == 0 ? RTF_DEFAULT : 0);
  return flags;
}

int32_t ExpiresTicks(AttributeCursor* cursor, const AttributeTable& attributes) {
  const std::optional<Attribute> attribute = attributes.Find(RTA_CACHEINFO);
  if (!attribute.has_value()) return 0;
  const std::span<const uint8_t> bytes = cursor->Bytes(*attribute, sizeof(rta_cacheinfo));
  return cursor->failed() ? 0 : Load<rta_cacheinfo>(bytes).rta_expires;
}

void FillMetrics(AttributeCursor* cursor, const AttributeTable& attributes, bool ipv4, TableBuilder* row) {
  AttributeCursor nested(attributes.Payload(RTA_METRICS));
  const AttributeTable metrics(&nested);
  const uint32_t advmss = metrics.U32(RTAX_ADVMSS, 0);
  const uint32_t window = metrics.U32(RTAX_WINDOW, 0);
  const uint32_t rtt = metrics.U32(RTAX_RTT, 0) >> kRttShift;
  if (metrics.Has(RTAX_MTU)) row->SetU32(C::kMtu, metrics.U32(RTAX_MTU, 0));
  if (metrics.Has(RTAX_ADVMSS)) row->SetU32(C::kAdvmss, advmss);
  cursor->Join(nested);
  // /proc/net/ipv6_route has no such columns.
  if (!ipv4) return;
  row->SetU32(C::kMss, advmss == 0 ? 0 : advmss + kMssToMtu);
  row->SetU32(C::kWindow, window);
  row->SetU32(C::kIrtt, rtt);
}

void FillHop(const Route& route, size_t number, int32_t expires, TableBuilder* row) {
  const Hop& hop = route.At(number);
  const bool ipv4 = route.fixed.rtm_family == AF_INET;
  row->SetU32(C::kFlags, ipv4 ? Ipv4Flags(route, hop) : Ipv6Flags(route, hop, expires));
  row->SetU32(C::kInterface, hop.interface);
  row->SetU32(C::kHop, static_cast<uint32_t>(number));
  SetAddress(C::kGateway, hop.gateway, row);
  if (!hop.via.empty()) SetAddress(C::kVia, hop.via, row);
  if (route.multipath) row->SetU32(C::kWeight, hop.weight);
}

void FillRoute(AttributeCursor* cursor, const AttributeTable& attributes, const Route& route, TableBuilder* row) {
  const rtmsg& fixed = route.fixed;
  const bool ipv4 = fixed.rtm_family == AF_INET;
  row->SetU8(C::kFamily, fixed.rtm_family);
  row->SetU32(C::kTable, attributes.U32(RTA_TABLE, fixed.rtm_table));
  row->SetU8(C::kType, fixed.rtm_type);
  row->SetU8(C::kProtocol, fixed.rtm_protocol);
  row->SetU8(C::kScope, fixed.rtm_scope);
  SetAddress(C::kDestination, attributes.Payload(RTA_DST), row);
  row->SetU8(C::kDestinationLength, fixed.rtm_dst_len);
  if (attributes.Has(RTA_SRC)) SetAddress(C::kSource, attributes.Payload(RTA_SRC), row);
  row->SetU8(C::kSourceLength, fixed.rtm_src_len);
  if (attributes.Has(RTA_PREFSRC)) SetAddress(C::kPreferredSource, attributes.Payload(RTA_PREFSRC), row);
  row->SetI32(C::kMetric, static_cast<int32_t>(attributes.U32(RTA_PRIORITY, 0)));
  // Kernel: both constant in the files, but for the references of IPv6 routes, which netlink does not tell.
  if (ipv4) row->SetI32(C::kRefCount, 0);
  row->SetI32(C::kUse, 0);
  if (attributes.Has(kRtaNhId)) row->SetU32(C::kNexthopId, attributes.U32(kRtaNhId, 0));
  row->SetU8(C::kTos, fixed.rtm_tos);
  FillMetrics(cursor, attributes, ipv4, row);
}

}  // namespace

std::vector<uint8_t> EncodeRouteDump(const DumpRequest& request) {
  rtmsg fixed = {};
  fixed.rtm_family = request.family;
  if (request.table <= UINT8_MAX) fixed.rtm_table = static_cast<uint8_t>(request.table);
  RequestWriter writer = RequestWriter::Of(RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP, fixed);
  if (request.table != 0) writer.PutU32(RTA_TABLE, request.table);
  return writer.Take();
}

RouteDecoder::RouteDecoder(const DumpRequest& request, TableBuilder* rows, TableBuilder* held)
    : Decoder(RTM_NEWROUTE, rows, held), family_(request.family), table_(request.table) {}

RowResult RouteDecoder::Fill(const Message& message, TableBuilder* row) {
  if (message.payload.size() < sizeof(rtmsg)) return RowResult::kMalformed;
  Route route;
  route.fixed = Load<rtmsg>(message.payload);
  if (family_ != AF_UNSPEC && route.fixed.rtm_family != family_) return RowResult::kSkipped;
  // Entries of the route cache of old kernels.
  if ((route.fixed.rtm_flags & RTM_F_CLONED) != 0) return RowResult::kSkipped;
  AttributeCursor cursor(message.payload.subspan(sizeof(rtmsg)));
  const AttributeTable attributes(&cursor);
  if (table_ != 0 && attributes.U32(RTA_TABLE, route.fixed.rtm_table) != table_) return RowResult::kSkipped;
  const int32_t expires = ExpiresTicks(&cursor, attributes);
  if (attributes.Has(RTA_MULTIPATH)) {
    ReadHops(&cursor, attributes.Payload(RTA_MULTIPATH), &route);
    route.multipath = true;
  }
  if (route.hops == 0) route.Add(ReadHop(attributes, attributes.U32(RTA_OIF, 0)));
  if (cursor.failed()) return RowResult::kMalformed;
  for (size_t number = 0; number < route.hops; number++) {
    if (number > 0 && !NextRow(row)) return RowResult::kSkipped;
    FillRoute(&cursor, attributes, route, row);
    FillHop(route, number, expires, row);
    if (attributes.Has(RTA_CACHEINFO)) {
      row->SetU32(C::kExpires, expires > 0 ? static_cast<uint32_t>(expires / kTicksPerSecond) : 0);
    }
    if (cursor.failed()) return RowResult::kMalformed;
  }
  return RowResult::kKept;
}

}  // namespace sockdiag
