#ifndef SOCKDIAG_BYTE_LIST_H_
#define SOCKDIAG_BYTE_LIST_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "growing_array.h"

namespace sockdiag {

// Texts or datagrams, one behind the other in one piece of memory. Running out of memory is an answer (false), and leaves
// the list as it was.
class ByteList {
 public:
  [[nodiscard]] bool Append(std::span<const uint8_t> bytes) {
    if (!bytes_.Extend(bytes.data(), bytes.size())) return false;
    if (ends_.Append(bytes_.size())) return true;
    bytes_.Shrink(bytes_.size() - bytes.size());
    return false;
  }
  [[nodiscard]] bool Append(std::string_view text) {
    return Append(std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
  }

  // Instead of what is in this one; false leaves it empty.
  [[nodiscard]] bool CopyFrom(const ByteList& other) {
    bytes_.clear();
    ends_.clear();
    if (bytes_.Extend(other.bytes_.data(), other.bytes_.size()) && ends_.Extend(other.ends_.data(), other.ends_.size())) {
      return true;
    }
    bytes_.clear();
    return false;
  }

  size_t size() const { return ends_.size(); }
  bool empty() const { return ends_.empty(); }
  std::span<const uint8_t> operator[](size_t at) const {
    const size_t start = at == 0 ? 0 : ends_[at - 1];
    return {bytes_.data() + start, ends_[at] - start};
  }
  std::string_view Text(size_t at) const {
    const std::span<const uint8_t> bytes = (*this)[at];
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

 private:
  GrowingArray<uint8_t> bytes_;
  GrowingArray<size_t> ends_;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_BYTE_LIST_H_
