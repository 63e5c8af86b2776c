#include "columns/builder.h"

#include <sys/mman.h>

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace sockdiag {
namespace {

constexpr size_t kMapFrom = 128 * 1024;
constexpr size_t kHugeFrom = 4 * 1024 * 1024;
constexpr size_t kAlignment = 64;
constexpr size_t kHeapLimit = UINT32_MAX;
// Rows of the second and third size of a builder; beyond, it grows by kGrowth. A 100,000 row dump copies 16 % of its
// rows once.
constexpr size_t kRowSteps[] = {16 * 1024, 128 * 1024};
constexpr size_t kGrowth = 4;

constexpr size_t AlignUp(size_t size) { return (size + kAlignment - 1) / kAlignment * kAlignment; }

size_t NextCapacity(size_t capacity) {
  for (size_t step : kRowSteps) {
    if (capacity < step) return step;
  }
  return capacity * kGrowth;
}

}  // namespace

Memory::Memory(Memory&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      origin_(std::exchange(other.origin_, Origin::kHeap)) {}

Memory& Memory::operator=(Memory&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(origin_, other.origin_);
  return *this;
}

Memory::~Memory() {
  if (origin_ == Origin::kMapping) munmap(data_, size_);
  if (origin_ == Origin::kHeap) free(data_);
}

Memory Memory::Borrow(uint8_t* data, size_t size) {
  Memory memory;
  memory.data_ = data;
  memory.size_ = size;
  memory.origin_ = Origin::kBorrowed;
  return memory;
}

Memory Memory::Allocate(size_t size) {
  Memory memory;
  if (size >= kMapFrom) {
    void* mapping = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapping == MAP_FAILED) return memory;
    // Columns are filled side by side, so small tables must not clear a huge page for the start of each; in large ones
    // clearing pages one by one would be half the cost of decoding.
    madvise(mapping, size, size >= kHugeFrom ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
    memory.data_ = static_cast<uint8_t*>(mapping);
    memory.origin_ = Origin::kMapping;
  } else {
    memory.data_ = static_cast<uint8_t*>(calloc(1, size));
    if (memory.data_ == nullptr) return memory;
  }
  memory.size_ = size;
  return memory;
}

TableBuilder::TableBuilder(const TableSchema& schema, std::span<const uint16_t> requested, size_t first_rows)
    : schema_(schema), slots_(schema.columns.size()), first_rows_(std::max<size_t>(first_rows, 1)) {
  columns_.reserve(std::min(requested.size(), slots_.size()));
  for (uint16_t id : requested) {
    if (id >= slots_.size() || slots_[id].requested) continue;
    const ColumnSchema& column = schema.columns[id];
    slots_[id].requested = true;
    slots_[id].index = static_cast<uint16_t>(columns_.size());
    columns_.push_back({id, column.kind, column.nullable});
    if (column.kind == Kind::kStr) has_heap_ = true;
  }
}

size_t TableBuilder::Place(size_t rows, std::vector<Placement>* placements) const {
  size_t size = 0;
  placements->clear();
  for (const Column& column : columns_) {
    Placement place{size, 0};
    size += AlignUp((rows + (column.kind == Kind::kStr ? 1 : 0)) * KindWidth(column.kind));
    place.valid = size;
    if (column.nullable) size += AlignUp(rows);
    placements->push_back(place);
  }
  return std::max(size, kAlignment);
}

bool TableBuilder::BeginRow() {
  if (rows_ == capacity_ && !Grow(capacity_ == 0 ? first_rows_ : NextCapacity(capacity_))) {
    exhausted_ = true;
    return false;
  }
  if (!has_heap_) return true;
  for (const Column& column : columns_) {
    if (column.kind != Kind::kStr) continue;
    const uint32_t end = static_cast<uint32_t>(column.heap.size());
    memcpy(slots_[column.id].values + (rows_ + 1) * sizeof(end), &end, sizeof(end));
  }
  return true;
}

size_t TableBuilder::SizeOf(size_t rows) const {
  std::vector<Placement> placements;
  return Place(rows, &placements);
}

Memory TableBuilder::TakeMemory(size_t size) {
  if (lent_.data() == nullptr || lent_.size() < size) return Memory::Allocate(size);
  memset(lent_.data(), 0, size);
  return std::exchange(lent_, Memory());
}

bool TableBuilder::Grow(size_t rows) {
  std::vector<Placement> placements;
  Memory memory = TakeMemory(Place(rows, &placements));
  if (memory.data() == nullptr) return false;
  if (rows_ > 0) CopyRows(memory.data(), placements);
  for (size_t i = 0; i < columns_.size(); i++) {
    Slot& slot = slots_[columns_[i].id];
    slot.values = memory.data() + placements[i].values;
    slot.valid = columns_[i].nullable ? memory.data() + placements[i].valid : nullptr;
  }
  // What was lent and became too small is kept for the next block.
  if (memory_.borrowed()) lent_ = std::move(memory_);
  memory_ = std::move(memory);
  placements_ = std::move(placements);
  capacity_ = rows;
  return true;
}

void TableBuilder::CopyRows(uint8_t* target, const std::vector<Placement>& placements) const {
  for (size_t i = 0; i < columns_.size(); i++) {
    const Column& column = columns_[i];
    const Slot& slot = slots_[column.id];
    const size_t cells = rows_ + (column.kind == Kind::kStr ? 1 : 0);
    memcpy(target + placements[i].values, slot.values, cells * KindWidth(column.kind));
    if (column.nullable) memcpy(target + placements[i].valid, slot.valid, rows_);
  }
}

void TableBuilder::ClearRow(size_t row) {
  for (Column& column : columns_) {
    const Slot& slot = slots_[column.id];
    if (slot.values == nullptr) return;
    if (slot.valid != nullptr) slot.valid[row] = 0;
    if (column.kind == Kind::kStr) {
      uint32_t start;
      memcpy(&start, slot.values + row * sizeof(start), sizeof(start));
      column.heap.Shrink(start);
    } else {
      memset(slot.values + row * KindWidth(column.kind), 0, KindWidth(column.kind));
    }
  }
}

size_t TableBuilder::Truncate(size_t rows) {
  const size_t before = rows_;
  // The row at rows_ may have been begun.
  for (size_t row = std::min(rows_ + 1, capacity_); row > rows; row--) ClearRow(row - 1);
  rows_ = std::min(rows_, rows);
  return before - rows_;
}

void TableBuilder::SetUint(uint16_t column, uint64_t value) {
  switch (KindWidth(schema_.columns[column].kind)) {
    case 1:
      return SetU8(column, static_cast<uint8_t>(value));
    case 2:
      return SetU16(column, static_cast<uint16_t>(value));
    case 4:
      return SetU32(column, static_cast<uint32_t>(value));
    case 8:
      return SetU64(column, value);
    default:
      assert(false);
  }
}

void TableBuilder::StoreAddr(uint8_t* cell, const void* bytes, size_t length) {
  assert(length <= KindWidth(Kind::kAddr));
  if (length > 0) memcpy(cell, bytes, length);
  memset(cell + length, 0, KindWidth(Kind::kAddr) - length);
}

void TableBuilder::SetDict(uint16_t id, std::string_view text) {
  if (!Wants(id)) return;
  uint16_t code;
  if (!columns_[slots_[id].index].dict.Add(text, &code)) exhausted_ = true;
  else if (code != 0) Store(id, code);
}

void TableBuilder::SetStr(uint16_t id, std::string_view bytes) {
  const Slot& slot = slots_[id];
  if (slot.values == nullptr) return;
  Column& column = columns_[slot.index];
  uint32_t start;
  memcpy(&start, slot.values + rows_ * sizeof(start), sizeof(start));
  if (start + bytes.size() > kHeapLimit) return;
  column.heap.Shrink(start);
  if (!column.heap.Extend(bytes.data(), bytes.size())) {
    exhausted_ = true;
    return;
  }
  const uint32_t end = static_cast<uint32_t>(column.heap.size());
  memcpy(slot.values + (rows_ + 1) * sizeof(end), &end, sizeof(end));
  if (slot.valid != nullptr) slot.valid[rows_] = 1;
}

bool TableBuilder::Describe(const std::vector<Placement>& placements, Block* out) {
  out->rows = rows_;
  out->columns.reserve(columns_.size());
  for (size_t i = 0; i < columns_.size(); i++) {
    Column& column = columns_[i];
    BlockColumn described;
    described.id = column.id;
    described.offset = placements[i].values;
    if (column.nullable) described.valid = static_cast<ptrdiff_t>(placements[i].valid);
    if (column.kind == Kind::kDict && !described.dict.CopyFrom(column.dict.texts())) return false;
    out->columns.push_back(std::move(described));
  }
  return true;
}

bool TableBuilder::SealTight(Block* out) {
  std::vector<Placement> placements;
  const size_t heaps = Place(rows_, &placements);
  size_t size = heaps;
  for (const Column& column : columns_) size += AlignUp(column.heap.size());
  out->memory = Memory::Allocate(size);
  if (out->memory.data() == nullptr) return false;
  if (memory_.data() != nullptr) CopyRows(out->memory.data(), placements);
  if (!Describe(placements, out)) return false;
  size_t heap = heaps;
  for (size_t i = 0; i < columns_.size(); i++) {
    const Column& column = columns_[i];
    if (column.kind != Kind::kStr) continue;
    if (!column.heap.empty()) memcpy(out->memory.data() + heap, column.heap.data(), column.heap.size());
    out->columns[i].heap = static_cast<ptrdiff_t>(heap);
    out->columns[i].heap_length = column.heap.size();
    heap += AlignUp(column.heap.size());
  }
  return true;
}

bool TableBuilder::Seal(Block* out) {
  // Memory that is at least a quarter full is handed over as it is, and so is what was lent.
  const bool full = memory_.borrowed() || rows_ >= capacity_ / kGrowth;
  const bool whole = !has_heap_ && memory_.data() != nullptr && full;
  *out = Block{};
  if (whole ? !Describe(placements_, out) : !SealTight(out)) {
    exhausted_ = true;
    return false;
  }
  if (whole) out->memory = std::move(memory_);
  memory_ = Memory();
  rows_ = capacity_ = 0;
  for (Column& column : columns_) {
    slots_[column.id].values = slots_[column.id].valid = nullptr;
    column.heap.clear();
  }
  return true;
}

}  // namespace sockdiag
