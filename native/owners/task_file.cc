#include "owners/task_file.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <new>
#include <unistd.h>

#include "bpf/owner_record.h"
#include "bpf/task_file.skel.h"
#include "file_descriptor.h"

namespace sockdiag {
namespace {

// Kernel: the seq_file of an iterator holds 32 KiB.
constexpr size_t kReadBuffer = 64 * 1024;

// Tells the first thread that shows a table from the further ones of a group without a leader's table.
class TableFilter {
 public:
  // Sets *show to whether records of this table and thread are to be kept. False: no memory.
  [[nodiscard]] bool Ask(const sockdiag_file_record& record, bool* show) {
    const bool same = record.owner.tid == last_.tid && record.files == last_.files;
    if (!same) {
      last_ = {record.owner.pid, record.owner.tid, record.files};
      show_ = record.owner.pid == record.owner.tid || !Seen();
      if (record.owner.pid != record.owner.tid && show_ && !tables_.Append(last_)) return false;
    }
    *show = show_;
    return true;
  }
  size_t threads() const { return tables_.size(); }

 private:
  struct Table {
    uint32_t pid;
    uint32_t tid;
    uint64_t files;
  };

  bool Seen() const {
    for (const Table& table : tables_)
      if (table.pid == last_.pid && table.files == last_.files) return true;
    return false;
  }

  Table last_{};
  bool show_ = false;
  GrowingArray<Table> tables_;
};

// Takes the whole records at `data`; returns the bytes they have, or SIZE_MAX when memory is out.
size_t TakeRecords(const char* data, size_t size, TableFilter* filter, OwnerSink* sink) {
  size_t at = 0;
  for (; size - at >= sizeof(sockdiag_file_record); at += sizeof(sockdiag_file_record)) {
    sockdiag_file_record record;
    std::memcpy(&record, data + at, sizeof(record));
    bool show;
    if (!filter->Ask(record, &show)) return SIZE_MAX;
    const sockdiag_owner& owner = record.owner;
    if (show && !sink->Add(owner.inode, owner.pid, owner.tid, owner.fd)) return SIZE_MAX;
  }
  return at;
}

Status ReadAll(int iterator, OwnerSink* sink) {
  const std::unique_ptr<char[]> buffer(new (std::nothrow) char[kReadBuffer]);
  if (!buffer) return Failure("read", ENOMEM);
  TableFilter filter;
  for (size_t kept = 0;;) {
    const ssize_t got = read(iterator, buffer.get() + kept, kReadBuffer - kept);
    // Kernel: EAGAIN after a million objects without output.
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got < 0) return Failure("read", errno);
    if (got == 0) break;
    const size_t size = kept + static_cast<size_t>(got);
    const size_t taken = TakeRecords(buffer.get(), size, &filter, sink);
    if (taken == SIZE_MAX) return Failure("realloc", ENOMEM);
    kept = size - taken;
    std::memmove(buffer.get(), buffer.get() + taken, kept);
  }
  sink->counters.threads = static_cast<uint32_t>(filter.threads());
  return {};
}

}  // namespace

Status ReadTaskFiles(OwnerSink* sink) {
  TaskFileContext context;
  std::memset(&context, 0, sizeof(context));
  context.loader.size = sizeof(context);
  Status status = LoadObject(kTaskFileData, kTaskFileInstructions, &context.loader);
  if (!status.ok()) return status;
  const FileDescriptor program(context.show_file.fd);
  int opened;
  status = OpenIterator(program.get(), &opened);
  if (!status.ok()) return status;
  const FileDescriptor iterator(opened);
  sink->Clear();
  return ReadAll(iterator.get(), sink);
}

}  // namespace sockdiag
