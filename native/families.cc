#include "families.h"

#include "diag/inet.h"
#include "diag/netlink.h"
#include "diag/packet.h"
#include "diag/unix.h"
#include "route/address.h"
#include "route/link.h"
#include "route/neighbour.h"
#include "route/route.h"
#include "route/rule.h"
#include "uapi.h"

namespace sockdiag {
namespace {

template <typename T>
std::unique_ptr<Decoder> Make(const DumpRequest& request, TableBuilder* rows, TableBuilder* held) {
  return std::make_unique<T>(request, rows, held);
}

constexpr DumpKind kDumpKinds[] = {
    {"inet", &kSocketsTable, NETLINK_SOCK_DIAG, EncodeInetDump, Make<InetDecoder>},
    {"unix", &kUnixTable, NETLINK_SOCK_DIAG, EncodeUnixDump, Make<UnixDecoder>},
    {"packet", &kPacketTable, NETLINK_SOCK_DIAG, EncodePacketDump, Make<PacketDecoder>},
    {"netlink", &kNetlinkTable, NETLINK_SOCK_DIAG, EncodeNetlinkDump, Make<NetlinkDecoder>},
    {"link", &kLinksTable, NETLINK_ROUTE, EncodeLinkDump, Make<LinkDecoder>},
    {"address", &kAddressesTable, NETLINK_ROUTE, EncodeAddressDump, Make<AddressDecoder>},
    {"route", &kRoutesTable, NETLINK_ROUTE, EncodeRouteDump, Make<RouteDecoder>},
    {"rule", &kRulesTable, NETLINK_ROUTE, EncodeRuleDump, Make<RuleDecoder>},
    {"neighbour", &kNeighboursTable, NETLINK_ROUTE, EncodeNeighbourDump, Make<NeighbourDecoder>},
};

}  // namespace

std::span<const DumpKind> DumpKinds() { return kDumpKinds; }

const DumpKind* FindDumpKind(std::string_view name) {
  for (const DumpKind& kind : kDumpKinds) {
    if (name == kind.name) return &kind;
  }
  return nullptr;
}

}  // namespace sockdiag
