#include "snapshot.h"

#include <cerrno>
#include <memory>
#include <utility>

#include "netlink/replay.h"
#include "netlink/socket.h"

namespace sockdiag {
namespace {

Status CheckTables(const std::vector<KindRequest>& requests, const TableSchema* table) {
  for (const KindRequest& request : requests) {
    if (request.kind->table != table) return Failure("request", EINVAL, "fills another table");
  }
  return {};
}

RequestOutcome RunOne(Transport* transport, const KindRequest& request, const DumpOptions& options,
                      TableBuilder* rows) {
  RequestOutcome outcome;
  const size_t before = rows->rows();
  const std::unique_ptr<Decoder> decoder = request.kind->decoder(request.request, rows, rows);
  outcome.dump = Dump(transport, request.kind->encode(request.request), decoder.get(), options);
  outcome.rows = rows->rows() - before;
  return outcome;
}

// Sockets for the requests, kept from one to the next while all is well. NB: a dump that failed may still be running in
// the kernel; only closing its socket ends it.
class Connection {
 public:
  explicit Connection(int netns_fd) : netns_fd_(netns_fd) {}

  RequestOutcome Run(const KindRequest& request, const DumpOptions& options, TableBuilder* rows) {
    if (socket_ == nullptr || protocol_ != request.kind->netlink_protocol) {
      protocol_ = request.kind->netlink_protocol;
      socket_ = std::make_unique<Socket>();
      Status status = socket_->Open(protocol_, netns_fd_);
      if (!status.ok()) return Failed(std::move(status));
    }
    RequestOutcome outcome = RunOne(socket_.get(), request, options, rows);
    if (!outcome.dump.status.ok()) socket_.reset();
    return outcome;
  }

 private:
  RequestOutcome Failed(Status status) {
    socket_.reset();
    RequestOutcome outcome;
    outcome.dump.status = std::move(status);
    return outcome;
  }

  int netns_fd_;
  int protocol_ = -1;
  std::unique_ptr<Socket> socket_;
};

// Numbers a request may use up by repeating.
constexpr uint32_t kSequenceStep = 16;

template <typename Run>
Snapshot Collect(const std::vector<KindRequest>& requests, const SnapshotOptions& options, DumpOptions dump, Run run) {
  Snapshot snapshot;
  snapshot.status = CheckTables(requests, options.table);
  if (!snapshot.status.ok()) return snapshot;
  TableBuilder rows(*options.table, options.columns);
  dump.abort = options.abort;
  if (options.record) dump.recorder = &snapshot.recorded;
  for (const KindRequest& request : requests) {
    snapshot.outcomes.push_back(run(request, dump, &rows));
    dump.sequence += kSequenceStep;
  }
  if (!rows.Seal(&snapshot.block)) snapshot.status = Failure("mmap", ENOMEM);
  return snapshot;
}

}  // namespace

Snapshot TakeSnapshot(const std::vector<KindRequest>& requests, const SnapshotOptions& options) {
  Connection connection(options.netns_fd);
  return Collect(requests, options, {},
                 [&](const KindRequest& request, const DumpOptions& dump, TableBuilder* rows) {
                   return connection.Run(request, dump, rows);
                 });
}

Snapshot ReplaySnapshot(const std::vector<KindRequest>& requests, const SnapshotOptions& options,
                        std::vector<Datagram> datagrams) {
  Replay replay(std::move(datagrams));
  DumpOptions dump;
  dump.adopt_sequence = true;
  return Collect(requests, options, dump,
                 [&](const KindRequest& request, const DumpOptions& dump, TableBuilder* rows) {
                   return RunOne(&replay, request, dump, rows);
                 });
}

}  // namespace sockdiag
