#include "owners/thread_tables.h"

#include <cstring>
#include <linux/kcmp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "owners/decimal.h"
#include "owners/pid_namespace.h"

namespace sockdiag {
namespace {

// 0 equal, 1 less, 2 greater, 3 unequal and unordered; negative = not allowed, or one of the two is gone.
long CompareTables(uint32_t first, uint32_t second) {
  return syscall(SYS_kcmp, static_cast<pid_t>(first), static_cast<pid_t>(second), KCMP_FILES, 0UL, 0UL);
}

}  // namespace

bool KcmpSpeaksFor(int proc) {
  const auto self = static_cast<uint32_t>(getpid());
  return CompareTables(self, self) == 0 && IsOwnPidNamespace(proc);
}

TableKind ThreadTables::Classify(uint32_t tid) {
  size_t low = 0, high = tables_.size();
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const long order = CompareTables(tid, tables_[middle]);
    if (order == 0) return TableKind::kKnown;
    if (order < 0) {
      // Either thread may have gone. If it is the one asked about, reading its table will find that out.
      return TableKind::kUndecided;
    }
    if (order == 1) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  if (!tables_.Append(tid)) return TableKind::kNoMemory;
  for (size_t at = tables_.size() - 1; at > low; at--) tables_[at] = tables_[at - 1];
  tables_[low] = tid;
  return TableKind::kOwn;
}

TableKind ThreadTables::ClassifyBySize(int task, uint32_t tid, off_t leader_size) {
  char path[16 + sizeof("/fd")];
  std::memcpy(FormatDecimal(tid, path), "/fd", sizeof("/fd"));
  struct stat st;
  if (fstatat(task, path, &st, 0) != 0) return TableKind::kUndecided;
  if (st.st_size == 0) return TableKind::kUndecided;
  if (st.st_size == leader_size || st.st_size == own_size_) return TableKind::kKnown;
  own_size_ = st.st_size;
  return TableKind::kOwn;
}

}  // namespace sockdiag
