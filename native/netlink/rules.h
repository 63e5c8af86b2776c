#ifndef SOCKDIAG_NETLINK_RULES_H_
#define SOCKDIAG_NETLINK_RULES_H_

#include <cstdint>
#include <span>
#include <vector>

#include "columns/builder.h"
#include "netlink/attribute.h"

namespace sockdiag {

// How the bytes of an attribute become a value. Byte order belongs here, never to a decoder.
enum class Read : uint8_t {
  kU8,
  kU16,
  kU32,
  kU64,
  kBe16,
  kBe32,
  // Two u32, the low one first in memory.
  kLowHigh,
  // u16 whose first byte is the low one on every machine.
  kBytePair,
  // Bits `first` to `first + width - 1` of a bit field in a u8, counted in declaration order.
  kBits,
  // The whole payload as text, to the first NUL, into a kDict or kStr column.
  kText,
  // The whole payload into a kStr column.
  kBytes,
  // The whole payload, up to 16 bytes, into a kAddr column.
  kAddr,
};

// One field of one attribute and the column it goes to. A new kernel attribute is a new row of such a table.
struct AttributeRule {
  uint16_t attribute;
  Read read;
  uint16_t column;
  // Of the field in the attribute's struct.
  uint16_t offset = 0;
  // Length the struct had in the first kernel that sent it: anything shorter is malformed. A struct that is longer than
  // this and ends before the field leaves the column null. 0: the attribute is that one field.
  uint16_t minimum = 0;
  // kBits
  uint8_t first = 0;
  uint8_t width = 0;
};

// The rules whose columns a table wants, found by attribute number.
class RuleSet {
 public:
  RuleSet(std::span<const AttributeRule> rules, const TableBuilder& table);

  // The table wants none of the columns.
  bool empty() const { return rules_.empty(); }

  // Applies every rule of the attribute; an attribute without rules is left alone. A payload that is too short fails
  // the cursor.
  void Apply(AttributeCursor* cursor, const Attribute& attribute, TableBuilder* row) const;

  // Applies every attribute of the cursor.
  void ApplyAll(AttributeCursor* cursor, TableBuilder* row) const;

 private:
  static constexpr size_t kAttributes = 64;

  struct Range {
    uint16_t begin = 0;
    uint16_t end = 0;
  };

  std::vector<AttributeRule> rules_;
  Range ranges_[kAttributes];
};

}  // namespace sockdiag

#endif  // SOCKDIAG_NETLINK_RULES_H_
