#ifndef SOCKDIAG_FUZZ_INPUT_H_
#define SOCKDIAG_FUZZ_INPUT_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace sockdiag {

// Takes values off the front of an input; what is not there any more is zero.
class Input {
 public:
  explicit Input(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }

  template <typename T>
  T Take() {
    T value{};
    const size_t size = std::min(sizeof(T), bytes_.size());
    if (size > 0) memcpy(&value, bytes_.data(), size);
    bytes_ = bytes_.subspan(size);
    return value;
  }

  // A copy of exactly that size on the heap, so that reading past its end is seen.
  std::vector<uint8_t> TakeBytes(size_t size) {
    size = std::min(size, bytes_.size());
    std::vector<uint8_t> taken(bytes_.begin(), bytes_.begin() + static_cast<ptrdiff_t>(size));
    bytes_ = bytes_.subspan(size);
    return taken;
  }

  std::vector<uint8_t> TakeRest() { return TakeBytes(bytes_.size()); }

 private:
  std::span<const uint8_t> bytes_;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_FUZZ_INPUT_H_
