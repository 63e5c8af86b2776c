#ifndef SOCKDIAG_COLUMNS_SCHEMA_H_
#define SOCKDIAG_COLUMNS_SCHEMA_H_

// Column ids and physical types: the twin of src/tables/. A column's id is its place in its table's list; the order,
// names, kinds and nullability are compared with the TypeScript side when the addon is loaded.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sockdiag {

enum class Kind : uint8_t {
  kU8,
  kU16,
  kU32,
  kI32,
  kU64,
  kAddr,  // 16 bytes, network order; IPv4 in the first 4, the rest 0
  kDict,  // u16 code into a list of strings, 0 = null
  kStr,   // u32 offsets, one more than rows, into a heap of raw bytes
};

// Bytes one cell takes.
constexpr size_t KindWidth(Kind kind) {
  constexpr size_t kWidths[] = {1, 2, 4, 4, 8, 16, 2, 4};
  return kWidths[static_cast<size_t>(kind)];
}

constexpr const char* KindName(Kind kind) {
  constexpr const char* kNames[] = {"u8", "u16", "u32", "i32", "u64", "addr", "dict", "str"};
  return kNames[static_cast<size_t>(kind)];
}

struct ColumnSchema {
  // Name with a capital first letter; Name() gives it as TypeScript has it.
  const char* capitalised;
  Kind kind;
  // One validity byte per row goes with the column, 1 = present.
  bool nullable;

  std::string Name() const {
    std::string name(capitalised);
    name[0] = static_cast<char>(name[0] - 'A' + 'a');
    return name;
  }
};

struct TableSchema {
  const char* name;
  std::span<const ColumnSchema> columns;
};

// X(Name, kind, nullable)

