#ifndef SOCKDIAG_OWNERS_BPF_OWNERS_H_
#define SOCKDIAG_OWNERS_BPF_OWNERS_H_

#include <cstdint>
#include <pthread.h>
#include <span>
#include <string>

#include "owners/fd_walk.h"
#include "owners/owner_rows.h"
#include "status.h"

namespace sockdiag {

// Whether the BPF sources can be used, as far as can be told without loading anything.
struct BpfProbe {
  // Why not, in words; empty = nothing speaks against it.
  std::string reason;
  // The caller may see the descriptors of all processes through /proc as well (CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH):
  // the BPF sources, which ask no permission of the processes, then disclose nothing new.
  bool entitled = false;
};

// `proc_root`: the procfs mount whose pid numbers the caller goes by. The BPF sources give numbers of the caller's own
// pid namespace; a mount of another namespace is a reason not to use them.
BpfProbe ProbeBpf(const std::string& proc_root);

// What the load of a BPF object failing with this errno means, in words.
std::string ExplainLoadFailure(int err);

enum class BpfSource : uint8_t { kFdWalk, kTaskFile };

struct IterateOptions {
  std::string proc_root = "/proc";
  // As in ScanOptions.
  bool leaders_only = false;
  std::span<const uint32_t> wanted;
  // Be content when each of the wanted inodes has an owner among the processes of `uids`; as in ScanOptions. Of use when
  // there is only one user to look for: then the tables of the others are not walked.
  bool stop_when_found = false;
  std::span<const uint32_t> uids;
  // Only for comparing the two: do not try the walk.
  bool task_file = false;
  // Rows to have room for at first; 0 = by the number of open files.
  uint32_t capacity = 0;
};

// Owners of sockets by BPF iterators: the walk over descriptor tables, or, where the kernel is too old for that
// (before 6.2), the task_file iterator. Same rows as ScanProc, whoever the processes belong to.
//
// Privilege: CAP_BPF and CAP_PERFMON (CAP_SYS_ADMIN before 5.8), in the initial user namespace. Loads at the first use
// and stays loaded until Unload. Any thread may call; one at a time gets to run.
class BpfOwners {
 public:
  BpfOwners() = default;
  BpfOwners(const BpfOwners&) = delete;
  BpfOwners& operator=(const BpfOwners&) = delete;

  // A failed load has its meaning in `detail`.
  Status Read(const IterateOptions& options, OwnerRows* out, BpfSource* source);
  void Unload();

 private:
  Status Walk(const IterateOptions& options, const WantedInodes& wanted, OwnerSink* sink);

  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  FdWalk walk_;
  // The walk was refused by this kernel, and will be.
  bool too_old_ = false;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_OWNERS_BPF_OWNERS_H_
