#include "columns/dictionary.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace sockdiag {
namespace {

constexpr size_t kLimit = UINT16_MAX;
constexpr size_t kFirstSlots = 64;

}  // namespace

bool Dictionary::Add(std::string_view text, uint16_t* code) {
  if (last_ != 0 && texts_.Text(last_) == text) {
    *code = last_;
    return true;
  }
  if (texts_.size() * 2 >= slots_.size() && !Grow()) return false;
  uint16_t* const slot = Find(text);
  if (*slot == 0) {
    *code = 0;
    if (texts_.size() > kLimit) return true;
    if (!texts_.Append(text)) return false;
    *slot = static_cast<uint16_t>(texts_.size() - 1);
  }
  *code = last_ = *slot;
  return true;
}

uint16_t* Dictionary::Find(std::string_view text) {
  const size_t mask = slots_.size() - 1;
  size_t at = std::hash<std::string_view>()(text) & mask;
  while (slots_[at] != 0 && texts_.Text(slots_[at]) != text) at = (at + 1) & mask;
  return &slots_[at];
}

bool Dictionary::Grow() {
  GrowingArray<uint16_t> larger;
  if (!larger.Resize(std::max(kFirstSlots, slots_.size() * 2))) return false;
  if (texts_.empty() && !texts_.Append(std::string_view())) return false;
  std::fill(larger.begin(), larger.end(), uint16_t{0});
  slots_ = std::move(larger);
  for (size_t code = 1; code < texts_.size(); code++) *Find(texts_.Text(code)) = static_cast<uint16_t>(code);
  return true;
}

}  // namespace sockdiag
