#ifndef SOCKDIAG_STREAM_H_
#define SOCKDIAG_STREAM_H_

#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <vector>

#include "connection.h"
#include "snapshot.h"

namespace sockdiag {

struct StreamOptions {
  SnapshotOptions snapshot;
  // Rows a block has at least, the last ones of a request apart.
  size_t chunk_rows = 2048;
  // Blocks lie in ring(), in places that are used again: a block is valid until the next Next().
  bool reuse = false;
};

// Several dumps, one after the other, on a thread of its own, handed out in blocks while the kernel goes on. IPv6 rows
// of a request come behind its other rows, in one block: what was one walk of the kernel prints as two lists. Memory is bounded by the queue, those rows apart.
//
// Threads: Start() makes the producer; Next() and Close() belong to the consumers. The producer touches its builders
// and connection alone; what is shared lies under mutex_. Close() ends the producer within one datagram and joins it, so
// the object may go when it returns.
class Stream : private DumpObserver {
 public:
  Stream(std::vector<KindRequest> requests, const StreamOptions& options);
  ~Stream() override;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  Status Start();
  // Waits for the next block. False: there is none any more; outcomes() are complete.
  bool Next(Block* out);
  void Close();
  // Of the requests finished so far.
  std::vector<RequestOutcome> outcomes();
  // Where reused blocks lie; empty without `reuse`.
  const Memory& ring() const { return ring_; }

 private:
  static constexpr size_t kQueueLength = 16;

  static void* Produce(void* self);
  void Run();
  void RunOne(const KindRequest& request);
  bool AfterDatagram() override;
  bool Deliver(TableBuilder* rows);
  bool Push(Block block);
  bool LendSlot();
  // The slot whose block the consumer had is free again.
  void Release();

  const std::vector<KindRequest> requests_;
  const StreamOptions options_;
  std::atomic<bool> closing_{false};
  bool started_ = false;
  pthread_t thread_ = {};

  // Producer
  Connection connection_;
  TableBuilder rows_;
  TableBuilder held_;

  Memory ring_;
  size_t slot_size_ = 0;

  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t filled_ = PTHREAD_COND_INITIALIZER;
  pthread_cond_t drained_ = PTHREAD_COND_INITIALIZER;
  std::deque<Block> queue_;
  std::vector<uint8_t*> free_slots_;
  uint8_t* taken_slot_ = nullptr;
  std::vector<RequestOutcome> outcomes_;
  bool finished_ = false;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_STREAM_H_
