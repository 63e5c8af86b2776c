#ifndef SOCKDIAG_OWNERS_OWNER_ROWS_H_
#define SOCKDIAG_OWNERS_OWNER_ROWS_H_

#include <cstdint>

#include "columns/builder.h"

namespace sockdiag {

// What a source could not see, and how much it looked at. Partial truth, not an error.
struct OwnerCounters {
  // Processes that were looked at: those of /proc, kernel threads included, or the thread groups of the BPF walk, which
  // leaves kernel threads out; 0 from the task_file iterator.
  uint32_t processes = 0;
  // Processes whose descriptors could not all be read, for whatever reason; includes `denied`.
  uint32_t unreadable = 0;
  // opendir of /proc/PID/fd answered EACCES: what makes netstat print its "Not all processes could be identified".
  uint32_t denied = 0;
  // Processes gone between the listing of /proc and the look at them.
  uint32_t vanished = 0;
  // Descriptor tables read beside the leader's.
  uint32_t threads = 0;
  // Threads of which neither kcmp nor the descriptor count could say whether their table is the leader's.
  uint32_t threads_unchecked = 0;
  // Descriptors dropped because their table changed under the BPF walk while they were read.
  uint32_t retracted = 0;
};

// One (socket, descriptor) pair. A socket has as many rows as there are descriptors that hold it.
struct OwnerRow {
  // Inode number of the socket in sockfs: `socket:[N]`, idiag_inode. Unique in the whole machine at any one time.
  uint32_t inode;
  // Thread group, and the thread whose table this is (== pid for the leader's). Numbers of the reader's pid namespace.
  uint32_t pid;
  uint32_t tid;
  uint32_t fd;
  // 1 = from the leader's table, the only one netstat -p looks at.
  uint8_t leader;
};

// X(Name, kind, nullable): the columns of OwnerRows, the twin of src/tables/owners.ts.
#define SOCKDIAG_OWNERS_COLUMNS(X) \
  X(Inode, kU32, false) \
  X(Pid, kU32, false) \
  X(Tid, kU32, false) \
  X(Fd, kU32, false) \
  X(Leader, kU8, false)

extern const TableSchema kOwnersTable;

// Inode → the lowest process whose leader holds it, the one netstat -p names; the twin of src/columns/lowest-holders.ts.
//
// Open addressing. A slot has an inode, 0 = empty, and the place of its process among the holders, counted from 1.
struct HolderSlot {
  uint32_t inode;
  uint32_t holder;
};

// The owners table. Ascending pid; within a process the leader's table first; within a table ascending descriptors. The
// first leader row of an inode is the process netstat -p names.
//
// The columns are slices of one piece of memory at offsets divisible by 8, in the order of src/tables/owners.ts: as a
// Block they need no copy.
struct OwnerRows {
  // In: the memory shall have the index too, behind the columns.
  bool indexed = false;

  uint32_t* inode = nullptr;
  uint32_t* pid = nullptr;
  uint32_t* tid = nullptr;
  uint32_t* fd = nullptr;
  uint8_t* leader = nullptr;
  Memory memory;
  OwnerCounters counters;

  // Of the index; offsets within the memory. Holders are processes, ascending.
  size_t slots_offset = 0;
  size_t slots = 0;
  size_t holders_offset = 0;
  size_t holders = 0;

  size_t rows() const { return rows_; }

  // Makes room for that many rows, once; their contents are the caller's to set. False: no memory.
  [[nodiscard]] bool Allocate(size_t rows);
  // Fills the index, when all rows are set.
  void FillIndex();

  void Set(size_t index, const OwnerRow& row) {
    inode[index] = row.inode;
    pid[index] = row.pid;
    tid[index] = row.tid;
    fd[index] = row.fd;
    leader[index] = row.leader;
  }

  // Hands the memory over; afterwards there are no rows.
  Block ToBlock();

 private:
  size_t rows_ = 0;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_OWNERS_OWNER_ROWS_H_
