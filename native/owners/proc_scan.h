#ifndef SOCKDIAG_OWNERS_PROC_SCAN_H_
#define SOCKDIAG_OWNERS_PROC_SCAN_H_

#include <atomic>
#include <cstdint>
#include <span>
#include <string>

#include "owners/owner_rows.h"
#include "status.h"

namespace sockdiag {

struct ScanOptions {
  // Where procfs is mounted.
  std::string proc_root = "/proc";
  // Threads to scan with, the calling one included. 0 = one per 4,096 open files, at most four and at most the CPUs
  // this process may run on.
  uint32_t workers = 0;
  // Only the table of each process's leader, which is all that netstat -p looks at. Otherwise also the tables of
  // threads that have one of their own, and of processes whose leader has exited.
  bool leaders_only = false;
  // Only these processes. Empty = all.
  std::span<const uint32_t> pids;
  // Only rows of these inodes. Empty = of all sockets.
  std::span<const uint32_t> wanted;
  // Stop once each of the wanted inodes has an owner: some owner, neither every one nor the lowest pid.
  bool stop_when_found = false;
  // Who to look at first: the processes of these cgroup directories, then those of these users. Only the order, and so
  // only with stop_when_found of any use.
  std::span<const std::string> cgroups;
  std::span<const uint32_t> uids;
  // Set by another thread to end the scan early; it then fails with ECANCELED.
  const std::atomic<bool>* abort = nullptr;
};

// Owners of sockets by reading the links of /proc/PID/fd: (inode, pid, tid, fd), ascending pid.
//
// Kernel: any. Privilege: for the processes of others CAP_DAC_READ_SEARCH (to list) and CAP_SYS_PTRACE (to read the
// links); what is missing is counted in out->counters. Costs about 2 us per descriptor and thread, of whatever kind.
// Fails when /proc cannot be read at all, when descriptors or memory run out (EMFILE, ENFILE, ENOMEM), or on abort.
Status ScanProc(const ScanOptions& options, OwnerRows* out);

}  // namespace sockdiag

#endif  // SOCKDIAG_OWNERS_PROC_SCAN_H_
