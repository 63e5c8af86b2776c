#include "columns/schema.h"

namespace sockdiag {
namespace {

#define SOCKDIAG_COLUMN_SCHEMA(Name, kind, nullable) {#Name, Kind::kind, nullable},

constexpr ColumnSchema kSocketsColumns[] = {SOCKDIAG_SOCKETS_COLUMNS(SOCKDIAG_COLUMN_SCHEMA)};

#undef SOCKDIAG_COLUMN_SCHEMA

constexpr const TableSchema* kTables[] = {&kSocketsTable};

}  // namespace

constexpr TableSchema kSocketsTable = {"sockets", kSocketsColumns};

std::span<const TableSchema* const> Tables() { return kTables; }

const TableSchema* FindTable(std::string_view name) {
  for (const TableSchema* table : kTables) {
    if (name == table->name) return table;
  }
  return nullptr;
}

}  // namespace sockdiag
