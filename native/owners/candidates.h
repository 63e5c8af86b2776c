#ifndef SOCKDIAG_OWNERS_CANDIDATES_H_
#define SOCKDIAG_OWNERS_CANDIDATES_H_

#include <atomic>
#include <cstdint>
#include <span>
#include <string>

#include "growing_array.h"
#include "status.h"

namespace sockdiag {

// The processes of one scan, handed out to workers one by one: first those of the hinted cgroups, then those of the
// hinted users, then the rest, each ascending by pid and each once.
class Candidates {
 public:
  // Only `pids`, or all that `proc` (a descriptor of the mount's root) lists when there are none. Reads cgroup.procs of
  // each directory; one that cannot be read gives no hints, which is no error.
  Status Collect(int proc, std::span<const uint32_t> pids, std::span<const std::string> cgroups,
                 std::span<const uint32_t> uids);

  size_t size() const { return pids_.size(); }
  uint32_t pid(size_t index) const { return pids_[index]; }

  // Index of the next process to scan, or size() when there is none left. Called by all workers at the same time.
  size_t Next();

 private:
  Status List(std::span<const uint32_t> pids);
  Status ReadCgroup(const std::string& directory);
  bool HasHintedUser(size_t index) const;
  // True for the first who asks for this index.
  bool Claim(size_t index) { return __atomic_exchange_n(&claimed_[index], 1, __ATOMIC_RELAXED) == 0; }

  int proc_ = -1;
  GrowingArray<uint32_t> pids_;
  GrowingArray<uint8_t> claimed_;
  // Indices of processes in hinted cgroups.
  GrowingArray<uint32_t> hinted_;
  std::span<const uint32_t> uids_;
  std::atomic<size_t> next_hinted_{0};
  std::atomic<size_t> next_by_user_{0};
  std::atomic<size_t> next_{0};
};

}  // namespace sockdiag

#endif  // SOCKDIAG_OWNERS_CANDIDATES_H_
