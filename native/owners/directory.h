#ifndef SOCKDIAG_OWNERS_DIRECTORY_H_
#define SOCKDIAG_OWNERS_DIRECTORY_H_

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <sys/syscall.h>
#include <unistd.h>

#include "owners/decimal.h"

namespace sockdiag {

// Bytes asked of one getdents64: 2,700 descriptor entries of 24 bytes.
inline constexpr size_t kDirectoryBuffer = 64 * 1024;

// One entry of a procfs directory whose name is a number.
struct NumberedEntry {
  uint32_t number;
  // NUL-terminated, in the caller's buffer.
  const char* name;
};

// Calls visit(NumberedEntry) for each entry of `directory` whose whole name is a decimal number, in readdir order,
// until visit returns false. Returns 0, or the errno of getdents64.
// `buffer` has kDirectoryBuffer bytes, aligned for uint64_t (struct linux_dirent64).
template <typename Visit>
int ForEachNumber(int directory, char* buffer, Visit&& visit) {
  constexpr size_t kReclen = 16, kName = 19;  // offsets in struct linux_dirent64: ino 8, off 8, reclen 2, type 1
  for (;;) {
    const long got = syscall(SYS_getdents64, directory, buffer, kDirectoryBuffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) return 0;
    const auto end = static_cast<size_t>(got);
    for (size_t at = 0; at + kName < end;) {
      uint16_t length;
      std::memcpy(&length, buffer + at + kReclen, sizeof(length));
      if (length <= kName || length > end - at) return EBADMSG;
      const char* const name = buffer + at + kName;
      uint32_t number;
      const size_t digits = ParseDecimal(name, length - kName, &number);
      if (digits != 0 && digits < length - kName && name[digits] == '\0' && !visit(NumberedEntry{number, name}))
        return 0;
      at += length;
    }
  }
}

}  // namespace sockdiag

#endif  // SOCKDIAG_OWNERS_DIRECTORY_H_
