#include "owners/fd_walk.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

#include "bpf/fd_walk.skel.h"

namespace sockdiag {
namespace {

// The kernel's array of 2^28 rows would take 4 GiB; nothing sane has so many descriptors.
constexpr uint64_t kMaxCapacity = 1u << 28;
constexpr int kMaxWalks = 4;

size_t PageAligned(size_t bytes) {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}

size_t RowBytes(uint32_t capacity) { return PageAligned(capacity * sizeof(sockdiag_owner)); }

}  // namespace

void FdWalk::Unload() {
  if (rows_ != nullptr) munmap(const_cast<sockdiag_owner*>(rows_), RowBytes(capacity_));
  if (state_ != nullptr) munmap(state_, PageAligned(sizeof(sockdiag_walk)));
  rows_ = nullptr;
  state_ = nullptr;
  program_.Reset(-1);
  rows_map_.Reset(-1);
  state_map_.Reset(-1);
}

Status FdWalk::Load(uint32_t capacity) {
  Unload();
  capacity_ = capacity;
  FdWalkContext context;
  std::memset(&context, 0, sizeof(context));
  context.loader.size = sizeof(context);
  context.rows.max_entries = capacity;
  Status status = LoadObject(kFdWalkData, kFdWalkInstructions, &context.loader);
  if (!status.ok()) return status;
  program_.Reset(context.walk_task.fd);
  rows_map_.Reset(context.rows.fd);
  state_map_.Reset(context.bss.fd);
  status = Map();
  if (!status.ok()) Unload();
  return status;
}

Status FdWalk::Map() {
  void* const rows = mmap(nullptr, RowBytes(capacity_), PROT_READ, MAP_SHARED, rows_map_.get(), 0);
  if (rows == MAP_FAILED) return Failure("mmap", errno);
  rows_ = static_cast<const sockdiag_owner*>(rows);
  void* const state = mmap(nullptr, PageAligned(sizeof(sockdiag_walk)), PROT_READ | PROT_WRITE, MAP_SHARED,
                           state_map_.get(), 0);
  if (state == MAP_FAILED) return Failure("mmap", errno);
  state_ = static_cast<sockdiag_walk*>(state);
  return {};
}

// NB: the numbers are those of the pid namespace of the thread that opens and reads the iterator.
Status FdWalk::Walk(const WalkLimits& limits) {
  std::memset(state_, 0, sizeof(*state_));
  state_->lowest = limits.lowest;
  state_->highest = limits.highest;
  state_->user = limits.user;
  state_->by_user = limits.by_user;
  int opened;
  Status status = OpenIterator(program_.get(), &opened);
  if (!status.ok()) return status;
  const FileDescriptor iterator(opened);
  // The program writes nothing into the seq_file, so that a single read visits everything. Kernel: after a million
  // tasks without output read answers EAGAIN and the next one goes on from there.
  for (;;) {
    char none[64];
    const ssize_t got = read(iterator.get(), none, sizeof(none));
    if (got == 0) return {};
    if (got < 0 && errno != EAGAIN && errno != EINTR) return Failure("read", errno);
  }
}

Status FdWalk::Run(const WalkLimits& limits, OwnerSink* sink) {
  for (int walk = 0; walk < kMaxWalks; walk++) {
    Status status = Walk(limits);
    if (!status.ok()) return status;
    const uint64_t found = state_->found;
    if (found <= capacity_) break;
    if (walk == kMaxWalks - 1 || found > kMaxCapacity) return Failure("read", E2BIG, "more descriptors than room");
    status = Load(static_cast<uint32_t>(found + found / 4 + 1024));
    if (!status.ok()) return status;
  }
  const auto found = static_cast<size_t>(state_->found);
  sink->Clear();
  if (!sink->Reserve(std::min<size_t>(found, 1 << 20))) return Failure("realloc", ENOMEM);
  for (size_t at = 0; at < found; at++) {
    const sockdiag_owner& row = rows_[at];
    if (!sink->Add(row.inode, row.pid, row.tid, row.fd)) return Failure("realloc", ENOMEM);
  }
  sink->counters.processes = static_cast<uint32_t>(state_->groups);
  sink->counters.threads = static_cast<uint32_t>(state_->tables - std::min(state_->tables, state_->groups));
  sink->counters.retracted = static_cast<uint32_t>(state_->retracted);
  sink->counters.unreadable = static_cast<uint32_t>(state_->abandoned);
  return {};
}

}  // namespace sockdiag
