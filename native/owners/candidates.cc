#include "owners/candidates.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <new>
#include <sys/stat.h>
#include <unistd.h>

#include "owners/decimal.h"
#include "owners/directory.h"
#include "file_descriptor.h"

namespace sockdiag {

Status Candidates::List(std::span<const uint32_t> pids) {
  bool no_memory = false;
  for (const uint32_t pid : pids) no_memory = no_memory || !pids_.Append(pid);
  if (!pids.empty()) return no_memory ? Failure("realloc", ENOMEM) : Status{};
  const std::unique_ptr<char[]> buffer(new (std::nothrow) char[kDirectoryBuffer]);
  if (!buffer) return Failure("getdents64", ENOMEM);
  const int err = ForEachNumber(proc_, buffer.get(), [&](const NumberedEntry& entry) {
    no_memory = !pids_.Append(entry.number);
    return !no_memory;
  });
  if (err != 0) return Failure("getdents64", err);
  return no_memory ? Failure("realloc", ENOMEM) : Status{};
}

Status Candidates::Collect(int proc, std::span<const uint32_t> pids, std::span<const std::string> cgroups,
                           std::span<const uint32_t> uids) {
  proc_ = proc;
  uids_ = uids;
  Status listed = List(pids);
  if (!listed.ok()) return listed;
  if (!claimed_.Resize(pids_.size())) return Failure("realloc", ENOMEM);
  // procfs lists ascending pids; callers, and other roots (a recorded tree), need not.
  std::sort(pids_.begin(), pids_.end());
  if (!claimed_.empty()) std::memset(claimed_.data(), 0, claimed_.size());
  for (const std::string& directory : cgroups) {
    Status status = ReadCgroup(directory);
    if (!status.ok()) return status;
  }
  return {};
}

// Kernel: cgroup.procs lists one pid of the reader's namespace per line, 0 for a process outside of it.
Status Candidates::ReadCgroup(const std::string& directory) {
  const FileDescriptor file(open((directory + "/cgroup.procs").c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return {};
  char text[4096];
  size_t kept = 0;
  for (ssize_t got; (got = read(file.get(), text + kept, sizeof(text) - kept)) > 0;) {
    const size_t end = kept + static_cast<size_t>(got);
    size_t at = 0;
    while (const void* newline = std::memchr(text + at, '\n', end - at)) {
      uint32_t pid;
      const bool parsed = ParseDecimal(text + at, end - at, &pid) != 0;
      const uint32_t* const found = parsed ? std::lower_bound(pids_.begin(), pids_.end(), pid) : pids_.end();
      if (found != pids_.end() && *found == pid && !hinted_.Append(static_cast<uint32_t>(found - pids_.begin())))
        return Failure("read", ENOMEM);
      at = static_cast<size_t>(static_cast<const char*>(newline) - text) + 1;
    }
    kept = end - at;
    if (kept == sizeof(text)) return {};
    std::memmove(text, text + at, kept);
  }
  return {};
}

// The owner of /proc/PID is the process's effective user, whether or not it is dumpable.
bool Candidates::HasHintedUser(size_t index) const {
  char name[16];
  FormatDecimal(pids_[index], name);
  struct stat st;
  return fstatat(proc_, name, &st, 0) == 0 && std::find(uids_.begin(), uids_.end(), st.st_uid) != uids_.end();
}

size_t Candidates::Next() {
  constexpr auto kRelaxed = std::memory_order_relaxed;
  for (size_t at; (at = next_hinted_.fetch_add(1, kRelaxed)) < hinted_.size();)
    if (Claim(hinted_[at])) return hinted_[at];
  if (!uids_.empty())
    for (size_t at; (at = next_by_user_.fetch_add(1, kRelaxed)) < size();)
      if (__atomic_load_n(&claimed_[at], __ATOMIC_RELAXED) == 0 && HasHintedUser(at) && Claim(at)) return at;
  for (size_t at; (at = next_.fetch_add(1, kRelaxed)) < size();)
    if (Claim(at)) return at;
  return size();
}

}  // namespace sockdiag
