#include "owners/owner_sink.h"

#include <algorithm>
#include <cerrno>

namespace sockdiag {
namespace {

// Leader's table first within a process; descriptors keep their order.
bool Precedes(const OwnerRow& a, const OwnerRow& b) {
  if (a.pid != b.pid) return a.pid < b.pid;
  if (a.leader != b.leader) return a.leader > b.leader;
  return a.tid < b.tid;
}

}  // namespace

Status OwnerSink::Finish(OwnerRows* out) {
  // Leaders come in the order wanted; the few others are sorted by thread, and may belong to an earlier process.
  if (others_ != 0) std::stable_sort(rows_.begin(), rows_.end(), Precedes);
  if (!out->Allocate(rows_.size())) return Failure("mmap", ENOMEM);
  for (size_t at = 0; at < rows_.size(); at++) out->Set(at, rows_[at]);
  out->counters = counters;
  return {};
}

}  // namespace sockdiag
