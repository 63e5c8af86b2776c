#include "snapshot.h"

#include <cerrno>
#include <utility>

#include "netlink/replay.h"

namespace sockdiag {
namespace {

Status CheckTables(const std::vector<KindRequest>& requests, const TableSchema* table) {
  for (const KindRequest& request : requests) {
    if (request.kind->table != table) return Failure("request", EINVAL, "fills another table");
  }
  return {};
}

template <typename Run>
Snapshot Collect(const std::vector<KindRequest>& requests, const SnapshotOptions& options, DumpOptions dump, Run run,
                 size_t first_rows = TableBuilder::kFirstRows) {
  Snapshot snapshot;
  snapshot.status = CheckTables(requests, options.table);
  if (!snapshot.status.ok()) return snapshot;
  TableBuilder rows(*options.table, options.columns, first_rows);
  dump.abort = options.abort;
  if (options.record) dump.recorder = &snapshot.recorded;
  for (const KindRequest& request : requests) {
    snapshot.outcomes.push_back(run(request, dump, &rows));
  }
  if (!rows.Seal(&snapshot.block)) snapshot.status = Failure("mmap", ENOMEM);
  return snapshot;
}

}  // namespace

Snapshot TakeSnapshot(const std::vector<KindRequest>& requests, const SnapshotOptions& options) {
  Connection connection(options.netns_fd);
  return Collect(requests, options, {},
                 [&](const KindRequest& request, const DumpOptions& dump, TableBuilder* rows) {
                   return connection.Run(request, dump, rows, rows);
                 });
}

Snapshot GetSnapshot(const std::vector<KindRequest>& requests, const SnapshotOptions& options) {
  Connection connection(options.netns_fd);
  return GetSnapshot(requests, options, &connection);
}

Snapshot GetSnapshot(const std::vector<KindRequest>& requests, const SnapshotOptions& options, Connection* connection) {
  return Collect(requests, options, {},
                 [&](const KindRequest& request, const DumpOptions& dump, TableBuilder* rows) {
                   return connection->Get(request, dump, rows);
                 },
                 requests.size());
}

Snapshot ReplaySnapshot(const std::vector<KindRequest>& requests, const SnapshotOptions& options,
                        std::vector<Datagram> datagrams) {
  Replay replay(std::move(datagrams));
  DumpOptions dump;
  dump.adopt_sequence = true;
  return Collect(requests, options, dump,
                 [&](const KindRequest& request, const DumpOptions& dump, TableBuilder* rows) {
                   return RunRequest(&replay, request, request.kind->encode(request.request), dump, rows, rows);
                 });
}

}  // namespace sockdiag
