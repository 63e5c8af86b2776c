#include "owners/owner_rows.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace sockdiag {
namespace {

#define SOCKDIAG_OWNERS_COLUMN(Name, kind, nullable) {#Name, Kind::kind, nullable},
constexpr ColumnSchema kColumns[] = {SOCKDIAG_OWNERS_COLUMNS(SOCKDIAG_OWNERS_COLUMN)};
#undef SOCKDIAG_OWNERS_COLUMN

constexpr uint16_t kWideColumns = 4;

// Bytes of a column of uint32_t.
size_t WideColumn(size_t rows) { return (rows * sizeof(uint32_t) + 7) / 8 * 8; }

// Multiplier of Fibonacci hashing: 2^32 / golden ratio, odd.
constexpr uint32_t kSpread = 0x9E3779B1;
// Inodes that share a line of slots: consecutive sockets mostly have consecutive inodes, and belong together.
constexpr uint32_t kLineBits = 3;

// At most half of the slots are taken.
uint32_t SlotBits(size_t rows) {
  return std::max<uint32_t>(kLineBits + 1, static_cast<uint32_t>(std::bit_width(rows * 2)));
}

uint32_t FirstSlot(uint32_t inode, uint32_t bits) {
  const uint32_t line = (inode >> kLineBits) * kSpread >> (32 - (bits - kLineBits));
  return line << kLineBits | (inode & ((1u << kLineBits) - 1));
}

}  // namespace

const TableSchema kOwnersTable = {"owners", kColumns};

bool OwnerRows::Allocate(size_t rows) {
  rows_ = 0;
  const size_t wide = WideColumn(rows);
  // NB: never of length 0: an external ArrayBuffer over nothing counts as detached.
  size_t size = kWideColumns * wide + std::max<size_t>((rows + 7) / 8 * 8, sizeof(uint64_t));
  if (indexed) {
    slots = size_t{1} << SlotBits(rows);
    slots_offset = size;
    holders_offset = slots_offset + slots * sizeof(HolderSlot);
    size = holders_offset + wide;
  }
  memory = Memory::Allocate(size);
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

// NB: rows ascend by process, so that the first one of an inode has the lowest.
void OwnerRows::FillIndex() {
  auto* const table = reinterpret_cast<HolderSlot*>(memory.data() + slots_offset);
  auto* const found = reinterpret_cast<uint32_t*>(memory.data() + holders_offset);
  const uint32_t bits = SlotBits(rows_), mask = static_cast<uint32_t>(slots - 1);
  holders = 0;
  for (size_t row = 0; row < rows_; row++) {
    if (leader[row] == 0 || inode[row] == 0) continue;
    if (holders == 0 || found[holders - 1] != pid[row]) found[holders++] = pid[row];
    uint32_t at = FirstSlot(inode[row], bits);
    while (table[at].inode != 0 && table[at].inode != inode[row]) at = (at + 1) & mask;
    if (table[at].inode == 0) table[at] = {inode[row], static_cast<uint32_t>(holders)};
  }
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
