#include "owners/process_names.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "owners/decimal.h"
#include "file_descriptor.h"
#include "growing_array.h"

namespace sockdiag {
namespace {

using Column = ProcessesColumn;

#define SOCKDIAG_PROCESS_COLUMN(Name, kind, nullable) {#Name, Kind::kind, nullable},
constexpr ColumnSchema kColumns[] = {SOCKDIAG_PROCESSES_COLUMNS(SOCKDIAG_PROCESS_COLUMN)};
#undef SOCKDIAG_PROCESS_COLUMN

// Of cgroup files and stat lines; a longer cgroup file is cut.
constexpr size_t kFileLimit = 16 * 1024;
// No command line is longer than the third of an 8 MiB stack that exec(2) allows arguments and environment.
constexpr size_t kCmdlineLimit = 4 * 1024 * 1024;

bool IsFatal(int err) { return err == EMFILE || err == ENFILE || err == ENOMEM; }

// Index of the n-th field (from 1) after `text`, fields being separated by single spaces; nullptr = not so many.
const char* Field(const char* text, int n) {
  for (; n > 1; n--) {
    text = std::strchr(text, ' ');
    if (text == nullptr) return nullptr;
    text++;
  }
  return text;
}

// Reads one process after another into a builder.
class NameReader {
 public:
  NameReader(const ProcessNamesOptions& options, TableBuilder* builder) : options_(options), builder_(builder) {}

  [[nodiscard]] bool Prepare() {
    return buffer_.Resize(std::max<size_t>(kFileLimit, std::min<size_t>(options_.cmdline_limit, kCmdlineLimit)));
  }

  Status Read(int proc, uint32_t pid) {
    builder_->SetU32(Column::kPid, pid);
    char name[16];
    FormatDecimal(pid, name);
    const FileDescriptor process(openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!process.valid()) return IsFatal(errno) ? Failure("open", errno) : Status{};
    error_ = 0;
    if (!ReadStat(process.get())) return Result();
    ReadUser(process.get());
    if (Wants(Column::kCmdline)) {
      const ssize_t size = ReadFile(process.get(), "cmdline", std::min<size_t>(options_.cmdline_limit, kCmdlineLimit));
      if (size >= 0) builder_->SetStr(Column::kCmdline, {buffer_.data(), static_cast<size_t>(size)});
    }
    if (Wants(Column::kCgroup)) {
      const ssize_t size = ReadFile(process.get(), "cgroup", kFileLimit);
      if (size >= 0) builder_->SetStr(Column::kCgroup, {buffer_.data(), static_cast<size_t>(size)});
    }
    ReadExe(process.get());
    ReadNetns(process.get());
    return Result();
  }

 private:
  bool Wants(uint16_t column) const { return builder_->Wants(column); }
  Status Result() const { return IsFatal(error_) ? Failure("open", error_) : Status{}; }

  // Up to `limit` bytes of a file into the buffer; -1 = cannot be read.
  ssize_t ReadFile(int process, const char* name, size_t limit) {
    const FileDescriptor file(openat(process, name, O_RDONLY | O_CLOEXEC));
    if (!file.valid()) {
      error_ = errno;
      return -1;
    }
    size_t size = 0;
    while (size < limit) {
      const ssize_t got = read(file.get(), buffer_.data() + size, limit - size);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return -1;
      if (got == 0) break;
      size += static_cast<size_t>(got);
    }
    return static_cast<ssize_t>(size);
  }

  // Comm and start time, and whether this is the process that was meant.
  bool ReadStat(int process) {
    if (!Wants(Column::kComm) && !Wants(Column::kStartTime) && options_.not_after == 0) return true;
    const ssize_t size = ReadFile(process, "stat", kFileLimit - 1);
    if (size <= 0) return false;
    char* const text = buffer_.data();
    text[size] = '\0';
    char* const open = std::strchr(text, '(');
    char* const close = std::strrchr(text, ')');
    if (open == nullptr || close == nullptr || close < open || close[1] != ' ') return false;
    // Field 3 is the first after the name.
    const char* const field = Field(close + 2, 22 - 2);
    uint64_t start = 0;
    if (field == nullptr || ParseDecimal(field, std::strlen(field), &start) == 0) return false;
    if (options_.not_after != 0 && start > options_.not_after) return false;
    builder_->SetU64(Column::kStartTime, start);
    builder_->SetStr(Column::kComm, {open + 1, static_cast<size_t>(close - open - 1)});
    return true;
  }

  void ReadUser(int process) {
    struct stat st;
    if (Wants(Column::kUid) && fstat(process, &st) == 0) builder_->SetU32(Column::kUid, st.st_uid);
  }

  void ReadExe(int process) {
    if (!Wants(Column::kExe)) return;
    const ssize_t size = readlinkat(process, "exe", buffer_.data(), buffer_.size());
    if (size > 0) builder_->SetStr(Column::kExe, {buffer_.data(), static_cast<size_t>(size)});
  }

  // Kernel: the link text is `net:[INODE]`.
  void ReadNetns(int process) {
    if (!Wants(Column::kNetns)) return;
    char text[32];
    const ssize_t size = readlinkat(process, "ns/net", text, sizeof(text));
    uint64_t inode;
    if (size > 5 && std::memcmp(text, "net:[", 5) == 0 &&
        ParseDecimal(text + 5, static_cast<size_t>(size) - 5, &inode) != 0)
      builder_->SetU64(Column::kNetns, inode);
  }

  const ProcessNamesOptions& options_;
  TableBuilder* builder_;
  GrowingArray<char> buffer_;
  int error_ = 0;
};

}  // namespace

const TableSchema kProcessesTable = {"processes", kColumns};

uint64_t TicksSinceBoot() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  const auto rate = static_cast<uint64_t>(sysconf(_SC_CLK_TCK));
  return static_cast<uint64_t>(now.tv_sec) * rate + static_cast<uint64_t>(now.tv_nsec) * rate / 1000000000;
}

Status ReadProcessNames(std::span<const uint32_t> pids, const ProcessNamesOptions& options, Block* out) {
  const FileDescriptor proc(open(options.proc_root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!proc.valid()) return Failure("open", errno, options.proc_root);
  TableBuilder builder(kProcessesTable, options.columns, std::max<size_t>(pids.size(), 1));
  NameReader reader(options, &builder);
  if (!reader.Prepare()) return Failure("realloc", ENOMEM);
  for (const uint32_t pid : pids) {
    if (!builder.BeginRow()) return Failure("mmap", ENOMEM);
    Status status = reader.Read(proc.get(), pid);
    if (!status.ok()) return status;
    builder.CommitRow();
  }
  return !builder.exhausted() && builder.Seal(out) ? Status{} : Failure("mmap", ENOMEM);
}

}  // namespace sockdiag
