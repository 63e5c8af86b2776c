#include "connection.h"

#include <utility>

namespace sockdiag {
namespace {

// Sequence numbers a request may use up by repeating its dump.
constexpr uint32_t kSequenceStep = 16;

}  // namespace

RequestOutcome RunRequest(Transport* transport, const KindRequest& request, const DumpOptions& options,
                          TableBuilder* rows, TableBuilder* held) {
  RequestOutcome outcome;
  const std::unique_ptr<Decoder> decoder = request.kind->decoder(request.request, rows, held);
  outcome.dump = Dump(transport, request.kind->encode(request.request), decoder.get(), options);
  outcome.rows = decoder->kept();
  return outcome;
}

Status Connection::Connect(int protocol) {
  if (socket_ != nullptr && protocol_ == protocol) return {};
  protocol_ = protocol;
  socket_ = std::make_unique<Socket>();
  return socket_->Open(protocol, netns_fd_);
}

RequestOutcome Connection::Run(const KindRequest& request, const DumpOptions& options, TableBuilder* rows,
                               TableBuilder* held) {
  RequestOutcome outcome;
  outcome.dump.status = Connect(request.kind->netlink_protocol);
  if (outcome.dump.status.ok()) {
    DumpOptions numbered = options;
    numbered.sequence = sequence_;
    sequence_ += kSequenceStep;
    outcome = RunRequest(socket_.get(), request, numbered, rows, held);
  }
  if (!outcome.dump.status.ok()) socket_.reset();
  return outcome;
}

}  // namespace sockdiag
