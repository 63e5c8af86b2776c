#include "stream.h"

#include <cerrno>
#include <utility>

#include "lock.h"

namespace sockdiag {
namespace {

// Most rows one datagram of 64 KiB holds; a chunk is sealed behind a datagram.
constexpr size_t kDatagramRows = 1024;

}  // namespace

Stream::Stream(std::vector<KindRequest> requests, const StreamOptions& options, std::unique_ptr<Asked> asked)
    : requests_(std::move(requests)),
      options_(options),
      asked_(std::move(asked)),
      connection_(options.snapshot.netns_fd),
      rows_(*options.snapshot.table, options.snapshot.columns, options.chunk_rows + kDatagramRows),
      held_(*options.snapshot.table, options.snapshot.columns) {}

Stream::~Stream() {
  Close();
  pthread_mutex_destroy(&shared_);
  pthread_mutex_destroy(&reading_);
}

Status Stream::Start() {
  for (const KindRequest& request : requests_) {
    if (request.kind->table != options_.snapshot.table) return Failure("request", EINVAL, "fills another table");
  }
  if (options_.reuse) {
    lent_ = Memory::Allocate(rows_.SizeOf(options_.chunk_rows + kDatagramRows));
    if (lent_.data() == nullptr) return Failure("mmap", ENOMEM);
  }
  Lock lock(&reading_);
  if (!requests_.empty()) Begin();
  return {};
}

void Stream::Begin() {
  const KindRequest& request = requests_[next_++];
  const std::unique_ptr<Asked> asked = std::move(asked_);
  std::unique_ptr<ReadAhead> ahead;
  DumpOptions dump;
  dump.abort = &closing_;
  // Rows that have been handed out cannot be taken back.
  dump.attempts = 1;
  if (asked != nullptr && options_.snapshot.netns_fd < 0 && asked->Answers(request)) {
    asked_ahead_ = true;
    connection_ = std::move(asked->connection);
    dump.sequence = asked->sequence;
    ahead = std::move(asked->ahead);
  } else {
    RequestOutcome outcome;
    outcome.dump.status = connection_.Connect(request.kind->netlink_protocol, true);
    if (!outcome.dump.status.ok()) return End(std::move(outcome));
    dump.sequence = connection_.NextSequence();
    ahead = std::make_unique<ReadAhead>(connection_.socket(), ReadAhead::Begin::kAtOnce);
  }
  TableBuilder* const held = request.request.legacy ? &held_ : &rows_;
  run_ = std::make_unique<RequestRun>(ahead.get(), request, request.kind->encode(request.request), dump, &rows_, held);
  Lock lock(&shared_);
  ahead_ = std::move(ahead);
}

void Stream::Fill() {
  while (rows_.rows() < options_.chunk_rows) {
    if (options_.reuse && rows_.bare()) rows_.Lend(Memory::Borrow(lent_.data(), lent_.size()));
    if (!run_->Step()) return End(run_->outcome());
  }
}

void Stream::End(RequestOutcome outcome) {
  run_.reset();
  Lock lock(&shared_);
  ahead_.reset();
  if (!outcome.dump.status.ok()) connection_.Close();
  outcomes_.push_back(std::move(outcome));
}

bool Stream::Seal(TableBuilder* rows, Block* out) {
  if (rows->Seal(out)) return true;
  const Status failure = Failure("mmap", ENOMEM);
  if (run_ != nullptr) {
    RequestOutcome outcome = run_->outcome();
    outcome.dump.status = failure;
    End(std::move(outcome));
  } else {
    Lock lock(&shared_);
    outcomes_.back().dump.status = failure;
  }
  return false;
}

bool Stream::Next(Block* out) {
  Lock lock(&reading_);
  while (!closing_.load(std::memory_order_relaxed)) {
    if (run_ != nullptr) Fill();
    if (rows_.rows() > 0) return Seal(&rows_, out);
    if (held_.rows() > 0) return Seal(&held_, out);
    if (next_ == requests_.size()) return false;
    Begin();
  }
  return false;
}

void Stream::Close() {
  closing_.store(true);
  {
    Lock lock(&shared_);
    if (ahead_ != nullptr) ahead_->Cancel();
  }
  Lock lock(&reading_);
  run_.reset();
  {
    // Ends the thread that uses the socket.
    Lock shared(&shared_);
    ahead_.reset();
  }
  connection_.Close();
}

std::vector<RequestOutcome> Stream::outcomes() {
  Lock lock(&shared_);
  return outcomes_;
}

}  // namespace sockdiag
