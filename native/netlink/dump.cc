#include "netlink/dump.h"

#include <cerrno>
#include <utility>

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

DumpRun::DumpRun(Transport* transport, std::vector<uint8_t> request, Decoder* decoder, const DumpOptions& options)
    : transport_(transport),
      request_(std::move(request)),
      decoder_(decoder),
      options_(options),
      sequence_(options.sequence) {
  decoder_->Mark();
  Begin();
}

void DumpRun::Begin() {
  attempt_ += 1;
  adopt_ = options_.adopt_sequence;
  done_ = interrupted_ = false;
  outcome_.duplicates = outcome_.malformed = 0;
  SetSequence(&request_, sequence_);
  Status status = transport_->Send(request_);
  if (!status.ok()) Fail(std::move(status));
}

bool DumpRun::Fail(Status status) {
  outcome_.status = std::move(status);
  outcome_.interrupted = interrupted_;
  decoder_->Rewind();
  ended_ = true;
  return false;
}

bool DumpRun::Step() {
  if (ended_) return false;
  Status status = ReadDatagram();
  if (!status.ok()) return Fail(std::move(status));
  if (!done_) return true;
  if (!interrupted_ || attempt_ >= options_.attempts) {
    outcome_.interrupted = interrupted_;
    ended_ = true;
    return false;
  }
  decoder_->Rewind();
  sequence_ += 1;
  Begin();
  return !ended_;
}

Status DumpRun::ReadDatagram() {
  if (options_.abort != nullptr && options_.abort->load(std::memory_order_relaxed)) return Failure("recv", ECANCELED);
  Datagram datagram;
  Status status = transport_->Receive(&datagram);
  if (!status.ok()) return status;
  if (options_.recorder != nullptr && !options_.recorder->Append(datagram)) return Failure("recv", ENOMEM, "recording");
  return Read(datagram);
}

Status DumpRun::Read(Datagram datagram) {
  outcome_.datagrams += 1;
  outcome_.bytes += datagram.size();
  if (datagram.empty()) return Failure("decode", EBADMSG, "empty datagram");
  MessageCursor cursor(datagram);
  Message message;
  while (!done_ && cursor.Next(&message)) {
    Status status = ReadMessage(message);
    if (!status.ok()) return status;
  }
  return cursor.status();
}

Status DumpRun::ReadMessage(const Message& message) {
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
      done_ = message.header.nlmsg_type == NLMSG_DONE || options_.single;
      return status;
    }
    default:
      ReadRow(message);
      // Rows that cannot be stored must not go missing without a word.
      return decoder_->exhausted() ? Failure("decode", ENOMEM) : Status{};
  }
}

void DumpRun::ReadRow(const Message& message) {
  RowResult result = RowResult::kMalformed;
  if (message.header.nlmsg_type == decoder_->answer_type()) result = decoder_->Decode(message);
  if (result == RowResult::kMalformed) outcome_.malformed += 1;
  if (result == RowResult::kDuplicate) outcome_.duplicates += 1;
  if (options_.single && (message.header.nlmsg_flags & NLM_F_MULTI) == 0) done_ = true;
}

}  // namespace sockdiag
