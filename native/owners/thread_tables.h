#ifndef SOCKDIAG_OWNERS_THREAD_TABLES_H_
#define SOCKDIAG_OWNERS_THREAD_TABLES_H_

#include <cstdint>
#include <sys/types.h>

#include "growing_array.h"

namespace sockdiag {

// Whether a thread has a descriptor table of its own.
enum class TableKind : uint8_t {
  kKnown,      // the table of the leader, or of a thread seen before
  kOwn,        // a table not seen yet in this process
  kUndecided,  // the kernel would not say
  kNoMemory,
};

// Can kcmp(2) be asked about the pid numbers of this /proc? Needs CONFIG_KCMP (since 5.12; CONFIG_CHECKPOINT_RESTORE
// since 3.5), no seccomp filter against it, and a /proc of the caller's own pid namespace: kcmp understands no other
// numbers. `proc` is a descriptor of the mount's root.
bool KcmpSpeaksFor(int proc);

// The different descriptor tables of one process.
//
// /proc/PID/fd shows the leader's. A thread that called unshare(CLONE_FILES) has another, and a leader that exited
// before its threads has none, so that the table of the living is nowhere but under task/TID. kcmp(KCMP_FILES)
// compares, and orders, the kernel's `struct files_struct` pointers: the tables met so far are kept sorted, and
// thousands of threads that share one table cost one call each.
//
// NB: kcmp goes by number, so a reused number can give a wrong answer. It only decides which directory is read, and
// that is opened relative to the process's own: no descriptor can come from elsewhere.
class ThreadTables {
 public:
  // A process of which no table has been read.
  void Begin() {
    tables_.clear();
    own_size_ = 0;
  }
  // The leader's table has been read.
  [[nodiscard]] bool Begin(uint32_t leader) {
    Begin();
    return tables_.Append(leader);
  }

  // By kcmp.
  TableKind Classify(uint32_t tid);

  // By the number of open descriptors, where kcmp cannot be used: another number is another table, the same number is
  // taken for the same table. `task` is the process's task directory, `leader_size` the st_size of the leader's fd
  // directory. Kernel: that size is the number of descriptors since 6.2; before, it is 0 and nothing can be said.
  TableKind ClassifyBySize(int task, uint32_t tid, off_t leader_size);

 private:
  // One thread per table, sorted by the kernel's (obfuscated) order of the tables.
  GrowingArray<uint32_t> tables_;
  // Of the last table found to be another than the leader's by its size.
  off_t own_size_ = 0;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_OWNERS_THREAD_TABLES_H_
