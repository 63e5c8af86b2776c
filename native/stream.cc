#include "stream.h"

#include <signal.h>

#include <cerrno>
#include <utility>

#include "lock.h"

namespace sockdiag {
namespace {

// Most rows one datagram of 64 KiB holds; a chunk is sealed behind a datagram.
constexpr size_t kDatagramRows = 1024;
// Besides those in the queue: one being filled, one being read.
constexpr size_t kSlotsInUse = 2;

}  // namespace

Stream::Stream(std::vector<KindRequest> requests, const StreamOptions& options)
    : requests_(std::move(requests)),
      options_(options),
      connection_(options.snapshot.netns_fd),
      rows_(*options.snapshot.table, options.snapshot.columns, options.chunk_rows + kDatagramRows),
      held_(*options.snapshot.table, options.snapshot.columns) {}

Stream::~Stream() {
  Close();
  pthread_cond_destroy(&drained_);
  pthread_cond_destroy(&filled_);
  pthread_mutex_destroy(&mutex_);
}

Status Stream::Start() {
  for (const KindRequest& request : requests_) {
    if (request.kind->table != options_.snapshot.table) return Failure("request", EINVAL, "fills another table");
  }
  if (options_.reuse) {
    constexpr size_t kSlots = kQueueLength + kSlotsInUse;
    slot_size_ = rows_.SizeOf(options_.chunk_rows + kDatagramRows);
    ring_ = Memory::Allocate(slot_size_ * kSlots);
    if (ring_.data() == nullptr) return Failure("mmap", ENOMEM);
    // The last slots first out: a short dump touches one.
    for (size_t i = kSlots; i > 0; i--) free_slots_.push_back(ring_.data() + (i - 1) * slot_size_);
  }
  // Signals are for the program's own threads.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int err = pthread_create(&thread_, nullptr, Produce, this);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (err != 0) return Failure("pthread_create", err);
  started_ = true;
  return {};
}

void* Stream::Produce(void* self) {
  static_cast<Stream*>(self)->Run();
  return nullptr;
}

void Stream::Run() {
  for (const KindRequest& request : requests_) {
    if (closing_.load(std::memory_order_relaxed)) break;
    RunOne(request);
  }
  Lock lock(&mutex_);
  finished_ = true;
  pthread_cond_broadcast(&filled_);
}

void Stream::RunOne(const KindRequest& request) {
  DumpOptions dump;
  dump.abort = &closing_;
  dump.observer = this;
  // Rows that have been handed out cannot be taken back.
  dump.attempts = 1;
  RequestOutcome outcome;
  if (LendSlot()) {
    outcome = connection_.Run(request, dump, &rows_, &held_);
  } else {
    outcome.dump.status = Failure("recv", ECANCELED);
  }
  if (!Deliver(&rows_) || !Deliver(&held_)) outcome.dump.status = Failure("mmap", ENOMEM);
  Lock lock(&mutex_);
  outcomes_.push_back(std::move(outcome));
}

bool Stream::AfterDatagram() {
  if (rows_.rows() < options_.chunk_rows) return true;
  return Deliver(&rows_) && LendSlot();
}

// False: no memory.
bool Stream::Deliver(TableBuilder* rows) {
  if (rows->rows() == 0) return true;
  Block block;
  if (!rows->Seal(&block)) return false;
  Push(std::move(block));
  return true;
}

bool Stream::Push(Block block) {
  Lock lock(&mutex_);
  while (queue_.size() >= kQueueLength && !closing_) pthread_cond_wait(&drained_, &mutex_);
  if (closing_) return false;
  queue_.push_back(std::move(block));
  pthread_cond_signal(&filled_);
  return true;
}

// A slot for the rows to come, waiting for the consumer to free one. False: closing.
bool Stream::LendSlot() {
  if (!options_.reuse || !rows_.bare()) return true;
  Lock lock(&mutex_);
  while (free_slots_.empty() && !closing_) pthread_cond_wait(&drained_, &mutex_);
  if (closing_) return false;
  rows_.Lend(Memory::Borrow(free_slots_.back(), slot_size_));
  free_slots_.pop_back();
  return true;
}

void Stream::Release() {
  if (taken_slot_ == nullptr) return;
  free_slots_.push_back(taken_slot_);
  taken_slot_ = nullptr;
  pthread_cond_signal(&drained_);
}

bool Stream::Next(Block* out) {
  Lock lock(&mutex_);
  Release();
  while (queue_.empty() && !finished_ && !closing_) pthread_cond_wait(&filled_, &mutex_);
  if (queue_.empty() || closing_) return false;
  *out = std::move(queue_.front());
  queue_.pop_front();
  if (out->memory.borrowed()) taken_slot_ = out->memory.data();
  pthread_cond_signal(&drained_);
  return true;
}

void Stream::Close() {
  {
    Lock lock(&mutex_);
    closing_ = true;
    pthread_cond_broadcast(&drained_);
    pthread_cond_broadcast(&filled_);
  }
  if (!std::exchange(started_, false)) return;
  pthread_join(thread_, nullptr);
  connection_.Close();
}

std::vector<RequestOutcome> Stream::outcomes() {
  Lock lock(&mutex_);
  return outcomes_;
}

}  // namespace sockdiag
