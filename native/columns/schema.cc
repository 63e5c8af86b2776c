#include "columns/schema.h"

namespace sockdiag {
namespace {

#define SOCKDIAG_COLUMN_SCHEMA(Name, kind, nullable) {#Name, Kind::kind, nullable},

constexpr ColumnSchema kSocketsColumns[] = {SOCKDIAG_SOCKETS_COLUMNS(SOCKDIAG_COLUMN_SCHEMA)};
constexpr ColumnSchema kUnixColumns[] = {SOCKDIAG_UNIX_COLUMNS(SOCKDIAG_COLUMN_SCHEMA)};
constexpr ColumnSchema kPacketColumns[] = {SOCKDIAG_PACKET_COLUMNS(SOCKDIAG_COLUMN_SCHEMA)};
constexpr ColumnSchema kNetlinkColumns[] = {SOCKDIAG_NETLINK_COLUMNS(SOCKDIAG_COLUMN_SCHEMA)};
constexpr ColumnSchema kVsockColumns[] = {SOCKDIAG_VSOCK_COLUMNS(SOCKDIAG_COLUMN_SCHEMA)};
constexpr ColumnSchema kLinksColumns[] = {SOCKDIAG_LINKS_COLUMNS(SOCKDIAG_COLUMN_SCHEMA)};
constexpr ColumnSchema kAddressesColumns[] = {SOCKDIAG_ADDRESSES_COLUMNS(SOCKDIAG_COLUMN_SCHEMA)};
constexpr ColumnSchema kRoutesColumns[] = {SOCKDIAG_ROUTES_COLUMNS(SOCKDIAG_COLUMN_SCHEMA)};
constexpr ColumnSchema kRulesColumns[] = {SOCKDIAG_RULES_COLUMNS(SOCKDIAG_COLUMN_SCHEMA)};
constexpr ColumnSchema kNeighboursColumns[] = {SOCKDIAG_NEIGHBOURS_COLUMNS(SOCKDIAG_COLUMN_SCHEMA)};

#undef SOCKDIAG_COLUMN_SCHEMA

constexpr const TableSchema* kTables[] = {&kSocketsTable, &kUnixTable, &kPacketTable, &kNetlinkTable, &kVsockTable, &kLinksTable, &kAddressesTable, &kRoutesTable, &kRulesTable, &kNeighboursTable};

}  // namespace

constexpr TableSchema kSocketsTable = {"sockets", kSocketsColumns};
constexpr TableSchema kUnixTable = {"unix", kUnixColumns};
constexpr TableSchema kPacketTable = {"packet", kPacketColumns};
constexpr TableSchema kNetlinkTable = {"netlink", kNetlinkColumns};
constexpr TableSchema kVsockTable = {"vsock", kVsockColumns};
constexpr TableSchema kLinksTable = {"links", kLinksColumns};
constexpr TableSchema kAddressesTable = {"addresses", kAddressesColumns};
constexpr TableSchema kRoutesTable = {"routes", kRoutesColumns};
constexpr TableSchema kRulesTable = {"rules", kRulesColumns};
constexpr TableSchema kNeighboursTable = {"neighbours", kNeighboursColumns};

std::span<const TableSchema* const> Tables() { return kTables; }

const TableSchema* FindTable(std::string_view name) {
  for (const TableSchema* table : kTables) {
    if (name == table->name) return table;
  }
  return nullptr;
}

}  // namespace sockdiag
