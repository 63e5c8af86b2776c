#include "diag/unix.h"

#include "uapi.h"

namespace sockdiag {
namespace {

// net/tcp_states.h, which unix_diag reports states in
constexpr uint8_t kTcpEstablished = 1;
constexpr uint8_t kTcpSynSent = 2;
constexpr uint8_t kTcpListen = 10;
// linux/net.h
constexpr uint8_t kSsUnconnected = 1;
constexpr uint8_t kSsConnecting = 2;
constexpr uint8_t kSsConnected = 3;
constexpr uint32_t kSoAcceptcon = 0x10000;
// struct unix_diag_rqlen
constexpr size_t kRqlenSize = 8;
constexpr uint16_t kVfsSize = 8;
constexpr uint16_t kMeminfoMinimum = 28;

using C = UnixColumn;

constexpr AttributeRule kRules[] = {
    {UNIX_DIAG_VFS, Read::kU32, C::kVfsInode, 0, kVfsSize},
    {UNIX_DIAG_VFS, Read::kU32, C::kVfsDevice, 4, kVfsSize},
    {UNIX_DIAG_PEER, Read::kU32, C::kPeer},
    {UNIX_DIAG_MEMINFO, Read::kU32, C::kSkmemRmemAlloc, 0, kMeminfoMinimum},
    {UNIX_DIAG_MEMINFO, Read::kU32, C::kSkmemRcvbuf, 4, kMeminfoMinimum},
    {UNIX_DIAG_MEMINFO, Read::kU32, C::kSkmemWmemAlloc, 8, kMeminfoMinimum},
    {UNIX_DIAG_MEMINFO, Read::kU32, C::kSkmemSndbuf, 12, kMeminfoMinimum},
    {UNIX_DIAG_SHUTDOWN, Read::kU8, C::kShutdown},
    {UNIX_DIAG_UID, Read::kU32, C::kUid},
};

uint8_t SocketState(uint8_t state) {
  if (state == kTcpEstablished) return kSsConnected;
  return state == kTcpSynSent ? kSsConnecting : kSsUnconnected;
}

// Names in the file system come with the NUL that ends them; abstract ones start with a NUL and may hold more.
std::string_view BoundName(std::span<const uint8_t> bytes) {
  std::string_view name(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!name.empty() && name.front() != '\0' && name.back() == '\0') name.remove_suffix(1);
  return name;
}

// Kernel: of a listener both numbers are about its accept queue.
void FillQueues(std::span<const uint8_t> queues, bool listening, TableBuilder* row) {
  row->SetU32(C::kRecvQ, Load<uint32_t>(queues, 0));
  row->SetU32(C::kSendQ, listening ? 0 : Load<uint32_t>(queues, 4));
  if (listening) row->SetU32(C::kBacklogMax, Load<uint32_t>(queues, 4));
}

}  // namespace

std::vector<uint8_t> EncodeUnixDump(const DumpRequest& request) {
  unix_diag_req fixed = {};
  fixed.sdiag_family = AF_UNIX;
  fixed.udiag_states = request.states;
  fixed.udiag_show = request.show;
  fixed.udiag_cookie[0] = fixed.udiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return RequestWriter::Of(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, fixed).Take();
}

UnixDecoder::UnixDecoder(const DumpRequest&, TableBuilder* rows, TableBuilder* held)
    : Decoder(SOCK_DIAG_BY_FAMILY, rows, held), rules_(kRules, *rows) {}

RowResult UnixDecoder::Fill(const Message& message, TableBuilder* row) {
  if (message.payload.size() < sizeof(unix_diag_msg)) return RowResult::kMalformed;
  const unix_diag_msg fixed = Load<unix_diag_msg>(message.payload);
  const uint64_t cookie = fixed.udiag_cookie[0] | uint64_t{fixed.udiag_cookie[1]} << 32;
  if (!IsNew(cookie)) return RowResult::kDuplicate;
  const bool listening = fixed.udiag_state == kTcpListen;
  row->SetU8(C::kType, fixed.udiag_type);
  row->SetU8(C::kState, fixed.udiag_state);
  row->SetU8(C::kConnection, SocketState(fixed.udiag_state));
  row->SetU32(C::kInode, fixed.udiag_ino);
  row->SetU32(C::kFlags, listening ? kSoAcceptcon : 0);
  row->SetU64(C::kCookie, cookie);
  AttributeCursor cursor(message.payload.subspan(sizeof(fixed)));
  Attribute attribute;
  while (cursor.Next(&attribute)) {
    rules_.Apply(&cursor, attribute, row);
    if (attribute.type == UNIX_DIAG_NAME) row->SetStr(C::kPath, BoundName(attribute.payload));
    if (attribute.type == UNIX_DIAG_ICONS) {
      row->SetU32(C::kPending, static_cast<uint32_t>(attribute.payload.size() / sizeof(uint32_t)));
    }
    if (attribute.type != UNIX_DIAG_RQLEN) continue;
    const std::span<const uint8_t> queues = cursor.Bytes(attribute, kRqlenSize);
    if (!cursor.failed()) FillQueues(queues, listening, row);
  }
  return cursor.failed() ? RowResult::kMalformed : RowResult::kKept;
}

}  // namespace sockdiag
