#include "owners/bpf_owners.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lock.h"
#include "owners/open_files.h"
#include "owners/pid_namespace.h"
#include "owners/task_file.h"

namespace sockdiag {
namespace {

// linux/capability.h of 5.8 and newer.
constexpr int kCapPerfmon = 38, kCapBpf = 39;

uint64_t EffectiveCapabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  if (syscall(SYS_capget, &header, data) != 0) return 0;
  return static_cast<uint64_t>(data[1].effective) << 32 | data[0].effective;
}

bool Has(uint64_t capabilities, int capability) { return (capabilities >> capability & 1) != 0; }

// Kernel: since 5.4, where securityfs is mounted; the mode in force stands in brackets.
bool LockdownHidesMemory() {
  const FileDescriptor file(open("/sys/kernel/security/lockdown", O_RDONLY | O_CLOEXEC));
  char text[128];
  const ssize_t got = file.valid() ? read(file.get(), text, sizeof(text) - 1) : 0;
  if (got <= 0) return false;
  text[got] = '\0';
  return std::strstr(text, "[confidentiality]") != nullptr;
}

// Kernel: the initial user namespace has this inode number (PROC_USER_INIT_INO) everywhere. Capabilities of any other
// do not count for bpf(2), nor against processes outside of it.
bool InInitialUserNamespace() {
  constexpr char kInitial[] = "user:[4026531837]";
  char text[32];
  const ssize_t length = readlink("/proc/self/ns/user", text, sizeof(text));
  return length == sizeof(kInitial) - 1 && std::memcmp(text, kInitial, sizeof(kInitial) - 1) == 0;
}

bool ProcIsOurs(const std::string& proc_root) {
  const FileDescriptor proc(open(proc_root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return proc.valid() && IsOwnPidNamespace(proc.get());
}

// The same errno for every kind of kernel that lacks something: a program type, a helper, a relocation, a kfunc.
bool MeansTooOld(int err) { return err == EINVAL || err == ENOENT || err == ESRCH || err == EOPNOTSUPP || err == 524; }

// All users' sockets among which the wanted ones are.
WalkLimits LimitsOf(std::span<const uint32_t> wanted) {
  WalkLimits limits;
  if (wanted.empty()) return limits;
  const auto [lowest, highest] = std::minmax_element(wanted.begin(), wanted.end());
  limits.lowest = *lowest;
  limits.highest = *highest;
  return limits;
}

uint32_t RoomFor(const IterateOptions& options, const WalkLimits& limits) {
  if (options.capacity != 0) return options.capacity;
  // A file held by several processes counts once there and has several rows here; most files are no sockets.
  const uint64_t files = ReadOpenFiles(options.proc_root) + 1024;
  const uint64_t sockets = (uint64_t{limits.highest} - limits.lowest) * 2 + 1024;
  return static_cast<uint32_t>(std::min({files, sockets, uint64_t{1} << 26}));
}

}  // namespace

BpfProbe ProbeBpf(const std::string& proc_root) {
  const uint64_t capabilities = EffectiveCapabilities();
  const bool admin = Has(capabilities, CAP_SYS_ADMIN);
  const bool initial = InInitialUserNamespace();
  BpfProbe probe;
  probe.entitled = initial && Has(capabilities, CAP_SYS_PTRACE) && Has(capabilities, CAP_DAC_READ_SEARCH);
  if (std::endian::native != std::endian::little || sizeof(void*) != 8) {
    probe.reason = "the BPF programs are built for 64-bit little-endian machines";
  } else if (access("/sys/kernel/btf/vmlinux", R_OK) != 0) {
    probe.reason = "the kernel gives no type information (/sys/kernel/btf/vmlinux)";
  } else if (!initial) {
    probe.reason = "the capabilities of a user namespace do not extend to BPF";
  } else if (!admin && !Has(capabilities, kCapBpf)) {
    probe.reason = "CAP_BPF is missing";
  } else if (!admin && !Has(capabilities, kCapPerfmon)) {
    probe.reason = "CAP_PERFMON is missing";
  } else if (LockdownHidesMemory()) {
    probe.reason = "kernel lockdown is in confidentiality mode";
  } else if (!ProcIsOurs(proc_root)) {
    probe.reason = proc_root + " belongs to another pid namespace, or is not procfs";
  }
  return probe;
}

std::string ExplainLoadFailure(int err) {
  if (err == EPERM || err == EACCES)
    return "bpf(2) is not permitted: capabilities of a user namespace, a seccomp filter, or lockdown";
  if (err == ENOSYS) return "the kernel has no bpf(2)";
  if (err == ENOMEM) return "no memory for the BPF maps, or RLIMIT_MEMLOCK (before 5.11) is too low";
  if (MeansTooOld(err)) return "the kernel is too old for these BPF programs (5.17 is needed)";
  return "the BPF programs could not be loaded";
}

void BpfOwners::Unload() {
  const Lock lock(&mutex_);
  walk_.Unload();
}

Status BpfOwners::Walk(const IterateOptions& options, const WantedInodes& wanted, OwnerSink* sink) {
  const WalkLimits limits = LimitsOf(options.wanted);
  // Somewhat too little room is found out by walking, which is as quick as loading.
  const uint32_t room = RoomFor(options, limits);
  if (!walk_.loaded() || walk_.capacity() < room / 2) {
    Status status = walk_.Load(room);
    if (!status.ok()) return status;
  }
  if (options.stop_when_found && options.uids.size() == 1) {
    WalkLimits hinted = limits;
    hinted.by_user = true;
    hinted.user = options.uids[0];
    Status status = walk_.Run(hinted, sink);
    if (!status.ok() || wanted.AllFound()) return status;
  }
  return walk_.Run(limits, sink);
}

Status BpfOwners::Read(const IterateOptions& options, OwnerRows* out, BpfSource* source) {
  const BpfProbe probe = ProbeBpf(options.proc_root);
  if (!probe.reason.empty()) return Failure("bpf", EOPNOTSUPP, probe.reason);
  WantedInodes wanted;
  if (!options.wanted.empty() && !wanted.Fill(options.wanted)) return Failure("calloc", ENOMEM);
  OwnerSink sink(&wanted, options.leaders_only);
  const Lock lock(&mutex_);
  Status status;
  if (!too_old_ && !options.task_file) {
    *source = BpfSource::kFdWalk;
    status = Walk(options, wanted, &sink);
    too_old_ = MeansTooOld(status.err);
  }
  if (too_old_ || options.task_file) {
    *source = BpfSource::kTaskFile;
    status = ReadTaskFiles(&sink);
  }
  if (!status.ok()) {
    if (status.detail.empty()) status.detail = ExplainLoadFailure(status.err);
    return status;
  }
  return sink.Finish(out);
}

}  // namespace sockdiag
