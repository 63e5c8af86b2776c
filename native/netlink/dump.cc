#include "netlink/dump.h"

#include <cerrno>

#include "netlink/request.h"

namespace sockdiag {

RowResult Decoder::Decode(const Message& message) {
  const bool ipv6 = !message.payload.empty() && message.payload[0] == AF_INET6;
  TableBuilder* row = ipv6 ? held_ : rows_;
  if (!row->BeginRow()) return RowResult::kSkipped;
  const RowResult result = Fill(message, row);
  if (result == RowResult::kKept) {
    row->CommitRow();
    kept_ += 1;
  } else {
    row->DropRow();
  }
  return result;
}

bool Decoder::NextRow(TableBuilder* row) {
  row->CommitRow();
  kept_ += 1;
  return row->BeginRow();
}

void Decoder::Mark() {
  mark_ = rows_->rows();
  held_mark_ = held_->rows();
  kept_ = 0;
}

void Decoder::Rewind() {
  kept_ -= rows_->Truncate(mark_);
  if (held_ != rows_) kept_ -= held_->Truncate(held_mark_);
  cookies_ = RecentCookies();
}

namespace {

// What one pass over the answers has met so far.
class Pass {
 public:
  Pass(Decoder* decoder, const DumpOptions& options, DumpOutcome* outcome)
      : decoder_(decoder),
        outcome_(outcome),
        sequence_(options.sequence),
        adopt_(options.adopt_sequence),
        single_(options.single) {}

  bool done() const { return done_; }
  bool interrupted() const { return interrupted_; }

  Status Read(Datagram datagram);

 private:
  Status ReadMessage(const Message& message);
  void ReadRow(const Message& message);

  Decoder* decoder_;
  DumpOutcome* outcome_;
  uint32_t sequence_;
  bool adopt_;
  bool single_;
  bool done_ = false;
  bool interrupted_ = false;
};

Status Pass::Read(Datagram datagram) {
  outcome_->datagrams += 1;
  outcome_->bytes += datagram.size();
  if (datagram.empty()) return Failure("decode", EBADMSG, "empty datagram");
  MessageCursor cursor(datagram);
  Message message;
  while (!done_ && cursor.Next(&message)) {
    Status status = ReadMessage(message);
    if (!status.ok()) return status;
  }
  return cursor.status();
}

Status Pass::ReadMessage(const Message& message) {
  if (adopt_) {
    sequence_ = message.header.nlmsg_seq;
    adopt_ = false;
  }
  if (message.header.nlmsg_seq != sequence_) {
    return Failure("decode", EBADMSG, "answer to another request", message.offset);
  }
  if ((message.header.nlmsg_flags & NLM_F_DUMP_INTR) != 0) interrupted_ = true;
  switch (message.header.nlmsg_type) {
    case NLMSG_NOOP:
      return {};
    case NLMSG_OVERRUN:
      return Failure("recv", ENOBUFS, "NLMSG_OVERRUN");
    case NLMSG_ERROR:
    case NLMSG_DONE: {
      Status status = ReadOutcome(message);
      // An acknowledgement does not end a dump.
      done_ = message.header.nlmsg_type == NLMSG_DONE || single_;
      return status;
    }
    default:
      ReadRow(message);
      // Rows that cannot be stored must not go missing without a word.
      return decoder_->exhausted() ? Failure("decode", ENOMEM) : Status{};
  }
}

void Pass::ReadRow(const Message& message) {
  RowResult result = RowResult::kMalformed;
  if (message.header.nlmsg_type == decoder_->answer_type()) result = decoder_->Decode(message);
  if (result == RowResult::kMalformed) outcome_->malformed += 1;
  if (result == RowResult::kDuplicate) outcome_->duplicates += 1;
  if (single_ && (message.header.nlmsg_flags & NLM_F_MULTI) == 0) done_ = true;
}

Status RunPass(Transport* transport, Pass* pass, const DumpOptions& options) {
  while (!pass->done()) {
    if (options.abort != nullptr && options.abort->load(std::memory_order_relaxed)) {
      return Failure("recv", ECANCELED);
    }
    Datagram datagram;
    Status status = transport->Receive(&datagram);
    if (!status.ok()) return status;
    if (options.recorder != nullptr) options.recorder->emplace_back(datagram.begin(), datagram.end());
    status = pass->Read(datagram);
    if (!status.ok()) return status;
    if (options.observer != nullptr && !options.observer->AfterDatagram()) return Failure("recv", ECANCELED);
  }
  return {};
}

}  // namespace

DumpOutcome Dump(Transport* transport, std::vector<uint8_t> request, Decoder* decoder, const DumpOptions& options) {
  DumpOutcome outcome;
  DumpOptions pass_options = options;
  decoder->Mark();
  for (int attempt = 1;; attempt++) {
    outcome.duplicates = outcome.malformed = 0;
    Pass pass(decoder, pass_options, &outcome);
    SetSequence(&request, pass_options.sequence);
    outcome.status = transport->Send(request);
    if (outcome.status.ok()) outcome.status = RunPass(transport, &pass, options);
    outcome.interrupted = pass.interrupted();
    if (!outcome.status.ok()) {
      decoder->Rewind();
      return outcome;
    }
    if (!pass.interrupted() || attempt >= options.attempts) return outcome;
    decoder->Rewind();
    pass_options.sequence += 1;
  }
}

}  // namespace sockdiag
