#include "owners/owner_rows.h"

#include <utility>

namespace sockdiag {
namespace {

#define SOCKDIAG_OWNERS_COLUMN(Name, kind, nullable) {#Name, Kind::kind, nullable},
constexpr ColumnSchema kColumns[] = {SOCKDIAG_OWNERS_COLUMNS(SOCKDIAG_OWNERS_COLUMN)};
#undef SOCKDIAG_OWNERS_COLUMN

constexpr uint16_t kWideColumns = 4;

// Bytes of a column of uint32_t.
size_t WideColumn(size_t rows) { return (rows * sizeof(uint32_t) + 7) / 8 * 8; }

}  // namespace

const TableSchema kOwnersTable = {"owners", kColumns};

bool OwnerRows::Allocate(size_t rows) {
  rows_ = 0;
  const size_t wide = WideColumn(rows);
  // NB: never of length 0: an external ArrayBuffer over nothing counts as detached.
  memory = Memory::Allocate(kWideColumns * wide + rows + (rows == 0 ? sizeof(uint64_t) : 0));
  uint8_t* const data = memory.data();
  if (data == nullptr) return false;
  inode = reinterpret_cast<uint32_t*>(data);
  pid = reinterpret_cast<uint32_t*>(data + wide);
  tid = reinterpret_cast<uint32_t*>(data + 2 * wide);
  fd = reinterpret_cast<uint32_t*>(data + 3 * wide);
  leader = data + 4 * wide;
  rows_ = rows;
  return true;
}

Block OwnerRows::ToBlock() {
  Block block;
  block.rows = rows_;
  for (uint16_t id = 0; id <= kWideColumns; id++) block.columns.push_back({.id = id, .offset = id * WideColumn(rows_)});
  block.memory = std::move(memory);
  inode = pid = tid = fd = nullptr;
  leader = nullptr;
  rows_ = 0;
  return block;
}

}  // namespace sockdiag
