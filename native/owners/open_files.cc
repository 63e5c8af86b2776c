#include "owners/open_files.h"

#include <fcntl.h>
#include <unistd.h>

#include "owners/decimal.h"
#include "file_descriptor.h"

namespace sockdiag {

uint64_t ReadOpenFiles(const std::string& proc_root) {
  const FileDescriptor file(open((proc_root + "/sys/fs/file-nr").c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return 0;
  char text[96];
  const ssize_t got = read(file.get(), text, sizeof(text));
  uint64_t files = 0;
  if (got <= 0 || ParseDecimal(text, static_cast<size_t>(got), &files) == 0) return 0;
  return files;
}

}  // namespace sockdiag
