#include "netlink/rules.h"

#include <arpa/inet.h>

#include <algorithm>
#include <bit>
#include <cassert>

namespace sockdiag {
namespace {

// Bytes a field takes; what takes the whole payload takes at least none.
size_t FieldSize(Read read) {
  constexpr uint8_t kSizes[] = {1, 2, 4, 8, 2, 4, 8, 2, 1, 0, 0, 0};
  return kSizes[static_cast<size_t>(read)];
}

uint8_t ReadBits(uint8_t byte, const AttributeRule& rule) {
  const int shift = std::endian::native == std::endian::little ? rule.first : 8 - rule.first - rule.width;
  return static_cast<uint8_t>((byte >> shift) & ((1u << rule.width) - 1));
}

std::string_view Text(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

uint64_t ReadNumber(const AttributeRule& rule, std::span<const uint8_t> bytes) {
  const size_t offset = rule.offset;
  switch (rule.read) {
    case Read::kU8:
      return bytes[offset];
    case Read::kU16:
      return Load<uint16_t>(bytes, offset);
    case Read::kU32:
      return Load<uint32_t>(bytes, offset);
    case Read::kU64:
      return Load<uint64_t>(bytes, offset);
    case Read::kBe16:
      return ntohs(Load<uint16_t>(bytes, offset));
    case Read::kBe32:
      return ntohl(Load<uint32_t>(bytes, offset));
    case Read::kLowHigh:
      return Load<uint32_t>(bytes, offset) | uint64_t{Load<uint32_t>(bytes, offset + 4)} << 32;
    case Read::kBytePair:
      return static_cast<uint64_t>(bytes[offset] | bytes[offset + 1] << 8);
    case Read::kBits:
      return ReadBits(bytes[offset], rule);
    default:
      assert(false);
      return 0;
  }
}

void ReadText(const AttributeRule& rule, std::string_view text, TableBuilder* row) {
  if (row->schema().columns[rule.column].kind == Kind::kDict) {
    row->SetDict(rule.column, text);
  } else {
    row->SetStr(rule.column, text);
  }
}

void ReadField(const AttributeRule& rule, AttributeCursor* cursor, const Attribute& attribute, TableBuilder* row) {
  const std::span<const uint8_t> payload = attribute.payload;
  if (rule.read == Read::kText) return ReadText(rule, cursor->String(attribute), row);
  if (rule.read == Read::kBytes) return row->SetStr(rule.column, Text(payload));
  if (rule.read == Read::kAddr) {
    return row->SetAddr(rule.column, payload.data(), std::min(payload.size(), KindWidth(Kind::kAddr)));
  }
  row->SetUint(rule.column, ReadNumber(rule, payload));
}

}  // namespace

RuleSet::RuleSet(std::span<const AttributeRule> rules, const TableBuilder& table) {
  for (const AttributeRule& rule : rules) {
    assert(rule.attribute < kAttributes);
    if (table.Wants(rule.column)) rules_.push_back(rule);
  }
  std::stable_sort(rules_.begin(), rules_.end(),
                   [](const AttributeRule& a, const AttributeRule& b) { return a.attribute < b.attribute; });
  for (size_t i = 0; i < rules_.size(); i++) {
    Range& range = ranges_[rules_[i].attribute];
    if (range.end == 0) range.begin = static_cast<uint16_t>(i);
    range.end = static_cast<uint16_t>(i + 1);
  }
}

void RuleSet::Apply(AttributeCursor* cursor, const Attribute& attribute, TableBuilder* row) const {
  if (attribute.type >= kAttributes) return;
  const Range range = ranges_[attribute.type];
  for (size_t i = range.begin; i < range.end; i++) {
    const AttributeRule& rule = rules_[i];
    const size_t end = rule.offset + FieldSize(rule.read);
    cursor->Bytes(attribute, rule.minimum != 0 ? rule.minimum : end);
    if (cursor->failed()) return;
    if (attribute.payload.size() >= end) ReadField(rule, cursor, attribute, row);
  }
}

void RuleSet::ApplyAll(AttributeCursor* cursor, TableBuilder* row) const {
  Attribute attribute;
  while (cursor->Next(&attribute)) Apply(cursor, attribute, row);
}

}  // namespace sockdiag
