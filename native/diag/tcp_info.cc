#include "diag/tcp_info.h"

#include <cstddef>

#include "uapi.h"

namespace sockdiag {
namespace {

// Length of struct tcp_info up to 3.14.
constexpr uint16_t kTcpInfoMinimum = 104;
// Length of struct mptcp_info in 5.9.
constexpr uint16_t kMptcpInfoMinimum = 40;

constexpr AttributeRule Tcp(uint16_t column, Read read, uint16_t offset) {
  return {kInetDiagInfo, read, column, offset, kTcpInfoMinimum};
}

constexpr AttributeRule Bits(uint16_t column, uint16_t offset, uint8_t first, uint8_t width) {
  return {kInetDiagInfo, Read::kBits, column, offset, kTcpInfoMinimum, first, width};
}

constexpr AttributeRule Mptcp(uint16_t column, Read read, uint16_t offset) {
  return {kInetDiagInfo, read, column, offset, kMptcpInfoMinimum};
}

static_assert(offsetof(tcp_info, tcpi_total_retrans) + sizeof(uint32_t) == kTcpInfoMinimum);
static_assert(offsetof(tcp_info, tcpi_delivery_rate) == 160);

// Offsets are those of the newest struct; the comments give the length from which on a field exists, and the kernel.
// Kernel: the last word, at 276, means different things in 6.18 and 7 at the same length and is not read.
constexpr AttributeRule kTcpInfoRules[] = {
    Tcp(SocketsColumn::kRetransmits, Read::kU8, 2),
    Tcp(SocketsColumn::kProbes, Read::kU8, 3),
    Tcp(SocketsColumn::kCaState, Read::kU8, 1),
    Tcp(SocketsColumn::kBackoff, Read::kU8, 4),
    Tcp(SocketsColumn::kOptions, Read::kU8, 5),
    Bits(SocketsColumn::kSndWscale, 6, 0, 4),
    Bits(SocketsColumn::kRcvWscale, 6, 4, 4),
    Bits(SocketsColumn::kAppLimited, 7, 0, 1),
    Bits(SocketsColumn::kFastopenClientFail, 7, 1, 2),
    Tcp(SocketsColumn::kRto, Read::kU32, 8),
    Tcp(SocketsColumn::kAto, Read::kU32, 12),
    Tcp(SocketsColumn::kSndMss, Read::kU32, 16),
    Tcp(SocketsColumn::kRcvMss, Read::kU32, 20),
    Tcp(SocketsColumn::kUnacked, Read::kU32, 24),
    Tcp(SocketsColumn::kSacked, Read::kU32, 28),
    Tcp(SocketsColumn::kLost, Read::kU32, 32),
    Tcp(SocketsColumn::kRetrans, Read::kU32, 36),
    Tcp(SocketsColumn::kFackets, Read::kU32, 40),
    Tcp(SocketsColumn::kLastDataSent, Read::kU32, 44),
    Tcp(SocketsColumn::kLastDataRecv, Read::kU32, 52),
    Tcp(SocketsColumn::kLastAckRecv, Read::kU32, 56),
    Tcp(SocketsColumn::kPmtu, Read::kU32, 60),
    Tcp(SocketsColumn::kRcvSsthresh, Read::kU32, 64),
    Tcp(SocketsColumn::kRtt, Read::kU32, 68),
    Tcp(SocketsColumn::kRttvar, Read::kU32, 72),
    Tcp(SocketsColumn::kSndSsthresh, Read::kU32, 76),
    Tcp(SocketsColumn::kSndCwnd, Read::kU32, 80),
    Tcp(SocketsColumn::kAdvmss, Read::kU32, 84),
    Tcp(SocketsColumn::kReordering, Read::kU32, 88),
    Tcp(SocketsColumn::kRcvRtt, Read::kU32, 92),
    Tcp(SocketsColumn::kRcvSpace, Read::kU32, 96),
    Tcp(SocketsColumn::kTotalRetrans, Read::kU32, 100),
    // 120 bytes, 3.15
    Tcp(SocketsColumn::kPacingRate, Read::kU64, 104),
    Tcp(SocketsColumn::kMaxPacingRate, Read::kU64, 112),
    // 136 bytes, 4.1
    Tcp(SocketsColumn::kBytesAcked, Read::kU64, 120),
    Tcp(SocketsColumn::kBytesReceived, Read::kU64, 128),
    // 144 bytes, 4.2
    Tcp(SocketsColumn::kSegsOut, Read::kU32, 136),
    Tcp(SocketsColumn::kSegsIn, Read::kU32, 140),
    // 160 bytes, 4.6
    Tcp(SocketsColumn::kNotsentBytes, Read::kU32, 144),
    Tcp(SocketsColumn::kMinRtt, Read::kU32, 148),
    Tcp(SocketsColumn::kDataSegsIn, Read::kU32, 152),
    Tcp(SocketsColumn::kDataSegsOut, Read::kU32, 156),
    // 168 bytes, 4.9
    Tcp(SocketsColumn::kDeliveryRate, Read::kU64, 160),
    // 192 bytes, 4.10
    Tcp(SocketsColumn::kBusyTime, Read::kU64, 168),
    Tcp(SocketsColumn::kRwndLimited, Read::kU64, 176),
    Tcp(SocketsColumn::kSndbufLimited, Read::kU64, 184),
    // 200 bytes, 4.18
    Tcp(SocketsColumn::kDelivered, Read::kU32, 192),
    Tcp(SocketsColumn::kDeliveredCe, Read::kU32, 196),
    // 224 bytes, 4.19
    Tcp(SocketsColumn::kBytesSent, Read::kU64, 200),
    Tcp(SocketsColumn::kBytesRetrans, Read::kU64, 208),
    Tcp(SocketsColumn::kDsackDups, Read::kU32, 216),
    Tcp(SocketsColumn::kReordSeen, Read::kU32, 220),
    // 232 bytes, 5.4
    Tcp(SocketsColumn::kRcvOoopack, Read::kU32, 224),
    Tcp(SocketsColumn::kSndWnd, Read::kU32, 228),
    // 240 bytes, 6.2
    Tcp(SocketsColumn::kRcvWnd, Read::kU32, 232),
    Tcp(SocketsColumn::kRehash, Read::kU32, 236),
    // 248 bytes, 6.7
    Tcp(SocketsColumn::kTotalRto, Read::kU16, 240),
    Tcp(SocketsColumn::kTotalRtoRecoveries, Read::kU16, 242),
    Tcp(SocketsColumn::kTotalRtoTime, Read::kU32, 244),
    // 280 bytes, 6.18
    Tcp(SocketsColumn::kReceivedCe, Read::kU32, 248),
    Tcp(SocketsColumn::kDeliveredE1Bytes, Read::kU32, 252),
    Tcp(SocketsColumn::kDeliveredE0Bytes, Read::kU32, 256),
    Tcp(SocketsColumn::kDeliveredCeBytes, Read::kU32, 260),
    Tcp(SocketsColumn::kReceivedE1Bytes, Read::kU32, 264),
    Tcp(SocketsColumn::kReceivedE0Bytes, Read::kU32, 268),
    Tcp(SocketsColumn::kReceivedCeBytes, Read::kU32, 272),
};

constexpr AttributeRule kMptcpInfoRules[] = {
    Mptcp(SocketsColumn::kMptcpSubflows, Read::kU8, 0),
    Mptcp(SocketsColumn::kMptcpAddAddrSignal, Read::kU8, 1),
    Mptcp(SocketsColumn::kMptcpAddAddrAccepted, Read::kU8, 2),
    Mptcp(SocketsColumn::kMptcpSubflowsMax, Read::kU8, 3),
    Mptcp(SocketsColumn::kMptcpAddAddrSignalMax, Read::kU8, 4),
    Mptcp(SocketsColumn::kMptcpAddAddrAcceptedMax, Read::kU8, 5),
    Mptcp(SocketsColumn::kMptcpFlags, Read::kU32, 8),
    Mptcp(SocketsColumn::kMptcpToken, Read::kU32, 12),
    Mptcp(SocketsColumn::kMptcpWriteSeq, Read::kU64, 16),
    Mptcp(SocketsColumn::kMptcpSndUna, Read::kU64, 24),
    Mptcp(SocketsColumn::kMptcpRcvNxt, Read::kU64, 32),
    Mptcp(SocketsColumn::kMptcpLocalAddrUsed, Read::kU8, 40),
    Mptcp(SocketsColumn::kMptcpLocalAddrMax, Read::kU8, 41),
    Mptcp(SocketsColumn::kMptcpCsumEnabled, Read::kU8, 42),
    Mptcp(SocketsColumn::kMptcpRetransmits, Read::kU32, 44),
    Mptcp(SocketsColumn::kMptcpBytesRetrans, Read::kU64, 48),
    Mptcp(SocketsColumn::kMptcpBytesSent, Read::kU64, 56),
    Mptcp(SocketsColumn::kMptcpBytesReceived, Read::kU64, 64),
    Mptcp(SocketsColumn::kMptcpBytesAcked, Read::kU64, 72),
    Mptcp(SocketsColumn::kMptcpSubflowsTotal, Read::kU8, 80),
    Mptcp(SocketsColumn::kMptcpLastDataSent, Read::kU32, 84),
    Mptcp(SocketsColumn::kMptcpLastDataRecv, Read::kU32, 88),
    Mptcp(SocketsColumn::kMptcpLastAckRecv, Read::kU32, 92),
};

}  // namespace

std::span<const AttributeRule> TcpInfoRules() { return kTcpInfoRules; }

std::span<const AttributeRule> MptcpInfoRules() { return kMptcpInfoRules; }

}  // namespace sockdiag
