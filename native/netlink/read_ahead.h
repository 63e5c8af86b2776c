#ifndef SOCKDIAG_NETLINK_READ_AHEAD_H_
#define SOCKDIAG_NETLINK_READ_AHEAD_H_

#include <pthread.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "netlink/transport.h"

namespace sockdiag {

// Receives the datagrams of an answer on a thread of its own, while the caller decodes those before: the kernel makes the
// next one within the system call that takes the last one, so a dump takes no longer than the kernel needs. The thread ends
// with the message that ends a dump, with a failure, or with what cannot be read: it never waits for what the kernel will
// not send.
//
// NB: one thread may use it at a time, Cancel() apart. The datagram last received stays valid until the next call, as with
// any transport.
class ReadAhead : public Transport {
 public:
  enum class Begin {
    // The thread sends the request: whoever asked has other things to do until the first rows are there.
    kAtOnce,
    // The first datagrams are received on the caller's thread; short answers never start another.
    kWhenLong,
  };

  // Datagrams that are read ahead at most.
  static constexpr size_t kFew = 24;
  // What the kernel gives while owners of sockets are looked for by BPF, some 25,000 sockets.
  static constexpr size_t kMany = 96;

  ReadAhead(Transport* transport, Begin begin, size_t slots = kFew)
      : transport_(transport), begin_(begin), slots_(slots) {}
  ~ReadAhead() override;
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  // NB: with kAtOnce a request that could not be sent is the failure of the first Receive(). Sending what Ask() was given
  // does nothing more.
  Status Send(std::span<const uint8_t> request) override;
  // Sends a request ahead of whoever will read the answer.
  void Ask(std::span<const uint8_t> request);
  Status Receive(Datagram* out) override;
  // From any thread: a Receive() that waits for the other thread, or would, fails with ECANCELED.
  void Cancel();

 private:
  static constexpr size_t kSlotSize = 64 * 1024;

  struct Received {
    size_t slot = 0;
    Datagram datagram;
    Status status;
  };

  static void* Run(void* self);
  void ReadOn();
  // Waits for a free slot. False: it is to stop.
  bool TakeSlot(size_t* slot);
  void Put(Received received, bool last);
  // False: there is no thread, or no memory.
  bool Start();
  // Ends the thread and waits for it.
  void Stop();
  // The oldest datagram that was read ahead; false when there are no more.
  bool Take(Datagram* out, Status* status);

  Transport* transport_;
  const Begin begin_;
  const size_t slots_;
  std::unique_ptr<uint8_t[]> buffers_;
  // What the thread is to send first.
  std::vector<uint8_t> request_;
  std::vector<uint8_t> asked_;
  pthread_t thread_ = {};
  bool running_ = false;
  size_t direct_ = 0;

  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t filled_ = PTHREAD_COND_INITIALIZER;
  pthread_cond_t freed_ = PTHREAD_COND_INITIALIZER;
  // In order, the first one in the caller's hands if lent_.
  std::deque<Received> received_;
  // Those that were free for longest are the last to be used again: a caller who keeps up touches few of them.
  std::vector<size_t> free_slots_;
  bool lent_ = false;
  bool ended_ = false;
  bool stopping_ = false;
  bool cancelled_ = false;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_NETLINK_READ_AHEAD_H_
