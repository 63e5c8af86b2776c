// A target for each kind of dump: bytes as datagrams, through message loop, decoder and builder, into checked blocks.

#include <cstring>
#include <unordered_set>
#include <utility>

#include "connection.h"
#include "fuzz/dump_input.h"
#include "fuzz/input.h"
#include "fuzz/target.h"
#include "netlink/replay.h"
#include "test/block_check.h"
#include "uapi.h"

namespace sockdiag {
namespace {

std::vector<uint16_t> Columns(const TableSchema& table, uint64_t left_out) {
  std::vector<uint16_t> columns;
  for (uint16_t id = 0; id < table.columns.size(); id++) {
    if ((left_out >> id % 64 & 1) == 0) columns.push_back(id);
  }
  return columns;
}

KindRequest Request(const DumpKind& kind, const DumpInputHead& head) {
  KindRequest request{&kind, {}};
  request.request.protocol = head.protocol;
  request.request.legacy = (head.legacy & 1) != 0;
  request.request.family = head.family;
  request.request.show = head.show;
  request.request.netid4 = 1;
  request.request.netid6 = 2;
  return request;
}

// Takes blocks and looks at them.
class Taker {
 public:
  explicit Taker(const TableSchema& table) : table_(table) {}

  size_t Take(TableBuilder* builder) {
    Block block;
    Require(builder->Seal(&block), "no memory for a block");
    Require(builder->rows() == 0, "rows are left behind a block");
    CheckBlock(table_, block);
    rows_given_ += block.rows;
    return block.rows;
  }

  size_t rows_given() const { return rows_given_; }

 private:
  const TableSchema& table_;
  size_t rows_given_ = 0;
};

void RunDump(const DumpKind& kind, std::span<const uint8_t> bytes) {
  Input input(bytes);
  const DumpInputHead head = input.Take<DumpInputHead>();
  std::vector<std::vector<uint8_t>> datagrams;
  while (!input.empty()) {
    const size_t length = input.Take<uint16_t>();
    datagrams.push_back(input.TakeBytes(length));
  }
  const KindRequest request = Request(kind, head);
  const std::vector<uint16_t> columns = Columns(*kind.table, head.columns_left_out);
  TableBuilder rows(*kind.table, columns, head.first_rows);
  TableBuilder held(*kind.table, columns, head.first_rows);
  Replay replay({datagrams.begin(), datagrams.end()});
  Taker taker(*kind.table);
  const bool streaming = (head.streaming & 1) != 0;
  DumpOptions options;
  options.adopt_sequence = true;
  options.attempts = head.attempts % 4 + 1;
  TableBuilder* const second = (head.streaming & 2) != 0 ? &held : &rows;
  RequestRun run(&replay, request, kind.encode(request.request), options, &rows, second);
  // A stream takes rows while the dump goes on.
  while (run.Step()) {
    if (streaming) taker.Take(&rows);
  }
  const RequestOutcome outcome = run.outcome();
  Require(!outcome.dump.status.ok() || outcome.dump.datagrams > 0, "success without an answer");
  Require(streaming || outcome.dump.status.ok() || outcome.rows == 0, "a failed dump counts rows");
  size_t taken = taker.Take(&rows);
  if (second == &held) taken += taker.Take(&held);
  Require(streaming || outcome.dump.status.ok() || taken == 0, "a failed dump leaves rows");
  Require(outcome.rows == taker.rows_given(), "rows counted are not rows given");
}

// Behind the head: every datagram's messages get a length that fits, one sequence number, and mostly the type the
// decoder wants, so that mutations reach the attributes.
void RepairDump(uint16_t answer_type, std::span<uint8_t> bytes) {
  size_t at = sizeof(DumpInputHead);
  while (at + 2 <= bytes.size()) {
    size_t end = at + 2 + (bytes[at] | size_t{bytes[at + 1]} << 8);
    end = std::min(end, bytes.size());
    at += 2;
    while (at + sizeof(nlmsghdr) <= end) {
      nlmsghdr header;
      memcpy(&header, bytes.data() + at, sizeof(header));
      if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > end - at) {
        header.nlmsg_len = static_cast<uint32_t>(end - at);
      }
      header.nlmsg_seq = 1;
      if (header.nlmsg_type > NLMSG_DONE) header.nlmsg_type = answer_type;
      memcpy(bytes.data() + at, &header, sizeof(header));
      at += NLMSG_ALIGN(header.nlmsg_len);
    }
    at = end;
  }
}

uint16_t AnswerType(const DumpKind& kind) {
  TableBuilder rows(*kind.table, {});
  return kind.decoder({}, &rows, &rows)->answer_type();
}

}  // namespace

void AddDumpTargets(std::vector<FuzzTarget>* targets) {
  for (const DumpKind& kind : DumpKinds()) {
    const uint16_t answer_type = AnswerType(kind);
    targets->push_back({kind.name, [&kind](std::span<const uint8_t> bytes) { RunDump(kind, bytes); },
                        [answer_type](std::span<uint8_t> bytes) { RepairDump(answer_type, bytes); }});
  }
}

}  // namespace sockdiag
