#include "connection.h"

#include <cerrno>
#include <string_view>
#include <utility>

#include "netlink/request.h"

namespace sockdiag {
namespace {

// Sequence numbers a request may use up by repeating its dump.
constexpr uint32_t kSequenceStep = 16;

}  // namespace

RequestOutcome RunRequest(Transport* transport, const KindRequest& request, std::vector<uint8_t> message,
                          const DumpOptions& options, TableBuilder* rows, TableBuilder* held) {
  RequestRun run(transport, request, std::move(message), options, rows, held);
  while (run.Step()) {
  }
  return run.outcome();
}

uint32_t Connection::NextSequence() {
  return std::exchange(sequence_, sequence_ + kSequenceStep);
}

Status Connection::Connect(int protocol, bool dumps) {
  if (socket_ != nullptr && protocol_ == protocol) return {};
  protocol_ = protocol;
  socket_ = std::make_unique<Socket>();
  Status status = socket_->Open(protocol, netns_fd_);
  return status.ok() && dumps ? socket_->Prime() : status;
}

RequestOutcome Connection::Run(const KindRequest& request, const DumpOptions& options, TableBuilder* rows,
                               TableBuilder* held) {
  RequestOutcome outcome;
  outcome.dump.status = Connect(request.kind->netlink_protocol, true);
  if (outcome.dump.status.ok()) {
    DumpOptions numbered = options;
    numbered.sequence = NextSequence();
    ReadAhead ahead(socket_.get(), ReadAhead::Begin::kWhenLong);
    outcome = RunRequest(&ahead, request, request.kind->encode(request.request), numbered, rows, held);
  }
  if (!outcome.dump.status.ok()) socket_.reset();
  return outcome;
}

std::unique_ptr<Asked> Asked::For(const KindRequest& request) {
  auto asked = std::make_unique<Asked>();
  if (!asked->connection.Connect(request.kind->netlink_protocol, true).ok()) return nullptr;
  asked->sequence = asked->connection.NextSequence();
  asked->message_ = request.kind->encode(request.request);
  SetSequence(&asked->message_, asked->sequence);
  asked->ahead = std::make_unique<ReadAhead>(asked->connection.socket(), ReadAhead::Begin::kAtOnce, ReadAhead::kMany);
  asked->ahead->Ask(asked->message_);
  return asked;
}

bool Asked::Answers(const KindRequest& request) const {
  std::vector<uint8_t> message = request.kind->encode(request.request);
  SetSequence(&message, sequence);
  return message == message_;
}

RequestOutcome Connection::Get(const KindRequest& request, DumpOptions options, TableBuilder* rows) {
  RequestOutcome outcome;
  if (request.kind->encode_get == nullptr) {
    outcome.dump.status = Failure("request", EOPNOTSUPP, "no exact get for this kind");
    return outcome;
  }
  outcome.dump.status = Connect(request.kind->netlink_protocol, false);
  if (outcome.dump.status.ok()) {
    options.single = true;
    options.attempts = 1;
    options.sequence = sequence_++;
    KindRequest single = request;
    single.request.legacy = false;
    single.request.exact = true;
    outcome = RunRequest(socket_.get(), single, request.kind->encode_get(request.request), options, rows, rows);
  }
  // A refusal is an answer; behind anything else there may be one still to come.
  const Status& status = outcome.dump.status;
  if (!status.ok() && std::string_view(status.op) != "NLMSG_ERROR") socket_.reset();
  return outcome;
}

}  // namespace sockdiag
