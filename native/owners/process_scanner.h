#ifndef SOCKDIAG_OWNERS_PROCESS_SCANNER_H_
#define SOCKDIAG_OWNERS_PROCESS_SCANNER_H_

#include <atomic>
#include <cstdint>
#include <sys/types.h>

#include "growing_array.h"
#include "owners/owner_rows.h"
#include "owners/thread_tables.h"
#include "owners/wanted_inodes.h"
#include "status.h"

namespace sockdiag {

// What all workers of one scan share.
struct ScanGround {
  // Root of the procfs mount (O_DIRECTORY); everything is opened relative to it.
  int proc = -1;
  bool leaders_only = false;
  bool kcmp = false;
  WantedInodes wanted;
  bool stop_when_found = false;
  const std::atomic<bool>* abort = nullptr;

  bool Stop() const {
    return (stop_when_found && wanted.AllFound()) || (abort != nullptr && abort->load(std::memory_order_relaxed));
  }
};

// Reads the descriptor tables of one process after another into rows. One per worker; not for sharing.
//
// NB: /proc/PID/fd is opened once and everything of that process is reached through this descriptor. procfs ties it to
// the process, not to the number: once the process is gone every further call answers ENOENT or ESRCH, even when the
// number has been given to another process. No row can name a process that did not have that socket.
class ProcessScanner {
 public:
  explicit ProcessScanner(ScanGround* ground) : ground_(ground) {}
  ProcessScanner(const ProcessScanner&) = delete;
  ProcessScanner& operator=(const ProcessScanner&) = delete;
  ~ProcessScanner() { std::free(buffer_); }

  // False when the directory buffer cannot be had.
  [[nodiscard]] bool Prepare();

  // Appends the rows of process `pid`. A process that is gone or may not be read is counted; only what would falsify
  // the rest of the scan (no descriptors, no memory) is an error.
  Status Scan(uint32_t pid);

  GrowingArray<OwnerRow>& rows() { return rows_; }
  const OwnerCounters& counters() const { return counters_; }

 private:
  Status OpenFailed(int err);
  Status ReadTable(int directory, uint32_t pid, uint32_t tid);
  Status ReadOtherTables(int leader_directory, uint32_t pid);
  Status ReadLeaderless(uint32_t pid);
  Status ReadThreads(int task, uint32_t pid, off_t leader_size);
  Status ReadThread(int task, uint32_t pid, uint32_t tid, off_t leader_size);
  TableKind Classify(int task, uint32_t tid, off_t leader_size);

  ScanGround* ground_;
  char* buffer_ = nullptr;
  GrowingArray<OwnerRow> rows_;
  GrowingArray<uint32_t> tids_;
  ThreadTables tables_;
  OwnerCounters counters_;
  // Of the process at hand: something could not be read; a descriptor, of whatever kind, was seen.
  bool process_unreadable_ = false;
  bool process_has_files_ = false;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_OWNERS_PROCESS_SCANNER_H_