// clang-format off
#define SOCKDIAG_SOCKETS_COLUMNS(X) \
  X(Netid, kU8, false) \
  X(Family, kU8, false) \
  X(Protocol, kU16, false) \
  X(State, kU8, false) \
  X(LocalAddress, kAddr, false) \
  X(LocalPort, kU16, false) \
  X(RemoteAddress, kAddr, false) \
  X(RemotePort, kU16, false) \
  X(Interface, kU32, true) \
  X(RecvQ, kU32, false) \
  X(SendQ, kU32, false) \
  X(BacklogMax, kU32, true) \
  X(Timer, kU8, false) \
  X(TimerMs, kU32, false) \
  X(Retransmits, kU8, false) \
  X(Probes, kU8, false) \
  X(Uid, kU32, false) \
  X(Inode, kU32, false) \
  X(Cookie, kU64, true) \
  X(RefCount, kU32, true) \
  X(Drops, kU32, true) \
  X(Shutdown, kU8, true) \
  X(Ipv6only, kU8, true) \
  X(Tos, kU8, true) \
  X(Tclass, kU8, true) \
  X(ClassId, kU32, true) \
  X(Mark, kU32, true) \
  X(CgroupId, kU64, true) \
  X(Sockopt, kU16, true) \
  X(RawProtocol, kU8, true) \
  X(Congestion, kDict, true) \
  X(Ulp, kDict, true) \
  X(Md5Keys, kU16, true) \
  X(MemRmem, kU32, true) \
  X(MemWmem, kU32, true) \
  X(MemFmem, kU32, true) \
  X(MemTmem, kU32, true) \
  X(SkmemRmemAlloc, kU32, true) \
  X(SkmemRcvbuf, kU32, true) \
  X(SkmemWmemAlloc, kU32, true) \
  X(SkmemSndbuf, kU32, true) \
  X(SkmemFwdAlloc, kU32, true) \
  X(SkmemWmemQueued, kU32, true) \
  X(SkmemOptmem, kU32, true) \
  X(SkmemBacklog, kU32, true) \
  X(VegasEnabled, kU32, true) \
  X(VegasRttcnt, kU32, true) \
  X(VegasRtt, kU32, true) \
  X(VegasMinrtt, kU32, true) \
  X(DctcpEnabled, kU16, true) \
  X(DctcpCeState, kU16, true) \
  X(DctcpAlpha, kU32, true) \
  X(DctcpAbEcn, kU32, true) \
  X(DctcpAbTot, kU32, true) \
  X(BbrBw, kU64, true) \
  X(BbrMinRtt, kU32, true) \
  X(BbrPacingGain, kU32, true) \
  X(BbrCwndGain, kU32, true) \
  X(TlsVersion, kU16, true) \
  X(TlsCipher, kU16, true) \
  X(TlsTxConf, kU16, true) \
  X(TlsRxConf, kU16, true) \
  X(SubflowTokenRem, kU32, true) \
  X(SubflowTokenLoc, kU32, true) \
  X(SubflowRelwriteSeq, kU32, true) \
  X(SubflowMapSeq, kU64, true) \
  X(SubflowMapSfseq, kU32, true) \
  X(SubflowSsnOffset, kU32, true) \
  X(SubflowMapDatalen, kU16, true) \
  X(SubflowFlags, kU32, true) \
  X(SubflowIdRem, kU8, true) \
  X(SubflowIdLoc, kU8, true) \
  X(CaState, kU8, true) \
  X(Backoff, kU8, true) \
  X(Options, kU8, true) \
  X(SndWscale, kU8, true) \
  X(RcvWscale, kU8, true) \
  X(AppLimited, kU8, true) \
  X(FastopenClientFail, kU8, true) \
  X(Rto, kU32, true) \
  X(Ato, kU32, true) \
  X(SndMss, kU32, true) \
  X(RcvMss, kU32, true) \
  X(Unacked, kU32, true) \
  X(Sacked, kU32, true) \
  X(Lost, kU32, true) \
  X(Retrans, kU32, true) \
  X(Fackets, kU32, true) \
  X(LastDataSent, kU32, true) \
  X(LastDataRecv, kU32, true) \
  X(LastAckRecv, kU32, true) \
  X(Pmtu, kU32, true) \
  X(RcvSsthresh, kU32, true) \
  X(Rtt, kU32, true) \
  X(Rttvar, kU32, true) \
  X(SndSsthresh, kU32, true) \
  X(SndCwnd, kU32, true) \
  X(Advmss, kU32, true) \
  X(Reordering, kU32, true) \
  X(RcvRtt, kU32, true) \
  X(RcvSpace, kU32, true) \
  X(TotalRetrans, kU32, true) \
  X(PacingRate, kU64, true) \
  X(MaxPacingRate, kU64, true) \
  X(BytesAcked, kU64, true) \
  X(BytesReceived, kU64, true) \
  X(SegsOut, kU32, true) \
  X(SegsIn, kU32, true) \
  X(NotsentBytes, kU32, true) \
  X(MinRtt, kU32, true) \
  X(DataSegsIn, kU32, true) \
  X(DataSegsOut, kU32, true) \
  X(DeliveryRate, kU64, true) \
  X(BusyTime, kU64, true) \
  X(RwndLimited, kU64, true) \
  X(SndbufLimited, kU64, true) \
  X(Delivered, kU32, true) \
  X(DeliveredCe, kU32, true) \
  X(BytesSent, kU64, true) \
  X(BytesRetrans, kU64, true) \
  X(DsackDups, kU32, true) \
  X(ReordSeen, kU32, true) \
  X(RcvOoopack, kU32, true) \
  X(SndWnd, kU32, true) \
  X(RcvWnd, kU32, true) \
  X(Rehash, kU32, true) \
  X(TotalRto, kU16, true) \
  X(TotalRtoRecoveries, kU16, true) \
  X(TotalRtoTime, kU32, true) \
  X(ReceivedCe, kU32, true) \
  X(DeliveredE1Bytes, kU32, true) \
  X(DeliveredE0Bytes, kU32, true) \
  X(DeliveredCeBytes, kU32, true) \
  X(ReceivedE1Bytes, kU32, true) \
  X(ReceivedE0Bytes, kU32, true) \
  X(ReceivedCeBytes, kU32, true) \
  X(MptcpSubflows, kU8, true) \
  X(MptcpAddAddrSignal, kU8, true) \
  X(MptcpAddAddrAccepted, kU8, true) \
  X(MptcpSubflowsMax, kU8, true) \
  X(MptcpAddAddrSignalMax, kU8, true) \
  X(MptcpAddAddrAcceptedMax, kU8, true) \
  X(MptcpFlags, kU32, true) \
  X(MptcpToken, kU32, true) \
  X(MptcpWriteSeq, kU64, true) \
  X(MptcpSndUna, kU64, true) \
  X(MptcpRcvNxt, kU64, true) \
  X(MptcpLocalAddrUsed, kU8, true) \
  X(MptcpLocalAddrMax, kU8, true) \
  X(MptcpCsumEnabled, kU8, true) \
  X(MptcpRetransmits, kU32, true) \
  X(MptcpBytesRetrans, kU64, true) \
  X(MptcpBytesSent, kU64, true) \
  X(MptcpBytesReceived, kU64, true) \
  X(MptcpBytesAcked, kU64, true) \
  X(MptcpSubflowsTotal, kU8, true) \
  X(MptcpLastDataSent, kU32, true) \
  X(MptcpLastDataRecv, kU32, true) \
  X(MptcpLastAckRecv, kU32, true)
// clang-format on

#define SOCKDIAG_COLUMN_ID(Name, kind, nullable) k##Name,

// NB: plain enumerations, one scope per table: an id converts to uint16_t, the type of ids of any table.
struct SocketsColumn {
  enum : uint16_t { SOCKDIAG_SOCKETS_COLUMNS(SOCKDIAG_COLUMN_ID) kCount };
};

#undef SOCKDIAG_COLUMN_ID

extern const TableSchema kSocketsTable;

// Every table that C++ fills.
std::span<const TableSchema* const> Tables();

// The table of that name; null = none.
const TableSchema* FindTable(std::string_view name);

}  // namespace sockdiag

#endif  // SOCKDIAG_COLUMNS_SCHEMA_H_
