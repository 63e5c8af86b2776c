#ifndef SOCKDIAG_CONNECTION_H_
#define SOCKDIAG_CONNECTION_H_

#include <memory>
#include <utility>
#include <vector>

#include "families.h"
#include "netlink/read_ahead.h"
#include "netlink/socket.h"

namespace sockdiag {

struct KindRequest {
  const DumpKind* kind;
  DumpRequest request;
};

struct RequestOutcome {
  DumpOutcome dump;
  // Rows this request gave; 0 when it failed, unless they had been handed out before.
  size_t rows = 0;
};

// One request on its way: its rows come into the builders step by step.
class RequestRun {
 public:
  // Sends the request, encoded as `message`. `held`: see Decoder.
  RequestRun(Transport* transport, const KindRequest& request, std::vector<uint8_t> message, const DumpOptions& options,
             TableBuilder* rows, TableBuilder* held)
      : decoder_(request.kind->decoder(request.request, rows, held)),
        dump_(transport, std::move(message), decoder_.get(), options) {}

  // See DumpRun.
  bool Step() { return dump_.Step(); }
  RequestOutcome outcome() const { return {dump_.outcome(), decoder_->kept()}; }

 private:
  std::unique_ptr<Decoder> decoder_;
  DumpRun dump_;
};

// All its steps.
RequestOutcome RunRequest(Transport* transport, const KindRequest& request, std::vector<uint8_t> message,
                          const DumpOptions& options, TableBuilder* rows, TableBuilder* held);

// Sockets for requests of any kind, kept from one request to the next while all is well. NB: a dump that failed may
// still be running in the kernel; only closing its socket ends it.
class Connection {
 public:
  // `netns_fd`: see Socket::Open().
  explicit Connection(int netns_fd) : netns_fd_(netns_fd) {}

  // The one object the request names.
  RequestOutcome Get(const KindRequest& request, DumpOptions options, TableBuilder* rows);

  RequestOutcome Run(const KindRequest& request, const DumpOptions& options, TableBuilder* rows, TableBuilder* held);

  // For whoever runs a dump step by step: a socket to ask for the request.
  Status Connect(int protocol, bool dumps);
  Socket* socket() const { return socket_.get(); }
  // The first of the sequence numbers that the next dump may use.
  uint32_t NextSequence();

  // Gives its descriptor back; the next request opens another.
  void Close() { socket_.reset(); }

 private:
  int netns_fd_;
  int protocol_ = -1;
  uint32_t sequence_ = 1;
  std::unique_ptr<Socket> socket_;
};

// A dump that was asked for before anybody was there to read it, in the caller's network namespace.
class Asked {
 public:
  // Null: it cannot be asked for.
  static std::unique_ptr<Asked> For(const KindRequest& request);

  bool Answers(const KindRequest& request) const;

  Connection connection{-1};
  std::unique_ptr<ReadAhead> ahead;
  uint32_t sequence = 0;

 private:
  std::vector<uint8_t> message_;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_CONNECTION_H_
