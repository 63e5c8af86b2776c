#include "families.h"

#include "diag/inet.h"
#include "uapi.h"

namespace sockdiag {
namespace {

template <typename T>
std::unique_ptr<Decoder> Make(const DumpRequest& request, TableBuilder* rows, TableBuilder* held) {
  return std::make_unique<T>(request, rows, held);
}

constexpr DumpKind kDumpKinds[] = {
    {"inet", &kSocketsTable, NETLINK_SOCK_DIAG, EncodeInetDump, Make<InetDecoder>},
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
