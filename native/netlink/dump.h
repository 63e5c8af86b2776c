#ifndef SOCKDIAG_NETLINK_DUMP_H_
#define SOCKDIAG_NETLINK_DUMP_H_

#include <atomic>
#include <cstdint>
#include <vector>

#include "byte_list.h"
#include "columns/builder.h"
#include "netlink/cookies.h"
#include "netlink/message.h"
#include "netlink/transport.h"

namespace sockdiag {

enum class RowResult {
  kKept,
  // Cannot be read: this row is lost, its neighbours are not.
  kMalformed,
  // A socket this dump has given before.
  kDuplicate,
  // Not asked for; kernels too old to filter send everything.
  kSkipped,
};

// Messages of one kind → rows. Subclasses fill the cells; this class begins, keeps and drops rows.
class Decoder {
 public:
  // `held`: where rows of AF_INET6 go, so that they can be given out after the others; may be `rows`.
  Decoder(uint16_t answer_type, TableBuilder* rows, TableBuilder* held)
      : answer_type_(answer_type), rows_(rows), held_(held) {}
  virtual ~Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  uint16_t answer_type() const { return answer_type_; }
  RowResult Decode(const Message& message);
  bool exhausted() const { return rows_->exhausted() || held_->exhausted(); }
  // Rows given since Mark(); after Rewind(), those that were sealed into a block before and cannot be taken back.
  size_t kept() const { return kept_; }

  // Takes back what was decoded since Mark(); used before a dump is repeated, and when one fails.
  void Mark();
  void Rewind();

 protected:
  // Sets the cells of the current row of `row`.
  virtual RowResult Fill(const Message& message, TableBuilder* row) = 0;

  bool IsNew(uint64_t cookie) { return cookies_.Insert(cookie); }
  // For messages that hold several rows: keeps the current one and begins another. False: no memory.
  bool NextRow(TableBuilder* row);

 private:
  uint16_t answer_type_;
  TableBuilder* rows_;
  TableBuilder* held_;
  size_t mark_ = 0;
  size_t held_mark_ = 0;
  size_t kept_ = 0;
  RecentCookies cookies_;
};

struct DumpOptions {
  // Checked between datagrams.
  const std::atomic<bool>* abort = nullptr;
  // Copies of the datagrams, in order.
  ByteList* recorder = nullptr;
  // How often a dump may run in all while the kernel says that it was interrupted (NLM_F_DUMP_INTR).
  int attempts = 3;
  uint32_t sequence = 1;
  // The first answer says which sequence number to expect: recordings.
  bool adopt_sequence = false;
  // The answer is one message, without NLMSG_DONE.
  bool single = false;
};

struct DumpOutcome {
  Status status;
  // Tables that changed between batches were not shown at one moment, and repeating did not help.
  bool interrupted = false;
  uint32_t duplicates = 0;
  uint32_t malformed = 0;
  uint32_t datagrams = 0;
  uint64_t bytes = 0;
};

// A dump, or an exact get, that goes on step by step: the one loop for all families. Rows lie in the decoder's builders and
// may be taken between steps. When it fails, the rows of this request that are still there are taken back.
class DumpRun {
 public:
  // Sends the request.
  DumpRun(Transport* transport, std::vector<uint8_t> request, Decoder* decoder, const DumpOptions& options);
  DumpRun(const DumpRun&) = delete;
  DumpRun& operator=(const DumpRun&) = delete;

  // Receives and decodes one datagram. False: all is done, or it failed; outcome() is complete.
  bool Step();
  const DumpOutcome& outcome() const { return outcome_; }

 private:
  // Asks, for the first time or again.
  void Begin();
  bool Fail(Status status);
  Status ReadDatagram();
  Status Read(Datagram datagram);
  Status ReadMessage(const Message& message);
  void ReadRow(const Message& message);

  Transport* transport_;
  std::vector<uint8_t> request_;
  Decoder* decoder_;
  const DumpOptions options_;
  DumpOutcome outcome_;
  int attempt_ = 0;
  bool ended_ = false;
  // Of this attempt
  uint32_t sequence_;
  bool adopt_ = false;
  bool done_ = false;
  bool interrupted_ = false;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_NETLINK_DUMP_H_
