#include "netlink/read_ahead.h"

#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <utility>

#include "lock.h"
#include "netlink/message.h"

namespace sockdiag {
namespace {

// Datagrams received without a thread: some 4,000 sockets.
constexpr size_t kDirect = 16;
// The caller is woken for so many at once: waking an idle processor is dear.
constexpr size_t kBatch = 8;

// Whether nothing is to be waited for behind this datagram.
bool IsLast(Datagram datagram) {
  MessageCursor cursor(datagram);
  Message message;
  while (cursor.Next(&message)) {
    const uint16_t type = message.header.nlmsg_type;
    if (type == NLMSG_DONE || type == NLMSG_ERROR || type == NLMSG_OVERRUN) return true;
  }
  return datagram.empty() || !cursor.status().ok();
}

}  // namespace

ReadAhead::~ReadAhead() {
  Stop();
  pthread_cond_destroy(&freed_);
  pthread_cond_destroy(&filled_);
  pthread_mutex_destroy(&mutex_);
}

void ReadAhead::Ask(std::span<const uint8_t> request) {
  request_.assign(request.begin(), request.end());
  if (Start()) {
    asked_.assign(request.begin(), request.end());
  } else {
    request_.clear();
  }
}

Status ReadAhead::Send(std::span<const uint8_t> request) {
  if (std::ranges::equal(std::exchange(asked_, {}), request)) return {};
  Stop();
  direct_ = 0;
  if (begin_ == Begin::kAtOnce) {
    request_.assign(request.begin(), request.end());
    if (Start()) return {};
    // NB: a thread that is started later only receives.
    request_.clear();
  }
  return transport_->Send(request);
}

Status ReadAhead::Receive(Datagram* out) {
  Status status;
  if (running_) {
    if (Take(out, &status)) return status;
    Stop();
    direct_ = 0;
  } else if (direct_ >= kDirect && Start()) {
    return Receive(out);
  }
  direct_ += 1;
  return transport_->Receive(out);
}

void ReadAhead::Cancel() {
  Lock lock(&mutex_);
  cancelled_ = stopping_ = true;
  pthread_cond_signal(&filled_);
  pthread_cond_signal(&freed_);
}

bool ReadAhead::Take(Datagram* out, Status* status) {
  Lock lock(&mutex_);
  if (std::exchange(lent_, false)) {
    free_slots_.push_back(received_.front().slot);
    received_.pop_front();
    if (free_slots_.size() >= kBatch) pthread_cond_signal(&freed_);
  }
  if (received_.empty()) {
    while (received_.size() < kBatch && !ended_ && !cancelled_) pthread_cond_wait(&filled_, &mutex_);
  }
  if (cancelled_) {
    *status = Failure("recv", ECANCELED);
    return true;
  }
  if (received_.empty()) return false;
  *out = received_.front().datagram;
  *status = received_.front().status;
  return lent_ = true;
}

void* ReadAhead::Run(void* self) {
  static_cast<ReadAhead*>(self)->ReadOn();
  return nullptr;
}

void ReadAhead::ReadOn() {
  Received received;
  for (bool last = false; !last && TakeSlot(&received.slot);) {
    received.status = {};
    received.datagram = {};
    if (!request_.empty()) received.status = transport_->Send(std::exchange(request_, {}));
    if (received.status.ok()) {
      const std::span<uint8_t> slot(buffers_.get() + received.slot * kSlotSize, kSlotSize);
      received.status = transport_->ReceiveInto(slot, &received.datagram);
    }
    last = !received.status.ok() || IsLast(received.datagram);
    Put(received, last);
  }
}

bool ReadAhead::TakeSlot(size_t* slot) {
  Lock lock(&mutex_);
  while (free_slots_.empty() && !stopping_) pthread_cond_wait(&freed_, &mutex_);
  if (stopping_) return false;
  *slot = free_slots_.back();
  free_slots_.pop_back();
  return true;
}

void ReadAhead::Put(Received received, bool last) {
  Lock lock(&mutex_);
  received_.push_back(std::move(received));
  ended_ = last;
  if (last || received_.size() >= kBatch) pthread_cond_signal(&filled_);
}

bool ReadAhead::Start() {
  if (buffers_ == nullptr) buffers_.reset(new (std::nothrow) uint8_t[slots_ * kSlotSize]);
  if (buffers_ == nullptr) return false;
  {
    Lock lock(&mutex_);
    received_.clear();
    free_slots_.clear();
    for (size_t slot = slots_; slot > 0; slot--) free_slots_.push_back(slot - 1);
    lent_ = ended_ = false;
    stopping_ = cancelled_;
  }
  // Signals are for the program's own threads.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  running_ = pthread_create(&thread_, nullptr, Run, this) == 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return running_;
}

void ReadAhead::Stop() {
  if (!std::exchange(running_, false)) return;
  {
    Lock lock(&mutex_);
    stopping_ = true;
    pthread_cond_signal(&freed_);
  }
  pthread_join(thread_, nullptr);
}

}  // namespace sockdiag
