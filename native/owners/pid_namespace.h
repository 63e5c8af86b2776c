#ifndef SOCKDIAG_OWNERS_PID_NAMESPACE_H_
#define SOCKDIAG_OWNERS_PID_NAMESPACE_H_

namespace sockdiag {

// Whether the numbers in a procfs mount are those of the caller's own pid namespace. `proc` is a descriptor of the
// mount's root. Kernel: the NSpid line of /proc/PID/status (since 4.1) lists a task's numbers from the namespace of the
// mount down to the task's own; a single number means that the two are the same. False also when it cannot be told.
bool IsOwnPidNamespace(int proc);

}  // namespace sockdiag

#endif  // SOCKDIAG_OWNERS_PID_NAMESPACE_H_
