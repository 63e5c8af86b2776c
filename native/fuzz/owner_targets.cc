// Targets for what is read from /proc about processes: numbers and link texts, and a process directory whose files hold
// anything.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "fuzz/input.h"
#include "fuzz/target.h"
#include "owners/decimal.h"
#include "owners/proc_scan.h"
#include "owners/process_names.h"
#include "test/block_check.h"

namespace sockdiag {
namespace {

constexpr uint32_t kPid = 4711;
constexpr int kLinks = 4;

// The number, read another way.
bool SocketInode(const std::string& text, uint32_t* inode) {
  unsigned long long number = 0;
  int end = 0;
  const bool shaped = sscanf(text.c_str(), "socket:[%10llu]%n", &number, &end) == 1 && end > 0;
  if (!shaped || static_cast<size_t>(end) != text.size() || text[8] < '0' || text[8] > '9') return false;
  *inode = static_cast<uint32_t>(number);
  return number <= UINT32_MAX;
}

void RunLink(std::span<const uint8_t> bytes) {
  const std::vector<char> text(bytes.begin(), bytes.end());
  uint32_t inode = 0;
  uint32_t expected = 0;
  const bool parsed = ParseSocketLink(text.data(), text.size(), &inode);
  const bool whole = text.empty() || memchr(text.data(), 0, text.size()) == nullptr;
  Require(!whole || parsed == SocketInode({text.begin(), text.end()}, &expected), "a link text is read differently");
  Require(!whole || !parsed || inode == expected, "an inode is read differently");
  uint64_t number;
  ParseDecimal(text.data(), text.size(), &number);
  char formatted[11];
  FormatDecimal(inode, formatted);
  uint32_t again = 1;
  Require(ParseDecimal(formatted, strlen(formatted), &again) != 0 && again == inode, "a number does not come back");
}

// A proc file system with one process in it, kept from one run to the next.
class FakeProc {
 public:
  FakeProc() {
    const char* const memory = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    root_ = std::string(memory) + "/sockdiag-fuzz-XXXXXX";
    Require(mkdtemp(root_.data()) != nullptr, "mkdtemp");
    process_ = root_ + "/" + std::to_string(kPid);
    for (const char* directory : {"", "/fd", "/task", "/ns"}) Require(mkdir((process_ + directory).c_str(), 0700) == 0, "mkdir");
  }

  ~FakeProc() {
    for (int fd = 0; fd < kLinks; fd++) unlink((process_ + "/fd/" + std::to_string(fd)).c_str());
    for (const char* file : {"/stat", "/cmdline", "/cgroup", "/exe", "/ns/net"}) unlink((process_ + file).c_str());
    for (const char* directory : {"/fd", "/task", "/ns", ""}) rmdir((process_ + directory).c_str());
    rmdir(root_.c_str());
  }

  const std::string& root() const { return root_; }

  void Write(const char* name, const std::vector<uint8_t>& bytes) const {
    const int file = open((process_ + name).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    Require(file >= 0 && write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), "write");
    close(file);
  }

  // False: no such text can be a link.
  bool Link(const std::string& name, const std::vector<uint8_t>& text) const {
    const std::string path = process_ + name;
    unlink(path.c_str());
    return symlink(std::string(text.begin(), text.end()).c_str(), path.c_str()) == 0;
  }

 private:
  std::string root_;
  std::string process_;
};

std::vector<uint8_t> TakeText(Input* input) {
  const size_t length = input->Take<uint8_t>();
  return input->TakeBytes(length);
}

void CheckScan(const FakeProc& proc, size_t most) {
  ScanOptions options;
  options.proc_root = proc.root();
  options.workers = 1;
  OwnerRows rows;
  const Status status = ScanProc(options, &rows);
  Require(status.ok(), "a scan of a directory failed");
  Require(rows.rows() <= most, "more owners than links");
  for (size_t i = 0; i < rows.rows(); i++) Require(rows.pid[i] == kPid && rows.fd[i] < kLinks, "an owner that is not");
}

void CheckNames(const FakeProc& proc, uint32_t cmdline_limit) {
  std::vector<uint16_t> columns(ProcessesColumn::kCount);
  for (uint16_t id = 0; id < columns.size(); id++) columns[id] = id;
  ProcessNamesOptions options;
  options.proc_root = proc.root();
  options.columns = columns;
  options.cmdline_limit = cmdline_limit;
  const uint32_t pids[] = {kPid, kPid + 1};
  Block block;
  Require(ReadProcessNames(pids, options, &block).ok(), "names cannot be read");
  Require(block.rows == 2, "a row for each process");
  CheckBlock(kProcessesTable, block);
}

void RunProcess(std::span<const uint8_t> bytes) {
  static const FakeProc proc;
  Input input(bytes);
  const uint32_t cmdline_limit = input.Take<uint16_t>();
  size_t links = 0;
  for (int fd = 0; fd < kLinks; fd++) links += proc.Link("/fd/" + std::to_string(fd), TakeText(&input));
  proc.Link("/exe", TakeText(&input));
  proc.Link("/ns/net", TakeText(&input));
  proc.Write("/stat", TakeText(&input));
  proc.Write("/cmdline", TakeText(&input));
  proc.Write("/cgroup", input.TakeRest());
  CheckScan(proc, links);
  CheckNames(proc, cmdline_limit);
}

}  // namespace

void AddOwnerTargets(std::vector<FuzzTarget>* targets) {
  targets->push_back({"link-text", RunLink, nullptr});
  targets->push_back({"process", RunProcess, nullptr});
}

}  // namespace sockdiag
