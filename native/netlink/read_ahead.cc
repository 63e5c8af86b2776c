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
  if (Start()) asked_.assign(request.begin(), request.end());
}

Status ReadAhead::Send(std::span<const uint8_t> request) {
  if (std::ranges::equal(std::exchange(asked_, {}), request)) return {};
  Stop();
  direct_ = 0;
  if (begin_ == Begin::kAtOnce) {
    request_.assign(request.begin(), request.end());
    if (Start()) return {};
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
    first_ = (first_ + 1) % kSlots;
    count_ -= 1;
    if (count_ <= kSlots - kBatch) pthread_cond_signal(&freed_);
  }
  if (count_ == 0) {
    while (count_ < kBatch && !ended_ && !cancelled_) pthread_cond_wait(&filled_, &mutex_);
  }
  if (cancelled_) {
    *status = Failure("recv", ECANCELED);
    return true;
  }
  if (count_ == 0) return false;
  *out = received_[first_].datagram;
  *status = received_[first_].status;
  return lent_ = true;
}

void* ReadAhead::Run(void* self) {
  static_cast<ReadAhead*>(self)->ReadOn();
  return nullptr;
}

void ReadAhead::ReadOn() {
  for (bool last = false; !last;) {
    Received* const place = FreePlace();
    if (place == nullptr) return;
    place->datagram = {};
    if (!request_.empty()) place->status = transport_->Send(std::exchange(request_, {}));
    if (place->status.ok()) {
      const size_t slot = static_cast<size_t>(place - received_);
      place->status = transport_->ReceiveInto({buffers_.get() + slot * kSlotSize, kSlotSize}, &place->datagram);
    }
    last = !place->status.ok() || IsLast(place->datagram);
    Put(last);
  }
}

ReadAhead::Received* ReadAhead::FreePlace() {
  Lock lock(&mutex_);
  while (count_ == kSlots && !stopping_) pthread_cond_wait(&freed_, &mutex_);
  if (stopping_) return nullptr;
  Received* const place = &received_[(first_ + count_) % kSlots];
  place->status = {};
  return place;
}

void ReadAhead::Put(bool last) {
  Lock lock(&mutex_);
  count_ += 1;
  ended_ = last;
  if (last || count_ >= kBatch) pthread_cond_signal(&filled_);
}

bool ReadAhead::Start() {
  if (buffers_ == nullptr) buffers_.reset(new (std::nothrow) uint8_t[kSlots * kSlotSize]);
  if (buffers_ == nullptr) return false;
  first_ = count_ = 0;
  lent_ = ended_ = stopping_ = false;
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
