#ifndef SOCKDIAG_OWNERS_DECIMAL_H_
#define SOCKDIAG_OWNERS_DECIMAL_H_

#include <cstddef>
#include <cstdint>

namespace sockdiag {

// Reads the decimal digits at `text`, at most `length` of them. Returns how many were read; 0 when there is none or
// when the number does not fit, so that a longer number is never taken for a shorter one.
inline size_t ParseDecimal(const char* text, size_t length, uint32_t* value) {
  uint64_t number = 0;
  size_t digits = 0;
  while (digits < length && text[digits] >= '0' && text[digits] <= '9') {
    number = number * 10 + static_cast<uint64_t>(text[digits] - '0');
    if (++digits > 10) return 0;
  }
  if (number > UINT32_MAX) return 0;
  *value = static_cast<uint32_t>(number);
  return digits;
}

inline size_t ParseDecimal(const char* text, size_t length, uint64_t* value) {
  uint64_t number = 0;
  size_t digits = 0;
  while (digits < length && text[digits] >= '0' && text[digits] <= '9') {
    const auto digit = static_cast<uint64_t>(text[digits] - '0');
    if (number > (UINT64_MAX - digit) / 10) return 0;
    number = number * 10 + digit;
    digits++;
  }
  *value = number;
  return digits;
}

// Writes `value` in decimal and a NUL; `out` has room for 11 bytes. Returns the end (the NUL).
inline char* FormatDecimal(uint32_t value, char* out) {
  char reversed[10];
  int digits = 0;
  do {
    reversed[digits++] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  while (digits > 0) *out++ = reversed[--digits];
  *out = '\0';
  return out;
}

// The number in a `/proc/PID/fd/N` link text of the form `socket:[N]`. False for every other text.
inline bool ParseSocketLink(const char* text, size_t length, uint32_t* inode) {
  constexpr char kPrefix[] = "socket:[";
  constexpr size_t kPrefixLength = sizeof(kPrefix) - 1;
  if (length < kPrefixLength + 2 || __builtin_memcmp(text, kPrefix, kPrefixLength) != 0) return false;
  const size_t digits = ParseDecimal(text + kPrefixLength, length - kPrefixLength, inode);
  return digits != 0 && kPrefixLength + digits + 1 == length && text[length - 1] == ']';
}

}  // namespace sockdiag

#endif  // SOCKDIAG_OWNERS_DECIMAL_H_
