#include "owners/process_scanner.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "owners/decimal.h"
#include "owners/directory.h"
#include "file_descriptor.h"

namespace sockdiag {
namespace {

constexpr int kOpenDirectory = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

bool IsGone(int err) { return err == ENOENT || err == ESRCH; }

// Errors that say nothing about the process, but that this scan cannot be complete.
bool IsFatal(int err) { return err == EMFILE || err == ENFILE || err == ENOMEM || err == EBADMSG; }

// "NUMBER/fd" with its NUL, or another file of the process.
struct NumberedPath {
  template <size_t N>
  NumberedPath(uint32_t number, const char (&file)[N]) {
    static_assert(N <= sizeof("/task"));
    std::memcpy(FormatDecimal(number, text), file, N);
  }
  char text[10 + sizeof("/task")];
};

// Kernel: st_nlink of /proc/PID/task is 2 + the number of threads, a dead leader included.
constexpr nlink_t kLinksOfOneThread = 3;

bool HasThreads(int leader_directory) {
  struct stat st;
  return fstatat(leader_directory, "../task", &st, 0) == 0 && st.st_nlink > kLinksOfOneThread;
}

}  // namespace

bool ProcessScanner::Prepare() {
  buffer_ = static_cast<char*>(std::malloc(kDirectoryBuffer));
  return buffer_ != nullptr;
}

Status ProcessScanner::OpenFailed(int err) {
  if (IsFatal(err)) return Failure("open", err);
  if (IsGone(err)) {
    counters_.vanished++;
    return {};
  }
  if (err == EACCES) counters_.denied++;
  counters_.unreadable++;
  return {};
}

Status ProcessScanner::Scan(uint32_t pid) {
  counters_.processes++;
  process_unreadable_ = process_has_files_ = false;
  const FileDescriptor directory(openat(ground_->proc, NumberedPath(pid, "/fd").text, kOpenDirectory));
  if (!directory.valid()) {
    const int err = errno;
    Status status = OpenFailed(err);
    return status.ok() && err == EACCES && !ground_->leaders_only ? ReadLeaderless(pid) : status;
  }
  Status status = ReadTable(directory.get(), pid, pid);
  if (status.ok() && !ground_->leaders_only && !process_unreadable_ && HasThreads(directory.get()))
    status = ReadOtherTables(directory.get(), pid);
  if (process_unreadable_) counters_.unreadable++;
  return status;
}

Status ProcessScanner::ReadTable(int directory, uint32_t pid, uint32_t tid) {
  bool no_memory = false;
  const int err = ForEachNumber(directory, buffer_, [&](const NumberedEntry& entry) {
    // `socket:[4294967295]` has 19 bytes; a longer text is cut, lacks its bracket, and is none.
    char text[32];
    const ssize_t length = readlinkat(directory, entry.name, text, sizeof(text));
    uint32_t inode;
    process_has_files_ = true;
    if (length < 0) {
      if (errno == ENOMEM) no_memory = true;
      if (errno == EACCES || errno == EPERM) process_unreadable_ = true;
      // One answer holds for all descriptors: the check is made on the process.
      return !no_memory && !process_unreadable_;
    }
    if (!ParseSocketLink(text, static_cast<size_t>(length), &inode) || !ground_->wanted.Mark(inode)) return true;
    no_memory = !rows_.Append({inode, pid, tid, entry.number, static_cast<uint8_t>(pid == tid)});
    return !no_memory && !ground_->Stop();
  });
  if (no_memory) return Failure("readlink", ENOMEM);
  if (IsFatal(err)) return Failure("getdents64", err);
  if (err != 0 && !IsGone(err)) process_unreadable_ = true;
  return {};
}

Status ProcessScanner::ReadOtherTables(int leader_directory, uint32_t pid) {
  const FileDescriptor task(openat(leader_directory, "../task", kOpenDirectory));
  if (!task.valid()) return IsFatal(errno) ? Failure("open", errno) : Status();
  if (!tables_.Begin(pid)) return Failure("realloc", ENOMEM);
  struct stat st;
  return ReadThreads(task.get(), pid, fstat(leader_directory, &st) == 0 ? st.st_size : 0);
}

// Kernel: the files below /proc/PID of a leader that has exited are root's, whoever it was; those of its living threads
// are their user's. NB: such a process stays counted among the unreadable, as netstat has it.
Status ProcessScanner::ReadLeaderless(uint32_t pid) {
  const NumberedPath path(pid, "/task");
  struct stat st;
  if (fstatat(ground_->proc, path.text, &st, 0) != 0) return {};
  if (st.st_uid != geteuid() || st.st_nlink <= kLinksOfOneThread) return {};
  const FileDescriptor task(openat(ground_->proc, path.text, kOpenDirectory));
  if (!task.valid()) return IsFatal(errno) ? Failure("open", errno) : Status();
  tables_.Begin();
  return ReadThreads(task.get(), pid, 0);
}

Status ProcessScanner::ReadThreads(int task, uint32_t pid, off_t leader_size) {
  bool no_memory = false;
  tids_.clear();
  const int err = ForEachNumber(task, buffer_, [&](const NumberedEntry& entry) {
    if (entry.number != pid) no_memory = !tids_.Append(entry.number);
    return !no_memory;
  });
  if (no_memory) return Failure("getdents64", ENOMEM);
  if (IsFatal(err)) return Failure("getdents64", err);
  for (const uint32_t tid : tids_) {
    if (ground_->Stop()) break;
    Status status = ReadThread(task, pid, tid, leader_size);
    if (!status.ok()) return status;
  }
  return {};
}

TableKind ProcessScanner::Classify(int task, uint32_t tid, off_t leader_size) {
  TableKind kind = ground_->kcmp ? tables_.Classify(tid) : TableKind::kUndecided;
  if (kind == TableKind::kUndecided) kind = tables_.ClassifyBySize(task, tid, leader_size);
  // A leader without a single descriptor is most likely dead: then any living thread knows more.
  if (kind == TableKind::kUndecided && !process_has_files_) return TableKind::kOwn;
  return kind;
}

Status ProcessScanner::ReadThread(int task, uint32_t pid, uint32_t tid, off_t leader_size) {
  const TableKind kind = Classify(task, tid, leader_size);
  if (kind == TableKind::kKnown) return {};
  if (kind == TableKind::kNoMemory) return Failure("kcmp", ENOMEM);
  if (kind == TableKind::kUndecided) {
    counters_.threads_unchecked++;
    return {};
  }
  const FileDescriptor directory(openat(task, NumberedPath(tid, "/fd").text, kOpenDirectory));
  if (!directory.valid()) {
    if (IsFatal(errno)) return Failure("open", errno);
    if (!IsGone(errno)) process_unreadable_ = true;
    return {};
  }
  counters_.threads++;
  return ReadTable(directory.get(), pid, tid);
}

}  // namespace sockdiag
