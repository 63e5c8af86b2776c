#ifndef SOCKDIAG_OWNERS_OWNER_SINK_H_
#define SOCKDIAG_OWNERS_OWNER_SINK_H_

#include "growing_array.h"
#include "owners/owner_rows.h"
#include "owners/wanted_inodes.h"
#include "status.h"

namespace sockdiag {

// Takes the rows of an iterator, which come by ascending thread number, keeps those asked for, and puts them into
// columns in the order of OwnerRows.
class OwnerSink {
 public:
  // Only rows of the wanted inodes (all, when it was not filled), and only of leaders' tables where so asked.
  OwnerSink(WantedInodes* wanted, bool leaders_only) : wanted_(wanted), leaders_only_(leaders_only) {}

  // Forgets what was added, for a walk that has to be done again.
  void Clear() {
    rows_.clear();
    counters = {};
    others_ = 0;
  }
  [[nodiscard]] bool Reserve(size_t rows) { return rows_.Reserve(rows); }

  [[nodiscard]] bool Add(uint32_t inode, uint32_t pid, uint32_t tid, uint32_t fd) {
    const bool leader = pid == tid;
    if ((leaders_only_ && !leader) || !wanted_->Mark(inode)) return true;
    others_ += !leader;
    return rows_.Append({inode, pid, tid, fd, static_cast<uint8_t>(leader)});
  }

  Status Finish(OwnerRows* out);

  OwnerCounters counters;

 private:
  WantedInodes* wanted_;
  bool leaders_only_;
  GrowingArray<OwnerRow> rows_;
  // Rows of tables that are not their leader's.
  size_t others_ = 0;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_OWNERS_OWNER_SINK_H_
