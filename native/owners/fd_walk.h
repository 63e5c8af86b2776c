#ifndef SOCKDIAG_OWNERS_FD_WALK_H_
#define SOCKDIAG_OWNERS_FD_WALK_H_

#include <cstddef>
#include <cstdint>

#include "bpf/owner_record.h"
#include "file_descriptor.h"
#include "owners/owner_sink.h"
#include "status.h"

namespace sockdiag {

// What of the machine a walk looks at.
struct WalkLimits {
  // Only sockets with inodes from `lowest` to `highest`.
  uint32_t lowest = 0;
  uint32_t highest = UINT32_MAX;
  // Only tasks whose effective user is `user`, by its number in the initial user namespace.
  bool by_user = false;
  uint32_t user = 0;
};

// The BPF walk over all descriptor tables (bpf/fd_walk.bpf.c), loaded and mapped. Loading costs 2 to 4 ms, a run about
// 50 ns per descriptor; one loaded walk may be run any number of times, by one thread at a time.
class FdWalk {
 public:
  FdWalk() = default;
  FdWalk(const FdWalk&) = delete;
  FdWalk& operator=(const FdWalk&) = delete;
  ~FdWalk() { Unload(); }

  // With room for `capacity` rows.
  Status Load(uint32_t capacity);
  bool loaded() const { return program_.valid(); }
  uint32_t capacity() const { return capacity_; }
  void Unload();

  // Walks once and hands the rows to `sink`. When there are more than there is room for, loads itself again with room
  // for more, and walks again.
  Status Run(const WalkLimits& limits, OwnerSink* sink);

 private:
  Status Map();
  Status Walk(const WalkLimits& limits);

  uint32_t capacity_ = 0;
  FileDescriptor program_;
  FileDescriptor rows_map_;
  FileDescriptor state_map_;
  const sockdiag_owner* rows_ = nullptr;
  sockdiag_walk* state_ = nullptr;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_OWNERS_FD_WALK_H_
