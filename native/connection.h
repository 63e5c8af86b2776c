#ifndef SOCKDIAG_CONNECTION_H_
#define SOCKDIAG_CONNECTION_H_

#include <memory>

#include "families.h"
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

// Runs one request, encoded as `message`, over a transport. `held`: see Decoder.
RequestOutcome RunRequest(Transport* transport, const KindRequest& request, std::vector<uint8_t> message,
                          const DumpOptions& options,
                          TableBuilder* rows, TableBuilder* held);

// Sockets for requests of any kind, kept from one request to the next while all is well. NB: a dump that failed may
// still be running in the kernel; only closing its socket ends it.
class Connection {
 public:
  // `netns_fd`: see Socket::Open().
  explicit Connection(int netns_fd) : netns_fd_(netns_fd) {}

  // The one object the request names.
  RequestOutcome Get(const KindRequest& request, DumpOptions options, TableBuilder* rows);

  RequestOutcome Run(const KindRequest& request, const DumpOptions& options, TableBuilder* rows, TableBuilder* held);

  // Gives its descriptor back; the next request opens another.
  void Close() { socket_.reset(); }

 private:
  Status Connect(int protocol, bool dumps);

  int netns_fd_;
  int protocol_ = -1;
  uint32_t sequence_ = 1;
  std::unique_ptr<Socket> socket_;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_CONNECTION_H_
