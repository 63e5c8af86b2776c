#include "owners/pid_namespace.h"

#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include "owners/decimal.h"
#include "file_descriptor.h"

namespace sockdiag {

bool IsOwnPidNamespace(int proc) {
  const FileDescriptor file(openat(proc, "self/status", O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return false;
  char text[4096];
  const ssize_t got = read(file.get(), text, sizeof(text) - 1);
  if (got <= 0) return false;
  text[got] = '\0';
  const char* at = std::strstr(text, "\nNSpid:\t");
  if (at == nullptr) return false;
  at += 8;
  uint32_t pid;
  const size_t digits = ParseDecimal(at, std::strlen(at), &pid);
  return digits != 0 && at[digits] == '\n' && pid == static_cast<uint32_t>(getpid());
}

}  // namespace sockdiag
