#ifndef SOCKDIAG_SNAPSHOT_H_
#define SOCKDIAG_SNAPSHOT_H_

#include <atomic>
#include <cstdint>
#include <vector>

#include "byte_list.h"
#include "columns/builder.h"
#include "connection.h"

namespace sockdiag {

struct SnapshotOptions {
  const TableSchema* table = nullptr;
  std::vector<uint16_t> columns;
  // Namespace to read, -1 = the caller's.
  int netns_fd = -1;
  // Keep the datagrams.
  bool record = false;
  const std::atomic<bool>* abort = nullptr;
};

struct Snapshot {
  // Fails when there is no memory for the block, or a request does not fill the table.
  Status status;
  Block block;
  std::vector<RequestOutcome> outcomes;
  ByteList recorded;
};

// The dumps one after the other into one block. A request that fails leaves no rows, and its reason in its outcome; the
// others are not touched.
Snapshot TakeSnapshot(const std::vector<KindRequest>& requests, const SnapshotOptions& options);

// The objects the requests name, one each, found without a dump. An object that does not exist is the failure ENOENT.
Snapshot GetSnapshot(const std::vector<KindRequest>& requests, const SnapshotOptions& options);
// Through sockets that are kept for the next time; which namespace is read is up to `connection`.
Snapshot GetSnapshot(const std::vector<KindRequest>& requests, const SnapshotOptions& options, Connection* connection);

// The same as TakeSnapshot() over recorded datagrams: each request reads up to its NLMSG_DONE. The datagrams are only borrowed.
Snapshot ReplaySnapshot(const std::vector<KindRequest>& requests, const SnapshotOptions& options,
                        std::vector<Datagram> datagrams);

}  // namespace sockdiag

#endif  // SOCKDIAG_SNAPSHOT_H_
