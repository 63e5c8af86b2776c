#ifndef SOCKDIAG_GROWING_ARRAY_H_
#define SOCKDIAG_GROWING_ARRAY_H_

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <type_traits>

namespace sockdiag {

// Like std::vector for plain values, except that running out of memory is an answer (false) and not the end of the
// process, and that growing a large array moves pages (realloc over mremap) instead of copying them.
template <typename T>
class GrowingArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  GrowingArray() = default;
  GrowingArray(const GrowingArray&) = delete;
  GrowingArray& operator=(const GrowingArray&) = delete;
  GrowingArray(GrowingArray&& other) noexcept { Swap(other); }
  GrowingArray& operator=(GrowingArray&& other) noexcept {
    Swap(other);
    return *this;
  }
  ~GrowingArray() { std::free(data_); }

  [[nodiscard]] bool Append(const T& value) {
    if (size_ == capacity_ && !Reserve(capacity_ == 0 ? 64 : capacity_ * 2)) return false;
    data_[size_++] = value;
    return true;
  }

  [[nodiscard]] bool Reserve(size_t capacity) {
    if (capacity <= capacity_) return true;
    if (capacity > static_cast<size_t>(-1) / sizeof(T)) return false;
    void* grown = std::realloc(data_, capacity * sizeof(T));
    if (grown == nullptr) return false;
    data_ = static_cast<T*>(grown);
    capacity_ = capacity;
    return true;
  }

  // New elements are not initialised.
  [[nodiscard]] bool Resize(size_t size) {
    if (!Reserve(size)) return false;
    size_ = size;
    return true;
  }

  // `count` values behind those there are.
  [[nodiscard]] bool Extend(const T* values, size_t count) {
    if (count > capacity_ - size_ && !Reserve(std::max(size_ + count, capacity_ * 2))) return false;
    if (count > 0) std::memcpy(data_ + size_, values, count * sizeof(T));
    size_ += count;
    return true;
  }

  // Keeps the first ones, no more than there are.
  void Shrink(size_t size) { size_ = std::min(size_, size); }

  void clear() { size_ = 0; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* data() { return data_; }
  const T* data() const { return data_; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  T& operator[](size_t index) { return data_[index]; }
  const T& operator[](size_t index) const { return data_[index]; }

 private:
  void Swap(GrowingArray& other) {
    T* const data = data_;
    const size_t size = size_, capacity = capacity_;
    data_ = other.data_, size_ = other.size_, capacity_ = other.capacity_;
    other.data_ = data, other.size_ = size, other.capacity_ = capacity;
  }

  T* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_GROWING_ARRAY_H_
