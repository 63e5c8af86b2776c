#ifndef SOCKDIAG_STREAM_H_
#define SOCKDIAG_STREAM_H_

#include <pthread.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "connection.h"
#include "snapshot.h"

namespace sockdiag {

struct StreamOptions {
  SnapshotOptions snapshot;
  // Rows a block has at least, the last ones of a request apart.
  size_t chunk_rows = 2048;
  // Blocks lie in lent(), which is used again: a block is valid until the next Next().
  bool reuse = false;
};

// Several dumps, one after the other, decoded in blocks by whoever takes them, while the kernel's answers are received on a
// thread of its own. IPv6 rows of a request for both families come behind its other rows, in one block: what was one walk of
// the kernel prints as two lists. Memory is bounded by what is read ahead, those rows apart.
//
// Threads: Next() is called by one thread at a time. Close() may be called from any thread; it ends a Next() that is under
// way within one datagram and waits for it, so the object may go when it returns.
class Stream {
 public:
  // `asked`: a dump under way, which is used if the first request asks for the same.
  Stream(std::vector<KindRequest> requests, const StreamOptions& options, std::unique_ptr<Asked> asked = nullptr);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Asks for the first request, without waiting.
  Status Start();
  // Waits for the next block. False: there is none any more; outcomes() are complete.
  bool Next(Block* out);
  void Close();
  // Of the requests finished so far.
  std::vector<RequestOutcome> outcomes();
  // The first request had been asked ahead.
  bool asked_ahead() const { return asked_ahead_; }
  // Where reused blocks lie; empty without `reuse`.
  const Memory& lent() const { return lent_; }

 private:
  void Begin();
  // Reads up to a block of rows, or to the end of the request.
  void Fill();
  // False: no memory, which the request's outcome says then.
  bool Seal(TableBuilder* rows, Block* out);
  void End(RequestOutcome outcome);

  const std::vector<KindRequest> requests_;
  const StreamOptions options_;
  std::atomic<bool> closing_{false};

  // Under reading_
  pthread_mutex_t reading_ = PTHREAD_MUTEX_INITIALIZER;
  size_t next_ = 0;
  std::unique_ptr<Asked> asked_;
  bool asked_ahead_ = false;
  Connection connection_;
  TableBuilder rows_;
  TableBuilder held_;
  Memory lent_;
  // Goes before what it reads from.
  std::unique_ptr<RequestRun> run_;

  // Under shared_
  pthread_mutex_t shared_ = PTHREAD_MUTEX_INITIALIZER;
  std::unique_ptr<ReadAhead> ahead_;
  std::vector<RequestOutcome> outcomes_;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_STREAM_H_
