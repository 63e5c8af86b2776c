#include "test/block_check.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace sockdiag {
namespace {

template <typename T>
T Cell(const Block& block, size_t offset, size_t row) {
  T value;
  memcpy(&value, block.memory.data() + offset + row * sizeof(T), sizeof(T));
  return value;
}

void CheckTexts(const Block& block, const BlockColumn& column) {
  Require(column.heap >= 0, "a text column without a heap");
  const size_t heap = static_cast<size_t>(column.heap);
  Require(heap <= block.memory.size() && column.heap_length <= block.memory.size() - heap, "heap outside the block");
  uint32_t before = 0;
  for (size_t row = 0; row <= block.rows; row++) {
    const uint32_t end = Cell<uint32_t>(block, column.offset, row);
    Require(end >= before && end <= column.heap_length, "text outside its heap");
    before = end;
  }
  Require(Cell<uint32_t>(block, column.offset, 0) == 0, "the first text does not start the heap");
  Require(before == column.heap_length, "bytes of the heap belong to no row");
}

void CheckColumn(const TableSchema& schema, const Block& block, const BlockColumn& column) {
  Require(column.id < schema.columns.size(), "unknown column");
  const ColumnSchema& spec = schema.columns[column.id];
  const size_t cells = block.rows + (spec.kind == Kind::kStr ? 1 : 0);
  Require(column.offset % 8 == 0, "column not aligned");
  Require(column.offset + cells * KindWidth(spec.kind) <= block.memory.size(), "column outside the block");
  Require((column.valid >= 0) == spec.nullable, "validity bytes of a column that has no nulls, or none of one that has");
  for (size_t row = 0; column.valid >= 0 && row < block.rows; row++) {
    const size_t at = static_cast<size_t>(column.valid) + row;
    Require(at < block.memory.size(), "validity bytes outside the block");
    Require(block.memory.data()[at] <= 1, "validity byte");
  }
  if (spec.kind == Kind::kStr) CheckTexts(block, column);
  for (size_t row = 0; spec.kind == Kind::kDict && row < block.rows; row++) {
    const uint16_t code = Cell<uint16_t>(block, column.offset, row);
    Require(code == 0 || code < column.dict.size(), "code outside the dictionary");
  }
}

}  // namespace

void Require(bool condition, const char* what) {
  if (condition) return;
  fprintf(stderr, "invariant: %s\n", what);
  abort();
}

void CheckBlock(const TableSchema& schema, const Block& block) {
  if (block.rows == 0) return;
  for (const BlockColumn& column : block.columns) CheckColumn(schema, block, column);
}

}  // namespace sockdiag
