#ifndef SOCKDIAG_OWNERS_PROCESS_NAMES_H_
#define SOCKDIAG_OWNERS_PROCESS_NAMES_H_

#include <cstdint>
#include <span>
#include <string>

#include "columns/builder.h"
#include "status.h"

namespace sockdiag {

// X(Name, kind, nullable). Pid: as asked for. Every other column is null when the process is gone, when it may not be
// read (Exe and Netns need PTRACE_MODE_READ), or when its number was given to another process (see not_after).
#define SOCKDIAG_PROCESSES_COLUMNS(X) \
  X(Pid, kU32, false)       /* process */ \
  X(Uid, kU32, true)        /* effective user: owner of /proc/PID */ \
  X(StartTime, kU64, true)  /* /proc/PID/stat field 22: clock ticks since boot; with the pid, its identity */ \
  X(Comm, kStr, true)       /* /proc/PID/stat field 2: 15 bytes, more for kernel threads; may hold anything */ \
  X(Cmdline, kStr, true)    /* /proc/PID/cmdline: arguments with their NULs; empty for kernel threads, zombies */ \
  X(Exe, kStr, true)        /* /proc/PID/exe: link text */ \
  X(Cgroup, kStr, true)     /* /proc/PID/cgroup: the whole file */ \
  X(Netns, kU64, true)      /* /proc/PID/ns/net: inode of the network namespace */

#define SOCKDIAG_PROCESS_COLUMN_ID(Name, kind, nullable) k##Name,
struct ProcessesColumn {
  enum : uint16_t { SOCKDIAG_PROCESSES_COLUMNS(SOCKDIAG_PROCESS_COLUMN_ID) kCount };
};
#undef SOCKDIAG_PROCESS_COLUMN_ID

extern const TableSchema kProcessesTable;

struct ProcessNamesOptions {
  std::string proc_root = "/proc";
  // Column ids wanted: what is not wanted is not read.
  std::span<const uint16_t> columns;
  // Bytes of a command line to read. netstat reads 511.
  uint32_t cmdline_limit = 511;
  // In clock ticks since boot, 0 = no limit: a process that started later than this is not the one that was seen
  // with this number before.
  uint64_t not_after = 0;
};

// Names of processes, one row per pid, in the order given. All of a row comes from one process: its directory is opened
// once, and procfs answers ESRCH through it once that process is gone.
Status ReadProcessNames(std::span<const uint32_t> pids, const ProcessNamesOptions& options, Block* out);

// Now, as not_after counts: ticks since boot, suspended time included (the clock of /proc/PID/stat).
uint64_t TicksSinceBoot();

}  // namespace sockdiag

#endif  // SOCKDIAG_OWNERS_PROCESS_NAMES_H_
