#ifndef SOCKDIAG_OWNERS_TASK_FILE_H_
#define SOCKDIAG_OWNERS_TASK_FILE_H_

#include "owners/owner_sink.h"
#include "status.h"

namespace sockdiag {

// Loads and runs the task_file iterator (bpf/task_file.bpf.c) once: about 500 ns per descriptor and 2 ms for loading.
// For kernels too old for FdWalk.
Status ReadTaskFiles(OwnerSink* sink);

}  // namespace sockdiag

#endif  // SOCKDIAG_OWNERS_TASK_FILE_H_
