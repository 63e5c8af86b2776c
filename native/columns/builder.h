#ifndef SOCKDIAG_COLUMNS_BUILDER_H_
#define SOCKDIAG_COLUMNS_BUILDER_H_

#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "byte_list.h"
#include "columns/dictionary.h"
#include "columns/schema.h"
#include "growing_array.h"

namespace sockdiag {

// Zeroed memory, from the heap when small, mapped and not reserved when large: a mapping costs what is touched of it.
// Or memory that somebody else owns.
class Memory {
 public:
  Memory() = default;
  Memory(Memory&& other) noexcept;
  Memory& operator=(Memory&& other) noexcept;
  ~Memory();

  // Empty when there is no memory.
  static Memory Allocate(size_t size);
  static Memory Borrow(uint8_t* data, size_t size);

  uint8_t* data() const { return data_; }
  size_t size() const { return size_; }
  bool borrowed() const { return origin_ == Origin::kBorrowed; }

 private:
  enum class Origin : uint8_t { kHeap, kMapping, kBorrowed };

  uint8_t* data_ = nullptr;
  size_t size_ = 0;
  Origin origin_ = Origin::kHeap;
};

struct BlockColumn {
  uint16_t id = 0;
  size_t offset = 0;
  // Offset of the validity bytes; -1 = none.
  ptrdiff_t valid = -1;
  // Offset of the heap of a kStr column; -1 = none.
  ptrdiff_t heap = -1;
  size_t heap_length = 0;
  // Texts of a kDict column; [0] stands for null.
  ByteList dict = {};
};

// Columns of finished rows in one piece of memory. Offsets are multiples of 8.
struct Block {
  Memory memory;
  size_t rows = 0;
  std::vector<BlockColumn> columns;
};

// Fills the requested columns of a table row by row. Cells of columns that were not requested cost a test; a cell that
// is not set is null, or 0 where the column is not nullable.
// NB: when memory runs out, exhausted() stays true and rows are refused; nothing is written out of bounds.
class TableBuilder {
 public:
  static constexpr size_t kFirstRows = 256;

  // `requested`: column ids; unknown ones are left out. `first_rows`: rows to have room for at the start.
  TableBuilder(const TableSchema& schema, std::span<const uint16_t> requested, size_t first_rows = kFirstRows);

  const TableSchema& schema() const { return schema_; }
  bool Wants(uint16_t column) const { return slots_[column].requested; }
  size_t rows() const { return rows_; }
  bool exhausted() const { return exhausted_; }

  // False: no memory.
  bool BeginRow();
  void CommitRow() { rows_ += 1; }
  // Clears the cells of a row that was begun.
  void DropRow() { ClearRow(rows_); }
  // Takes back all rows from `rows` on; returns how many.
  size_t Truncate(size_t rows);

  void SetU8(uint16_t column, uint8_t value) { Store(column, value); }
  void SetU16(uint16_t column, uint16_t value) { Store(column, value); }
  void SetU32(uint16_t column, uint32_t value) { Store(column, value); }
  void SetI32(uint16_t column, int32_t value) { Store(column, value); }
  void SetU64(uint16_t column, uint64_t value) { Store(column, value); }
  // The number in the width of the column; for values whose width the caller does not know.
  void SetUint(uint16_t column, uint64_t value);
  // `length` is at most 16. The two lengths that matter are constants to the compiler.
  void SetAddr(uint16_t column, const void* bytes, size_t length) {
    const Slot& slot = slots_[column];
    if (slot.values == nullptr) return;
    uint8_t* cell = slot.values + rows_ * KindWidth(Kind::kAddr);
    if (length == 4) {
      memcpy(cell, bytes, 4);
      memset(cell + 4, 0, 12);
    } else if (length == 16) {
      memcpy(cell, bytes, 16);
    } else {
      StoreAddr(cell, bytes, length);
    }
    if (slot.valid != nullptr) slot.valid[rows_] = 1;
  }
  void SetDict(uint16_t column, std::string_view text);
  void SetStr(uint16_t column, std::string_view bytes);

  // The rows so far as a block; the builder is empty afterwards. Empty memory with rows == 0: nothing was begun.
  // False: no memory.
  bool Seal(Block* out);

  // Bytes that rows of the requested columns take, without the heap of kStr columns.
  size_t SizeOf(size_t rows) const;
  // Memory to use when the next row is begun, if it holds the first rows; the block sealed from it has it then.
  void Lend(Memory memory) { lent_ = std::move(memory); }
  // No memory was lent or taken since the last block.
  bool bare() const { return lent_.data() == nullptr && memory_.data() == nullptr; }

 private:
  struct Slot {
    uint8_t* values = nullptr;
    uint8_t* valid = nullptr;
    bool requested = false;
    // Place in columns_.
    uint16_t index = 0;
  };

  struct Column {
    uint16_t id;
    Kind kind;
    bool nullable;
    // kStr: bytes of all rows.
    GrowingArray<char> heap = {};
    // kDict.
    Dictionary dict = {};
  };

  struct Placement {
    size_t values;
    size_t valid;
  };

  template <typename T>
  void Store(uint16_t column, T value) {
    const Slot& slot = slots_[column];
    if (slot.values == nullptr) return;
    memcpy(slot.values + rows_ * sizeof(T), &value, sizeof(T));
    if (slot.valid != nullptr) slot.valid[rows_] = 1;
  }

  static void StoreAddr(uint8_t* cell, const void* bytes, size_t length);
  // Places of the columns in a block with room for `rows`; returns its size.
  size_t Place(size_t rows, std::vector<Placement>* placements) const;
  Memory TakeMemory(size_t size);
  bool Grow(size_t rows);
  void CopyRows(uint8_t* target, const std::vector<Placement>& placements) const;
  void ClearRow(size_t row);
  bool SealTight(Block* out);
  bool Describe(const std::vector<Placement>& placements, Block* out);

  const TableSchema& schema_;
  std::vector<Slot> slots_;
  std::vector<Column> columns_;
  Memory memory_;
  Memory lent_;
  std::vector<Placement> placements_;
  size_t first_rows_;
  size_t capacity_ = 0;
  size_t rows_ = 0;
  bool has_heap_ = false;
  bool exhausted_ = false;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_COLUMNS_BUILDER_H_
