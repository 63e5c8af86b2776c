#include "diag/inet.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "diag/tcp_info.h"
#include "uapi.h"

namespace sockdiag {
namespace {

constexpr uint8_t kTcpListen = 10;
// idiag_timer
constexpr uint8_t kTimerRetransmit = 1;
constexpr uint8_t kTimerKeepalive = 2;
constexpr uint8_t kTimerProbe = 4;
// struct tcp_diag_md5sig
constexpr size_t kMd5sigSize = 100;
// INET_ULP_INFO_*
constexpr uint16_t kUlpName = 1;
constexpr uint16_t kUlpTls = 2;
constexpr uint16_t kUlpMptcp = 3;

constexpr uint16_t kMeminfoSize = 16;
// Kernel: seven words when it appeared in 2.6; drops came in 4.7.
constexpr uint16_t kSkmeminfoMinimum = 28;
constexpr uint16_t kVegasSize = 16;
constexpr uint16_t kDctcpSize = 16;
constexpr uint16_t kBbrSize = 20;

using C = SocketsColumn;

constexpr AttributeRule kInetRules[] = {
    {kInetDiagMeminfo, Read::kU32, C::kMemRmem, 0, kMeminfoSize},
    {kInetDiagMeminfo, Read::kU32, C::kMemWmem, 4, kMeminfoSize},
    {kInetDiagMeminfo, Read::kU32, C::kMemFmem, 8, kMeminfoSize},
    {kInetDiagMeminfo, Read::kU32, C::kMemTmem, 12, kMeminfoSize},
    {kInetDiagVegasinfo, Read::kU32, C::kVegasEnabled, 0, kVegasSize},
    {kInetDiagVegasinfo, Read::kU32, C::kVegasRttcnt, 4, kVegasSize},
    {kInetDiagVegasinfo, Read::kU32, C::kVegasRtt, 8, kVegasSize},
    {kInetDiagVegasinfo, Read::kU32, C::kVegasMinrtt, 12, kVegasSize},
    {kInetDiagCong, Read::kText, C::kCongestion},
    {kInetDiagTos, Read::kU8, C::kTos},
    {kInetDiagTclass, Read::kU8, C::kTclass},
    {kInetDiagSkmeminfo, Read::kU32, C::kSkmemRmemAlloc, 0, kSkmeminfoMinimum},
    {kInetDiagSkmeminfo, Read::kU32, C::kSkmemRcvbuf, 4, kSkmeminfoMinimum},
    {kInetDiagSkmeminfo, Read::kU32, C::kSkmemWmemAlloc, 8, kSkmeminfoMinimum},
    {kInetDiagSkmeminfo, Read::kU32, C::kSkmemSndbuf, 12, kSkmeminfoMinimum},
    {kInetDiagSkmeminfo, Read::kU32, C::kSkmemFwdAlloc, 16, kSkmeminfoMinimum},
    {kInetDiagSkmeminfo, Read::kU32, C::kSkmemWmemQueued, 20, kSkmeminfoMinimum},
    {kInetDiagSkmeminfo, Read::kU32, C::kSkmemOptmem, 24, kSkmeminfoMinimum},
    {kInetDiagSkmeminfo, Read::kU32, C::kSkmemBacklog, 28, kSkmeminfoMinimum},
    {kInetDiagSkmeminfo, Read::kU32, C::kDrops, 32, kSkmeminfoMinimum},
    {kInetDiagShutdown, Read::kU8, C::kShutdown},
    {kInetDiagDctcpinfo, Read::kU16, C::kDctcpEnabled, 0, kDctcpSize},
    {kInetDiagDctcpinfo, Read::kU16, C::kDctcpCeState, 2, kDctcpSize},
    {kInetDiagDctcpinfo, Read::kU32, C::kDctcpAlpha, 4, kDctcpSize},
    {kInetDiagDctcpinfo, Read::kU32, C::kDctcpAbEcn, 8, kDctcpSize},
    {kInetDiagDctcpinfo, Read::kU32, C::kDctcpAbTot, 12, kDctcpSize},
    {kInetDiagProtocol, Read::kU8, C::kRawProtocol},
    {kInetDiagSkv6only, Read::kU8, C::kIpv6only},
    {kInetDiagMark, Read::kU32, C::kMark},
    {kInetDiagBbrinfo, Read::kLowHigh, C::kBbrBw, 0, kBbrSize},
    {kInetDiagBbrinfo, Read::kU32, C::kBbrMinRtt, 8, kBbrSize},
    {kInetDiagBbrinfo, Read::kU32, C::kBbrPacingGain, 12, kBbrSize},
    {kInetDiagBbrinfo, Read::kU32, C::kBbrCwndGain, 16, kBbrSize},
    {kInetDiagClassId, Read::kU32, C::kClassId},
    {kInetDiagCgroupId, Read::kU64, C::kCgroupId},
    {kInetDiagSockopt, Read::kBytePair, C::kSockopt},
};

constexpr AttributeRule kUlpRules[] = {
    {kUlpName, Read::kText, C::kUlp},
};

// TLS_INFO_*, linux/tls.h
constexpr AttributeRule kTlsRules[] = {
    {1, Read::kU16, C::kTlsVersion},
    {2, Read::kU16, C::kTlsCipher},
    {3, Read::kU16, C::kTlsTxConf},
    {4, Read::kU16, C::kTlsRxConf},
};

// MPTCP_SUBFLOW_ATTR_*, linux/mptcp.h
constexpr AttributeRule kSubflowRules[] = {
    {1, Read::kU32, C::kSubflowTokenRem},    {2, Read::kU32, C::kSubflowTokenLoc},
    {3, Read::kU32, C::kSubflowRelwriteSeq}, {4, Read::kU64, C::kSubflowMapSeq},
    {5, Read::kU32, C::kSubflowMapSfseq},    {6, Read::kU32, C::kSubflowSsnOffset},
    {7, Read::kU16, C::kSubflowMapDatalen},  {8, Read::kU32, C::kSubflowFlags},
    {9, Read::kU8, C::kSubflowIdRem},        {10, Read::kU8, C::kSubflowIdLoc},
};

// NB: column `retransmits` is also filled without INET_DIAG_INFO; where that was not asked for, it is not looked for.
std::vector<AttributeRule> RulesOf(const DumpRequest& request) {
  std::vector<AttributeRule> rules(std::begin(kInetRules), std::end(kInetRules));
  if ((request.ext & 1 << (kInetDiagInfo - 1)) == 0) return rules;
  std::span<const AttributeRule> info;
  if (request.protocol == IPPROTO_TCP) info = TcpInfoRules();
  if (request.protocol == IPPROTO_MPTCP) info = MptcpInfoRules();
  rules.insert(rules.end(), info.begin(), info.end());
  return rules;
}

inet_diag_sockid SocketId(const DumpRequest& request) {
  inet_diag_sockid id = {};
  id.idiag_sport = htons(request.source_port);
  id.idiag_dport = htons(request.dest_port);
  id.idiag_cookie[0] = id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return id;
}

// What the request's byte says; INET_DIAG_REQ_PROTOCOL overrides it where the number is larger.
uint8_t ProtocolByte(uint16_t protocol) {
  return protocol <= UINT8_MAX ? static_cast<uint8_t>(protocol) : static_cast<uint8_t>(IPPROTO_TCP);
}

// IPv4 addresses as they are mapped into IPv6: a socket of either family may have a mapped address.
void WriteMapped(const void* address, bool ipv6, uint8_t (&out)[16]) {
  memcpy(out, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
  if (ipv6) {
    memcpy(out, address, sizeof(in6_addr));
  } else {
    memcpy(out + 12, address, sizeof(in_addr));
  }
}

}  // namespace

std::vector<uint8_t> EncodeInetDump(const DumpRequest& request) {
  constexpr uint16_t kFlags = NLM_F_REQUEST | NLM_F_DUMP;
  inet_diag_req legacy = {};
  legacy.idiag_family = AF_INET;
  legacy.idiag_ext = request.ext;
  legacy.id = SocketId(request);
  legacy.idiag_states = request.states;
  inet_diag_req_v2 single = {};
  single.sdiag_family = request.family;
  single.sdiag_protocol = ProtocolByte(request.protocol);
  single.idiag_ext = request.ext;
  single.idiag_states = request.states;
  single.id = SocketId(request);
  RequestWriter writer = request.legacy ? RequestWriter::Of(TCPDIAG_GETSOCK, kFlags, legacy)
                                        : RequestWriter::Of(SOCK_DIAG_BY_FAMILY, kFlags, single);
  // Kernel: 5.9; where nothing needs it, it is left out.
  const bool implied = request.legacy ? request.protocol == IPPROTO_TCP : request.protocol <= UINT8_MAX;
  if (!implied) writer.PutU32(kInetDiagReqProtocol, request.protocol);
  if (!request.bytecode.empty()) writer.Put(kInetDiagReqBytecode, request.bytecode);
  return writer.Take();
}

std::vector<uint8_t> EncodeInetGet(const DumpRequest& request) {
  inet_diag_req_v2 fixed = {};
  fixed.sdiag_family = request.family;
  fixed.sdiag_protocol = ProtocolByte(request.protocol);
  fixed.idiag_ext = request.ext;
  fixed.idiag_states = request.states;
  fixed.id.idiag_sport = htons(request.source_port);
  fixed.id.idiag_dport = htons(request.dest_port);
  memcpy(fixed.id.idiag_src, request.local_address, sizeof(fixed.id.idiag_src));
  memcpy(fixed.id.idiag_dst, request.remote_address, sizeof(fixed.id.idiag_dst));
  // Kernel: UDP looks the socket up as a packet to it would: source and destination are those of the peer's packet.
  if (request.protocol == IPPROTO_UDP || request.protocol == IPPROTO_UDPLITE) {
    std::swap(fixed.id.idiag_sport, fixed.id.idiag_dport);
    std::swap_ranges(std::begin(fixed.id.idiag_src), std::end(fixed.id.idiag_src), fixed.id.idiag_dst);
  }
  fixed.id.idiag_if = request.interface;
  fixed.id.idiag_cookie[0] = static_cast<uint32_t>(request.cookie);
  fixed.id.idiag_cookie[1] = static_cast<uint32_t>(request.cookie >> 32);
  RequestWriter writer = RequestWriter::Of(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, fixed);
  if (request.protocol > UINT8_MAX) writer.PutU32(kInetDiagReqProtocol, request.protocol);
  return writer.Take();
}

InetDecoder::InetDecoder(const DumpRequest& request, TableBuilder* rows, TableBuilder* held)
    : Decoder(request.legacy ? TCPDIAG_GETSOCK : SOCK_DIAG_BY_FAMILY, rows, held),
      protocol_(request.protocol),
      exact_(request.exact),
      netid4_(request.netid4),
      netid6_(request.netid6),
      rules_(RulesOf(request), *rows),
      ulp_rules_(kUlpRules, *rows),
      tls_rules_(kTlsRules, *rows),
      subflow_rules_(kSubflowRules, *rows),
      wants_attributes_(!rules_.empty() || !ulp_rules_.empty() || !tls_rules_.empty() || !subflow_rules_.empty() ||
                        rows->Wants(C::kMd5Keys)) {
  if (!exact_) return;
  WriteMapped(request.local_address, request.family == AF_INET6, ends_.local);
  WriteMapped(request.remote_address, request.family == AF_INET6, ends_.remote);
  ends_.source_port = request.source_port;
  ends_.dest_port = request.dest_port;
}

bool InetDecoder::IsAskedFor(const inet_diag_sockid& id, bool ipv6) const {
  Ends ends = {};
  WriteMapped(id.idiag_src, ipv6, ends.local);
  WriteMapped(id.idiag_dst, ipv6, ends.remote);
  ends.source_port = ntohs(id.idiag_sport);
  ends.dest_port = ntohs(id.idiag_dport);
  return memcmp(&ends, &ends_, sizeof(ends)) == 0;
}

RowResult InetDecoder::Fill(const Message& message, TableBuilder* row) {
  if (message.payload.size() < sizeof(inet_diag_msg)) return RowResult::kMalformed;
  const inet_diag_msg fixed = Load<inet_diag_msg>(message.payload);
  if (exact_ && !IsAskedFor(fixed.id, fixed.idiag_family == AF_INET6)) return RowResult::kSkipped;
  const uint64_t cookie = fixed.id.idiag_cookie[0] | uint64_t{fixed.id.idiag_cookie[1]} << 32;
  if (cookie != UINT64_MAX) {
    if (!IsNew(cookie)) return RowResult::kDuplicate;
    row->SetU64(C::kCookie, cookie);
  }
  FillFixed(fixed, row);
  if (!wants_attributes_) return RowResult::kKept;
  AttributeCursor cursor(message.payload.subspan(sizeof(inet_diag_msg)));
  FillAttributes(&cursor, row);
  return cursor.failed() ? RowResult::kMalformed : RowResult::kKept;
}

void InetDecoder::FillFixed(const inet_diag_msg& fixed, TableBuilder* row) const {
  const bool ipv6 = fixed.idiag_family == AF_INET6;
  const bool listening = fixed.idiag_state == kTcpListen;
  const size_t address_size = ipv6 ? sizeof(in6_addr) : sizeof(in_addr);
  row->SetU8(C::kNetid, ipv6 ? netid6_ : netid4_);
  row->SetU8(C::kFamily, fixed.idiag_family);
  row->SetU16(C::kProtocol, protocol_);
  row->SetU8(C::kState, fixed.idiag_state);
  row->SetAddr(C::kLocalAddress, fixed.id.idiag_src, address_size);
  row->SetU16(C::kLocalPort, ntohs(fixed.id.idiag_sport));
  row->SetAddr(C::kRemoteAddress, fixed.id.idiag_dst, address_size);
  row->SetU16(C::kRemotePort, ntohs(fixed.id.idiag_dport));
  row->SetU32(C::kInterface, fixed.id.idiag_if);
  row->SetU32(C::kRecvQ, fixed.idiag_rqueue);
  // Kernel: the send queue of a listener is its backlog limit.
  row->SetU32(C::kSendQ, listening ? 0 : fixed.idiag_wqueue);
  if (listening) row->SetU32(C::kBacklogMax, fixed.idiag_wqueue);
  FillTimer(fixed, row);
  row->SetU32(C::kUid, fixed.idiag_uid);
  row->SetU32(C::kInode, fixed.idiag_inode);
}

void InetDecoder::FillTimer(const inet_diag_msg& fixed, TableBuilder* row) const {
  row->SetU8(C::kTimer, fixed.idiag_timer);
  // Kernel: before 4.x a timer that should have fired already gave a negative number.
  row->SetU32(C::kTimerMs, fixed.idiag_expires > INT32_MAX ? 0 : fixed.idiag_expires);
  // What the timer counts; INET_DIAG_INFO, where present, overwrites both.
  if (fixed.idiag_timer == kTimerRetransmit) row->SetU8(C::kRetransmits, fixed.idiag_retrans);
  if (fixed.idiag_timer == kTimerKeepalive || fixed.idiag_timer == kTimerProbe) {
    row->SetU8(C::kProbes, fixed.idiag_retrans);
  }
}

void InetDecoder::FillAttributes(AttributeCursor* cursor, TableBuilder* row) const {
  Attribute attribute;
  while (cursor->Next(&attribute)) {
    rules_.Apply(cursor, attribute, row);
    if (attribute.type == kInetDiagMd5sig) {
      row->SetU16(C::kMd5Keys, static_cast<uint16_t>(attribute.payload.size() / kMd5sigSize));
    }
    if (attribute.type != kInetDiagUlpInfo) continue;
    AttributeCursor ulp = cursor->Nested(attribute);
    Attribute inner;
    while (ulp.Next(&inner)) {
      ulp_rules_.Apply(&ulp, inner, row);
      AttributeCursor detail = ulp.Nested(inner);
      if (inner.type == kUlpTls) tls_rules_.ApplyAll(&detail, row);
      if (inner.type == kUlpMptcp) subflow_rules_.ApplyAll(&detail, row);
      ulp.Join(detail);
    }
    cursor->Join(ulp);
  }
}

}  // namespace sockdiag
