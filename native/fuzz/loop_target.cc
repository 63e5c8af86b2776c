// A target for the dump loop: the input is a script of what a transport does, call by call.

#include <cerrno>
#include <cstring>
#include <unordered_set>

#include "connection.h"
#include "fuzz/input.h"
#include "fuzz/target.h"
#include "test/block_check.h"
#include "uapi.h"

namespace sockdiag {
namespace {

constexpr const char kKind[] = "inet";
constexpr uint16_t kColumns[] = {SocketsColumn::kCookie, SocketsColumn::kFamily, SocketsColumn::kInode};

// What one step of the script does to the datagram being built, or instead of it.
enum class Step : uint8_t { kRow, kRow6, kDone, kError, kNoop, kOverrun, kOther, kFlush, kCut, kByte, kEmpty, kErrno, kCount };

// Plays a script; when it is over, receiving fails.
class Scripted : public Transport {
 public:
  explicit Scripted(Input* script) : script_(script) {}

  Status Send(std::span<const uint8_t> request) override {
    nlmsghdr header;
    memcpy(&header, request.data(), sizeof(header));
    sequence_ = header.nlmsg_seq;
    sends_ += 1;
    return {};
  }

  Status Receive(Datagram* out) override {
    datagram_.clear();
    while (!script_->empty()) {
      const uint8_t control = script_->Take<uint8_t>();
      const Step step = static_cast<Step>(control % static_cast<uint8_t>(Step::kCount));
      if (step == Step::kErrno) return Failure("recv", control | 1);
      if (step == Step::kCut) datagram_.resize(datagram_.size() * (control >> 4) / 16);
      if (step == Step::kEmpty) datagram_.clear();
      if (step == Step::kByte) datagram_.assign(1, control);
      if (step < Step::kFlush) {
        Append(step);
        continue;
      }
      // A copy of exactly that size.
      given_ = std::vector<uint8_t>(datagram_);
      *out = given_;
      return {};
    }
    return Failure("recv", ETIMEDOUT);
  }

  int sends() const { return sends_; }

 private:
  void Append(Step step) {
    constexpr uint16_t kTypes[] = {SOCK_DIAG_BY_FAMILY, SOCK_DIAG_BY_FAMILY, NLMSG_DONE, NLMSG_ERROR,
                                   NLMSG_NOOP,          NLMSG_OVERRUN,       0x77};
    const uint8_t detail = script_->Take<uint8_t>();
    nlmsghdr header = {};
    header.nlmsg_type = kTypes[static_cast<size_t>(step)];
    header.nlmsg_flags = static_cast<uint16_t>(NLM_F_MULTI | ((detail & 0x80) != 0 ? NLM_F_DUMP_INTR : 0));
    header.nlmsg_seq = sequence_ + ((detail & 0x7f) == 0x7f ? 1 : 0);
    inet_diag_msg row = {};
    row.idiag_family = step == Step::kRow6 ? AF_INET6 : AF_INET;
    row.id.idiag_cookie[0] = detail & 0x1f;
    const int32_t error = -static_cast<int32_t>(detail & 0x3f);
    const bool has_row = step == Step::kRow || step == Step::kRow6;
    const size_t size = has_row ? sizeof(row) : sizeof(error);
    header.nlmsg_len = static_cast<uint32_t>(sizeof(header) + size);
    const uint8_t* const bytes = reinterpret_cast<const uint8_t*>(&header);
    datagram_.insert(datagram_.end(), bytes, bytes + sizeof(header));
    const uint8_t* const payload = has_row ? reinterpret_cast<uint8_t*>(&row) : reinterpret_cast<const uint8_t*>(&error);
    datagram_.insert(datagram_.end(), payload, payload + size);
  }

  Input* script_;
  std::vector<uint8_t> datagram_;
  std::vector<uint8_t> given_;
  uint32_t sequence_ = 0;
  int sends_ = 0;
};

void RequireDistinct(const Block& block) {
  std::unordered_set<uint64_t> seen;
  for (size_t row = 0; row < block.rows; row++) {
    uint64_t cookie;
    memcpy(&cookie, block.memory.data() + block.columns[0].offset + row * sizeof(cookie), sizeof(cookie));
    Require(cookie == 0 || seen.insert(cookie).second, "a socket is listed twice");
  }
}

void RunLoop(std::span<const uint8_t> bytes) {
  Input script(bytes);
  Scripted transport(&script);
  TableBuilder rows(kSocketsTable, kColumns, 1);
  KindRequest request{FindDumpKind(kKind), {}};
  request.request.protocol = IPPROTO_TCP;
  DumpOptions options;
  options.sequence = 7;
  options.attempts = script.Take<uint8_t>() % 4 + 1;
  const RequestOutcome outcome = RunRequest(&transport, request, request.kind->encode(request.request), options, &rows, &rows);
  Require(transport.sends() <= options.attempts, "asked more often than allowed");
  Require(outcome.rows == rows.rows(), "rows counted are not rows given");
  Require(outcome.dump.status.ok() || rows.rows() == 0, "a failed dump leaves rows");
  Require(!outcome.dump.status.ok() || !outcome.dump.interrupted || transport.sends() == options.attempts,
          "interrupted, and not asked again");
  Block block;
  Require(rows.Seal(&block), "no memory for a block");
  CheckBlock(kSocketsTable, block);
  RequireDistinct(block);
}

}  // namespace

void AddLoopTarget(std::vector<FuzzTarget>* targets) { targets->push_back({"loop", RunLoop, nullptr}); }

}  // namespace sockdiag
