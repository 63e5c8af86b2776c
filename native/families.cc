#include "families.h"

#include "diag/inet.h"
#include "diag/netlink.h"
#include "diag/packet.h"
#include "diag/unix.h"
#include "diag/vsock.h"
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
    {"inet", &kSocketsTable, NETLINK_SOCK_DIAG, EncodeInetDump, EncodeInetGet, Make<InetDecoder>},
    {"unix", &kUnixTable, NETLINK_SOCK_DIAG, EncodeUnixDump, nullptr, Make<UnixDecoder>},
    {"packet", &kPacketTable, NETLINK_SOCK_DIAG, EncodePacketDump, nullptr, Make<PacketDecoder>},
    {"netlink", &kNetlinkTable, NETLINK_SOCK_DIAG, EncodeNetlinkDump, nullptr, Make<NetlinkDecoder>},
    {"vsock", &kVsockTable, NETLINK_SOCK_DIAG, EncodeVsockDump, nullptr, Make<VsockDecoder>},
    {"link", &kLinksTable, NETLINK_ROUTE, EncodeLinkDump, nullptr, Make<LinkDecoder>},
    {"address", &kAddressesTable, NETLINK_ROUTE, EncodeAddressDump, nullptr, Make<AddressDecoder>},
    {"route", &kRoutesTable, NETLINK_ROUTE, EncodeRouteDump, nullptr, Make<RouteDecoder>},
    {"rule", &kRulesTable, NETLINK_ROUTE, EncodeRuleDump, nullptr, Make<RuleDecoder>},
    {"neighbour", &kNeighboursTable, NETLINK_ROUTE, EncodeNeighbourDump, nullptr, Make<NeighbourDecoder>},
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
