#ifndef SOCKDIAG_FAMILIES_H_
#define SOCKDIAG_FAMILIES_H_

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "columns/schema.h"
#include "netlink/dump.h"
#include "netlink/request.h"

namespace sockdiag {

// One kind of dump: how it is asked for, who reads the answers, which table they fill.
struct DumpKind {
  const char* name;
  const TableSchema* table;
  int netlink_protocol;
  std::vector<uint8_t> (*encode)(const DumpRequest& request);
  // The request for one object; null = the kernel has none.
  std::vector<uint8_t> (*encode_get)(const DumpRequest& request);
  std::unique_ptr<Decoder> (*decoder)(const DumpRequest& request, TableBuilder* rows, TableBuilder* held);
};

// Every kind. Tests and fuzz targets are made from it.
std::span<const DumpKind> DumpKinds();

// The kind of that name; null = none.
const DumpKind* FindDumpKind(std::string_view name);

}  // namespace sockdiag

#endif  // SOCKDIAG_FAMILIES_H_
