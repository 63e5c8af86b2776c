// Threads against each other, for the thread sanitizer: streams whose consumer, closer and producer meet at every
// moment, several at once; scans of /proc by four threads, ended from outside while processes come and go.
//
//   races ROUNDS

#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "owners/proc_scan.h"
#include "snapshot.h"
#include "stream.h"
#include "test/block_check.h"
#include "uapi.h"

namespace sockdiag {
namespace {

// A thread that is joined at the end of its scope.
class Thread {
 public:
  explicit Thread(std::function<void()> body) : body_(std::move(body)) {
    Require(pthread_create(&thread_, nullptr, Run, this) == 0, "pthread_create");
  }
  ~Thread() { pthread_join(thread_, nullptr); }
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

 private:
  static void* Run(void* self) {
    static_cast<Thread*>(self)->body_();
    return nullptr;
  }

  std::function<void()> body_;
  pthread_t thread_ = {};
};

// Enough sockets for a dump of many datagrams.
size_t OpenSockets() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max < 8192 ? limit.rlim_max : 8192;
  setrlimit(RLIMIT_NOFILE, &limit);
  size_t open = 0;
  for (; open + 64 < limit.rlim_cur && open < 6000; open++) {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) break;
  }
  return open;
}

KindRequest UdpRequest() {
  KindRequest request{FindDumpKind("inet"), {}};
  request.request.family = AF_INET;
  request.request.protocol = IPPROTO_UDP;
  request.request.states = UINT32_MAX;
  return request;
}

StreamOptions Options(bool reuse) {
  StreamOptions options;
  options.snapshot.table = &kSocketsTable;
  options.snapshot.columns = {SocketsColumn::kCookie, SocketsColumn::kInode, SocketsColumn::kLocalPort};
  options.chunk_rows = 64;
  options.reuse = reuse;
  return options;
}

void Pause(int microseconds) {
  if (microseconds > 0) usleep(static_cast<useconds_t>(microseconds));
}

size_t Consume(Stream* stream, size_t blocks) {
  size_t rows = 0;
  Block block;
  for (size_t i = 0; i < blocks && stream->Next(&block); i++) {
    CheckBlock(kSocketsTable, block);
    rows += block.rows;
  }
  return rows;
}

// Consumer and closer on threads of their own.
void CloseUnderway(int round) {
  Stream stream({UdpRequest(), UdpRequest()}, Options(round % 2 == 0));
  Require(stream.Start().ok(), "not started");
  Thread consumer([&] { Consume(&stream, SIZE_MAX); });
  Pause(round * 37 % 5000);
  stream.Close();
}

void DestroyUnread(int round) {
  Stream stream({UdpRequest()}, Options(round % 2 == 0));
  Require(stream.Start().ok(), "not started");
  Consume(&stream, static_cast<size_t>(round % 3));
}

void ReadWhole(size_t sockets, bool reuse) {
  Stream stream({UdpRequest()}, Options(reuse));
  Require(stream.Start().ok(), "not started");
  Require(Consume(&stream, SIZE_MAX) >= sockets, "rows are missing");
}

void AbortSnapshot(int round) {
  std::atomic<bool> abort{false};
  SnapshotOptions options = Options(false).snapshot;
  options.abort = &abort;
  Thread aborter([&] {
    Pause(round * 53 % 3000);
    abort.store(true);
  });
  const Snapshot snapshot = TakeSnapshot({UdpRequest()}, options);
  const Status& status = snapshot.outcomes[0].dump.status;
  Require(status.ok() || (status.err == ECANCELED && snapshot.block.rows == 0), "an aborted snapshot has rows");
}

void Scan(int round) {
  std::atomic<bool> abort{false};
  ScanOptions options;
  options.workers = 4;
  options.abort = &abort;
  Thread aborter([&] {
    Pause(round % 4 == 0 ? round * 101 % 20000 : 0);
    if (round % 4 == 0) abort.store(true);
  });
  OwnerRows rows;
  const Status status = ScanProc(options, &rows);
  Require(status.ok() || status.err == ECANCELED, "a scan failed");
  for (size_t i = 1; i < rows.rows(); i++) Require(rows.pid[i - 1] <= rows.pid[i], "owners out of order");
}

// Processes that hold sockets for a moment.
void Churn(int count) {
  for (int i = 0; i < count; i++) {
    const pid_t child = fork();
    if (child == 0) {
      socket(AF_INET, SOCK_DGRAM, 0);
      _exit(0);
    }
    if (child > 0) waitpid(child, nullptr, 0);
  }
}

void Round(int round, size_t sockets) {
  CloseUnderway(round);
  DestroyUnread(round);
  AbortSnapshot(round);
  Thread other([&] { ReadWhole(sockets, false); });
  Thread closed([&] { CloseUnderway(round + 1); });
  ReadWhole(sockets, true);
  Scan(round);
}

}  // namespace
}  // namespace sockdiag

int main(int argc, char** argv) {
  using namespace sockdiag;
  const int rounds = argc > 1 ? atoi(argv[1]) : 20;
  const pid_t churn = fork();
  if (churn == 0) {
    Churn(rounds * 100);
    _exit(0);
  }
  const size_t sockets = OpenSockets();
  Require(sockets > 500, "not enough descriptors for a dump of several datagrams");
  for (int round = 0; round < rounds; round++) Round(round, sockets);
  if (churn > 0) waitpid(churn, nullptr, 0);
  printf("%d rounds over %zu sockets\n", rounds, sockets);
  return 0;
}
